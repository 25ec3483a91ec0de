package calibrate

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/coordlint/coordlint/analyzer/measured"
	"github.com/coordlint/coordlint/analyzer/telemetry"
	"github.com/coordlint/coordlint/graph"
)

// A Result is what was measured, and where recording and graph differ.
type Result struct {
	File      *measured.File      `json:"-"`
	Traces    int                 `json:"traces"`
	OneOf     uint64              `json:"one_trace_of"` // 1: all were looked at
	Seen      []Seen              `json:"edges_seen"`
	Missed    []Missed            `json:"edges_the_graph_lacks"`
	Unseen    []Unseen            `json:"edges_never_seen"`
	Unmatched []Count             `json:"unmatched"`    // spans and series that match nothing, the most frequent reason first
	LeftOut   []Count             `json:"left_out"`     // what was recorded and not used, or not as it was
	Silent    []string            `json:"silent"`       // services that recorded nothing
	Problems  []telemetry.Problem `json:"not_readable"` // in the order of the files
}

// A Count is how often something happened.
type Count struct {
	N    int    `json:"n"`
	Text string `json:"text"`
}

// Result looks at all that was sent. It may be called once.
func (c *Calibrator) Result() *Result {
	r := &Result{File: &measured.File{Version: measured.Version}, Problems: c.problems}
	r.Traces = c.store.traces(c.trace)
	r.OneOf = c.store.share()
	if r.OneOf > 1 {
		c.odd.add(fmt.Sprintf("traces beyond the limit: one of %d was looked at", r.OneOf), 1)
	}
	estimates := map[key]estimate{}
	for k, t := range c.tallies {
		estimates[k] = t.estimate()
	}
	c.unsure(estimates)
	c.families.into(c, estimates)
	c.settle(estimates)
	for i, s := range c.sources {
		s.From, s.To = moment(c.starts[i].from), moment(c.starts[i].to)
		if s.Spans > 0 || s.Series > 0 {
			r.File.Sources = append(r.File.Sources, s)
		}
	}
	slices.SortFunc(r.File.Sources, func(a, b measured.Source) int { return cmp.Compare(a.File, b.File) })
	r.File.Times = c.times(estimates)
	r.Seen, r.Unseen = c.edgesOfGraph()
	r.Missed = c.missedEdges()
	r.Unmatched, r.LeftOut = c.unmatched.list(), c.odd.list()
	for _, s := range c.sys.Services {
		if !c.recorded[s.ID] {
			r.Silent = append(r.Silent, s.ID)
		}
	}
	return r
}

// unsure makes intervals of own times that may hold waiting which nothing
// recorded.
func (c *Calibrator) unsure(estimates map[key]estimate) {
	for k, e := range estimates {
		if k.what != measured.Own || math.IsNaN(e.total) {
			continue
		}
		if hidden := c.hidden(k.service, k.operation); len(hidden) > 0 {
			e.mean.Low, e.note = 0, "it may hold the waiting for "+few(hidden)+", of which nothing was recorded"
			estimates[k] = e
		}
	}
}

// hidden lists what an endpoint waits for and its service does not record.
func (c *Calibrator) hidden(service, endpoint string) []string {
	var out []string
	for _, e := range c.waitsOf(service, endpoint) {
		if c.used[pair{e.From, e.To}] == 0 && c.blind(e) {
			out = append(out, e.To)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// waitsOf lists the edges that requests of an endpoint wait for.
func (c *Calibrator) waitsOf(service, endpoint string) []*graph.Edge {
	var out []*graph.Edge
	for _, e := range c.sys.Edges {
		if e.From == service && e.Sync && slices.Contains(e.FromEndpoints, endpoint) {
			out = append(out, e)
		}
	}
	return out
}

// settle drops estimates that others make useless: what callers saw of a
// service that recorded itself, and the mean of all uses where each operation
// is told apart.
func (c *Calibrator) settle(estimates map[key]estimate) {
	own := map[string]bool{}
	for k := range estimates {
		own[k.service] = own[k.service] || k.what == measured.Own
	}
	for k, e := range estimates {
		switch {
		case k.what == callersView:
			delete(estimates, k)
			if !own[k.service] {
				e.note = "as its callers saw it, the network included"
				estimates[key{measured.Own, k.service, "", k.operation}] = e
			}
		case k.what == measured.Use && k.operation == "" && len(c.operations(k.service, k.target)) > 0:
			t := c.tallies[k]
			if t != nil && !t.vague {
				delete(estimates, k)
				continue
			}
			e.note = first(e.note, "all operations together: the recording does not tell them apart")
			estimates[k] = e
		}
	}
}

// times makes entries of estimates.
func (c *Calibrator) times(estimates map[key]estimate) []measured.Time {
	var out []measured.Time
	for k, e := range estimates {
		if k.what == measured.Own && k.operation != "" && !c.has(k.service, k.operation) {
			continue
		}
		t := measured.Time{What: k.what, Service: k.service, Target: k.target, Operation: k.operation,
			Mean: measured.Span{Low: measured.Round(e.mean.Low), High: measured.Round(e.mean.High)}, Count: e.count,
			P50: known(e.p50), P95: known(e.p95), P99: known(e.p99), Total: known(e.total),
			From: moment(e.when.from), To: moment(e.when.to), Note: e.note}
		for _, i := range e.sources {
			t.Files = append(t.Files, c.sources[i].File)
		}
		slices.Sort(t.Files)
		t.Files = slices.Compact(t.Files)
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b measured.Time) int {
		return key{a.What, a.Service, a.Target, a.Operation}.compare(key{b.What, b.Service, b.Target, b.Operation})
	})
	return out
}

// has reports whether a service serves an operation, or is asked for it.
func (c *Calibrator) has(service, operation string) bool {
	return slices.ContainsFunc(c.endpoints[service], func(e *graph.Endpoint) bool { return e.Name == operation }) ||
		slices.ContainsFunc(c.sys.Edges, func(e *graph.Edge) bool { return e.To == service && slices.Contains(e.Operations, operation) })
}

func known(v float64) *float64 {
	if math.IsNaN(v) {
		return nil
	}
	v = measured.Round(v)
	return &v
}

// moment is a time to the second; finer ones say nothing.
func moment(ns int64) time.Time { return time.Unix(0, ns).UTC().Truncate(time.Second) }

func (c counts) list() []Count {
	out := []Count{}
	for text, n := range c {
		out = append(out, Count{n, text})
	}
	slices.SortFunc(out, func(a, b Count) int { return cmp.Or(cmp.Compare(b.N, a.N), strings.Compare(a.Text, b.Text)) })
	return out
}
