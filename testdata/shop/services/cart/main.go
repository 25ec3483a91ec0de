// Command cart serves cart.Cart.
package main

import (
	"context"
	"log"
	"os/signal"
	"syscall"

	"google.golang.org/grpc"

	"example.com/shop/gen/cartpb"
	"example.com/shop/internal/env"
	"example.com/shop/internal/rpc"
	"example.com/shop/services/cart/internal/cart"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	err := rpc.Serve(ctx, env.Get("PORT", "9007"), func(r grpc.ServiceRegistrar) {
		cartpb.RegisterCartServer(r, cart.New())
	})
	if err != nil {
		log.Fatal(err)
	}
}
