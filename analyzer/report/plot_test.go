package report

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/coordlint/coordlint/graph/ceiling"
)

func curved() ceiling.Path {
	p := ceiling.Path{ID: "web http GET /a<b>", Entry: "GET /a<b>", Label: "GET /a<b>", Service: "web", XBound: 40, XLow: 40, XHigh: 40, Binding: []string{"web/slots"}}
	for _, c := range []struct {
		users   string
		x, most ceiling.Value
	}{{"1", 10, 10}, {"3", 28, 30}, {"6", 38, 40}, {"12", 40, 40}} {
		p.Curve = append(p.Curve, ceiling.Named[ceiling.Throughput]{Name: c.users, Value: ceiling.Throughput{X: c.x, Asymptote: c.most}})
	}
	return p
}

// A plot is well-formed XML, says what sets the bound, and marks the knee.
func TestPlot(t *testing.T) {
	p := curved()
	data, ok := Plot(&p)
	if !ok {
		t.Fatal("no plot")
	}
	text := ""
	for d := xml.NewDecoder(bytes.NewReader(data)); ; {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if chars, is := tok.(xml.CharData); is {
			text += string(chars) + "\n"
		}
	}
	for _, want := range []string{"GET /a<b>", "cannot exceed 40/s: web/slots", "beyond 4, requests only wait longer"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not among\n%s", want, text)
		}
	}
	for _, none := range []func(*ceiling.Path){
		func(p *ceiling.Path) { p.Curve = nil },
		func(p *ceiling.Path) { p.XBound = ceiling.None() },
		func(p *ceiling.Path) { p.Curve[len(p.Curve)-1].Name = "many" },
	} {
		p := curved()
		none(&p)
		if _, ok := Plot(&p); ok {
			t.Error("a plot of nothing")
		}
	}
}

func TestCSV(t *testing.T) {
	p := curved()
	other := p
	other.ID, other.Entry = "web http GET /other", "GET /other"
	var b bytes.Buffer
	if err := CSV(&b, &Report{Paths: []ceiling.Path{p, other}}, p.ID); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 5 || strings.Join(rows[2], " ") != "web GET /a<b> 3 28 30 40" {
		t.Errorf("got %q", rows)
	}
}

// Axes have a handful of round numbers, none beyond the end.
func TestTicks(t *testing.T) {
	for _, end := range []float64{0.3, 1, 7, 11, 118, 514, 1180, 99999} {
		list := ticks(end)
		if len(list) < 3 || len(list) > 10 || list[len(list)-1] > end {
			t.Errorf("%g: %v", end, list)
		}
	}
}
