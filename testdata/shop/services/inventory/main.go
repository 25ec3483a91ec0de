// Command inventory serves inventory.Stock and inventory.Tickets.
package main

import (
	"context"
	"log"
	"os/signal"
	"syscall"

	"google.golang.org/grpc"

	"example.com/shop/gen/inventorypb"
	"example.com/shop/internal/env"
	"example.com/shop/internal/postgres"
	"example.com/shop/internal/rpc"
	"example.com/shop/services/inventory/internal/inventory"
)

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	db, err := postgres.Open(env.Get("STOCK_DSN", "postgres://localhost:5432/stock"), 25)
	if err != nil {
		return err
	}
	defer db.Close()
	return rpc.Serve(ctx, env.Get("PORT", "9003"), func(r grpc.ServiceRegistrar) {
		inventorypb.RegisterStockServer(r, inventory.NewStock(db))
		inventorypb.RegisterTicketsServer(r, inventory.NewTickets(db))
	})
}
