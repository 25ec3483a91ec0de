package ceiling_test

import (
	"strconv"
	"testing"

	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/graph/ceiling"
)

// A path of which nobody says at how many users its curve is wanted gets one
// that rises to its bound, ends there, and agrees with the one that is asked
// for.
func TestSampledCurve(t *testing.T) {
	sys := shop()
	opt := ceiling.Options{Only: "POST /checkout"}
	p := ceiling.Ceilings(sys, opt)[0]
	if len(p.Curve) < 10 || p.Curve[0].Name != "1" {
		t.Fatalf("curve of %d points", len(p.Curve))
	}
	var before ceiling.Value
	for _, c := range p.Curve {
		if c.Value.X < before || c.Value.X > p.XBound*1.001 || c.Value.X > c.Value.Asymptote*1.001 {
			t.Errorf("at %s users %g/s after %g/s; asymptote %g/s, bound %g/s", c.Name, c.Value.X, before, c.Value.Asymptote, p.XBound)
		}
		before = c.Value.X
		users, err := strconv.Atoi(c.Name)
		if err != nil {
			t.Fatal(err)
		}
		opt.Users = append(opt.Users, users)
	}
	if before < p.XBound*0.97 {
		t.Errorf("ends at %g/s, the bound being %g/s", before, p.XBound)
	}
	for i, c := range ceiling.Ceilings(sys, opt)[0].Curve {
		if got := p.Curve[i].Value.X; got < c.Value.X*0.95 || got > c.Value.X*1.05 {
			t.Errorf("at %s users %g/s, asked for %g/s", c.Name, got, c.Value.X)
		}
	}
	opt.Users = nil
	sys.Resources[1].Time = graph.Exact(1e6, graph.Declared, graph.Site{}, "") // 1,000,000 users at 1,000/s
	if n := len(ceiling.Ceilings(sys, opt)[0].Curve); n != 0 {
		t.Errorf("%d points of a curve that needs too many users", n)
	}
}
