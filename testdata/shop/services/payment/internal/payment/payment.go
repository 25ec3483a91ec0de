// Package payment charges and refunds orders.
package payment

import (
	"context"
	"database/sql"
	"errors"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/shop/gen/paymentpb"
	"example.com/shop/services/payment/internal/gateway"
)

// Server serves payment.Payment.
type Server struct {
	paymentpb.UnimplementedPaymentServer
	db      *sql.DB
	gateway *gateway.Client
}

// New returns a server that moves money through gateway and records it in db.
func New(db *sql.DB, gateway *gateway.Client) *Server {
	return &Server{db: db, gateway: gateway}
}

// Charge moves the money of an order, then records it. No connection of the
// pool is held while the gateway is asked.
func (s *Server) Charge(ctx context.Context, req *paymentpb.ChargeRequest) (*paymentpb.ChargeResponse, error) {
	if err := s.gateway.Charge(ctx, req.GetOrderId(), req.GetCents()); err != nil {
		return nil, status.Error(codes.Unavailable, err.Error())
	}
	_, err := s.db.ExecContext(ctx,
		`INSERT INTO payments (order_id, cents) VALUES ($1, $2) ON CONFLICT (order_id) DO NOTHING`,
		req.GetOrderId(), req.GetCents())
	if err != nil {
		return nil, err
	}
	return &paymentpb.ChargeResponse{}, nil
}

// Refund gives the money of an order back.
func (s *Server) Refund(ctx context.Context, req *paymentpb.RefundRequest) (*paymentpb.RefundResponse, error) {
	var cents int64
	err := s.db.QueryRowContext(ctx,
		`UPDATE payments SET refunded = true WHERE order_id = $1 RETURNING cents`,
		req.GetOrderId()).Scan(&cents)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, status.Errorf(codes.NotFound, "no payment for %q", req.GetOrderId())
	}
	if err != nil {
		return nil, err
	}
	if err := s.gateway.Refund(ctx, req.GetOrderId(), cents); err != nil {
		return nil, status.Error(codes.Unavailable, err.Error())
	}
	return &paymentpb.RefundResponse{}, nil
}
