// Package calibrate matches what a running system recorded of itself with its
// graph: which service a span or a series belongs to, which endpoint it served,
// which edge it used. It returns the times as a file that later analyses read,
// and where the graph and the recording differ.
//
// A time is a mean over everything that was recorded. Times that were taken
// under load hold waiting, which makes ceilings too low, never too high.
//
// The package imports graph and the packages whose data it turns into one
// another: analyzer/telemetry, analyzer/measured and, for what people say of
// names and metrics, analyzer/config.
package calibrate

import (
	"github.com/coordlint/coordlint/analyzer/config"
	"github.com/coordlint/coordlint/analyzer/measured"
	"github.com/coordlint/coordlint/analyzer/telemetry"
	"github.com/coordlint/coordlint/graph"
)

// A Calibrator collects recordings of one system. It is a telemetry.Sink.
type Calibrator struct {
	matcher
	metrics  []config.Metric
	store    store
	meanings interner
	families families
	problems []telemetry.Problem
	sources  []measured.Source
	starts   []span // of each source
	implicit string // the metric of series without a name, in the source that is read

	tallies   map[key]*tally
	missed    sightings
	used      map[pair]int    // uses of the graph's edges
	recorded  map[string]bool // services that recorded something
	unmatched counts          // spans and series that match nothing, by reason
	odd       counts          // what was left out, by reason
}

// Options are what people say beside the system.
type Options struct {
	Aliases []config.Alias  // what names mean
	Metrics []config.Metric // what metrics measure that nothing tells by itself
	Limit   int             // spans that are kept at once; 0: five million, about 400 MB
}

// New returns a Calibrator of a system, which may be one of a report that was
// read again: no body is looked at.
func New(sys *graph.System, opt Options) *Calibrator {
	c := &Calibrator{matcher: newMatcher(sys, opt.Aliases), metrics: opt.Metrics,
		tallies: map[key]*tally{}, missed: sightings{}, used: map[pair]int{}, recorded: map[string]bool{}, unmatched: counts{}, odd: counts{}}
	c.store.limit = opt.Limit
	if c.store.limit == 0 {
		c.store.limit = 5_000_000
	}
	return c
}

// Source begins a file. What is sent from here on is of it. Series of it that
// have no name are of the metric, "" if nothing says.
func (c *Calibrator) Source(name, metric string) {
	c.sources = append(c.sources, measured.Source{File: name})
	c.starts = append(c.starts, span{})
	c.implicit = metric
}

// Problem implements telemetry.Sink.
func (c *Calibrator) Problem(p telemetry.Problem) { c.problems = append(c.problems, p) }

// Span implements telemetry.Sink.
func (c *Calibrator) Span(s *telemetry.Span) {
	i := len(c.sources) - 1
	c.sources[i].Spans++
	if why := unusable(s); why != "" {
		c.odd.add(why, 1)
		return
	}
	c.starts[i].cover(s.StartNS, s.EndNS)
	m := c.meaningOf(s)
	c.recorded[m.service] = true
	c.store.add(record{trace: traceID(s.Trace), id: idOf(s.ID), parent: idOf(s.Parent), start: s.StartNS, end: s.EndNS,
		meaning: c.meanings.of(m), source: int32(i)})
}

// unusable says why a span tells nothing; "" if it does.
func unusable(s *telemetry.Span) string {
	const century = 100 * 365 * 24 * 3600 * 1e9
	switch {
	case s.Trace == "" || s.ID == "":
		return "spans without an id"
	case s.StartNS <= 0 || s.StartNS > century:
		return "spans without a time"
	case s.EndNS == 0:
		return "spans that never ended"
	case s.EndNS < s.StartNS:
		return "spans that ended before they began"
	case s.EndNS > century:
		return "spans without a time"
	}
	return ""
}

// A span is an interval of time in nanoseconds since 1970; the zero one is empty.
type span struct{ from, to int64 }

func (s *span) cover(from, to int64) {
	if s.from == 0 || from < s.from {
		s.from = from
	}
	s.to = max(s.to, to)
}

// counts counts reasons.
type counts map[string]int

func (c counts) add(reason string, n int) {
	const most = 10_000 // different ones
	if _, ok := c[reason]; !ok && len(c) >= most {
		reason = "other reasons"
	}
	c[reason] += n
}
