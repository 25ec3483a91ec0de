package report

import (
	"fmt"
	"strings"

	"github.com/coordlint/coordlint/graph/ceiling"
)

// remarks says in lines what follows from a ceiling beside its numbers.
func remarks(p *ceiling.Path) []string {
	var lines []string
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	if p.XBound.Finite() && p.Formula != "" {
		add("the bound: %s = %s", p.Formula, rate(p.XBound))
	}
	for i := range p.Branches {
		add("%s", p.Branch(i))
	}
	if p.Change != nil {
		add("change first: %s", p.Change.Text)
	}
	for _, h := range p.HPA {
		if !h.Fires {
			add("%s uses %.0f %% of its CPU at the ceiling: its scaler, at %.0f %%, never fires", h.Service, 100*h.Utilisation, 100*h.Target)
		}
	}
	if s := p.Storm; s != nil && rate(s.Vulnerable[0]) != rate(s.Vulnerable[1]) {
		add("retry storm: below %s it recovers by itself; from there to %s one disturbance can become lasting overload, one request being up to %s calls",
			rate(s.Vulnerable[0]), rate(s.Vulnerable[1]), short(p.AmplifiedWorst))
	}
	if p.Cold != nil {
		add("with cold caches: at most %s", rate(p.Cold.X))
	}
	for _, b := range p.Brownouts {
		if !b.X.Finite() || rate(b.X) == rate(p.XBound) {
			continue // nothing is held meanwhile, or nothing that binds
		}
		who := "everything that has a timeout hangs until then"
		if b.Dependency != "" {
			who = b.Dependency + " hangs until the timeout"
		}
		add("while %s: at most %s", who, rate(b.X))
	}
	if p.Accept != nil && rate(p.Accept.X) != rate(p.XBound) {
		add("what a caller waits for takes up to %s: above the bound, what is sent without waiting piles up", rate(p.Accept.X))
	}
	switch {
	case len(p.Sensitivity) > 0:
		s := p.Sensitivity[0]
		add("most sensitive to %s: between %s and %s", s.Unknown, rate(s.XAtHigh), rate(s.XAtLow))
	case p.NoneMatters && p.AssumptionsOf > 0 && p.XBound.Finite():
		add("no assumed number changes the bound")
	}
	for _, text := range alike(p.NotModelled) {
		add("not modelled: %s", text)
	}
	return lines
}

// alike returns the texts, those that begin alike up to a colon as one: the
// first of them, and how many more there are.
func alike(texts []string) []string {
	var list []string
	more := map[string]int{}
	for _, text := range texts {
		start, _, _ := strings.Cut(text, ": ")
		if more[start]++; more[start] == 1 {
			list = append(list, text)
		}
	}
	for i, text := range list {
		start, _, _ := strings.Cut(text, ": ")
		if n := more[start] - 1; n > 0 {
			list[i] += fmt.Sprintf("; and %d more such", n)
		}
	}
	return list
}
