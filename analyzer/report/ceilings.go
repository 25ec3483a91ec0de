package report

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/graph/ceiling"
)

// Ceilings writes the ceiling of every path at which requests enter the system,
// one line each; with Options.Notes those of all paths, with what stands behind
// them.
func Ceilings(w io.Writer, r *Report, o Options) error {
	b := bufio.NewWriter(w)
	left := 0
	for i := range r.Paths {
		p := &r.Paths[i]
		if !p.Entrance && !o.Notes {
			left++
			continue
		}
		fmt.Fprintln(b, ceilingLine(r, p, o))
		switch {
		case o.Notes:
			details(b, p, o)
		case o.Load > 0:
			indented(b, loadLines(p.Breaks(o.Load), o.Load, p.Storm))
		}
	}
	if len(r.Breaks) > 0 && o.Load == 0 {
		fmt.Fprintln(b, "all loads of coordlint.yaml together:")
		indented(b, loadLines(r.Breaks, 0, nil))
	}
	if left > 0 {
		fmt.Fprintf(b, "%s of endpoints that other services call: -v shows them\n", plural(left, "ceiling"))
	}
	fmt.Fprintln(b, r.SummaryLine(o.Notes))
	return b.Flush()
}

// CeilingOf writes the ceiling of the path of one endpoint, given by its id,
// with what stands behind it. It writes nothing if there is no such path.
func CeilingOf(w io.Writer, r *Report, id string, o Options) error {
	for i := range r.Paths {
		if p := &r.Paths[i]; p.ID == id {
			b := bufio.NewWriter(w)
			fmt.Fprintln(b, p.Line())
			details(b, p, o)
			return b.Flush()
		}
	}
	return nil
}

func ceilingLine(r *Report, p *ceiling.Path, o Options) string {
	for _, e := range r.Endpoints {
		if e.ID() == p.ID {
			return o.at(e.Handler) + p.Line()
		}
	}
	return p.Line()
}

// details writes what a ceiling rests on: the stations, what to change first,
// and what happens on bad days.
func details(w io.Writer, p *ceiling.Path, o Options) {
	if len(p.Stations) > 0 {
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(t, "    at most\tstation\tcapacity\theld by one request\theld at")
		for _, s := range p.Stations {
			fmt.Fprintf(t, "    %s\t%s\t%s\t%s\t%s\n", rate(s.XMax), s.Label, capacityText(&s, o), demandText(&s), o.Place(s.Hold))
		}
		t.Flush()
		if n := p.StationsOf - len(p.Stations); n > 0 {
			fmt.Fprintf(w, "    and %s more\n", plural(n, "station"))
		}
	}
	indented(w, remarks(p))
	indented(w, loadLines(p.Breaks(o.Load), o.Load, p.Storm))
}

func indented(w io.Writer, lines []string) {
	for _, line := range lines {
		fmt.Fprintf(w, "    %s\n", line)
	}
}

func capacityText(s *ceiling.Station, o Options) string {
	text := "unknown"
	if s.Capacity.Finite() {
		text = short(float64(s.Capacity)) + " at once"
		if s.Unit != "" {
			text = rate(s.Capacity)
		}
		if q := s.From; q != nil && q.Low == q.High && q.Low > 0 && short(q.Low) != short(float64(s.Capacity)) {
			text += fmt.Sprintf(" (%s each)", short(q.Low))
		}
	}
	if s.From != nil {
		source := s.From.Source
		if strings.HasPrefix(s.From.Note, "the default of ") {
			source = "default"
		}
		text += ", " + source
		if !s.From.Site.IsZero() {
			text += " " + o.Place(s.From.Site)
		}
	}
	return text
}

