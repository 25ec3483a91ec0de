// Command turnstile lets people in. What bounds it is a lock of each process,
// held over a query; three replicas have three of them.
package main

import (
	"context"
	"database/sql"
	"net/http"
	"sync"

	"example.com/depot/internal/env"
	"example.com/depot/internal/postgres"
	"example.com/depot/internal/web"
)

type server struct {
	db *sql.DB
	mu sync.Mutex // one at a time
}

func main() {
	s := &server{db: postgres.Open(env.Must("DEPOT_DSN"), 10)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /passes", func(w http.ResponseWriter, r *http.Request) {
		web.Answer(w, s.pass(r.Context()))
	})
	web.Serve(env.Must("PORT"), mux)
}

func (s *server) pass(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.db.ExecContext(ctx, `INSERT INTO passes (gate) SELECT $1 FROM pg_sleep(0.04)`, "north")
	return err
}
