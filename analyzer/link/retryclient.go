package link

import (
	"encoding/json"
	"math"
	"strings"
	"time"

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
		return b.serviceConfig(p.obj, t, site)
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

// serviceConfig is the part of a gRPC service config that says how methods are
// tried again (grpc/grpc doc/service_config.md, proposal A6).
type serviceConfig struct {
	MethodConfig []struct {
		Name []struct {
			Service string `json:"service"`
			Method  string `json:"method"`
		} `json:"name"`
		RetryPolicy *struct {
			MaxAttempts       float64 `json:"maxAttempts"`
			InitialBackoff    string  `json:"initialBackoff"`
			MaxBackoff        string  `json:"maxBackoff"`
			BackoffMultiplier float64 `json:"backoffMultiplier"`
		} `json:"retryPolicy"`
	} `json:"methodConfig"`
	RetryThrottling *struct {
		TokenRatio float64 `json:"tokenRatio"`
	} `json:"retryThrottling"`
}

// budget is the share of calls that may be made again for long. A failure costs
// a token and a success earns tokenRatio of one (proposal A6), so that there are
// no more failures, and no more retries, than that share of the successes. Nil:
// no throttling.
func (c *serviceConfig) budget(site graph.Site) *graph.Quantity {
	if c.RetryThrottling == nil || c.RetryThrottling.TokenRatio <= 0 {
		return nil
	}
	return graph.Exact(c.RetryThrottling.TokenRatio, graph.Derived, site, "retryThrottling.tokenRatio")
}

// maxServiceConfigAttempts is the most that gRPC-Go allows (proposal A6).
const maxServiceConfigAttempts = 5

func (b *builder) serviceConfig(obj objID, t target, site graph.Site) *graph.Retry {
	text, ok := b.m.constant(b.given(obj, "config"))
	var cfg serviceConfig
	if !ok || json.Unmarshal([]byte(text), &cfg) != nil {
		return nil
	}
	service, method, _ := strings.Cut(t.operation, "/")
	for _, mc := range cfg.MethodConfig {
		for _, n := range mc.Name {
			if n.Service != "" && n.Service != service || n.Method != "" && n.Method != method || mc.RetryPolicy == nil {
				continue
			}
			p := mc.RetryPolicy
			attempts := math.Min(p.MaxAttempts, maxServiceConfigAttempts)
			if attempts <= 1 {
				return nil
			}
			r := &graph.Retry{
				Source: "service-config", Class: "retry", Wait: "growing+jitter", Capped: true, CapWhy: "counter", WaitSite: site,
				Attempts: graph.Exact(attempts, graph.Derived, site, "retryPolicy.maxAttempts"), Setting: "retryPolicy of the gRPC service config",
				Budget: cfg.budget(site),
			}
			if p.BackoffMultiplier <= 1 {
				r.Wait = "fixed+jitter"
			}
			if d, err := time.ParseDuration(p.InitialBackoff); err == nil {
				r.Backoff = []float64{float64(d) / float64(time.Millisecond)}
			}
			return r
		}
	}
	return nil
}
