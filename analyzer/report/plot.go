package report

import (
	"encoding/csv"
	"fmt"
	"html"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/coordlint/coordlint/graph/ceiling"
)

// CSV writes the curves of all paths that have one, or of the path with an id,
// as comma-separated values: throughput over concurrent users, a line for each
// point. The asymptote is what no number of users can exceed.
func CSV(w io.Writer, r *Report, id string) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"service", "path", "users", "requests_per_s", "asymptote_per_s", "bound_per_s"}); err != nil {
		return err
	}
	number := func(v ceiling.Value) string { return strconv.FormatFloat(float64(v), 'g', -1, 64) }
	for i := range r.Paths {
		p := &r.Paths[i]
		if id != "" && p.ID != id {
			continue
		}
		for _, c := range p.Curve {
			if err := out.Write([]string{p.Service, p.Entry, c.Name, number(c.Value.X), number(c.Value.Asymptote), number(p.XBound)}); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

// Size of a plot and of the margins around its axes, in points.
const (
	plotWidth, plotHeight    = 560.0, 320.0
	plotLeft, plotRight      = 64.0, 20.0
	plotTop, plotBottom      = 46.0, 62.0
	plotLetters, plotHeading = 11, 14
)

// A plot maps users and rates to the points of a picture.
type plot struct {
	strings.Builder
	users, rate float64 // at the ends of the axes
}

func (g *plot) x(users float64) float64 {
	return plotLeft + users/g.users*(plotWidth-plotLeft-plotRight)
}

func (g *plot) y(rate float64) float64 {
	return plotHeight - plotBottom - rate/g.rate*(plotHeight-plotTop-plotBottom)
}

func (g *plot) line(x1, y1, x2, y2 float64, style string) {
	fmt.Fprintf(g, `<path d="M%.1f %.1fL%.1f %.1f" fill="none" %s/>`+"\n", x1, y1, x2, y2, style)
}

func (g *plot) text(x, y float64, anchor string, size int, colour, line string) {
	fmt.Fprintf(g, `<text x="%.1f" y="%.1f" text-anchor="%s" font-family="Helvetica,Arial,sans-serif" font-size="%d" fill="%s">%s</text>`+"\n",
		x, y, anchor, size, colour, html.EscapeString(line))
}

// Plot draws the curve of a path as SVG: the throughput over the number of
// concurrent users, the line that it cannot exceed, and the knee beyond
// which more users only wait longer. It returns false if the path has no curve.
func Plot(p *ceiling.Path) ([]byte, bool) {
	if len(p.Curve) < 2 || !p.XBound.Finite() {
		return nil, false
	}
	last, err := strconv.Atoi(p.Curve[len(p.Curve)-1].Name)
	if err != nil || last <= 0 {
		return nil, false
	}
	bound := p.XBound
	if p.Accept != nil && p.Accept.X.Finite() {
		bound = max(bound, p.Accept.X)
	}
	g := &plot{users: float64(last), rate: 1.18 * float64(bound)}
	fmt.Fprintf(g, `<svg xmlns="http://www.w3.org/2000/svg" width="%g" height="%g" viewBox="0 0 %g %g" role="img">`+"\n", plotWidth, plotHeight, plotWidth, plotHeight)
	fmt.Fprintf(g, `<rect x="0" y="0" width="%g" height="%g" fill="#ffffff"/>`+"\n", plotWidth, plotHeight)
	g.text(plotLeft, 20, "start", plotHeading, "#263238", p.Label)
	g.axes()
	g.curves(p)
	g.line(plotLeft, g.y(float64(p.XBound)), plotWidth-plotRight, g.y(float64(p.XBound)), `stroke="#c62828" stroke-width="1.5"`)
	g.text(plotWidth-plotRight, g.y(float64(p.XBound))-5, "end", plotLetters, "#c62828",
		fmt.Sprintf("cannot exceed %s: %s", rate(p.XBound), strings.Join(labels(p, p.Binding), ", ")))
	g.text(plotLeft, plotHeight-8, "start", plotLetters, "#78909c", plotNote(p))
	g.WriteString("</svg>\n")
	return []byte(g.String()), true
}

// axes draws both axes with their numbers.
func (g *plot) axes() {
	bottom := g.y(0)
	for _, v := range ticks(g.rate) {
		g.line(plotLeft, g.y(v), plotWidth-plotRight, g.y(v), `stroke="#eceff1" stroke-width="1"`)
		g.text(plotLeft-6, g.y(v)+4, "end", plotLetters, "#546e7a", tick(v))
	}
	for _, v := range ticks(g.users) {
		g.line(g.x(v), bottom, g.x(v), bottom+4, `stroke="#90a4ae" stroke-width="1"`)
		g.text(g.x(v), bottom+16, "middle", plotLetters, "#546e7a", tick(v))
	}
	g.line(plotLeft, bottom, plotWidth-plotRight, bottom, `stroke="#90a4ae" stroke-width="1"`)
	g.line(plotLeft, plotTop-8, plotLeft, bottom, `stroke="#90a4ae" stroke-width="1"`)
	g.text(plotWidth-plotRight, bottom+32, "end", plotLetters, "#546e7a", "requests under way at the same time")
	g.text(plotLeft, plotTop-14, "start", plotLetters, "#546e7a", "requests a second")
}

// curves draws the estimate, what bounds it, and the knee.
func (g *plot) curves(p *ceiling.Path) {
	var estimate, most []string
	for _, c := range append(ceiling.NamedList[ceiling.Throughput]{{Name: "0"}}, p.Curve...) {
		users, err := strconv.ParseFloat(c.Name, 64)
		if err != nil {
			continue
		}
		estimate = append(estimate, fmt.Sprintf("%.1f %.1f", g.x(users), g.y(float64(c.Value.X))))
		most = append(most, fmt.Sprintf("%.1f %.1f", g.x(users), g.y(float64(c.Value.Asymptote))))
	}
	if first := p.Curve[0]; first.Value.Asymptote > 0 && first.Name == "1" {
		top := p.Curve[len(p.Curve)-1].Value.Asymptote
		if knee := float64(top / first.Value.Asymptote); knee > 1 && knee < g.users {
			most = []string{most[0], fmt.Sprintf("%.1f %.1f", g.x(knee), g.y(float64(top))), most[len(most)-1]}
			g.line(g.x(knee), g.y(float64(top)), g.x(knee), g.y(0), `stroke="#90a4ae" stroke-width="1" stroke-dasharray="3,3"`)
			g.text(g.x(knee)+5, g.y(0)-7, "start", plotLetters, "#546e7a", fmt.Sprintf("beyond %s, requests only wait longer", tick(math.Ceil(knee))))
		}
	}
	fmt.Fprintf(g, `<path d="M%s" fill="none" stroke="#90a4ae" stroke-width="1.2" stroke-dasharray="5,4"/>`+"\n", strings.Join(most, "L"))
	fmt.Fprintf(g, `<path d="M%s" fill="none" stroke="#1565c0" stroke-width="2.2"/>`+"\n", strings.Join(estimate, "L"))
}

// plotNote says what the curve rests on.
func plotNote(p *ceiling.Path) string {
	text := "estimate for exponential times; dashed: what no number of users exceeds"
	if digits := short(float64(p.XLow)); p.XLow.Finite() && digits != short(float64(p.XHigh)) {
		text = "unknown times at the middle of their intervals: the bound lies between " + rate(p.XLow) + " and " + rate(p.XHigh)
	}
	return text
}

// ticks returns about five round numbers up to an end, zero left out.
func ticks(end float64) []float64 {
	step := math.Pow(10, math.Floor(math.Log10(end))) / 10
	for _, f := range []float64{20, 10, 5, 2} {
		if end/(step*f) >= 4 {
			step *= f
			break
		}
	}
	var list []float64
	for i := 1; float64(i)*step <= end && i < 20; i++ {
		list = append(list, float64(i)*step)
	}
	return list
}

func tick(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
