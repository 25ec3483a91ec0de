// Command coordlint reads a system's Go code, proto files and Kubernetes
// manifests, and says where its services wait for one another and how far each
// request path can scale. It never runs the system.
//
//	coordlint [flags] [patterns]        findings
//	coordlint ceiling [flags]           the ceiling of every path
//	coordlint graph [flags]             the picture of the system
//	coordlint explain RULE              a rule's manual
//
// See the README for the flags and for the exit statuses.
package main

import (
	"context"
	"io"
	"log"
	"os"
	"os/signal"

	"github.com/sirupsen/logrus"
)

func main() {
	// The libraries that read manifests warn through loggers of their own; what
	// cannot be read is a gap of the report.
	log.SetOutput(io.Discard)
	logrus.SetOutput(io.Discard)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	status := Main(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}
