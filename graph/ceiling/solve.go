package ceiling

import (
	"encoding/json"
	"fmt"
)

// SolveJSON decodes one case, solves it and returns the Result as indented
// JSON. It returns an error that names case, operation and step if the case is
// not well formed.
func SolveJSON(data []byte) ([]byte, error) {
	m, err := Decode(data)
	if err != nil {
		return nil, err
	}
	r, err := Solve(m)
	if err != nil {
		return nil, err
	}
	return json.MarshalIndent(r, "", "  ")
}

// A CaseResult is the answer to one case of a file of cases.
type CaseResult struct {
	ID     string  `json:"id"`
	Result *Result `json:"result,omitempty"`
	Error  string  `json:"error,omitempty"`
}

// SolveCases solves every case of a file {"cases": [...]}. A case that cannot
// be solved has its error in its place; it returns an error if the data is no
// such file.
func SolveCases(data []byte) ([]CaseResult, error) {
	var file struct {
		Cases []json.RawMessage `json:"cases"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("cases: %w", err)
	}
	var list []CaseResult
	for _, raw := range file.Cases {
		var c CaseResult
		m, err := Decode(raw)
		if err == nil {
			c.ID = m.ID
			c.Result, err = Solve(m)
		} else {
			c.ID = idOf(raw)
		}
		if err != nil {
			c.Error = err.Error()
		}
		list = append(list, c)
	}
	return list, nil
}

// Solve computes everything that a model says. It returns an error if a name
// is unknown, a number is out of its range, an operation waits for itself
// without end, or messages multiply without end.
func Solve(m *Model) (*Result, error) {
	r := &Result{Case: m.ID, XBound: None(), XNext: None(), Separation: None(), Binding: []string{}}
	r.Ceiling = Ceiling{nothing(), nothing(), nothing()}
	if m.Kind == "usl" {
		return r, r.fit(m)
	}
	if m.Kind == "metastable" {
		o := OverloadOf(m.Parameters)
		if r.Overload = &o; len(m.Paths) == 0 {
			return r, nil
		}
	}
	p, err := compile(m)
	if err != nil {
		return nil, err
	}
	if len(p.paths) == 0 {
		return nil, fmt.Errorf("case %s: no paths", m.ID)
	}
	s := newSolver(newCommon(p), p.paths)
	for i := range p.unknowns {
		s.live = append(s.live, i)
	}
	if err := s.together(r); err != nil {
		return nil, fmt.Errorf("case %s: %w", m.ID, err)
	}
	return r, nil
}

func nothing() Point { return Point{X: None(), Binding: []string{}} }

// together solves for several paths and says what bounds them together.
func (s *solver) together(r *Result) error {
	err := s.solve(r)
	if err == nil {
		r.Region = s.mid.region(s.paths, s.loads, s.mid.fleet(now))
	}
	return err
}

func (s *solver) solve(r *Result) error {
	if err := s.measure(); err != nil {
		return err
	}
	e, fleet := s.mid, s.mid.fleet(now)
	r.Demands = e.demands(s.mix, fleet)
	low := lowest(r.Demands)
	r.XBound, r.Binding = low.X, low.Binding
	r.runnerUp()
	r.ResponseMS = s.mix.time
	r.Ceiling = Ceiling{low, e.point(s.mix, e.fleet(atMax)), e.point(s.mix, e.fleet(unlimited))}
	for i, l := range s.loads {
		r.Alone = append(r.Alone, Named[Point]{s.paths[i].id, e.point(l, fleet)})
	}
	if s.p.async {
		r.Accept = accept(e, s.mix, fleet)
	}
	r.Structure = s.structure()
	var err error
	if r.Structure.Storm, err = s.storm(); err != nil {
		return err
	}
	if list := s.deadlocks(fleet); len(list) > 0 {
		r.Deadlock = &list[0]
		if len(list) > 1 {
			r.Deadlocks = list
		}
	}
	if list := s.hpa(); len(list) > 0 {
		r.HPA = &list[0]
		if len(list) > 1 {
			r.HPAs = list
		}
	}
	if r.Brownout, err = s.brownout(); err != nil {
		return err
	}
	if r.Interval, err = s.interval(); err != nil {
		return err
	}
	r.Curve = s.curve(r.Deadlock)
	return nil
}

// accept is the bound over the stations that the caller waits for, with all
// work that is done on them.
func accept(e *eval, l load, f fleet) *Accept {
	sync := l
	sync.stations = nil
	for _, i := range l.stations {
		if l.sync[i] {
			sync.stations = append(sync.stations, i)
		}
	}
	p := e.point(sync, f)
	return &Accept{X: p.X, Binding: p.Binding, Meaning: "only resources that the synchronous part uses" +
		" (with all work done on them): what the front can take while a backlog may grow elsewhere"}
}
