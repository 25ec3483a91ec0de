package report_test

import (
	"bytes"
	"testing"

	"github.com/coordlint/coordlint/analyzer/report"
	"github.com/coordlint/coordlint/graph"
)

func TestCeilings(t *testing.T) {
	for file, o := range map[string]report.Options{"ceilings.txt": {}, "ceilings-notes.txt": {Notes: true, Dir: "services/web"}} {
		var b bytes.Buffer
		if err := report.Ceilings(&b, shop(t), o); err != nil {
			t.Fatal(err)
		}
		golden(t, file, b.Bytes())
	}
}

func TestCeilingOf(t *testing.T) {
	var b bytes.Buffer
	if err := report.CeilingOf(&b, shop(t), "web http POST /checkout", report.Options{}); err != nil {
		t.Fatal(err)
	}
	golden(t, "ceiling-of.txt", b.Bytes())
	b.Reset()
	if err := report.CeilingOf(&b, shop(t), "web http GET /", report.Options{}); err != nil || b.Len() > 0 {
		t.Errorf("a path that the report has not: %q, %v", b.String(), err)
	}
}

// The stations that set a ceiling are marked at the node that they belong to.
func TestMarks(t *testing.T) {
	for _, c := range []struct {
		station, node string
	}{
		{"bank limit", "bank"},
		{"orders-db", "orders-db"},
		{"orders/cpu", "orders"},
		{"orders -> orders-db pool", "orders"},
		{"tickets lock inventory-lock", "inventory-lock"},
		{"lock inventory-lock", "inventory-lock"},
		{"tickets lock other", "tickets"},
		{"postgres db:5432 connections", "payment-db"},
		{"order limit", ""},
	} {
		r := shop(t)
		for _, s := range r.Resources {
			if s.ID == "payment-db" {
				s.Server = "postgres db:5432"
			}
		}
		r.Paths = r.Paths[:1]
		r.Paths[0].Binding = []string{c.station}
		var want []graph.Mark
		if c.node != "" {
			label := c.station
			if label == "bank limit" {
				label = "bank"
			}
			want = []graph.Mark{{Node: c.node, Text: "ceiling 1000/s\n" + label}}
		}
		got := report.Marks(r, r.Paths[0].ID)
		if len(got) != len(want) || len(got) == 1 && got[0] != want[0] {
			t.Errorf("%s is marked %v, want %v", c.station, got, want)
		}
	}
}
