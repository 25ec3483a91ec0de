// Package quote says what it costs to send a parcel.
package quote

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/shop/gen/quotepb"
)

// Server serves quote.Quote.
type Server struct {
	quotepb.UnimplementedQuoteServer
	// tariffs holds cents a parcel by country. It is in memory and it is no
	// state: it is written here and never again, the same in every replica.
	tariffs map[string]int64
}

// New returns a server with the tariffs of this year.
func New() *Server {
	return &Server{tariffs: map[string]int64{
		"DE": 490,
		"FR": 890,
		"NL": 790,
		"US": 1990,
	}}
}

// GetQuote returns the price of a shipment.
func (s *Server) GetQuote(_ context.Context, req *quotepb.GetQuoteRequest) (*quotepb.GetQuoteResponse, error) {
	cents, ok := s.tariffs[req.GetCountry()]
	if !ok {
		return nil, status.Errorf(codes.InvalidArgument, "nothing is sent to %q", req.GetCountry())
	}
	return &quotepb.GetQuoteResponse{Cents: cents * int64(req.GetQuantity())}, nil
}
