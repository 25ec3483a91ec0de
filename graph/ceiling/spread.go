package ceiling

import (
	"math"
	"strconv"
)

// Limits of the curves that nobody asked for: up to how many users they are
// computed, and the work for all paths together, in squares of users.
const (
	spreadUsers = 1500
	spreadWork  = 30_000_000
)

// sampled is the curve of a path where nobody says at how many users it is
// wanted: from one user to three times the knee, bound times uncontended time,
// evenly. Values have four digits. It returns nil if there is no
// bound or no time, if too many users are needed, or if left, from which the
// work is taken, is used up.
func (s *solver) sampled(r *Result, left *int) NamedList[Throughput] {
	f := s.mid.fleet(now)
	top := accept(s.mid, s.mix, f).X
	think := s.p.model.Parameters.ThinkMS
	around := s.mix.time + think
	knee := float64(top) * around / 1000
	if !top.Finite() || top <= 0 || around <= 0 || 3*knee > spreadUsers || r.Deadlock != nil && r.Deadlock.Possible {
		return nil
	}
	most := max(10, int(math.Ceil(3*knee)))
	if *left -= most * most; *left < 0 {
		return nil
	}
	l := newLevels(s, f, newTimes(s.mid), most)
	l.delay[root] += think
	rates := l.throughput(root, most)
	var list NamedList[Throughput]
	const points = 36
	last := 0
	for i := range points + 1 {
		users := max(1, i*most/points)
		if users == last {
			continue
		}
		last = users
		t := Throughput{Asymptote: min(top, Value(float64(users)/around*1000))}
		t.X = min(t.Asymptote, Value(rates[users-1]*1000))
		t.X, t.Asymptote = Value(rounded(float64(t.X))), Value(rounded(float64(t.Asymptote)))
		list = append(list, Named[Throughput]{strconv.Itoa(users), t})
	}
	return list
}

// rounded keeps four digits, so that the last bits of a processor's logarithms
// do not show.
func rounded(v float64) float64 {
	if v == 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return v
	}
	scale := math.Pow(10, 3-math.Floor(math.Log10(math.Abs(v))))
	return math.Round(v*scale) / scale
}
