package rules_test

import (
	"testing"

	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/rules"
	rt "github.com/coordlint/coordlint/rules/rulestest"
)

func TestStatefulService(t *testing.T) {
	site := func(line int) graph.Site { return graph.Site{File: "cart.go", Line: line} }
	carts := graph.State{Name: "example.com/cart.Server.carts", Kind: "map", Site: site(5), Writes: []graph.Site{site(20)}, Reads: []graph.Site{site(30)},
		Writers: []string{"c.Cart/Add"}, Readers: []string{"c.Cart/Get"}, Request: true, Certain: true}
	cart := func(mods ...func(*graph.State)) *graph.System {
		c := carts
		for _, m := range mods {
			m(&c)
		}
		return rt.System(rt.ServiceWith(&graph.Service{ID: "cart", State: []graph.State{c}}, rt.GRPC("c.Cart/Add"), rt.GRPC("c.Cart/Get")))
	}
	n := 3
	total := carts
	total.Name, total.Kind, total.Site = "example.com/cart.Server.total", "field", site(6)
	const found = "error cart.go:5: cart remembers between requests in cart.Server.carts (map): written by c.Cart/Add, read by c.Cart/Get"
	checkRule(t, "stateful-service", nil, []ruleCase{
		{"a map that one request fills and another reads", cart(), []string{found}},
		{"kept in a shared store as well", cart(func(s *graph.State) { s.Backed = "redis" }), nil},
		{"a connection cache", cart(func(s *graph.State) { s.Excused = "connections by address" }), nil},
		{"filled at start-up only", cart(func(s *graph.State) { s.Writers = nil }), nil},
		{"never read again", cart(func(s *graph.State) { s.Readers = nil }), nil},
		{"what is written is not the request's", cart(func(s *graph.State) { s.Request = false }), nil},
		{"a session store", cart(func(s *graph.State) { s.Kind, s.Request = "session-store", false }),
			[]string{"error cart.go:5: cart remembers between requests in cart.Server.carts (session-store): written by c.Cart/Add, read by c.Cart/Get"}},
		{"perhaps", cart(func(s *graph.State) { s.Certain = false }), []string{"warning? " + found[6:]}},
		{"two fields of one object are one finding", rt.System(rt.ServiceWith(
			&graph.Service{ID: "cart", HPAMax: &n, State: []graph.State{carts, total}}, rt.GRPC("c.Cart/Add"))),
			[]string{"error cart.go:5: cart remembers between requests in cart.Server.carts and cart.Server.total (field and map): " +
				"written by c.Cart/Add, read by c.Cart/Get; each of up to 3 replicas has its own"}},
		{"the manifest pins clients", rt.System(rt.ServiceWith(&graph.Service{ID: "cart", Sticky: []graph.Site{{File: "cart.yaml", Line: 8}}})),
			[]string{"warning cart.yaml:8: cart has its clients pinned to a replica; no state was seen in its code"}},
	})
	checkRule(t, "stateful-service", &rules.Options{Accepted: []rules.Accepted{{Fact: rules.StatefulByDesign, Subject: "cart", Reason: "sharded by user"}}},
		[]ruleCase{{"stateful by design", cart(), nil}})
}
