package ceiling

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// Options say what Build and Ceilings shall do beside reading the graph.
type Options struct {
	Declarations Declarations
	ThinkMS      float64 // milliseconds that a user waits between requests
	Users        []int   // concurrent users at which the curve is wanted; none: some around the knee, for entrances. In a large system, ask for one path only
	Only         string  // id of a path, or name of its endpoint, that Ceilings shall solve; "": all

	// Effort bounds the work on sensitivities, in steps that are evaluated; 0
	// means 20 million, about a second. Entrances go first; a path for which
	// too little is left goes without.
	Effort int
}

// Build makes the model of one endpoint, or of all endpoints that start a path
// if entry is nil. It follows calls into the endpoints of other services, which
// it models once each. What nothing says becomes an unknown with the interval
// of its class; each is among the assumptions.
func Build(sys *graph.System, entry *graph.Endpoint, opt Options) (*Model, []Assumption) {
	entries := []*graph.Endpoint{entry}
	if entry == nil {
		entries = entriesOf(sys)
	}
	b := build(sys, entries, opt)
	return b.m, b.assumptions
}

// entriesOf lists the endpoints that start a path.
func entriesOf(sys *graph.System) []*graph.Endpoint {
	var list []*graph.Endpoint
	for _, e := range sys.Endpoints {
		if !e.Standard {
			list = append(list, e)
		}
	}
	return list
}

// A builder makes a model of a system.
type builder struct {
	*index
	sys      *graph.System
	declared declarations
	m        *Model

	ops      map[string]opState // by operation id
	services map[string]bool    // whether the model has it
	stations map[string]*stationNote
	unknowns map[string]*Unknown
	sources  map[string]origin     // of unknowns
	branches map[string]graph.Site // of those that are shares of branches which may be left out
	refs     map[partKey]int       // parents of a step
	parts    map[partKey]part
	called   map[string]bool // operations that another service calls

	assumptions []Assumption
	assumed     map[string]bool
	left        map[string][]string // by operation: what is not modelled
}

type opState int

const (
	opUnknown opState = iota
	opOpen            // its steps are being made
	opDone
)

// A stationNote says where a station of the model came from.
type stationNote struct {
	label    string          // as people call it
	capacity *graph.Quantity // nil: not known, or unbounded
	site     graph.Site      // where it is declared, if not where the capacity is
	kind     string          // of the resource
	shared   bool            // more replicas do not add to it, and requests wait for it
	target   string          // id of the resource that it stands for, "" for what a process has
}

type partKey struct {
	service string
	step    *graph.Step
}

func build(sys *graph.System, entries []*graph.Endpoint, opt Options) *builder {
	b := &builder{index: newIndex(sys), sys: sys, declared: opt.Declarations.index(),
		m:   &Model{ID: sys.Root, Parameters: Parameters{ThinkMS: opt.ThinkMS, Users: opt.Users}},
		ops: map[string]opState{}, services: map[string]bool{}, stations: map[string]*stationNote{},
		unknowns: map[string]*Unknown{}, sources: map[string]origin{}, branches: map[string]graph.Site{}, refs: map[partKey]int{}, parts: map[partKey]part{},
		called: map[string]bool{}, assumed: map[string]bool{}, left: map[string][]string{}}
	for _, e := range entries {
		b.operation(e)
		path := &Request{ID: e.ID(), Entry: e.ID()}
		for _, s := range opt.Declarations.Mix {
			if s.Path == e.ID() || s.Path == e.Name {
				path.Mix = &s.Share
			}
		}
		if len(opt.Declarations.Mix) > 0 && path.Mix == nil {
			path.Mix = new(float64)
		}
		b.m.Paths = append(b.m.Paths, path)
	}
	slices.SortStableFunc(b.assumptions, func(x, y Assumption) int {
		return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.Text, y.Text), x.Site.Compare(y.Site))
	})
	return b
}

// operation models an endpoint and what it reaches, and returns the id of its
// operation.
func (b *builder) operation(e *graph.Endpoint) string {
	id := e.ID()
	if b.ops[id] != opUnknown {
		return id
	}
	b.ops[id] = opOpen
	b.service(e.Service)
	o := &Operation{ID: id, Service: e.Service}
	o.Steps = b.own(e.Service, e.Name, e.Handler)
	c := &conversion{builder: b, service: e.Service, op: id, endpoint: e}
	if e.Body != nil {
		b.count(e.Service, e.Body)
		o.Steps = append(o.Steps, c.step(e.Body)...)
		b.left[id] = c.noted
	}
	if e.AtOnce != nil {
		o.Steps = []*Step{{Kind: StepHold, Target: b.partitions(e), Steps: o.Steps, Site: e.Handler}}
	}
	b.m.Operations = append(b.m.Operations, o)
	b.ops[id] = opDone
	return id
}

