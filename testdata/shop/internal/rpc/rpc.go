// Package rpc is how the services of the shop serve and call gRPC.
package rpc

import (
	"context"
	"log/slog"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
)

// Dial returns a connection to addr (host:port). It does not wait for the
// other side: the first call does. Calls are spread over all addresses that
// the host resolves to, which is why the Services in deploy are headless.
func Dial(addr string) (*grpc.ClientConn, error) {
	return grpc.NewClient(addr,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultServiceConfig(`{"loadBalancingConfig": [{"round_robin": {}}]}`))
}

// Serve serves what register registers, and the health service, on port
// until ctx ends; then it lets the calls that run come to their end.
func Serve(ctx context.Context, port string, register func(grpc.ServiceRegistrar)) error {
	listener, err := net.Listen("tcp", ":"+port)
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	register(server)
	grpc_health_v1.RegisterHealthServer(server, health.NewServer())
	stop := context.AfterFunc(ctx, server.GracefulStop)
	defer stop()
	slog.Info("serving", "address", listener.Addr().String())
	return server.Serve(listener)
}
