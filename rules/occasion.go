package rules

import (
	"slices"

	"github.com/coordlint/coordlint/graph"
)

// An occasion says when something is done. The later ones matter more.
type occasion int

const (
	atStartup occasion = iota
	inBackground
	onEvent // a consumed message or a schedule: nobody waits for the answer
	onRequest
)

// occasionOf returns when e's body runs.
func occasionOf(e *graph.Endpoint) occasion {
	switch e.Kind {
	case graph.EndpointStartup:
		return atStartup
	case graph.EndpointBackground:
		return inBackground
	case graph.EndpointConsume, graph.EndpointCron:
		return onEvent
	}
	return onRequest
}

// lower returns the severity of what would be most on a request's path: a
// warning at most on an event's, a note at start-up and in the background.
func (o occasion) lower(most string) string {
	switch {
	case o == onRequest:
		return most
	case o == onEvent && most == graph.SeverityError:
		return graph.SeverityWarning
	case o == onEvent:
		return most
	}
	return graph.SeverityNote
}

// waiting is the state of a walk that must know whether the request waits.
type waiting struct {
	detached bool // in a goroutine that nobody waits for
	startup  bool // behind a once-guard: not on every request
}

func (w waiting) enter(s *graph.Step) waiting {
	return waiting{w.detached || s.Detached(), w.startup || s.Startup}
}

// occasion returns when a step in this state runs in e's body.
func (w waiting) occasion(e *graph.Endpoint) occasion {
	o := occasionOf(e)
	if w.startup {
		return atStartup
	}
	if w.detached && o > inBackground {
		return inBackground
	}
	return o
}

// rank orders severities.
func rank(severity string) int {
	return slices.Index([]string{graph.SeverityNote, graph.SeverityWarning, graph.SeverityError}, severity)
}

func mostSevere(a, b string) string {
	if rank(a) > rank(b) {
		return a
	}
	return b
}
