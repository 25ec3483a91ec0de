// Package shipping plans how goods get to those who bought them.
package shipping

import (
	"context"
	"database/sql"

	"example.com/shop/gen/quotepb"
	"example.com/shop/gen/shippingpb"
)

// Server serves shipping.Shipping.
type Server struct {
	shippingpb.UnimplementedShippingServer
	db    *sql.DB
	quote quotepb.QuoteClient
}

// New returns a server that keeps shipments in db and asks quote for prices.
func New(db *sql.DB, quote quotepb.QuoteClient) *Server {
	return &Server{db: db, quote: quote}
}

// CreateShipment prices and records the shipment of an order.
//
// sync-chain: the call to quote is the third hop of POST /checkout. The prices
// change once a year; they need not be asked for while a customer waits.
func (s *Server) CreateShipment(ctx context.Context, req *shippingpb.CreateShipmentRequest) (*shippingpb.CreateShipmentResponse, error) {
	price, err := s.quote.GetQuote(ctx, &quotepb.GetQuoteRequest{
		Country:  req.GetCountry(),
		Quantity: req.GetQuantity(),
	})
	if err != nil {
		return nil, err
	}
	id := "S-" + req.GetOrderId()
	_, err = s.db.ExecContext(ctx,
		`INSERT INTO shipments (id, order_id, country, cents) VALUES ($1, $2, $3, $4)`,
		id, req.GetOrderId(), req.GetCountry(), price.GetCents())
	if err != nil {
		return nil, err
	}
	return &shippingpb.CreateShipmentResponse{ShipmentId: id}, nil
}
