// Command counter numbers parcels. What bounds it is one row, which all
// replicas lock until their transaction ends.
package main

import (
	"context"
	"database/sql"
	"net/http"

	"example.com/depot/internal/env"
	"example.com/depot/internal/postgres"
	"example.com/depot/internal/web"
)

type server struct{ db *sql.DB }

func main() {
	s := &server{postgres.Open(env.Must("DEPOT_DSN"), 10)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /parcels", func(w http.ResponseWriter, r *http.Request) {
		web.Answer(w, s.number(r.Context()))
	})
	web.Serve(env.Must("PORT"), mux)
}

func (s *server) number(ctx context.Context) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var n int64
	if err := tx.QueryRowContext(ctx, `SELECT n FROM counters WHERE name = 'parcels' FOR UPDATE`).Scan(&n); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO parcels (number) SELECT $1 FROM pg_sleep(0.04)`, n+1); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE counters SET n = $1 WHERE name = 'parcels'`, n+1); err != nil {
		return err
	}
	return tx.Commit()
}
