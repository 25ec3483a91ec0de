package calibrate

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strconv"
)

// A record is what is kept of a span.
type record struct {
	trace      [2]uint64
	id, parent uint64 // parent 0: a root
	start, end int64  // nanoseconds since 1970
	meaning    int32
	source     int32
}

// A store keeps spans until all files are read, for the spans of a trace may
// stand anywhere. Beyond its limit it keeps whole traces, chosen by their ids,
// so that the choice does not depend on the order of the files.
type store struct {
	records []record
	limit   int
	mask    uint64 // traces are kept whose mixed id has none of these bits
}

func (s *store) add(r record) {
	if mix(r.trace)&s.mask != 0 {
		return
	}
	s.records = append(s.records, r)
	for len(s.records) > s.limit && s.mask != ^uint64(0) {
		s.mask = s.mask<<1 | 1
		s.records = slices.DeleteFunc(s.records, func(r record) bool { return mix(r.trace)&s.mask != 0 })
	}
}

// share is one of how many traces were kept.
func (s *store) share() uint64 { return s.mask + 1 }

// traces calls each with the spans of one trace, by id; traces go by id too.
func (s *store) traces(each func([]record)) int {
	slices.SortFunc(s.records, func(a, b record) int {
		return cmp.Or(cmp.Compare(a.trace[0], b.trace[0]), cmp.Compare(a.trace[1], b.trace[1]), cmp.Compare(a.id, b.id),
			cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end), cmp.Compare(a.parent, b.parent), cmp.Compare(a.source, b.source), cmp.Compare(a.meaning, b.meaning))
	})
	n := 0
	for from := 0; from < len(s.records); n++ {
		to := from + 1
		for to < len(s.records) && s.records[to].trace == s.records[from].trace {
			to++
		}
		each(s.records[from:to])
		from = to
	}
	return n
}

// mix spreads the bits of a trace's id, which may be a time or a counter. It is
// the finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
func mix(id [2]uint64) uint64 {
	z := id[0] ^ id[1]
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// traceID reads up to 32 hexadecimal digits; other texts are hashed.
func traceID(text string) [2]uint64 {
	if len(text) <= 16 {
		return [2]uint64{0, idOf(text)}
	}
	if len(text) <= 32 {
		high, err := strconv.ParseUint(text[:len(text)-16], 16, 64)
		low, err2 := strconv.ParseUint(text[len(text)-16:], 16, 64)
		if err == nil && err2 == nil {
			return [2]uint64{high, low}
		}
	}
	return [2]uint64{1, hashed(text)}
}

// idOf reads up to 16 hexadecimal digits; other texts are hashed. No text and
// nothing but zeros are 0: no span.
func idOf(text string) uint64 {
	if text == "" {
		return 0
	}
	if n, err := strconv.ParseUint(text, 16, 64); err == nil {
		return n
	}
	return hashed(text)
}

func hashed(text string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(text))
	return h.Sum64() | 1
}
