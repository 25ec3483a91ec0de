// Command shipping serves shipping.Shipping.
package main

import (
	"context"
	"log"
	"os/signal"
	"syscall"

	"google.golang.org/grpc"

	"example.com/shop/gen/quotepb"
	"example.com/shop/gen/shippingpb"
	"example.com/shop/internal/env"
	"example.com/shop/internal/postgres"
	"example.com/shop/internal/rpc"
	"example.com/shop/services/shipping/internal/shipping"
)

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	// shared-database: services/orders opens the same database and reads the
	// shipments that are written here.
	db, err := postgres.Open(env.Get("SHIPPING_DSN", "postgres://localhost:5432/orders"), 10)
	if err != nil {
		return err
	}
	defer db.Close()
	conn, err := rpc.Dial(env.Get("QUOTE_ADDR", "localhost:9005"))
	if err != nil {
		return err
	}
	defer conn.Close()
	return rpc.Serve(ctx, env.Get("PORT", "9004"), func(r grpc.ServiceRegistrar) {
		shippingpb.RegisterShippingServer(r, shipping.New(db, quotepb.NewQuoteClient(conn)))
	})
}
