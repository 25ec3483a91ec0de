// Command checkout serves checkout.Checkout.
package main

import (
	"context"
	"log"
	"os/signal"
	"syscall"

	"google.golang.org/grpc"

	"example.com/shop/gen/checkoutpb"
	"example.com/shop/gen/inventorypb"
	"example.com/shop/gen/paymentpb"
	"example.com/shop/gen/shippingpb"
	"example.com/shop/internal/env"
	"example.com/shop/internal/events"
	"example.com/shop/internal/rpc"
	"example.com/shop/services/checkout/internal/checkout"
)

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	payment, err := rpc.Dial(env.Get("PAYMENT_ADDR", "localhost:9002"))
	if err != nil {
		return err
	}
	defer payment.Close()
	inventory, err := rpc.Dial(env.Get("INVENTORY_ADDR", "localhost:9003"))
	if err != nil {
		return err
	}
	defer inventory.Close()
	shipping, err := rpc.Dial(env.Get("SHIPPING_ADDR", "localhost:9004"))
	if err != nil {
		return err
	}
	defer shipping.Close()
	publisher := events.NewPublisher(env.Get("KAFKA_BROKERS", "localhost:9092"))
	defer publisher.Close()

	return rpc.Serve(ctx, env.Get("PORT", "9001"), func(r grpc.ServiceRegistrar) {
		checkoutpb.RegisterCheckoutServer(r, &checkout.Server{
			Payment:  paymentpb.NewPaymentClient(payment),
			Stock:    inventorypb.NewStockClient(inventory),
			Shipping: shippingpb.NewShippingClient(shipping),
			Events:   publisher,
		})
	})
}
