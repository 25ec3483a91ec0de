// Command frontend serves the shop to browsers.
package main

import (
	"context"
	"log"
	"log/slog"
	"net/http"
	"os/signal"
	"syscall"
	"time"

	"google.golang.org/grpc"

	"example.com/shop/gen/cartpb"
	"example.com/shop/gen/checkoutpb"
	"example.com/shop/gen/inventorypb"
	"example.com/shop/gen/orderspb"
	"example.com/shop/gen/wishlistpb"
	"example.com/shop/internal/env"
	"example.com/shop/internal/rpc"
	"example.com/shop/services/frontend/internal/web"
)

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	inventory := dial(env.Get("INVENTORY_ADDR", "localhost:9003"))
	shop := &web.Server{
		Checkout: checkoutpb.NewCheckoutClient(dial(env.Get("CHECKOUT_ADDR", "localhost:9001"))),
		Stock:    inventorypb.NewStockClient(inventory),
		Tickets:  inventorypb.NewTicketsClient(inventory),
		Orders:   orderspb.NewOrdersClient(dial(env.Get("ORDERS_ADDR", "localhost:9006"))),
		Cart:     cartpb.NewCartClient(dial(env.Get("CART_ADDR", "localhost:9007"))),
		Wishlist: wishlistpb.NewWishlistClient(dial(env.Get("WISHLIST_ADDR", "localhost:9008"))),
	}
	return serve(env.Get("PORT", "8080"), shop.Handler())
}

// dial returns a connection to addr. It ends the process if addr is no address.
func dial(addr string) *grpc.ClientConn {
	conn, err := rpc.Dial(addr)
	if err != nil {
		log.Fatal(err)
	}
	return conn
}

// serve serves handler until the process is told to end; then it lets the
// requests that run come to their end.
func serve(port string, handler http.Handler) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	server := &http.Server{Addr: ":" + port, Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	slog.Info("serving", "address", server.Addr)
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return server.Shutdown(context.Background())
	}
}
