package link

import (
	"strings"
	"testing"

	"github.com/coordlint/coordlint/analyzer/summary"
)

func TestWorkIsBoundedAndSaid(t *testing.T) {
	fn := &summary.Func{Symbol: "example.com/shop.grow", Site: summary.Site{File: "grow.go", Line: 7, Col: 6}, Blocks: []summary.Block{{}}}
	m := newMachine(&program{}, nil, nil, Environment{})
	inst := m.call(nil, fn, -1, nil)
	if !inst.reach[0] || len(m.gaps) > 0 {
		t.Fatalf("before the bound: reached %v, gaps %v", inst.reach[0], m.gaps)
	}
	m.work = maxWork + 1
	for range 2 {
		inst.dirty, inst.reach[0] = true, false
		m.eval(inst)
	}
	if inst.reach[0] || inst.dirty {
		t.Errorf("evaluated beyond the bound: %+v", inst)
	}
	if len(m.gaps) != 1 || m.gaps[0].site != fn.Site || !strings.Contains(m.gaps[0].text, "example.com/shop.grow") {
		t.Errorf("gaps %v, want one at grow.go:7:6", m.gaps)
	}
}
