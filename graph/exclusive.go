package graph

import "slices"

// Exclusive reports whether no request does both p and q, which are places of
// one body: they stand in two ways of a branch, or the later call says that it
// excludes the earlier. In a loop a request may do both all the same, one in
// each round.
func Exclusive(p, q *Place) bool {
	a, b := p.Ancestors(), q.Ancestors()
	n := 0
	again := false // a loop is around both
	for n < len(a) && n < len(b) && a[n].Step == b[n].Step {
		again = again || a[n].Step.Kind == Loop || a[n].Step.Kind == Each
		n++
	}
	switch {
	case again || n == 0 || n == len(a) || n == len(b):
		return false
	case a[n-1].Step.Kind == Branch:
		return true
	}
	return excludes(p.Step, q.Step) || excludes(q.Step, p.Step)
}

func excludes(late, early *Step) bool {
	return early.ID != 0 && slices.Contains(late.Excludes, early.ID)
}
