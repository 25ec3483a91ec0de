package report_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/coordlint/coordlint/analyzer/report"
)

func TestText(t *testing.T) {
	for _, c := range []struct {
		golden string
		o      report.Options
	}{
		{"text.txt", report.Options{}},
		{"text-notes.txt", report.Options{Notes: true}},
		{"text-dir.txt", report.Options{Dir: "services/web"}},
		{"text-color.txt", report.Options{Color: true}},
	} {
		var b bytes.Buffer
		if err := report.Text(&b, shop(t), c.o); err != nil {
			t.Fatal(err)
		}
		golden(t, c.golden, b.Bytes())
	}
}

func TestTextOfFailure(t *testing.T) {
	var b bytes.Buffer
	if err := report.Text(&b, report.Failed("shop", errors.New("no Go files")), report.Options{}); err != nil {
		t.Fatal(err)
	}
	if got, want := b.String(), "shop: nothing was analysed: no Go files\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRel(t *testing.T) {
	for _, c := range [][3]string{
		{"", "a/b.go", "a/b.go"},
		{".", "a/b.go", "a/b.go"},
		{"a", "a/b.go", "b.go"},
		{"a", "c/b.go", "../c/b.go"},
		{"a/b", "a/c.go", "../c.go"},
		{"a/b", "a/bc/d.go", "../bc/d.go"},
		{"a/b", "c.go", "../../c.go"},
		{"a", "", ""},
		{"a", "/tmp/x.go", "/tmp/x.go"},
	} {
		if got := report.Rel(c[0], c[1]); got != c[2] {
			t.Errorf("Rel(%q, %q) = %q, want %q", c[0], c[1], got, c[2])
		}
	}
}
