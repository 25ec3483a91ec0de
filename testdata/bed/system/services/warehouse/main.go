// Command warehouse says what is in stock. What bounds it is its pool of
// connections.
package main

import (
	"database/sql"
	"net/http"

	"example.com/depot/internal/env"
	"example.com/depot/internal/postgres"
	"example.com/depot/internal/web"
)

type server struct{ db *sql.DB }

func main() {
	s := &server{postgres.Open(env.Must("DEPOT_DSN"), 4)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /stock", s.stock)
	web.Serve(env.Must("PORT"), mux)
}

func (s *server) stock(w http.ResponseWriter, r *http.Request) {
	var free int
	err := s.db.QueryRowContext(r.Context(),
		`SELECT free FROM stock, pg_sleep(0.08) WHERE sku = $1`, "socks").Scan(&free)
	web.Answer(w, err)
}
