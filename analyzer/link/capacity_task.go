package link

import (
	"slices"

	"github.com/coordlint/coordlint/graph"
)

// splitTasks parts what start-up does from the goroutines that it leaves
// behind: each of these is a background task of its own. Groups that start-up
// waits for stay. A task is named for the function that runs, and stands where
// it is started.
func splitTasks(task *graph.Endpoint) []*graph.Endpoint {
	s := &taskSplit{task: task, done: map[*graph.Step]*graph.Step{}}
	body := s.without(task.Body)
	var out []*graph.Endpoint
	if body != nil {
		first := *task
		first.Body = body
		out = append(out, &first)
	}
	return append(out, s.found...)
}

type taskSplit struct {
	task  *graph.Endpoint
	done  map[*graph.Step]*graph.Step
	found []*graph.Endpoint
}

// without returns a step without the goroutines that it leaves behind; nil if
// nothing is left. Steps that hold none are returned as they are.
func (s *taskSplit) without(step *graph.Step) *graph.Step {
	if step == nil {
		return nil
	}
	if out, met := s.done[step]; met {
		return out
	}
	if step.Detached() {
		s.spawned(step)
		s.done[step] = nil
		return nil
	}
	var steps []*graph.Step
	for _, inner := range step.Steps {
		if in := s.without(inner); in != nil {
			steps = append(steps, in)
		}
	}
	out := step
	switch {
	case slices.Equal(steps, step.Steps):
	case len(steps) == 0 && step.Kind != graph.Hold:
		out = nil
	default:
		c := *step
		c.Steps = steps
		if len(steps) < len(step.Steps) {
			c.Probs = nil
			c.Skip = c.Kind == graph.Branch
		}
		out = &c
	}
	s.done[step] = out
	return out
}

func (s *taskSplit) spawned(step *graph.Step) {
	name := step.Func
	for inner := step; len(inner.Steps) == 1; {
		inner = inner.Steps[0]
		if len(inner.Stack) > 0 {
			name = inner.Stack[0].Func
			break
		}
	}
	s.found = append(s.found, &graph.Endpoint{
		Service: s.task.Service, Kind: graph.EndpointBackground, Name: name, Handler: step.Site, Certain: s.task.Certain,
		Body: seq(slices.Clone(step.Steps)),
	})
}
