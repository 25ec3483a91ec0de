// Package cart remembers what a visitor wants to buy.
package cart

import (
	"context"
	"sync"

	"example.com/shop/gen/cartpb"
)

// Server serves cart.Cart.
//
// stateful-service: the carts live in the memory of one replica. With two
// replicas every other request finds an empty cart, and a deployment empties
// them all. The repaired twin is services/wishlist.
//
// The mutex is one for the process, and yet no global-lock: nothing is waited
// for while it is held.
type Server struct {
	cartpb.UnimplementedCartServer
	mu       sync.Mutex
	sessions map[string][]*cartpb.Item
}

// New returns a server without carts.
func New() *Server {
	return &Server{sessions: make(map[string][]*cartpb.Item)} // finding: stateful-service
}

// AddItem puts an item into the cart of a session.
func (s *Server) AddItem(_ context.Context, req *cartpb.AddItemRequest) (*cartpb.AddItemResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions[req.GetSession()] = append(s.sessions[req.GetSession()], req.GetItem())
	return &cartpb.AddItemResponse{}, nil
}

// GetCart returns what is in the cart of a session.
func (s *Server) GetCart(_ context.Context, req *cartpb.GetCartRequest) (*cartpb.GetCartResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	items := append([]*cartpb.Item(nil), s.sessions[req.GetSession()]...)
	return &cartpb.GetCartResponse{Items: items}, nil
}
