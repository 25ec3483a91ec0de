// Package wishlist remembers what a visitor dreams of.
package wishlist

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"

	"example.com/shop/gen/wishlistpb"
)

// lifetime is how long a list is kept after its last change.
const lifetime = 30 * 24 * time.Hour

// Server serves wishlist.Wishlist. It is the repaired twin of services/cart:
// sessions are in Redis, so any replica can answer and any replica can go.
type Server struct {
	wishlistpb.UnimplementedWishlistServer
	redis *redis.Client
}

// New returns a server whose lists are in client.
func New(client *redis.Client) *Server { return &Server{redis: client} }

// AddWish adds an article to the list of a session.
func (s *Server) AddWish(ctx context.Context, req *wishlistpb.AddWishRequest) (*wishlistpb.AddWishResponse, error) {
	key := "wishes:" + req.GetSession()
	if err := s.redis.SAdd(ctx, key, req.GetSku()).Err(); err != nil {
		return nil, err
	}
	if err := s.redis.Expire(ctx, key, lifetime).Err(); err != nil {
		return nil, err
	}
	return &wishlistpb.AddWishResponse{}, nil
}

// GetWishes returns the list of a session.
func (s *Server) GetWishes(ctx context.Context, req *wishlistpb.GetWishesRequest) (*wishlistpb.GetWishesResponse, error) {
	skus, err := s.redis.SMembers(ctx, "wishes:"+req.GetSession()).Result()
	if err != nil {
		return nil, err
	}
	return &wishlistpb.GetWishesResponse{Skus: skus}, nil
}
