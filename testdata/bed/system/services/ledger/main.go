// Command ledger serves ledger.Ledger.
package main

import (
	"context"
	"database/sql"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/depot/gen/ledgerpb"
	"example.com/depot/internal/env"
	"example.com/depot/internal/postgres"
	"example.com/depot/internal/rpc"
)

type server struct {
	ledgerpb.UnimplementedLedgerServer
	db *sql.DB
	mu sync.Mutex // the balance adds up
}

func main() {
	s := &server{db: postgres.Open(env.Must("DEPOT_DSN"), 5)}
	rpc.Serve(env.Must("PORT"), func(r grpc.ServiceRegistrar) {
		ledgerpb.RegisterLedgerServer(r, s)
	})
}

// Charge books one charge after another. What is begun is finished, however
// late it is: half a booking would be worse. What is too late is answered as
// if it had failed.
func (s *server) Charge(ctx context.Context, req *ledgerpb.ChargeRequest) (*ledgerpb.ChargeResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	if err := s.book(context.WithoutCancel(ctx), req); err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, status.Error(codes.Unavailable, "too late")
	}
	return &ledgerpb.ChargeResponse{}, nil
}

func (s *server) book(ctx context.Context, req *ledgerpb.ChargeRequest) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.db.ExecContext(ctx,
		`INSERT INTO charges (account, cents) SELECT $1, $2 FROM pg_sleep(0.02)`, req.GetAccount(), req.GetCents())
	return err
}
