package link

import (
	"github.com/coordlint/coordlint/graph"
)

// tasks adds what a service does on its own: its start-up, and a background
// task for each goroutine that it starts there and nobody waits for.
func (l *linker) tasks(d *deployment, body *graph.Step) {
	if body == nil {
		return
	}
	task := &graph.Endpoint{Service: d.svc.ID, Kind: graph.EndpointStartup, Name: "main", Handler: d.svc.Site, Certain: true}
	l.edgesOf(d, body, &endpoint{Endpoint: task})
	s := splitter{done: map[*graph.Step]*graph.Step{}}
	if task.Body = s.without(body); task.Body != nil {
		l.sys.Tasks = append(l.sys.Tasks, task)
	}
	for _, spawn := range s.spawned {
		l.sys.Tasks = append(l.sys.Tasks, &graph.Endpoint{
			Service: d.svc.ID, Kind: graph.EndpointBackground, Name: spawnedName(spawn), Handler: spawn.Site, Certain: true,
			Body: seq(append([]*graph.Step{}, spawn.Steps...)),
		})
	}
}

// spawnedName is the function that a goroutine runs, else the one that starts it.
func spawnedName(spawn *graph.Step) string {
	for _, s := range spawn.Steps {
		if len(s.Stack) > 0 {
			return s.Stack[0].Func
		}
	}
	return spawn.Func
}

// A splitter takes the goroutines that nobody waits for out of a tree.
type splitter struct {
	done    map[*graph.Step]*graph.Step
	spawned []*graph.Step
}

// without returns a tree without its detached goroutines; steps that hold none
// are shared with the old tree.
func (s *splitter) without(step *graph.Step) *graph.Step {
	if out, ok := s.done[step]; ok {
		return out
	}
	if step.Detached() {
		s.spawned = append(s.spawned, step)
		s.done[step] = nil
		return nil
	}
	out := step
	var kept []*graph.Step
	changed := false
	for _, inner := range step.Steps {
		k := s.without(inner)
		changed = changed || k != inner
		if k != nil {
			kept = append(kept, k)
		}
	}
	switch {
	case changed && len(kept) == 0:
		out = nil
	case changed:
		c := *step
		c.Steps = kept
		if len(c.Probs) > len(kept) {
			c.Probs = c.Probs[:len(kept)]
		}
		out = &c
	}
	s.done[step] = out
	return out
}
