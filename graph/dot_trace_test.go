package graph

import (
	"slices"
	"testing"
)

func traced(sys *System, ep *Endpoint) []string {
	var list []string
	for _, e := range Trace(sys, ep) {
		list = append(list, e.From+">"+e.To)
	}
	return list
}

func TestTraceOfDecodedSystem(t *testing.T) {
	sys, _ := sample(t)
	ep := FindEndpoint(sys, "shop.Checkout/Place")[0]
	want := []string{"cart>session-cache", "checkout>cart", "checkout>order-placed", "checkout>orders", "checkout>payment",
		"checkout>shipping", "mailer>mail-jobs", "mailer>order-placed", "orders>orders-db", "payment>bank", "payment>payment-db",
		"shipping>orders-db", "shipping>quotes"}
	if got := traced(sys, ep); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

// With bodies, only the operation that is called is followed.
func TestTraceOfBodies(t *testing.T) {
	call := func(to, op string) *Step { return &Step{Kind: Call, To: to, EdgeKind: EdgeGRPC, Operation: op} }
	shared := call("c", "C/Do")
	sys := &System{
		Endpoints: []*Endpoint{
			{Service: "a", Kind: "grpc", Name: "A/Do", Body: &Step{Kind: Seq, Steps: []*Step{call("b", "B/One"), {Kind: Loop, Steps: []*Step{call("b", "B/One")}}}}},
			{Service: "b", Kind: "grpc", Name: "B/One", Body: &Step{Kind: Seq, Steps: []*Step{shared, shared}}},
			{Service: "b", Kind: "grpc", Name: "B/Two", Body: call("d", "D/Do")},
			{Service: "c", Kind: "grpc", Name: "C/Do", Body: &Step{Kind: Hold, Lock: &LockInfo{ID: "mu"}, Steps: []*Step{call("a", "A/Do")}}},
		},
		Edges: []*Edge{
			{From: "a", To: "b", Kind: EdgeGRPC, Operations: []string{"B/One", "B/Two"}},
			{From: "b", To: "c", Kind: EdgeGRPC}, {From: "b", To: "d", Kind: EdgeGRPC},
			{From: "c", To: "a", Kind: EdgeGRPC}, {From: "c", To: "mu", Kind: EdgeLock},
		},
	}
	want := []string{"a>b", "b>c", "c>a", "c>mu"}
	if got := traced(sys, sys.Endpoints[0]); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestFindEndpoint(t *testing.T) {
	sys, _ := sample(t)
	for _, c := range []struct {
		text string
		want []string
	}{
		{"web http GET /", []string{"web http GET /"}},
		{"web GET /", []string{"web http GET /"}},
		{"shop.Cart/Add", []string{"cart grpc shop.Cart/Add"}},
		{"Add", []string{"cart grpc shop.Cart/Add"}},
		{"Cart/Add", []string{"cart grpc shop.Cart/Add"}},
		{"/checkout", []string{"web http POST /checkout"}},
		{"dd", nil},
		{"", nil},
	} {
		var got []string
		for _, e := range FindEndpoint(sys, c.text) {
			got = append(got, e.ID())
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("FindEndpoint(%q) = %v, want %v", c.text, got, c.want)
		}
	}
}
