package svg_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/graph/svg"
)

var keep = flag.String("keep", "", "directory to keep the pictures in")

// TestMain lets the test's own binary be the child that renders.
func TestMain(m *testing.M) {
	if child, err := svg.Child(context.Background(), os.Stdin, os.Stdout); child {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// sample is a system of 12 services and 9 resources, and its findings.
func sample(t *testing.T) (*graph.System, []graph.Finding) {
	t.Helper()
	data, err := os.ReadFile("../../analyzer/report/testdata/shop.json")
	if err != nil {
		t.Fatal(err)
	}
	sys := new(graph.System)
	var rest struct{ Findings []graph.Finding }
	if err := errors.Join(json.Unmarshal(data, sys), json.Unmarshal(data, &rest)); err != nil {
		t.Fatal(err)
	}
	return sys, rest.Findings
}

func render(t *testing.T, dot, format string) []byte {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	out, err := svg.RenderChild(t.Context(), self, []byte(dot), format, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRenderSVG(t *testing.T) {
	sys, findings := sample(t)
	marks := []graph.Mark{{Node: "bank", Text: "ceiling 1000/s"}}
	for _, c := range []struct {
		name    string
		picture graph.Picture
		want    []string // texts that the picture has
		not     []string
	}{
		{"all", graph.Picture{Findings: findings}, []string{"checkout", "orders-db", "storefront", "legend", "sync-chain"}, nil},
		{"path", graph.Picture{Findings: findings, Marks: marks, Path: "web http POST /checkout"}, []string{"ceiling 1000/s", "the path"}, nil},
		{"focus", graph.Picture{Findings: findings, Focus: "payment"}, []string{"bank", "checkout"}, []string{"search"}},
		{"findings", graph.Picture{Findings: findings, OnlyFindings: true}, []string{"global-lock"}, []string{"mailer"}},
	} {
		out := render(t, graph.DOT(sys, c.picture), "svg")
		if *keep != "" {
			if err := os.WriteFile(filepath.Join(*keep, c.name+".svg"), out, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		text := textOf(t, out)
		for _, w := range c.want {
			if !strings.Contains(text, w) {
				t.Errorf("%s: the picture does not say %q", c.name, w)
			}
		}
		for _, n := range c.not {
			if strings.Contains(text, n) {
				t.Errorf("%s: the picture says %q", c.name, n)
			}
		}
	}
}

// textOf returns the contents of the text elements of an SVG, one a line.
func textOf(t *testing.T, data []byte) string {
	t.Helper()
	var b strings.Builder
	inside := false
	for d := xml.NewDecoder(bytes.NewReader(data)); ; {
		tok, err := d.Token()
		if err == io.EOF {
			return b.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			inside = tok.Name.Local == "text"
		case xml.CharData:
			if inside {
				b.Write(tok)
				b.WriteByte('\n')
			}
		case xml.EndElement:
			inside = false
		}
	}
}

// A PNG shows what the SVG does: boxes are light, their lines are there and
// thin, curves are not filled, and there is writing.
func TestRenderPNG(t *testing.T) {
	const dot = `digraph {
  rankdir=LR
  a [shape=box, style="rounded,filled", fillcolor="#ffebee", color="#c62828", label="orders"]
  b [shape=box3d, style=filled, fillcolor="#e3f2fd", color="#0000ff", label=" "]
  c [label=" "]
  a -> b; a -> c; b -> c [constraint=false]; c -> a [style=dotted, color="#00aa00"]
}`
	picture, err := png.Decode(bytes.NewReader(render(t, dot, "png")))
	if err != nil {
		t.Fatal(err)
	}
	share := shares(picture)
	for _, c := range []struct {
		name      string
		color     color.NRGBA
		low, high float64 // percent of all pixels
	}{
		{"the white ground", color.NRGBA{255, 255, 255, 255}, 60, 90},
		{"a box's ground", color.NRGBA{0xff, 0xeb, 0xee, 255}, 5, 20},
		{"a box's line", color.NRGBA{0xc6, 0x28, 0x28, 255}, 0.1, 2},
		{"a cache's lines", color.NRGBA{0, 0, 255, 255}, 0.1, 2},
		{"a dotted curve", color.NRGBA{0, 0xaa, 0, 255}, 0.05, 1},
		{"arrows and writing", color.NRGBA{0, 0, 0, 255}, 0.5, 5},
	} {
		if got := 100 * share[c.color]; got < c.low || got > c.high {
			t.Errorf("%s is %.2f %% of the picture, want %g to %g", c.name, got, c.low, c.high)
		}
	}
	without, err := png.Decode(bytes.NewReader(render(t, strings.ReplaceAll(dot, `"orders"`, `"      "`), "png")))
	if err != nil {
		t.Fatal(err)
	}
	black := color.NRGBA{0, 0, 0, 255}
	if with, bare := share[black], shares(without)[black]; with < bare*1.05 {
		t.Errorf("black is %.3f %% with a name and %.3f %% without", 100*with, 100*bare)
	}
}

// shares returns the part of the picture that each color covers.
func shares(picture image.Image) map[color.NRGBA]float64 {
	list := map[color.NRGBA]float64{}
	size := picture.Bounds()
	for y := size.Min.Y; y < size.Max.Y; y++ {
		for x := size.Min.X; x < size.Max.X; x++ {
			list[color.NRGBAModel.Convert(picture.At(x, y)).(color.NRGBA)] += 1 / float64(size.Dx()*size.Dy())
		}
	}
	return list
}

func TestRenderErrors(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, dot, format, want string }{
		{"no DOT", "not a graph", "svg", "parse DOT"},
		{"unknown format", "digraph {}", "tiff", "no picture format"},
	} {
		_, err := svg.RenderChild(t.Context(), self, []byte(c.dot), c.format, time.Minute)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.want)
		}
	}
	_, err = svg.RenderChild(t.Context(), self, []byte("digraph {}"), "svg", time.Nanosecond)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want DeadlineExceeded", err)
	}
}
