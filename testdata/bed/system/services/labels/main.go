// Command labels prints labels. What bounds it is a lock that is held while
// another service is asked.
package main

import (
	"context"
	"net/http"
	"sync"

	"example.com/depot/gen/carrierpb"
	"example.com/depot/internal/env"
	"example.com/depot/internal/rpc"
	"example.com/depot/internal/web"
)

type server struct {
	carrier carrierpb.CarrierClient
	mu      sync.Mutex // there is one printer
	printed int64
}

func main() {
	s := &server{carrier: carrierpb.NewCarrierClient(rpc.Dial(env.Must("CARRIER_ADDR")))}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /labels", func(w http.ResponseWriter, r *http.Request) {
		web.Answer(w, s.print(r.Context()))
	})
	web.Serve(env.Must("PORT"), mux)
}

func (s *server) print(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	quote, err := s.carrier.Quote(ctx, &carrierpb.QuoteRequest{Zone: "north"})
	if err != nil {
		return err
	}
	s.printed += quote.GetCents()
	return nil
}
