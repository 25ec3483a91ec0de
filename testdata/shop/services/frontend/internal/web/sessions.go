package web

import (
	"net/http"

	"example.com/shop/gen/cartpb"
	"example.com/shop/gen/wishlistpb"
)

func (s *Server) cart(w http.ResponseWriter, r *http.Request) {
	resp, err := s.Cart.GetCart(r.Context(), &cartpb.GetCartRequest{Session: session(r)})
	write(w, resp, err)
}

func (s *Server) addItem(w http.ResponseWriter, r *http.Request) {
	var item cartpb.Item
	if read(w, r, &item) {
		resp, err := s.Cart.AddItem(r.Context(), &cartpb.AddItemRequest{Session: session(r), Item: &item})
		write(w, resp, err)
	}
}

func (s *Server) wishlist(w http.ResponseWriter, r *http.Request) {
	resp, err := s.Wishlist.GetWishes(r.Context(), &wishlistpb.GetWishesRequest{Session: session(r)})
	write(w, resp, err)
}

func (s *Server) addWish(w http.ResponseWriter, r *http.Request) {
	var req wishlistpb.AddWishRequest
	if read(w, r, &req) {
		req.Session = session(r)
		resp, err := s.Wishlist.AddWish(r.Context(), &req)
		write(w, resp, err)
	}
}
