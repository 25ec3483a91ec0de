package link

import (
	"encoding/json"
	"math"
	"strings"
	"time"

	"github.com/coordlint/coordlint/graph"
)

// serviceConfig is the part of a gRPC service config that says how long
// methods may take and how they are tried again (grpc/grpc
// doc/service_config.md, proposal A6).
type serviceConfig struct {
	MethodConfig    []methodConfig `json:"methodConfig"`
	RetryThrottling *struct {
		TokenRatio float64 `json:"tokenRatio"`
	} `json:"retryThrottling"`
}

type methodConfig struct {
	Name []struct {
		Service string `json:"service"`
		Method  string `json:"method"`
	} `json:"name"`
	Timeout     string `json:"timeout"`
	RetryPolicy *struct {
		MaxAttempts       float64 `json:"maxAttempts"`
		InitialBackoff    string  `json:"initialBackoff"`
		MaxBackoff        string  `json:"maxBackoff"`
		BackoffMultiplier float64 `json:"backoffMultiplier"`
	} `json:"retryPolicy"`
}

// maxServiceConfigAttempts is the most that gRPC-Go allows (proposal A6).
const maxServiceConfigAttempts = 5

// serviceConfig reads the service config that an object was given.
func (b *builder) serviceConfig(obj objID) (cfg serviceConfig, ok bool) {
	text, ok := b.m.constant(b.given(obj, "config"))
	return cfg, ok && json.Unmarshal([]byte(text), &cfg) == nil
}

// of returns what a config says of an operation, pkg.Service/Method: of the
// method, else of its service, else of all; nil if it says nothing.
func (c *serviceConfig) of(operation string) *methodConfig {
	service, method, _ := strings.Cut(operation, "/")
	var out *methodConfig
	best := -1
	for i := range c.MethodConfig {
		for _, n := range c.MethodConfig[i].Name {
			rank := 0
			if n.Service != "" {
				rank++
			}
			if n.Method != "" {
				rank++
			}
			if (n.Service == "" || n.Service == service) && (n.Method == "" || n.Method == method) && rank > best {
				out, best = &c.MethodConfig[i], rank
			}
		}
	}
	return out
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

// serviceRetry is the retry that the service config of an object says for a
// target; nil if it says none.
func (b *builder) serviceRetry(obj objID, t target, site graph.Site) *graph.Retry {
	cfg, ok := b.serviceConfig(obj)
	mc := cfg.of(t.operation)
	if !ok || mc == nil || mc.RetryPolicy == nil {
		return nil
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

// serviceDeadline is the deadline that the service config of an object says
// for a target; nil if it says none.
func (b *builder) serviceDeadline(obj objID, t target) *graph.Deadline {
	cfg, ok := b.serviceConfig(obj)
	mc := cfg.of(t.operation)
	if !ok || mc == nil {
		return nil
	}
	site := gsite(b.m.objects[obj].site)
	if d := b.timeout(mc.Timeout, "", site); d != nil && d.High > 0 {
		return &graph.Deadline{Kind: "client", Site: site, Time: d, Reason: "timeout of the gRPC service config"}
	}
	return nil
}
