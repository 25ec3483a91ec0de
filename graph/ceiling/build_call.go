package ceiling

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/coordlint/coordlint/graph"
)

// call converts a call of a service or the use of a resource.
func (c *conversion) call(s *graph.Step) []*Step {
	edge := c.edges[edgeKey{c.service, s.To, s.EdgeKind}]
	var inner []*Step
	if r := c.resources[s.To]; r != nil {
		inner = c.use(s, r, edge)
	} else {
		inner = c.request(s, edge)
	}
	if edge != nil && edge.Limiter != nil {
		id := fmt.Sprintf("%s limiter of %s", c.service, s.To)
		inner = append([]*Step{{Kind: StepLimit, Target: c.limiter(c.service, id, edge.Limiter), Site: s.Site}}, inner...)
	}
	return inner
}

// request calls an endpoint of another service, through the caller's pool of
// connections if that has a bound.
func (c *conversion) request(s *graph.Step, edge *graph.Edge) []*Step {
	op := c.callee(s)
	c.called[op] = c.called[op] || s.To != c.service
	if s.Async {
		return []*Step{{Kind: StepAsync, Target: op, Site: s.Site}}
	}
	steps := []*Step{{Kind: StepCall, Target: op, Timeout: c.timeout(s), Site: s.Site}}
	if q := c.declared.find(WhatNetwork, c.service, s.To, s.Operation, s.Site); q != nil {
		name := fmt.Sprintf("t(network %s -> %s)", c.service, shortName(s.To, s.Operation))
		steps = append(steps, c.timed(&Step{Kind: StepWait, Site: s.Site}, q, name, classWork))
	}
	if pool := c.pool(c.service, edge); pool != "" {
		return []*Step{{Kind: StepHold, Target: pool, Steps: steps, Site: s.Site}}
	}
	return steps
}

// callee returns the operation that a call runs. One whose steps are being made
// is called in a circle, and a call of its service's own work stands for it;
// one that no endpoint answers is a wait of unknown time.
func (c *conversion) callee(s *graph.Step) string {
	if e := c.index.endpoint(s.To, s.EdgeKind, s.Operation); e != nil {
		if c.ops[e.ID()] != opOpen {
			return c.operation(e)
		}
		c.assume(c.service, s.Site, "%s and %s wait for each other in a circle: the inner call counts as own work", c.op, e.ID())
		return c.stub(s.To, e.Name, e.ID()+" (in a circle)", s.Site)
	}
	name := s.Operation
	if svc := c.index.services[s.To]; svc != nil && svc.Language == "go" && len(c.endpoints[s.To]) > 0 {
		c.leave("%s of %s: none of its endpoints answers it; what it does is not known", orCall(name), s.To)
	}
	return c.stub(s.To, name, s.To+" ? "+name, s.Site)
}

func orCall(name string) string {
	if name == "" {
		return "a call"
	}
	return name
}

// stub adds an operation of which nothing but the service is known.
func (b *builder) stub(service, operation, id string, site graph.Site) string {
	if b.ops[id] == opUnknown {
		b.ops[id] = opDone
		b.service(service)
		b.m.Operations = append(b.m.Operations, &Operation{ID: id, Service: service, Steps: b.own(service, operation, site)})
	}
	return id
}

func (c *conversion) timeout(s *graph.Step) *Num {
	d := s.Deadline
	if d != nil && d.Kind == "none" {
		c.leave("%s hangs: the call at %s has no deadline and waits as long", s.To, s.Site)
	}
	if d == nil || d.Time == nil || d.Kind == "none" || d.Kind == "unknown" {
		return nil
	}
	return c.builder.capacity(d.Time, fmt.Sprintf("t(timeout %s)", d.Site))
}

// use makes one use of a resource: its rate, then a connection of the caller's
// pool and one of the server's, unless a transaction around it has them, and in
// them the resource itself. A message goes on to its consumers.
func (c *conversion) use(s *graph.Step, r *graph.Resource, edge *graph.Edge) []*Step {
	q := s.Time
	if d := c.declared.find(WhatTime, c.service, r.ID, s.Operation, s.Site); d != nil {
		q = d
	} else if q == nil {
		q = r.Time
	}
	use := c.timed(&Step{Kind: StepUse, Target: c.resource(r), Timeout: c.timeout(s), Site: s.Site}, q, c.timeName(r, s.EdgeKind), classOf(r, s.EdgeKind))
	steps := []*Step{use}
	if !s.Tx {
		steps = c.connected(steps, r, edge, s.Site)
	}
	if limit := c.vendor(r); limit != "" {
		steps = append([]*Step{{Kind: StepLimit, Target: limit, Site: s.Site}}, steps...)
	}
	if s.Async {
		steps = c.behind(steps, s.Site)
	}
	if s.EdgeKind == graph.EdgePublish {
		for _, e := range c.consumers[r.ID] {
			if c.ops[e.ID()] == opOpen {
				c.assume(c.service, s.Site, "messages of %s come back to %s in a circle: counted once", r.ID, e.ID())
				continue
			}
			steps = append(steps, &Step{Kind: StepAsync, Target: c.operation(e), Site: s.Site})
		}
	}
	return steps
}

func (b *builder) timeName(r *graph.Resource, edgeKind string) string {
	if edgeKind == graph.EdgeLock && r.Kind != graph.Lock {
		return fmt.Sprintf("t(lock %s)", r.ID)
	}
	return fmt.Sprintf("t(%s)", r.ID)
}

