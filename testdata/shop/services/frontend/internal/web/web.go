// Package web is the shop as browsers see it: JSON over HTTP.
package web

import (
	"encoding/json"
	"net/http"
	"time"

	"google.golang.org/grpc/status"

	"example.com/shop/gen/cartpb"
	"example.com/shop/gen/checkoutpb"
	"example.com/shop/gen/inventorypb"
	"example.com/shop/gen/orderspb"
	"example.com/shop/gen/wishlistpb"
)

// Server answers browsers. All of its fields must be set.
type Server struct {
	Checkout checkoutpb.CheckoutClient
	Stock    inventorypb.StockClient
	Tickets  inventorypb.TicketsClient
	Orders   orderspb.OrdersClient
	Cart     cartpb.CartClient
	Wishlist wishlistpb.WishlistClient
}

// patience is how long a request may take, and with it every call that is made
// for it.
const patience = 3 * time.Second

// Handler returns the routes of the shop.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /checkout", s.checkout)
	mux.HandleFunc("POST /refunds", s.refund)
	mux.HandleFunc("GET /orders/{id}", s.order)
	mux.HandleFunc("POST /tickets", s.ticket)
	mux.HandleFunc("POST /stock", s.restock)
	mux.HandleFunc("GET /cart", s.cart)
	mux.HandleFunc("POST /cart", s.addItem)
	mux.HandleFunc("GET /wishlist", s.wishlist)
	mux.HandleFunc("POST /wishlist", s.addWish)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	return http.TimeoutHandler(mux, patience, "the shop is busy")
}

// read decodes the body of r into v, or answers that it could not.
func read(w http.ResponseWriter, r *http.Request, v any) bool {
	if err := json.NewDecoder(r.Body).Decode(v); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return false
	}
	return true
}

// write answers with v, or with what went wrong.
func write(w http.ResponseWriter, v any, err error) {
	if err != nil {
		http.Error(w, status.Convert(err).Message(), http.StatusBadGateway)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(v)
}

// session returns the visitor's session: the cookie of that name.
func session(r *http.Request) string {
	cookie, err := r.Cookie("session")
	if err != nil {
		return "anonymous"
	}
	return cookie.Value
}
