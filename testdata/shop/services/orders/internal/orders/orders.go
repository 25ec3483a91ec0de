// Package orders keeps what was bought.
package orders

import (
	"context"
	"database/sql"
	"errors"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/shop/gen/orderspb"
	"example.com/shop/internal/events"
)

// Server serves orders.Orders and records the orders that are placed.
type Server struct {
	orderspb.UnimplementedOrdersServer
	db *sql.DB
}

// New returns a server that keeps orders in db.
func New(db *sql.DB) *Server { return &Server{db: db} }

// Record writes a placed order. An order that comes twice is written once.
func (s *Server) Record(ctx context.Context, e events.OrderPlaced) error {
	_, err := s.db.ExecContext(ctx,
		`INSERT INTO orders (id, email, cents) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING`,
		e.Order, e.Email, e.Cents)
	return err
}

// GetOrder returns an order and its shipment.
//
// shared-database: shipments belongs to services/shipping, which cannot
// change it any more without asking here.
func (s *Server) GetOrder(ctx context.Context, req *orderspb.GetOrderRequest) (*orderspb.GetOrderResponse, error) {
	order := &orderspb.GetOrderResponse{}
	err := s.db.QueryRowContext(ctx,
		`SELECT o.id, o.cents, s.id FROM orders o JOIN shipments s ON s.order_id = o.id WHERE o.id = $1`,
		req.GetOrderId()).Scan(&order.OrderId, &order.Cents, &order.ShipmentId)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, status.Errorf(codes.NotFound, "no order %q", req.GetOrderId())
	}
	if err != nil {
		return nil, err
	}
	return order, nil
}