// connected puts steps into the connections that they need.
func (c *conversion) connected(steps []*Step, r *graph.Resource, edge *graph.Edge, site graph.Site) []*Step {
	pool := c.pool(c.service, edge)
	if pool == "" && (edge == nil || !edge.Pooled) {
		return steps
	}
	stations := []string{c.connections(r)}
	if edge != nil && edge.Pooler != nil {
		stations = c.pooler(r, edge)
	}
	for _, id := range stations {
		if id != "" {
			steps = []*Step{{Kind: StepHold, Target: id, Steps: steps, Site: site}}
		}
	}
	if pool != "" {
		steps = []*Step{{Kind: StepHold, Target: pool, Steps: steps, Site: site}}
	}
	return steps
}

// hold converts what is held over steps. Locks that bound no rate of the whole
// (made per request, chosen by request data, read locks, guards) are noted and
// passed through.
func (c *conversion) hold(s *graph.Step) []*Step {
	steps := c.steps(s)
	li := s.Lock
	if li == nil {
		return steps
	}
	if li.IO && !(li.IOWhat == "a channel" && joined(s)) {
		name := cmp.Or(li.IOWhat, li.IOSite.String(), s.Site.String())
		steps = append(steps, c.timed(&Step{Kind: StepWait, Site: li.IOSite}, nil, fmt.Sprintf("t(%s)", name), classIO))
	}
	switch {
	case li.Kind == "transaction" || li.Kind == "connection":
		r := c.resources[li.Resource]
		if r == nil || len(steps) == 0 {
			return steps
		}
		if li.Kind == "transaction" && commits[r.Technology] {
			steps = append(steps, c.commit(s, r))
		}
		return c.connected(steps, r, c.pooled(r.ID), s.Site)
	case li.Scope == "request":
		return steps
	case li.Scope == "keyed":
		c.leave("lock %s: chosen by request data, so that it bounds one key's rate only", li.Name)
		return steps
	case !li.Exclusive && (li.Kind == "rwmutex-read" || li.Kind == "rwmutex"):
		return steps
	case li.Kind == "row" && s.Site == onlyCall(s):
		c.leave("row of %s: locked while the store executes the statement at %s, which is a part of its time that is not known", li.Name, s.Site)
		return steps
	case li.Guarded:
		c.leave("lock %s at %s: held on some requests only", li.Name, s.Site)
		return steps
	}
	if distributed[li.Kind] && li.Kind != "row" { // a statement of the transaction locks the row
		steps = append(c.lockService(s, li), steps...)
	}
	if len(steps) == 0 {
		return nil // memory only
	}
	return []*Step{{Kind: StepHold, Target: c.lock(c.service, li), Steps: steps, Site: s.Site}}
}

// commits lists the stores which take a round trip each to begin and to end a
// transaction, beside those of its statements. The others begin it with the first
// statement or send what it writes with its end.
var commits = map[string]bool{"sql": true, "postgres": true, "mysql": true, "mariadb": true, "cockroachdb": true, "yugabytedb": true, "tidb": true,
	"vitess": true, "sqlserver": true, "db2": true}

// commit is the end of a transaction, which still holds its connection. To roll
// back is as long a way.
func (c *conversion) commit(s *graph.Step, r *graph.Resource) *Step {
	q := c.declared.find(WhatTime, c.service, r.ID, "COMMIT", s.Site)
	if q == nil {
		q = r.Time
	}
	return c.timed(&Step{Kind: StepUse, Target: c.resource(r), Site: s.Site}, q, c.timeName(r, graph.EdgeQuery), classOf(r, graph.EdgeQuery))
}

// onlyCall returns the place of the one call in a hold; zero if there are more.
func onlyCall(s *graph.Step) graph.Site {
	for len(s.Steps) == 1 {
		if s = s.Steps[0]; s.Kind == graph.Call {
			return s.Site
		}
	}
	return graph.Site{}
}

// joined reports whether goroutines that are waited for are among the steps: to
// wait for them takes no time of its own.
func joined(s *graph.Step) bool {
	return slices.ContainsFunc(s.Steps, func(kid *graph.Step) bool {
		return kid.Kind == graph.Par || kid.Kind == graph.Each || kid.Kind != graph.Hold && joined(kid)
	})
}

// pooled finds the edge whose connections a transaction on a resource holds.
func (c *conversion) pooled(to string) *graph.Edge {
	for _, kind := range []string{graph.EdgeQuery, graph.EdgeCache, graph.EdgeLock, graph.EdgePublish} {
		if e := c.edges[edgeKey{c.service, to, kind}]; e != nil {
			return e
		}
	}
	return nil
}

// lockService is the time to take and give back a lock that others keep.
func (c *conversion) lockService(s *graph.Step, li *graph.LockInfo) []*Step {
	r := c.resources[li.Resource]
	if r == nil {
		return []*Step{c.timed(&Step{Kind: StepWait, Site: s.Site}, nil, fmt.Sprintf("t(lock %s)", li.Name), classLock)}
	}
	q := c.declared.find(WhatTime, c.service, r.ID, "lock", s.Site)
	return []*Step{c.timed(&Step{Kind: StepUse, Target: c.resource(r), Site: s.Site}, q, fmt.Sprintf("t(lock %s)", r.ID), classLock)}
}