func demandText(s *ceiling.Station) string {
	if s.Unit != "" {
		return plural(int(math.Round(s.Visits)), "token")
	}
	text := short(s.DemandMS) + " ms"
	if s.DemandLow != s.DemandHigh {
		text = short(s.DemandLow) + " to " + short(s.DemandHigh) + " ms"
	}
	if s.Times != "" {
		text += ", " + s.Times
	}
	if s.Optional {
		text += ", on a branch only"
	}
	if len(s.MeasuredIn) > 0 {
		text += " in " + strings.Join(s.MeasuredIn, ", ")
	}
	return text
}

// rate writes requests per second; a dash where there is no bound.
func rate(v ceiling.Value) string {
	if !v.Finite() {
		return "-"
	}
	return short(float64(v)) + "/s"
}

// short writes a number with two significant digits, without an exponent.
func short(v float64) string {
	if v == 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	scale := math.Pow(10, math.Floor(math.Log10(math.Abs(v)))-1)
	text := strconv.FormatFloat(math.Round(v/scale)*scale, 'f', max(0, -int(math.Round(math.Log10(scale)))), 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

func ceilingHeader() []string {
	return []string{"path", "cannot exceed", "set by", "next", "scalers at their maximum", "unlimited replicas", "separation"}
}

func ceilingRow(p *ceiling.Path) []string {
	bound := rate(p.XBound)
	switch {
	case !p.XBound.Finite() && p.Formula != "":
		bound = p.Formula
	case p.XBound.Finite() && short(float64(p.XLow)) != short(float64(p.XHigh)):
		bound += "\n(" + rate(p.XLow) + " to " + rate(p.XHigh) + ")"
	}
	by, next, separation := p.Reason, "", ""
	if len(p.Binding) > 0 {
		by = strings.Join(labels(p, p.Binding), ", ")
	}
	if p.Next != "" {
		next = rate(p.XNext) + " " + labels(p, []string{p.Next})[0]
	}
	if p.Separation.Finite() {
		separation = short(float64(p.Separation))
	}
	return []string{p.Service + " " + p.Entry, bound, by, next, rate(p.Ceiling.HPAMax.X), rate(p.Ceiling.Infinity.X), separation}
}

// labels returns what people call stations of a path.
func labels(p *ceiling.Path, stations []string) []string {
	var list []string
	for _, name := range stations {
		label := name
		for i := range p.Stations {
			if p.Stations[i].Resource == name {
				label = p.Stations[i].Label
			}
		}
		list = append(list, label)
	}
	return list
}

func ceilingRows(r *Report) [][]string {
	var rows [][]string
	for i := range r.Paths {
		rows = append(rows, ceilingRow(&r.Paths[i]))
	}
	return rows
}

// Marks returns what a picture marks for the ceiling of an endpoint: the nodes
// that the stations belong to which set it.
func Marks(r *Report, id string) []graph.Mark {
	var marks []graph.Mark
	for i := range r.Paths {
		p := &r.Paths[i]
		if p.ID != id || !p.XBound.Finite() {
			continue
		}
		for _, name := range p.Binding {
			if node := nodeOf(r, name); node != "" {
				marks = append(marks, graph.Mark{Node: node, Text: "ceiling " + rate(p.XBound) + "\n" + labels(p, []string{name})[0]})
			}
		}
	}
	return marks
}

// nodeOf returns the id of the service or resource that a station belongs to.
// Stations are named after them: "ID", "ID limit", "SERVICE/cpu", "FROM -> TO
// pool", "SERVICE lock ID", "SERVER connections".
func nodeOf(r *Report, station string) string {
	best := ""
	consider := func(id, name string) {
		if name == "" || len(id) <= len(best) {
			return
		}
		rest, ok := strings.CutPrefix(station, name)
		if ok && (rest == "" || rest[0] == ' ' || rest[0] == '/') || strings.HasSuffix(station, "lock "+name) {
			best = id
		}
	}
	for _, s := range r.Services {
		consider(s.ID, s.ID)
	}
	for _, s := range r.Resources {
		consider(s.ID, s.ID)
		consider(s.ID, s.Server)
	}
	return best
}
