// Package inventory keeps the stock of the shop and sells its tickets.
package inventory

import (
	"context"
	"database/sql"
	"errors"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/shop/gen/inventorypb"
)

// Stock serves inventory.Stock.
type Stock struct {
	inventorypb.UnimplementedStockServer
	db *sql.DB
}

// NewStock returns a server whose stock is in db.
func NewStock(db *sql.DB) *Stock { return &Stock{db: db} }

// Reserve takes goods from the stock in one statement. Two customers wait for
// each other only if they want the same article.
func (s *Stock) Reserve(ctx context.Context, req *inventorypb.ReserveRequest) (*inventorypb.ReserveResponse, error) {
	result, err := s.db.ExecContext(ctx,
		`UPDATE stock SET free = free - $2 WHERE sku = $1 AND free >= $2`,
		req.GetSku(), req.GetQuantity())
	if err != nil {
		return nil, err
	}
	if n, err := result.RowsAffected(); err != nil {
		return nil, err
	} else if n == 0 {
		return nil, status.Errorf(codes.FailedPrecondition, "%q is sold out", req.GetSku())
	}
	return &inventorypb.ReserveResponse{}, nil
}

// Restock adds goods to the stock. It is the repaired twin of Tickets.Sell:
// it locks too, and over two statements, but the row of one article, in the
// database, which holds for all replicas.
func (s *Stock) Restock(ctx context.Context, req *inventorypb.RestockRequest) (*inventorypb.RestockResponse, error) {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	var free int32
	err = tx.QueryRowContext(ctx, `SELECT free FROM stock WHERE sku = $1 FOR UPDATE`, req.GetSku()).Scan(&free)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, status.Errorf(codes.NotFound, "no article %q", req.GetSku())
	}
	if err != nil {
		return nil, err
	}
	free += req.GetQuantity()
	if _, err := tx.ExecContext(ctx, `UPDATE stock SET free = $2 WHERE sku = $1`, req.GetSku(), free); err != nil {
		return nil, err
	}
	if err := tx.Commit(); err != nil {
		return nil, err
	}
	return &inventorypb.RestockResponse{Free: free}, nil
}
