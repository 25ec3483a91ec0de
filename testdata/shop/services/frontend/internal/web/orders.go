package web

import (
	"net/http"

	"example.com/shop/gen/checkoutpb"
	"example.com/shop/gen/inventorypb"
	"example.com/shop/gen/orderspb"
)

// checkout is the path that this example is about: see README.md.
func (s *Server) checkout(w http.ResponseWriter, r *http.Request) {
	var req checkoutpb.PlaceOrderRequest
	if read(w, r, &req) {
		resp, err := s.Checkout.PlaceOrder(r.Context(), &req) // finding: sync-chain
		write(w, resp, err)
	}
}

func (s *Server) refund(w http.ResponseWriter, r *http.Request) {
	var req checkoutpb.RefundRequest
	if read(w, r, &req) {
		resp, err := s.Checkout.Refund(r.Context(), &req)
		write(w, resp, err)
	}
}

func (s *Server) order(w http.ResponseWriter, r *http.Request) {
	resp, err := s.Orders.GetOrder(r.Context(), &orderspb.GetOrderRequest{OrderId: r.PathValue("id")})
	write(w, resp, err)
}

func (s *Server) ticket(w http.ResponseWriter, r *http.Request) {
	var req inventorypb.SellRequest
	if read(w, r, &req) {
		resp, err := s.Tickets.Sell(r.Context(), &req)
		write(w, resp, err)
	}
}

func (s *Server) restock(w http.ResponseWriter, r *http.Request) {
	var req inventorypb.RestockRequest
	if read(w, r, &req) {
		resp, err := s.Stock.Restock(r.Context(), &req)
		write(w, resp, err)
	}
}
