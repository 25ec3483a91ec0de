// Package rpc is how the services of the depot serve and call gRPC.
package rpc

import (
	"log"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// Dial returns a connection to addr (host:port). It does not wait for the
// other side: the first call does. It ends the process if addr is no address.
func Dial(addr string, options ...grpc.DialOption) *grpc.ClientConn {
	options = append(options, grpc.WithTransportCredentials(insecure.NewCredentials()))
	conn, err := grpc.NewClient(addr, options...)
	if err != nil {
		log.Fatal(err)
	}
	return conn
}

// Serve serves what register registers on port until the process ends.
func Serve(port string, register func(grpc.ServiceRegistrar)) {
	listener, err := net.Listen("tcp", ":"+port)
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer()
	register(server)
	log.Fatal(server.Serve(listener))
}
