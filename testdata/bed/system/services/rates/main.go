// Command rates compares what three carriers ask, one after another or all at
// once. What bounds it are four slots, which are kept as long as that takes.
package main

import (
	"context"
	"net/http"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"example.com/depot/gen/carrierpb"
	"example.com/depot/internal/env"
	"example.com/depot/internal/rpc"
	"example.com/depot/internal/web"
)

type server struct {
	carrier carrierpb.CarrierClient
	slots   *semaphore.Weighted
}

func main() {
	s := &server{carrierpb.NewCarrierClient(rpc.Dial(env.Must("CARRIER_ADDR"))), semaphore.NewWeighted(4)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /rates/sequential", func(w http.ResponseWriter, r *http.Request) {
		web.Answer(w, s.sequential(r.Context()))
	})
	mux.HandleFunc("GET /rates/parallel", func(w http.ResponseWriter, r *http.Request) {
		web.Answer(w, s.parallel(r.Context()))
	})
	web.Serve(env.Must("PORT"), mux)
}

func (s *server) sequential(ctx context.Context) error {
	if err := s.slots.Acquire(ctx, 1); err != nil {
		return err
	}
	defer s.slots.Release(1)
	for range 3 {
		if err := s.quote(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *server) parallel(ctx context.Context) error {
	if err := s.slots.Acquire(ctx, 1); err != nil {
		return err
	}
	defer s.slots.Release(1)
	g, ctx := errgroup.WithContext(ctx)
	for range 3 {
		g.Go(func() error { return s.quote(ctx) })
	}
	return g.Wait()
}

func (s *server) quote(ctx context.Context) error {
	_, err := s.carrier.Quote(ctx, &carrierpb.QuoteRequest{Zone: "north"})
	return err
}
