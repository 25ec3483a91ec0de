// Command orders takes orders. What bounds it is its pool, because a
// transaction keeps a connection while another service is asked.
package main

import (
	"context"
	"database/sql"
	"net/http"

	"example.com/depot/gen/carrierpb"
	"example.com/depot/internal/env"
	"example.com/depot/internal/postgres"
	"example.com/depot/internal/rpc"
	"example.com/depot/internal/web"
)

type server struct {
	db      *sql.DB
	carrier carrierpb.CarrierClient
}

func main() {
	s := &server{
		postgres.Open(env.Must("DEPOT_DSN"), 5),
		carrierpb.NewCarrierClient(rpc.Dial(env.Must("CARRIER_ADDR"))),
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /orders", func(w http.ResponseWriter, r *http.Request) {
		web.Answer(w, s.order(r.Context()))
	})
	web.Serve(env.Must("PORT"), mux)
}

func (s *server) order(ctx context.Context) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, `INSERT INTO orders (sku) SELECT $1 FROM pg_sleep(0.02)`, "socks"); err != nil {
		return err
	}
	quote, err := s.carrier.Quote(ctx, &carrierpb.QuoteRequest{Zone: "north"})
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO invoices (cents) SELECT $1 FROM pg_sleep(0.02)`, quote.GetCents()); err != nil {
		return err
	}
	return tx.Commit()
}
