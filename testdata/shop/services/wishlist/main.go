// Command wishlist serves wishlist.Wishlist.
package main

import (
	"context"
	"log"
	"os/signal"
	"syscall"

	"github.com/redis/go-redis/v9"
	"google.golang.org/grpc"

	"example.com/shop/gen/wishlistpb"
	"example.com/shop/internal/env"
	"example.com/shop/internal/rpc"
	"example.com/shop/services/wishlist/internal/wishlist"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	client := redis.NewClient(&redis.Options{Addr: env.Get("REDIS_ADDR", "localhost:6379")})
	defer client.Close()
	err := rpc.Serve(ctx, env.Get("PORT", "9008"), func(r grpc.ServiceRegistrar) {
		wishlistpb.RegisterWishlistServer(r, wishlist.New(client))
	})
	if err != nil {
		log.Fatal(err)
	}
}
