package link

import (
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/graph"
)

// again wraps a call in the retries that its client and the mesh add.
func (b *builder) again(ev *event, t target, s *graph.Step) *graph.Step {
	for _, r := range []*graph.Retry{b.meshRetry(t), b.clientRetry(ev, t)} {
		if r == nil {
			continue
		}
		try := &graph.Step{Kind: graph.Try, Steps: []*graph.Step{s}, Site: s.Site, Func: s.Func, Retry: r}
		b.idempotency(r, try)
		s = try
	}
	return s
}

// clientRetry returns how a client was set to try again; nil if nobody set it.
// What libraries do by default is no decision of the program's.
func (b *builder) clientRetry(ev *event, t target) *graph.Retry {
	sets := []setID{ev.recv}
	for _, name := range []string{"client", "conn", "db", "session"} {
		sets = append(sets, b.m.argument(nil, ev.entry, name, ev.recv, ev.args))
	}
	sets = append(sets, callOptions(ev))
	parts := b.parts(sets...)
	var out *graph.Retry
	for _, p := range parts {
		if p.obj < 0 {
			continue
		}
		o := &b.m.objects[p.obj]
		if o.entry != nil && o.entry.Role == catalog.Retry && strings.HasSuffix(o.entry.Symbol, "WithDisableRetry") {
			return nil
		}
		if r := b.retryOf(p, o, t); r != nil && out == nil {
			out = r
		}
	}
	return out
}

// retryOf returns the retry that one part of a client sets.
func (b *builder) retryOf(p part, o *object, t target) *graph.Retry {
	if o.entry == nil || o.kind != oLib {
		return b.retryFields(p, o)
	}
	e := o.entry
	site := gsite(o.site)
	switch {
	case e.Role == catalog.HTTPClient && e.Op == "new" && strings.HasSuffix(e.Package(), "go-retryablehttp"):
		policy := b.policyFrom(e, nil)
		policy.site = site
		if n, known, _ := b.fieldAmount(p.obj, "RetryMax"); known {
			if n <= 0 {
				return nil
			}
			policy.attempts = graph.Exact(n+1, graph.Derived, site, "RetryMax")
		}
		for _, id := range b.m.sets[b.m.read(p.obj, b.m.child(root, ".Backoff"), nil)] {
			if f := b.l.cat.Func(b.m.byID[b.m.bare(id)].s); f != nil && f.Backoff != "" {
				policy.backoff = f.Backoff
			}
		}
		return policy.retry("client")
	case e.Role != catalog.Retry:
		return nil
	case strings.HasSuffix(e.Symbol, "WithDefaultServiceConfig"):
		return b.serviceRetry(p.obj, t, site)
	case e.Op == "setting" || e.Op == "interceptor":
		var args []setID
		for n := range o.args {
			args = append(args, b.m.cell(p.obj, b.m.child(root, "$"+itoa(n))).set)
		}
		policy := b.policyFrom(e, nil, args...)
		policy.setting = shortSymbol(e.Symbol)
		if policy.site.IsZero() {
			policy.site = site
		}
		if n := b.attemptsOf(p.obj); n != nil {
			policy.attempts = n
		}
		source := "client"
		if e.Op == "interceptor" {
			source = "interceptor"
			if policy.attempts == nil {
				return nil // off by default: grpc_retry's WithMax is zero
			}
		}
		if policy.off || policy.attempts != nil && policy.attempts.High <= 1 {
			return nil
		}
		return policy.retry(source)
	}
	return nil
}

// retryFields reads options that are fields: Options.MaxRetries.
func (b *builder) retryFields(p part, o *object) *graph.Retry {
	typ := strings.TrimLeft(o.typ, "*")
	for _, kid := range o.kids[p.path] {
		comp := b.m.paths[kid].comp
		if comp[0] != '.' || !retryField(comp[1:]) {
			continue
		}
		e := b.l.cat.Field(typ + comp)
		if e == nil || e.Role != catalog.Retry && e.Role != catalog.BackoffSet {
			continue
		}
		n, known := b.amount(b.m.cell(p.obj, kid).set)
		if !known || n <= 0 {
			continue
		}
		policy := &policy{backoff: e.Backoff, attempts: graph.Exact(n+1, graph.Derived, gsite(o.site), comp[1:]), site: gsite(o.site), setting: shortSymbol(typ + comp)}
		return policy.retry("client")
	}
	return nil
}

func retryField(name string) bool {
	return name == "MaxRetries" || name == "RetryMax" || name == "MaxIdemponentCallAttempts" || name == "NumRetries"
}
