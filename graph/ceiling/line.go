package ceiling

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// digits writes a number with two significant digits, and with an exponent
// only where a reader would have to count zeros.
func digits(v float64) string {
	if a := math.Abs(v); a >= 1e9 || a > 0 && a < 1e-4 {
		return strconv.FormatFloat(v, 'e', 1, 64)
	}
	if v == 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	scale := math.Pow(10, math.Floor(math.Log10(math.Abs(v)))-1)
	return strconv.FormatFloat(math.Round(v/scale)*scale, 'f', max(0, -int(math.Round(math.Log10(scale)))), 64)
}

// trimmed is digits without zeros after the point.
func trimmed(v float64) string {
	text := digits(v)
	if strings.Contains(text, ".") && !strings.Contains(text, "e") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// String returns the path's line.
func (p *Path) String() string { return p.Line() }

// Line says what the path cannot exceed, in one line with two significant
// digits and the source of what sets it.
func (p *Path) Line() string {
	var parts []string
	parts = append(parts, p.Label+" "+p.head())
	if len(p.Branches) > 0 {
		parts = append(parts, p.Branch(0))
	}
	if p.Next != "" {
		parts = append(parts, fmt.Sprintf("next %s/s %s", trimmed(float64(p.XNext)), p.described(p.Next, " (", ")")))
	}
	if p.Separation.Finite() {
		parts = append(parts, "separation "+trimmed(float64(p.Separation)))
	}
	if p.XBound.Finite() {
		parts = append(parts, fmt.Sprintf("at HPA max %s, unlimited replicas %s", p.orNone(p.reachable()), p.orNone(p.Ceiling.Infinity.X)))
	}
	parts = append(parts, fmt.Sprintf("%s, depth %d, %s", many(p.SyncCalls, "sync call"), p.SyncDepth, many(float64(len(p.Coordination)), "coordination point")))
	for _, d := range p.Deadlocks {
		if d.Possible {
			parts = append(parts, "deadlock: "+p.stuck(&d))
		}
	}
	return strings.Join(parts, " - ")
}

// Branch says what the bound is if every request takes a branch that it might
// leave out.
func (p *Path) Branch(i int) string {
	b := p.Branches[i]
	var labels []string
	for _, name := range b.Binding {
		labels = append(labels, p.label(name))
	}
	return fmt.Sprintf("if every request takes %s <= %s/s (%s)", branchAt(b.Site), trimmed(float64(b.X)), join(labels))
}

func branchAt(site graph.Site) string {
	if site.IsZero() {
		return "every branch"
	}
	return fmt.Sprintf("the branch at %s:%d", site.File, site.Line)
}

// head is the bound, or the formula, or that there is none.
func (p *Path) head() string {
	if len(p.Binding) == 0 {
		if p.Formula != "" {
			return fmt.Sprintf("<= %s (%s; no bound found)", p.Formula, p.Reason)
		}
		return fmt.Sprintf("no bound found (%s)", p.Reason)
	}
	var labels []string
	for _, name := range p.Binding {
		label := p.described(name, ", ", "")
		for n := 2; slices.Contains(labels, label); n++ {
			label = fmt.Sprintf("%s #%d", p.described(name, ", ", ""), n)
		}
		labels = append(labels, label)
	}
	between := ""
	if p.OnlyIf != nil {
		between = "; if every request takes " + branchAt(*p.OnlyIf)
	}
	if p.XLow != p.XHigh && digits(float64(p.XLow)) != digits(float64(p.XHigh)) {
		between += fmt.Sprintf("; between %s and %s", trimmed(float64(p.XLow)), p.orNone(p.XHigh))
	}
	if p.Formula != "" && len(p.Formula) <= maxFormula {
		return fmt.Sprintf("<= %s = %s/s (%s%s)", p.Formula, trimmed(float64(p.XBound)), join(labels), between)
	}
	return fmt.Sprintf("<= %s/s (%s%s)", trimmed(float64(p.XBound)), join(labels), between)
}

// maxFormula is up to how many characters a formula stands in a line beside
// the number that it gives.
const maxFormula = 60

// reachable is the ceiling with every scaler at its maximum; with those that
// never fire where they are.
func (p *Path) reachable() Value {
	for _, h := range p.HPA {
		if !h.Fires {
			return h.Reachable
		}
	}
	return p.Ceiling.HPAMax.X
}

func (p *Path) orNone(v Value) string {
	if !v.Finite() {
		return "no bound found"
	}
	return trimmed(float64(v))
}

// described is a station and where its number came from.
func (p *Path) described(resource, before, after string) string {
	st := p.station(resource)
	if st == nil {
		return resource
	}
	source := ""
	switch {
	case st.Unit != "":
		if st.From != nil {
			source = st.From.Source
		}
	case st.Times == graph.Assumed:
		source = "assumed " + trimmed(st.DemandMS) + " ms"
	case st.Times != "":
		source = st.Times
		if st.DemandMS > 0 {
			source += " " + trimmed(st.DemandMS) + " ms"
		}
		if st.Times == graph.Measured && len(st.MeasuredIn) > 0 {
			source += " in " + strings.Join(st.MeasuredIn, ", ")
		}
	}
	if source == "" {
		return st.Label
	}
	return st.Label + before + source + after
}

// many counts things; one is singular.
func many(n float64, what string) string {
	if n != 1 {
		what += "s"
	}
	return trimmed(n) + " " + what
}

// unqualified returns a symbol as its own package's users write it:
// "inventory.Tickets.mu" of "example.com/shop/inventory.Tickets.mu". A name
// that is no symbol of an import path stays as it is.
func unqualified(name string) string {
	i := strings.LastIndexByte(name, '/')
	if i < 0 || !strings.Contains(name[i:], ".") || strings.ContainsAny(name, " :") {
		return name
	}
	return name[i+1:]
}

// stuck says how a deadlock comes about, and up to where it does not.
func (p *Path) stuck(d *Deadlock) string {
	if len(d.Order) > 0 {
		var labels []string
		for _, name := range d.Order {
			labels = append(labels, p.label(name))
		}
		return fmt.Sprintf("%s are taken in different orders, safe with %d in flight", join(labels), d.SafeInFlight)
	}
	safe := fmt.Sprintf("safe with %d in flight", d.SafeInFlight)
	if d.SafeReplica != nil {
		safe = fmt.Sprintf("safe with %d in flight on a replica", *d.SafeReplica)
	}
	return fmt.Sprintf("%s is taken %d times at once, %s", p.label(d.Resource), d.Nested, safe)
}
