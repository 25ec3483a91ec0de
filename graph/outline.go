package graph

import (
	"fmt"
	"slices"
)

// A Line is one line of an Outline.
type Line struct {
	Depth int
	Site  Site // zero: the line stands for what is indented under it
	Text  string
}

// maxOutline bounds the lines of an outline.
const maxOutline = 400

// Outline tells what a request of the endpoint does, in order and across
// services: of alternatives each, one below the other. What an endpoint does is
// told where it is first reached. The result is empty if the endpoint's body is
// not known, as in a decoded report.
func Outline(sys *System, ep *Endpoint) []Line {
	if ep.Body == nil {
		return nil
	}
	o := outliner{ix: NewIndex(sys), told: map[*Endpoint]bool{}, holds: map[*Step]bool{}}
	o.endpoint(ep, 0)
	if n := len(o.lines); n > maxOutline {
		o.lines = append(o.lines[:maxOutline], Line{Text: fmt.Sprintf("and %d more lines", n-maxOutline)})
	}
	return o.lines
}

type outliner struct {
	ix    *Index
	told  map[*Endpoint]bool
	holds map[*Step]bool // whether a call is inside
	lines []Line
}

func (o *outliner) say(depth int, site Site, text string) {
	if len(o.lines) <= 4*maxOutline {
		o.lines = append(o.lines, Line{depth, site, text})
	}
}

func (o *outliner) endpoint(ep *Endpoint, depth int) {
	if o.told[ep] {
		return
	}
	o.told[ep] = true
	if ep.Body != nil {
		o.step(ep, ep.Body, depth)
	}
}

// calls reports whether a call is inside a step.
func (o *outliner) calls(s *Step) bool {
	has, known := o.holds[s]
	if !known {
		has = s.Kind == Call || slices.ContainsFunc(s.Steps, o.calls)
		o.holds[s] = has
	}
	return has
}

func (o *outliner) step(ep *Endpoint, s *Step, depth int) {
	if !o.calls(s) {
		return
	}
	switch s.Kind {
	case Call:
		o.call(ep, s, depth)
		return
	case Branch:
		o.branch(ep, s, depth)
		return
	}
	if text := around(s); text != "" {
		o.say(depth, s.Site, text)
		depth++
	}
	for _, t := range s.Steps {
		o.step(ep, t, depth)
	}
}

// branch tells alternatives: either, or, or.
func (o *outliner) branch(ep *Endpoint, s *Step, depth int) {
	word := "either"
	ways := slices.DeleteFunc(slices.Clone(s.Steps), func(t *Step) bool { return !o.calls(t) })
	switch {
	case s.Fails:
		word = "after a failure only"
	case s.Hit:
		word = "if the cache has nothing"
	case len(ways) == 1:
		word = "perhaps"
	}
	for i, t := range ways {
		if i > 0 {
			word = "or"
		}
		o.say(depth, Site{}, word)
		o.step(ep, t, depth+1)
	}
	if len(ways) > 1 && (s.Skip || len(ways) < len(s.Steps)) {
		o.say(depth, Site{}, "or none of these")
	}
}

func (o *outliner) call(ep *Endpoint, s *Step, depth int) {
	text := ep.Service + " -> " + s.To + " " + s.EdgeKind
	if s.Operation != "" && s.Operation != s.EdgeKind {
		text += " " + s.Operation
	}
	switch {
	case s.Startup:
		text += ", once"
	case s.Async:
		text += ", not waited for"
	}
	o.say(depth, s.Site, text)
	for _, t := range o.ix.Targets(s) {
		o.endpoint(t, depth+1)
	}
	if s.EdgeKind != EdgePublish {
		return
	}
	for _, e := range o.ix.System.Endpoints {
		if e.Topic == s.To && e.Kind == EndpointConsume {
			if !o.told[e] {
				o.say(depth+1, e.Handler, e.Service+" consumes "+s.To)
			}
			o.endpoint(e, depth+2)
		}
	}
}

// around says what is around the steps inside; "" if it only groups them.
func around(s *Step) string {
	switch s.Kind {
	case Hold:
		if s.Lock == nil || s.Lock.Name == "" {
			return "with a lock held"
		}
		return "with " + s.Lock.Name + " held"
	case Loop, Each:
		text := "in a loop"
		if s.Over != "" {
			text += " over " + s.Over
		}
		if s.Kind == Each {
			text += ", at the same time"
		}
		return text
	case Par:
		if len(s.Steps) > 1 {
			return "at the same time"
		}
	case Spawn:
		if s.Detached() {
			return "in a goroutine, not waited for"
		}
	case Try:
		if s.Retry != nil && s.Retry.Attempts != nil {
			return fmt.Sprintf("up to %v times, until it succeeds", s.Retry.Attempts.High)
		}
		return "until it succeeds"
	}
	return ""
}
