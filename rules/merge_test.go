package rules_test

import (
	"slices"
	"testing"

	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/rules"
	rt "github.com/coordlint/coordlint/rules/rulestest"
)

// A client's setting is the cause of all that the client tries again: one
// finding at the setting, with the sites of the calls.
func TestOneSettingIsOneFinding(t *testing.T) {
	set := graph.Site{File: "client.go", Line: 7}
	again := func(operation string, line int) *graph.Step {
		s := rt.Try(graph.Retry{Source: "client", Wait: "fixed", Attempts: rt.Times(4), Capped: true, Setting: "SetRetryCount", WaitSite: set}, rt.Call("stock", operation, rt.At(line)))
		s.Site = graph.Site{File: "shop.go", Line: line}
		return s
	}
	sys := rt.System(rt.Service("shop", rt.HTTP("GET /a", again("s.Stock/Get", 30)), rt.HTTP("GET /b", again("s.Stock/List", 40))), rt.Other("stock"))
	found := rules.Find("retry-without-backoff").Run(sys, nil)
	if len(found) != 1 {
		t.Fatalf("%d findings", len(found))
	}
	f := found[0]
	if f.Site != set || f.Message != "shop tries s.Stock/Get and s.Stock/List again after a fixed wait, 4 attempts (SetRetryCount)" {
		t.Errorf("%s: %s", f.Site, f.Message)
	}
	for _, line := range []int{30, 40} {
		if !slices.ContainsFunc(f.Sites, func(s graph.Site) bool { return s.Line == line }) {
			t.Errorf("sites %v lack line %d", f.Sites, line)
		}
	}
}

// A program that runs two services at once says nothing that they do not say;
// what it alone does is still found.
func TestAllInOneProgram(t *testing.T) {
	step := func(file string) *graph.Step {
		call := rt.Call("pay", "p.Pay/Charge")
		call.Site = graph.Site{File: file, Line: 9}
		s := rt.Try(graph.Retry{Wait: "none", Attempts: rt.Times(3), Capped: true, Idempotent: "no"}, call)
		s.Site = graph.Site{File: file, Line: 8}
		return s
	}
	sys := rt.System(
		rt.Service("cart", rt.GRPC("c.Cart/Add", step("cart.go"))),
		rt.Service("order", rt.GRPC("o.Order/Place", step("order.go"))),
		rt.Service("whole", rt.GRPC("c.Cart/Add", step("cart.go")), rt.GRPC("o.Order/Place", step("order.go")), rt.GRPC("w.Whole/Own", step("whole.go"))),
		rt.Other("pay"))
	for _, e := range sys.Endpoints {
		e.Handler = graph.Site{File: e.Name, Line: 1} // the same code in both programs
	}
	var got []string
	for _, f := range rules.Find("unretriable-retry").Run(sys, nil) {
		got = append(got, f.Subject+" "+f.Site.File)
	}
	if want := []string{"cart -> pay cart.go", "order -> pay order.go", "whole -> pay whole.go"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
