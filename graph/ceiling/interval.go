package ceiling

import (
	"math"
	"slices"
)

// middle returns the geometric mean of each unknown's interval, the half of one
// that begins at zero, and no share for a branch that may be left out: what is
// said of all requests must hold for those that leave it out too.
func (p *program) middle() []float64 {
	values := make([]float64, len(p.unknowns))
	for i, u := range p.unknowns {
		values[i] = math.Sqrt(u.Low) * math.Sqrt(u.High)
		switch {
		case u.Low == u.High, u.Taken > 0:
			values[i] = u.Low
		case u.Low == 0:
			values[i] = u.High / 2
		}
	}
	return values
}

// ends returns the lower and the upper ends of all intervals.
func (p *program) ends() (low, high []float64) {
	for _, u := range p.unknowns {
		low, high = append(low, u.Low), append(high, u.High)
	}
	return low, high
}

// interval evaluates the bound at the ends of all intervals and the effect of
// each unknown that is live. It returns nil if there is none.
func (s *solver) interval() (*Interval, error) {
	if len(s.live) == 0 {
		return nil, nil
	}
	bad, good := s.worstAndBest()
	worst, err := s.under(bad)
	if err != nil {
		return nil, err
	}
	best, err := s.under(good)
	if err != nil {
		return nil, err
	}
	centre := s.mid.point(s.mix, s.mid.fleet(now))
	in := &Interval{Low: worst.X, BindingLow: worst.Binding, High: best.X, BindingHigh: best.Binding,
		Mid: centre.X, BindingMid: centre.Binding, MidMeaning: "geometric mean of each interval"}
	if s.unranked {
		return in, nil
	}
	return in, s.rank(in)
}

// rank orders the unknowns by their effect.
func (s *solver) rank(in *Interval) error {
	for _, i := range s.live {
		one, err := s.sensitivity(i)
		if err != nil {
			return err
		}
		in.Sensitivity = append(in.Sensitivity, one)
	}
	slices.SortStableFunc(in.Sensitivity, func(a, b Sensitivity) int {
		switch x, y := effect(a), effect(b); {
		case equal(Value(x), Value(y)):
			return 0
		case x > y:
			return -1
		}
		return 1
	})
	if first := in.Sensitivity[0]; !equal(Value(effect(first)), 1) {
		in.MostSensitive = &first.Unknown
	}
	return nil
}

// effect is a swing of which it does not matter which end is better. A bound
// that exists at one end only is the greatest effect of all.
func effect(s Sensitivity) float64 {
	switch {
	case s.XAtLow == s.XAtHigh:
		return 1
	case !s.Swing.Finite() || s.Swing == 0:
		return math.Inf(1)
	}
	return max(float64(s.Swing), 1/float64(s.Swing))
}

func (s *solver) sensitivity(i int) (Sensitivity, error) {
	u := s.p.unknowns[i]
	if s.trial == nil {
		s.trial = newTrial(s.mid)
	}
	s.trial.begin(i, s.seen)
	defer s.trial.end(i)
	at := func(v float64) (Point, error) { return s.under(s.trial.at(i, v)) }
	low, err := at(u.Low)
	if err != nil {
		return Sensitivity{}, err
	}
	high, err := at(u.High)
	if err != nil {
		return Sensitivity{}, err
	}
	one := Sensitivity{Unknown: u.Name, XAtLow: low.X, XAtHigh: high.X, Swing: 1, BindingLow: low.Binding, BindingHigh: high.Binding}
	switch {
	case low.X == high.X:
	case !low.X.Finite() || high.X == 0:
		one.Swing = None()
	case !high.X.Finite():
		one.Swing = 0
	default:
		one.Swing = low.X / high.X
	}
	if !slices.Equal(low.Binding, high.Binding) {
		one.Flip = s.flip(u, low.Binding, at)
	}
	return one, nil
}

// flip finds the value up to which the stations that bind at the low end do,
// to one part in a thousand million of the interval.
func (s *solver) flip(u Unknown, binding []string, at func(float64) (Point, error)) *float64 {
	low, high := u.Low, u.High
	for range 60 {
		v := low + (high-low)/2
		p, err := at(v)
		if err != nil {
			return nil
		}
		if slices.Equal(p.Binding, binding) {
			low = v
		} else {
			high = v
		}
		if high-low <= tie*u.High {
			break
		}
	}
	return &high
}
