package ceiling_test

import (
	"strings"
	"testing"

	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/graph/ceiling"
)

// TestOptional: what a request may leave out bounds those that do it, and is no
// less seen in the stations, the calls and the coordination points.
func TestOptional(t *testing.T) {
	when := func(line int, s *graph.Step) *graph.Step {
		c := *s
		c.If = at("if.go", line)
		return &c
	}
	slow := func(site int, steps ...*graph.Step) *graph.Step {
		return &graph.Step{Kind: graph.Hold, Site: at("hold.go", site), Steps: steps,
			Lock: &graph.LockInfo{ID: "main.mu", Name: "main.mu", Kind: "mutex", Scope: "process", Exclusive: true}}
	}
	for _, c := range []struct {
		name, want string
		body       *graph.Step
		numbers    []ceiling.Declared
	}{
		{"beside something else", "<= 4000/s (payment-db, assumed 5 ms; between 2000 and 4000) - if every request takes the branch at if.go:3 <= 2000/s (main.mu, payment-db)",
			seq(query("payment-db"), when(3, slow(1, query("payment-db")))), nil},
		{"alone", "<= 2000/s (main.mu, assumed 5 ms; if every request takes the branch at if.go:3; between 2000 and no bound found)",
			when(3, slow(1, query("payment-db"))), nil},
		{"two, of which one is dearer", "<= 4000/s (payment-db, assumed 5 ms; between 800 and 4000) - if every request takes the branch at if.go:4 <= 1000/s (payment-db)",
			seq(query("payment-db"), when(3, query("payment-db")), when(4, seq(query("payment-db"), query("payment-db"), query("payment-db")))), nil},
		{"declared", "<= 2700/s (payment-db, assumed 7.5 ms)", seq(query("payment-db"), when(3, query("payment-db"))),
			[]ceiling.Declared{{What: ceiling.WhatProb, Site: at("if.go", 3), Value: *declared(0.5)}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			sys := shop()
			endpoint(sys, "POST /checkout").Body = c.body
			p := line(t, sys, ceiling.Options{Declarations: ceiling.Declarations{Numbers: c.numbers}}, "POST /checkout")
			if got := strings.TrimPrefix(p.Line(), "POST /checkout "); !strings.HasPrefix(got, c.want) {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
	sys := shop()
	endpoint(sys, "POST /checkout").Body = seq(query("payment-db"), when(3, slow(1, rpc("inventory", "shop.Inventory/Take"))))
	p := line(t, sys, ceiling.Options{}, "POST /checkout")
	var mu *ceiling.Station
	for i := range p.Stations {
		if strings.HasSuffix(p.Stations[i].Label, "mu") {
			mu = &p.Stations[i]
		}
	}
	if mu == nil || !mu.Optional || mu.DemandMS == 0 || mu.DemandLow != 0 || p.SyncCalls != 1 || len(p.Coordination) != 1 {
		t.Fatalf("%+v; %v calls, points %v", mu, p.SyncCalls, p.Coordination)
	}
	if mu.Branch == nil || *mu.Branch != at("if.go", 3) {
		t.Errorf("branch %v", mu.Branch)
	}
	for _, b := range p.Breaks(100) {
		want := ""
		if b.Station == mu.Resource {
			want = "if every request takes the branch at if.go:3"
		}
		if b.OnlyIf != want {
			t.Errorf("%s breaks %q, want %q", b.Label, b.OnlyIf, want)
		}
	}
	endpoint(sys, "POST /checkout").Body = seq(when(3, when(4, slow(1, query("payment-db")))))
	p = line(t, sys, ceiling.Options{}, "POST /checkout")
	if own := p.Breaks(100); len(own) == 0 || own[0].OnlyIf == "" {
		t.Errorf("a bound of requests that take a branch only: %+v", own)
	}
}
