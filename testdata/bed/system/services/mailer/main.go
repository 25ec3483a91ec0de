// Command mailer writes mails. What bounds it is a limiter of its own, in each
// process.
package main

import (
	"context"
	"database/sql"
	"net/http"

	"golang.org/x/time/rate"

	"example.com/depot/internal/env"
	"example.com/depot/internal/postgres"
	"example.com/depot/internal/web"
)

type server struct {
	db    *sql.DB
	limit *rate.Limiter
}

func main() {
	s := &server{postgres.Open(env.Must("DEPOT_DSN"), 10), rate.NewLimiter(35, 1)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /mails", func(w http.ResponseWriter, r *http.Request) {
		web.Answer(w, s.mail(r.Context()))
	})
	web.Serve(env.Must("PORT"), mux)
}

func (s *server) mail(ctx context.Context) error {
	if err := s.limit.Wait(ctx); err != nil {
		return err
	}
	_, err := s.db.ExecContext(ctx, `INSERT INTO outbox (address) SELECT $1 FROM pg_sleep(0.005)`, "a@example.com")
	return err
}
