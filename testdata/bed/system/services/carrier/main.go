// Command carrier serves carrier.Carrier.
package main

import (
	"context"
	"database/sql"

	"google.golang.org/grpc"

	"example.com/depot/gen/carrierpb"
	"example.com/depot/internal/env"
	"example.com/depot/internal/postgres"
	"example.com/depot/internal/rpc"
)

type server struct {
	carrierpb.UnimplementedCarrierServer
	db *sql.DB
}

func main() {
	s := &server{db: postgres.Open(env.Must("DEPOT_DSN"), 40)}
	rpc.Serve(env.Must("PORT"), func(r grpc.ServiceRegistrar) {
		carrierpb.RegisterCarrierServer(r, s)
	})
}

func (s *server) Quote(ctx context.Context, req *carrierpb.QuoteRequest) (*carrierpb.QuoteResponse, error) {
	var cents int64
	err := s.db.QueryRowContext(ctx,
		`SELECT cents FROM zones, pg_sleep(0.04) WHERE zone = $1`, req.GetZone()).Scan(&cents)
	if err != nil {
		return nil, err
	}
	return &carrierpb.QuoteResponse{Cents: cents}, nil
}
