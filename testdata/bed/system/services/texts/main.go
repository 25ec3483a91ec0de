// Command texts sends short messages. What bounds it is what the company
// accepts that carries them.
package main

import (
	"context"
	"database/sql"
	"net/http"
	"time"

	"example.com/depot/internal/env"
	"example.com/depot/internal/postgres"
	"example.com/depot/internal/web"
)

type server struct {
	db   *sql.DB
	base string
	http *http.Client
}

func main() {
	s := &server{
		db:   postgres.Open(env.Must("DEPOT_DSN"), 10),
		base: env.Must("TEXTS_URL"),
		http: &http.Client{
			Timeout:   10 * time.Second,
			Transport: &http.Transport{MaxIdleConnsPerHost: 100},
		},
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /texts", func(w http.ResponseWriter, r *http.Request) {
		web.Answer(w, s.send(r.Context()))
	})
	web.Serve(env.Must("PORT"), mux)
}

func (s *server) send(ctx context.Context) error {
	if err := web.Post(ctx, s.http, s.base+"/v1/texts", "your parcel is here"); err != nil {
		return err
	}
	_, err := s.db.ExecContext(ctx, `INSERT INTO texts (phone) SELECT $1 FROM pg_sleep(0.005)`, "555")
	return err
}
