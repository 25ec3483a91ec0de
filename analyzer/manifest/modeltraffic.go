package manifest

import (
	"github.com/coordlint/coordlint/graph"
)

// A Port is a port of a container or a service.
type Port struct {
	Name     string
	Number   int    // 0 if only Target names it
	Target   string // of a service: number or name at the pod
	Protocol string // TCP if nothing says
	App      string // appProtocol
	Host     int    // compose: the port it is published on
	Site     graph.Site
}

// A Service is a name inside the cluster.
type Service struct {
	Name, Namespace string
	Type            string  // ClusterIP, NodePort, LoadBalancer, ExternalName, Headless
	Selector        []Label // by key
	Ports           []Port
	ExternalName    string
	Affinity        graph.Site // of sessionAffinity: ClientIP; zero if none
	Site            graph.Site
	Source          int
}

// A Route sends requests of some hosts and paths to services.
type Route struct {
	Kind            string // Ingress, HTTPRoute, GRPCRoute, TCPRoute, VirtualService, ServiceProfile
	Name, Namespace string
	Hosts           []string
	Rules           []Rule
	Outside         bool // it takes requests from outside of the cluster
	Site            graph.Site
	Source          int
}

// A Rule is one rule of a Route.
type Rule struct {
	Match    []string // "GET /path", "/prefix*", as far as they can be written so; none: all requests
	To       []Backend
	Timeout  *graph.Quantity // milliseconds
	Attempts *graph.Quantity // tries in all, the first included
	PerTry   *graph.Quantity // milliseconds
	RetryOn  string
	Rate     *graph.Quantity // requests per second
	Sticky   graph.Site      // session affinity
	Budget   *graph.Quantity // share of retries to requests (Linkerd)
	Site     graph.Site
}

// A Backend is where a rule sends requests.
type Backend struct {
	Host   string // service name, in any of its forms
	Port   string // name or number; "" if nothing says
	Weight int
	Subset string
}

// A Policy is how callers treat a host (Istio DestinationRule).
type Policy struct {
	Name, Namespace string
	Host            string
	Connections     *graph.Quantity // TCP connections that one caller opens at most
	Pending         *graph.Quantity // HTTP requests that wait for a connection
	Requests        *graph.Quantity // HTTP/2 requests at once
	Retries         *graph.Quantity // retries at once
	ConnectTimeout  *graph.Quantity // milliseconds
	Breaker         graph.Site      // of outlierDetection
	Errors          *graph.Quantity // consecutive errors that open the breaker
	Sticky          graph.Site      // of consistentHash
	Site            graph.Site
	Source          int
}

// An External is a host outside of the cluster that a ServiceEntry declares.
type External struct {
	Name, Namespace string
	Hosts           []string
	Addresses       []string
	Ports           []Port
	Inside          bool // location MESH_INTERNAL
	Endpoints       []string
	Site            graph.Site
	Source          int
}
