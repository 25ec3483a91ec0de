package checkout

import (
	"context"

	"example.com/shop/gen/checkoutpb"
	"example.com/shop/gen/paymentpb"
	"example.com/shop/internal/retry"
)

const chargeAttempts = 3

// charge takes the money of an order.
//
// retry-without-backoff: a payment that fails is tried again at once, three
// times in all. When the gateway is slow because it has too much to do, it
// gets three times as much. The repaired twin is Refund.
func (s *Server) charge(ctx context.Context, order string, cents int64) error {
	var err error
	for range chargeAttempts { // finding: retry-without-backoff
		_, err = s.Payment.Charge(ctx, &paymentpb.ChargeRequest{OrderId: order, Cents: cents})
		if err == nil {
			return nil
		}
	}
	return err
}

// Refund gives the money of an order back. A refund that fails is tried again
// after a wait that grows and is random.
//
// It is a repaired twin of the sync-chain too: two hops, frontend -> checkout
// -> payment.
func (s *Server) Refund(ctx context.Context, req *checkoutpb.RefundRequest) (*checkoutpb.RefundResponse, error) {
	err := retry.Do(ctx, func(ctx context.Context) error {
		_, err := s.Payment.Refund(ctx, &paymentpb.RefundRequest{OrderId: req.GetOrderId()})
		return err
	})
	if err != nil {
		return nil, err
	}
	return &checkoutpb.RefundResponse{}, nil
}
