// Command payment serves payment.Payment.
package main

import (
	"context"
	"log"
	"os/signal"
	"syscall"

	"google.golang.org/grpc"

	"example.com/shop/gen/paymentpb"
	"example.com/shop/internal/env"
	"example.com/shop/internal/postgres"
	"example.com/shop/internal/rpc"
	"example.com/shop/services/payment/internal/gateway"
	"example.com/shop/services/payment/internal/payment"
)

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	db, err := postgres.Open(env.Get("PAYMENTS_DSN", "postgres://localhost:5432/payments"), 10)
	if err != nil {
		return err
	}
	defer db.Close()
	money := gateway.New(env.Get("GATEWAY_URL", "http://localhost:9010"))
	return rpc.Serve(ctx, env.Get("PORT", "9002"), func(r grpc.ServiceRegistrar) {
		paymentpb.RegisterPaymentServer(r, payment.New(db, money))
	})
}
