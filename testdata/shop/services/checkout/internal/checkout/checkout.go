// Package checkout turns a basket into a paid order.
package checkout

import (
	"context"
	"crypto/rand"
	"log/slog"

	"example.com/shop/gen/checkoutpb"
	"example.com/shop/gen/inventorypb"
	"example.com/shop/gen/paymentpb"
	"example.com/shop/gen/shippingpb"
	"example.com/shop/internal/events"
)

// Server serves checkout.Checkout. All of its fields must be set.
type Server struct {
	checkoutpb.UnimplementedCheckoutServer
	Payment  paymentpb.PaymentClient
	Stock    inventorypb.StockClient
	Shipping shippingpb.ShippingClient
	Events   *events.Publisher
}

// PlaceOrder charges, reserves and ships, one after another, 50 ms each. What
// is paid and cannot be delivered is refunded by hand (POST /refunds).
//
// sync-chain: shipping waits for quote in turn, so the customer waits for
// checkout -> shipping -> quote. What follows the event is not waited for:
// orders and mailer lengthen no chain.
func (s *Server) PlaceOrder(ctx context.Context, req *checkoutpb.PlaceOrderRequest) (*checkoutpb.PlaceOrderResponse, error) {
	order := rand.Text()
	if err := s.charge(ctx, order, req.GetCents()); err != nil {
		return nil, err
	}
	if _, err := s.Stock.Reserve(ctx, &inventorypb.ReserveRequest{
		OrderId:  order,
		Sku:      req.GetSku(),
		Quantity: req.GetQuantity(),
	}); err != nil {
		return nil, err
	}
	shipment, err := s.Shipping.CreateShipment(ctx, &shippingpb.CreateShipmentRequest{
		OrderId:  order,
		Country:  req.GetCountry(),
		Quantity: req.GetQuantity(),
	})
	if err != nil {
		return nil, err
	}
	if err := s.Events.OrderPlaced(ctx, events.OrderPlaced{
		Order:    order,
		Shipment: shipment.GetShipmentId(),
		Email:    req.GetEmail(),
		Cents:    req.GetCents(),
	}); err != nil {
		slog.Error("order is placed, and nobody hears of it", "order", order, "err", err)
	}
	return &checkoutpb.PlaceOrderResponse{OrderId: order, ShipmentId: shipment.GetShipmentId()}, nil
}
