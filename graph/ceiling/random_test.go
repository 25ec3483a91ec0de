package ceiling_test

import (
	"fmt"
	"math/rand/v2"

	"github.com/coordlint/coordlint/graph/ceiling"
)

// A generator makes random models that use every kind of step.
type generator struct {
	*rand.Rand
	m       *ceiling.Model
	unknown bool // make some times unknown
	depth   int
}

// randomModel makes the model of a seed: equal seeds, equal models.
func randomModel(seed uint64, unknowns bool) *ceiling.Model {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 7)), m: &ceiling.Model{ID: fmt.Sprint("random-", seed)}, unknown: unknowns}
	services := 1 + g.IntN(4)
	for i := range services {
		s := &ceiling.Service{ID: fmt.Sprintf("s%d", i), Replicas: ceiling.Of(float64(1 + g.IntN(4))), Scalable: g.IntN(6) > 0}
		if g.IntN(2) == 0 {
			s.HPAMax = num(s.Replicas.Value + float64(g.IntN(8)))
		}
		if g.IntN(3) > 0 {
			s.Concurrency = num(float64(20 + g.IntN(100)))
		}
		if g.IntN(2) == 0 {
			s.Cores = num(float64(1 + g.IntN(4)))
		}
		g.m.Services = append(g.m.Services, s)
		g.m.Resources = append(g.m.Resources, &ceiling.Resource{ID: s.ID + ".pool", Kind: "pool",
			Scope: ceiling.PerReplica, Of: s.ID, Servers: num(float64(2 + g.IntN(20)))})
	}
	for i := range 3 {
		g.m.Resources = append(g.m.Resources, &ceiling.Resource{ID: fmt.Sprintf("db%d", i), Kind: "datastore",
			Scope: ceiling.Global, Servers: num(float64(1 + g.IntN(16)))})
	}
	g.m.Resources = append(g.m.Resources, &ceiling.Resource{ID: "vendor", Kind: "rate_limit", Scope: ceiling.Global, Rate: num(float64(50 + g.IntN(1000)))})
	ops := services + g.IntN(4)
	for i := range ops {
		g.m.Operations = append(g.m.Operations, &ceiling.Operation{ID: fmt.Sprintf("op%d", i), Service: fmt.Sprintf("s%d", i%services)})
	}
	for i, o := range g.m.Operations {
		o.Steps = g.steps(i, o.Service)
	}
	for i := range 1 + g.IntN(2) {
		if i < ops {
			share := 0.1 + g.Float64()
			g.m.Paths = append(g.m.Paths, &ceiling.Request{ID: fmt.Sprintf("p%d", i), Entry: fmt.Sprintf("op%d", i), Mix: &share})
		}
	}
	return g.m
}

func num(v float64) *ceiling.Num { n := ceiling.Of(v); return &n }

func (g *generator) ms() ceiling.Num {
	if g.unknown && g.IntN(3) == 0 {
		u := &ceiling.Unknown{Name: fmt.Sprintf("t%d", len(g.m.Unknowns)), Low: 1 + 4*g.Float64()}
		u.High = u.Low * (1 + 9*g.Float64())
		g.m.Unknowns = append(g.m.Unknowns, u)
		return ceiling.Num{Name: u.Name}
	}
	if g.IntN(12) == 0 {
		return ceiling.Of(0)
	}
	return ceiling.Of(20 * g.Float64())
}

func (g *generator) steps(op int, service string) []*ceiling.Step {
	var list []*ceiling.Step
	for range 1 + g.IntN(3) {
		list = append(list, g.step(op, service))
	}
	return list
}

func (g *generator) step(op int, service string) *ceiling.Step {
	leaf := []ceiling.StepKind{ceiling.StepCPU, ceiling.StepWait, ceiling.StepUse, ceiling.StepCall, ceiling.StepLimit, ceiling.StepAsync}
	inner := []ceiling.StepKind{ceiling.StepHold, ceiling.StepRepeat, ceiling.StepProb, ceiling.StepPar, ceiling.StepEach, ceiling.StepRetry}
	kind := leaf[g.IntN(len(leaf))]
	if g.depth < 2 && g.IntN(2) == 0 {
		kind = inner[g.IntN(len(inner))]
	}
	s := &ceiling.Step{Kind: kind}
	switch kind {
	case ceiling.StepCPU, ceiling.StepWait:
		s.MS = g.ms()
		if kind == ceiling.StepWait && g.IntN(4) == 0 {
			s.Timeout = num(1000)
		}
	case ceiling.StepUse:
		s.Target, s.MS = fmt.Sprintf("db%d", g.IntN(3)), g.ms()
	case ceiling.StepLimit:
		s.Target = "vendor"
	case ceiling.StepCall, ceiling.StepAsync:
		if op+1 == len(g.m.Operations) {
			return &ceiling.Step{Kind: ceiling.StepWait, MS: g.ms()}
		}
		s.Target = g.m.Operations[op+1+g.IntN(len(g.m.Operations)-op-1)].ID
	case ceiling.StepHold:
		s.Target = service + ".pool"
	case ceiling.StepRepeat:
		s.N = ceiling.Of(float64(g.IntN(4)))
	case ceiling.StepProb:
		s.N = ceiling.Of([]float64{0, 0.1, 0.5, 1}[g.IntN(4)])
	case ceiling.StepEach:
		s.N = ceiling.Of(float64(g.IntN(6)))
		if g.IntN(2) == 0 {
			s.AtMost = num(float64(1 + g.IntN(4)))
		}
	case ceiling.StepRetry:
		s.Retry = ceiling.Retry{Attempts: ceiling.Of(float64(1 + g.IntN(3))), FailProb: ceiling.Of([]float64{0, 0.2, 1}[g.IntN(3)]), Backoff: []ceiling.Num{ceiling.Of(5)}}
	}
	g.depth++
	switch kind {
	case ceiling.StepPar:
		for range 1 + g.IntN(3) {
			s.Branches = append(s.Branches, g.steps(op, service))
		}
	case ceiling.StepHold, ceiling.StepRepeat, ceiling.StepProb, ceiling.StepEach, ceiling.StepRetry:
		s.Steps = g.steps(op, service)
	}
	g.depth--
	return s
}

// eachTime calls f with every time of the model.
func eachTime(m *ceiling.Model, f func(*ceiling.Num)) {
	var walk func(list []*ceiling.Step)
	walk = func(list []*ceiling.Step) {
		for _, s := range list {
			f(&s.MS)
			for i := range s.Retry.Backoff {
				f(&s.Retry.Backoff[i])
			}
			walk(s.Steps)
			for _, b := range s.Branches {
				walk(b)
			}
		}
	}
	for _, o := range m.Operations {
		walk(o.Steps)
	}
}
