// Command mailer consumes the events of orders and confirms them by mail.
//
// It is two repaired twins at once. It comes after checkout on the way of an
// order, but nobody waits for it: no hop of a sync-chain. And its database is
// on the server of the orders, but it is its own: no shared-database.
package main

import (
	"context"
	"errors"
	"log"
	"os/signal"
	"syscall"

	"example.com/shop/internal/env"
	"example.com/shop/internal/events"
	"example.com/shop/internal/postgres"
	"example.com/shop/services/mailer/internal/mailer"
)

func main() {
	if err := run(); err != nil && !errors.Is(err, context.Canceled) {
		log.Fatal(err)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	db, err := postgres.Open(env.Get("MAIL_DSN", "postgres://localhost:5432/mail"), 10)
	if err != nil {
		return err
	}
	defer db.Close()
	return events.Consume(ctx, env.Get("KAFKA_BROKERS", "localhost:9092"), "mailer", mailer.New(db).Confirm)
}
