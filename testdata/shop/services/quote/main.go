// Command quote serves quote.Quote.
package main

import (
	"context"
	"log"
	"os/signal"
	"syscall"

	"google.golang.org/grpc"

	"example.com/shop/gen/quotepb"
	"example.com/shop/internal/env"
	"example.com/shop/internal/rpc"
	"example.com/shop/services/quote/internal/quote"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	err := rpc.Serve(ctx, env.Get("PORT", "9005"), func(r grpc.ServiceRegistrar) {
		quotepb.RegisterQuoteServer(r, quote.New())
	})
	if err != nil {
		log.Fatal(err)
	}
}
