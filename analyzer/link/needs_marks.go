package link

import (
	"encoding/binary"
	"slices"
)

// A mark says what of a call's answer a value was made of: the number of the
// call within its endpoint, and how it went in.
type mark int32

// Kinds of marks.
const (
	byValue   mark = iota // its value
	byFailure             // its error only
	byMiss                // control only: a cache had nothing
	byAbsence             // control only: its error said that there is no such thing
	markKinds
)

func (k mark) call() int       { return int(k / markKinds) }
func (k mark) kind() mark      { return k % markKinds }
func (k mark) as(to mark) mark { return k - k.kind() + to }

// A markSet is an interned set of marks; unmarked is the empty one.
type markSet int32

const unmarked markSet = 0

type markSets struct {
	sets  [][]mark
	of    map[string]markSet
	union map[[2]markSet]markSet
}

func newMarkSets() *markSets {
	return &markSets{sets: [][]mark{nil}, of: map[string]markSet{"": unmarked}, union: map[[2]markSet]markSet{}}
}

// set returns the set of marks, which it may reorder.
func (s *markSets) set(marks []mark) markSet {
	slices.Sort(marks)
	marks = slices.Compact(marks)
	key := make([]byte, 0, 4*len(marks))
	for _, k := range marks {
		key = binary.LittleEndian.AppendUint32(key, uint32(k))
	}
	if id, ok := s.of[string(key)]; ok {
		return id
	}
	id := markSet(len(s.sets))
	s.sets = append(s.sets, slices.Clone(marks))
	s.of[string(key)] = id
	return id
}

func (s *markSets) join(sets ...markSet) markSet {
	out := unmarked
	for _, b := range sets {
		a := out
		switch {
		case a == b || b == unmarked:
			continue
		case a == unmarked:
			out = b
			continue
		case a > b:
			a, b = b, a
		}
		key := [2]markSet{a, b}
		id, ok := s.union[key]
		if !ok {
			id = s.set(slices.Concat(s.sets[a], s.sets[b]))
			s.union[key] = id
		}
		out = id
	}
	return out
}

// filter returns the marks of a set that keep accepts, as it changes them.
func (s *markSets) filter(set markSet, keep func(mark) (mark, bool)) markSet {
	if set == unmarked {
		return unmarked
	}
	var out []mark
	for _, k := range s.sets[set] {
		if to, ok := keep(k); ok {
			out = append(out, to)
		}
	}
	return s.set(out)
}

// only returns the marks of one kind.
func (s *markSets) only(set markSet, kind mark) markSet {
	return s.filter(set, func(k mark) (mark, bool) { return k, k.kind() == kind })
}

// failures returns a set with every mark made one of failure.
func (s *markSets) failures(set markSet) markSet {
	return s.filter(set, func(k mark) (mark, bool) { return k.as(byFailure), true })
}

// without returns the marks of a that are not in b.
func (s *markSets) without(a, b markSet) markSet {
	return s.filter(a, func(k mark) (mark, bool) {
		_, in := slices.BinarySearch(s.sets[b], k)
		return k, !in
	})
}
