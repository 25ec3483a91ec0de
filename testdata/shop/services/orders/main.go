// Command orders serves orders.Orders and consumes the events of orders.
package main

import (
	"context"
	"errors"
	"log"
	"os/signal"
	"syscall"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"

	"example.com/shop/gen/orderspb"
	"example.com/shop/internal/env"
	"example.com/shop/internal/events"
	"example.com/shop/internal/postgres"
	"example.com/shop/internal/rpc"
	"example.com/shop/services/orders/internal/orders"
)

func main() {
	if err := run(); err != nil && !errors.Is(err, context.Canceled) {
		log.Fatal(err)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	// shared-database: services/shipping opens the same database.
	db, err := postgres.Open(env.Get("ORDERS_DSN", "postgres://localhost:5432/orders"), 10) // finding: shared-database
	if err != nil {
		return err
	}
	defer db.Close()
	server := orders.New(db)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		return events.Consume(ctx, env.Get("KAFKA_BROKERS", "localhost:9092"), "orders", server.Record)
	})
	g.Go(func() error {
		return rpc.Serve(ctx, env.Get("PORT", "9006"), func(r grpc.ServiceRegistrar) {
			orderspb.RegisterOrdersServer(r, server)
		})
	})
	return g.Wait()
}