// own returns the steps of an endpoint's own work.
func (b *builder) own(service, operation string, site graph.Site) []*Step {
	var steps []*Step
	cpu := b.declared.find(WhatCPU, service, "", operation, site)
	if cpu != nil {
		name := fmt.Sprintf("cpu(%s)", shortName(service, operation))
		steps = append(steps, b.timed(&Step{Kind: StepCPU, Site: site}, cpu, name, classWork))
	}
	name := fmt.Sprintf("t(%s)", shortName(service, operation))
	q := b.declared.find(WhatTime, "", service, operation, site)
	if q == nil && len(steps) > 0 {
		return steps
	}
	if q != nil && cpu != nil && q.Source == graph.Measured { // by the clock: the time on a core is in it
		rest := *q
		rest.Low, rest.High = max(0, q.Low-cpu.High), max(0, q.High-cpu.Low)
		q = &rest
	}
	return append(steps, b.timed(&Step{Kind: StepWait, Site: site}, q, name, classWork))
}

// timed gives a step its time: a quantity, or an unknown of a class.
func (b *builder) timed(s *Step, q *graph.Quantity, name string, c class) *Step {
	if q == nil {
		q = &graph.Quantity{Low: c.low, High: c.high, Source: graph.Assumed, Site: s.Site, Note: c.name}
	}
	from := originOf(q)
	s.MS, s.Source, s.File = b.number(q, name), from.source, from.file
	return s
}

// number makes a quantity a number of the model. An interval becomes an
// unknown; one that is assumed, an assumption.
func (b *builder) number(q *graph.Quantity, name string) Num {
	if q.Low == q.High {
		return Of(max(0, q.Low))
	}
	for n := 2; ; n++ {
		u := b.unknowns[name]
		if u == nil {
			break
		}
		if u.Low == q.Low && u.High == q.High {
			return Num{Name: name}
		}
		name = fmt.Sprintf("%s #%d", strings.TrimRight(strings.TrimSuffix(name, fmt.Sprintf(" #%d", n-1)), " "), n)
	}
	u := &Unknown{Name: name, Low: max(0, q.Low), High: max(q.Low, q.High)}
	b.unknowns[name], b.sources[name] = u, originOf(q)
	b.m.Unknowns = append(b.m.Unknowns, u)
	if q.Source == graph.Assumed {
		b.assumptions = append(b.assumptions, Assumption{Name: name, Text: q.Note, Low: q.Low, High: q.High, Unit: unitOf(name), Site: q.Site})
	}
	return Num{Name: name}
}

func unitOf(name string) string {
	switch {
	case strings.HasPrefix(name, "n("):
		return "rounds"
	case strings.HasPrefix(name, "split("):
		return "cheapest to dearest way"
	case strings.HasPrefix(name, "p("):
		return "probability"
	case strings.HasPrefix(name, "c("):
		return "at once"
	}
	return "ms"
}

// assume notes something that is no number, once.
func (b *builder) assume(service string, site graph.Site, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if key := text + "\x00" + site.String(); !b.assumed[key] {
		b.assumed[key] = true
		b.assumptions = append(b.assumptions, Assumption{Text: text, Site: site, Service: service})
	}
}

// count counts the parents of each step, so that what is shared can be modelled
// once. Steps that are met again are not entered again.
func (b *builder) count(service string, s *graph.Step) {
	k := partKey{service, s}
	b.refs[k]++
	if b.refs[k] > 1 {
		return
	}
	for _, kid := range s.Steps {
		if kid != nil {
			b.count(service, kid)
		}
	}
}

// shortName is how an operation is called in formulas: Service.Method of an
// RPC, else the service and the operation.
func shortName(service, operation string) string {
	rpc, method, ok := strings.Cut(operation, "/")
	if ok && !strings.Contains(operation, " ") && rpc != "" && !strings.Contains(method, "/") {
		return service + "." + method
	}
	if operation == "" {
		return service
	}
	return service + " " + operation
}
