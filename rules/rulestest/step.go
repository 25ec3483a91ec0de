package rulestest

import (
	"cmp"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// A Mod changes a step that was just made.
type Mod func(*graph.Step)

// Call waits for a service: an RPC by its full name, or "VERB /path".
func Call(to, operation string, mods ...Mod) *graph.Step {
	kind := graph.EdgeGRPC
	if strings.Contains(operation, " ") {
		kind = graph.EdgeHTTP
	}
	return use(kind, to, operation, graph.EffectUnknown, mods)
}

// Get reads from a datastore.
func Get(to, operation string, mods ...Mod) *graph.Step {
	return use(graph.EdgeQuery, to, operation, graph.Read, mods)
}

// Put writes to a datastore.
func Put(to, operation string, mods ...Mod) *graph.Step {
	return use(graph.EdgeQuery, to, operation, graph.Write, mods)
}

// CacheGet reads from a cache.
func CacheGet(to string, mods ...Mod) *graph.Step {
	return use(graph.EdgeCache, to, "get", graph.Read, mods)
}

// CachePut writes to a cache; the operation tells set from delete.
func CachePut(to, operation string, mods ...Mod) *graph.Step {
	return use(graph.EdgeCache, to, operation, graph.Write, mods)
}

// Publish sends to a topic without waiting for a consumer.
func Publish(to string, mods ...Mod) *graph.Step {
	return use(graph.EdgePublish, to, "publish", graph.Write, append([]Mod{Async}, mods...))
}

func use(kind, to, operation string, effect graph.Effect, mods []Mod) *graph.Step {
	s := &graph.Step{Kind: graph.Call, To: to, EdgeKind: kind, Operation: operation, Effect: effect, Certain: true, Answer: graph.AnswerUsed}
	return with(s, mods...)
}

func with(s *graph.Step, mods ...Mod) *graph.Step {
	for _, m := range mods {
		m(s)
	}
	return s
}

// Inner is a step of any kind around steps.
func Inner(kind graph.StepKind, steps ...*graph.Step) *graph.Step {
	return &graph.Step{Kind: kind, Steps: steps}
}

// Hold takes a lock around steps.
func Hold(l graph.LockInfo, steps ...*graph.Step) *graph.Step {
	l.ID = cmp.Or(l.ID, l.Name)
	l.Kind = cmp.Or(l.Kind, "mutex")
	return &graph.Step{Kind: graph.Hold, Lock: &l, Steps: steps}
}

// Mutex is an exclusive lock of the process.
func Mutex(name string) graph.LockInfo {
	return graph.LockInfo{Name: name, Kind: "mutex", Scope: "process", Exclusive: true}
}

// Each does steps once for each element of a collection: graph.Loop one after
// another, graph.Each at the same time.
func Each(kind graph.StepKind, over string, steps ...*graph.Step) *graph.Step {
	return &graph.Step{Kind: kind, Over: over, Data: true, Steps: steps}
}

// Try tries steps again.
func Try(r graph.Retry, steps ...*graph.Step) *graph.Step {
	r.Class = cmp.Or(r.Class, "retry")
	r.Source = cmp.Or(r.Source, "loop")
	return &graph.Step{Kind: graph.Try, Retry: &r, Steps: steps}
}

// Miss does steps where a cache did not know the answer.
func Miss(steps ...*graph.Step) *graph.Step {
	return &graph.Step{Kind: graph.Branch, Hit: true, Steps: []*graph.Step{Inner(graph.Seq, steps...)}}
}

// Failed does steps where an earlier call failed.
func Failed(steps ...*graph.Step) *graph.Step {
	return &graph.Step{Kind: graph.Branch, Fails: true, Steps: steps}
}

// Times is an exact number from the code.
func Times(n float64) *graph.Quantity { return graph.Exact(n, graph.Derived, graph.Site{}, "") }

// Async sends without waiting for the target's answer.
func Async(s *graph.Step) { s.Async = true }

// Startup marks a step as behind a once-guard.
func OnceGuarded(s *graph.Step) { s.Startup = true }

// InTx runs on the connection of an enclosing hold.
func InTx(s *graph.Step) { s.Tx = true }

// Unsure marks a call whose target is a guess.
func Unsure(s *graph.Step) { s.Certain = false }

// At sets the site to a line of the file "at.go".
func At(line int) Mod {
	return func(s *graph.Step) { s.Site = graph.Site{File: "at.go", Line: line} }
}

// Via puts a call of fn, at a line of the file "at.go", on the way to the step.
func Via(fn string, line int) Mod {
	return func(s *graph.Step) {
		s.Stack = append(s.Stack, graph.Frame{Func: fn, Site: graph.Site{File: "at.go", Line: line}})
	}
}

// Taking sets the milliseconds that a call occupies its target.
func Taking(ms float64) Mod { return func(s *graph.Step) { s.Time = Times(ms) } }

// Numbered sets the call's id and the ids of the calls whose answers it needs.
func Numbered(id int, needs ...int) Mod {
	return func(s *graph.Step) { s.ID, s.Needs = id, needs }
}

// Excluding sets the ids of the earlier calls that no request makes with this one.
func Excluding(ids ...int) Mod { return func(s *graph.Step) { s.Excludes = ids } }

// Answered sets what becomes of the answer.
func Answered(a graph.Answer) Mod { return func(s *graph.Step) { s.Answer = a } }

// Bounded sets what bounds the wait for the call.
func Bounded(kind, reason string) Mod {
	return func(s *graph.Step) { s.Deadline = &graph.Deadline{Kind: kind, Reason: reason} }
}
