package link

import (
	"fmt"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/catalog/sqltext"
	"github.com/coordlint/coordlint/graph"
)

// rowLock returns the lock that the SQL of an event takes until its transaction
// ends, where it is the same one whatever the request is: rows that no argument
// chooses, FOR UPDATE or counted up, or an advisory lock with a constant key.
// Nil: none, or several statements may run of which one takes none.
func (l *linker) rowLock(d *deployment, ev *event, to string, site graph.Site) *graph.LockInfo {
	if ev.entry.Role != catalog.DBQuery && ev.entry.Role != catalog.DBExec {
		return nil
	}
	name := ""
	for _, s := range l.statements(d, ev) {
		one := lockedBy(&s)
		if one == "" || name != "" && name != one {
			return nil
		}
		name = one
	}
	if name == "" {
		return nil
	}
	info := &graph.LockInfo{ID: "row " + to + " " + name, Name: name, Kind: "row", Scope: "service", Exclusive: true, Resource: to, Declared: site}
	if strings.HasPrefix(name, "advisory") {
		info.Kind = "advisory"
	}
	return info
}

// lockedBy names what a statement locks until its transaction ends, whoever
// asks; "" if nothing, if an argument chooses it, or if nobody waits for it.
func lockedBy(s *sqltext.Statement) string {
	switch {
	case s.SkipLocked || s.NoWait || s.Partial:
		return ""
	case s.Advisory.Op == "acquire" && s.Advisory.Constant && !s.Advisory.Session:
		return "advisory lock " + s.Advisory.Key
	case s.ForUpdate && s.Verb == sqltext.Select && s.Predicate == sqltext.Constant && len(s.Reads) == 1:
		return fmt.Sprintf("row of %s where %s", s.Reads[0], s.Where)
	case s.ForUpdate && s.Verb == sqltext.Select && s.Predicate == sqltext.NoPredicate && len(s.Reads) == 1:
		return "rows of " + s.Reads[0]
	case s.Verb == sqltext.Update && s.Sequence == sqltext.Increment && s.Predicate == sqltext.Constant && len(s.Writes) == 1:
		return fmt.Sprintf("row of %s where %s", s.Writes[0], s.Where)
	}
	return ""
}

// holdRows puts what a transaction does after a statement that locks rows into
// a hold of these rows.
func (l *linker) holdRows() {
	for _, e := range append(append([]*graph.Endpoint{}, l.sys.Endpoints...), l.sys.Tasks...) {
		if e.Body != nil {
			l.holdRowsIn(e.Body)
		}
	}
}

func (l *linker) holdRowsIn(s *graph.Step) {
	for _, inner := range s.Steps {
		l.holdRowsIn(inner)
	}
	if s.Kind == graph.Hold && s.Lock != nil && s.Lock.Kind == "transaction" {
		s.Steps, _ = l.after(s.Steps, nil, s)
	}
}

// after returns steps with those that follow a locking statement inside a hold,
// and the lock that is held at their end. The statement itself stays outside:
// how much of its time it already has the lock is not known. What a branch
// locks is not held after it.
func (l *linker) after(steps []*graph.Step, held *graph.LockInfo, in *graph.Step) ([]*graph.Step, *graph.LockInfo) {
	for i, s := range steps {
		if held != nil {
			hold := &graph.Step{Kind: graph.Hold, Site: held.Declared, Func: in.Func, Lock: held, Certain: true, Steps: steps[i:]}
			return append(append([]*graph.Step{}, steps[:i]...), hold), held
		}
		switch {
		case s.Kind == graph.Call:
			if lock := l.rows[s]; lock != nil && s.Tx && lock.Resource == in.Lock.Resource {
				held = lock
			}
		case s.Kind == graph.Seq || s.Kind == graph.Try || s.Kind == graph.Loop:
			s.Steps, held = l.after(s.Steps, nil, in)
		case s.Kind == graph.Branch:
			for k, way := range s.Steps {
				if way.Kind == graph.Seq {
					s.Steps[k].Steps, _ = l.after(way.Steps, nil, in)
				}
			}
		}
	}
	return steps, held
}
