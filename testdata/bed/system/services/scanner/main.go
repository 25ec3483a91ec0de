// Command scanner reads the labels of parcels. What bounds it is its workers:
// three slots a process, each kept over a call and a query.
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
	db    *sql.DB
	base  string
	http  *http.Client
	slots chan struct{}
}

func main() {
	s := &server{
		db:   postgres.Open(env.Must("DEPOT_DSN"), 10),
		base: env.Must("COURIER_URL"),
		http: &http.Client{
			Timeout:   10 * time.Second,
			Transport: &http.Transport{MaxIdleConnsPerHost: 100},
		},
		slots: make(chan struct{}, 3),
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /scans", func(w http.ResponseWriter, r *http.Request) {
		web.Answer(w, s.scan(r.Context()))
	})
	web.Serve(env.Must("PORT"), mux)
}

func (s *server) scan(ctx context.Context) error {
	s.slots <- struct{}{}
	defer func() { <-s.slots }()
	if err := web.Post(ctx, s.http, s.base+"/v1/labels", "a picture"); err != nil {
		return err
	}
	_, err := s.db.ExecContext(ctx, `INSERT INTO scans (parcel) SELECT $1 FROM pg_sleep(0.04)`, "42")
	return err
}
