package calibrate

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/coordlint/coordlint/analyzer/measured"
	"github.com/coordlint/coordlint/analyzer/telemetry"
	"github.com/coordlint/coordlint/graph"
)

var update = flag.Bool("update", false, "rewrite what the tests compare with")

// shop is the example system as an analysis of it saw it.
func shop(t testing.TB) *graph.System {
	t.Helper()
	text, err := os.ReadFile("testdata/system.json")
	if err != nil {
		t.Fatal(err)
	}
	sys := &graph.System{}
	if err := json.Unmarshal(text, sys); err != nil {
		t.Fatal(err)
	}
	return sys
}

func calibrated(t testing.TB, opt Options, files ...string) *Result {
	t.Helper()
	c := New(shop(t), opt)
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		c.Source(filepath.Base(name), "")
		telemetry.Read(f, name, c)
		f.Close()
	}
	return c.Result()
}

// golden compares bytes with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	name = filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; got:\n%s", name, got)
	}
}

// The recordings of testdata are what the generator makes.
func TestRecordings(t *testing.T) {
	spans := recordedSpans()
	golden(t, "shop.otlp.jsonl", otlp(spans))
	golden(t, "shop.jaeger.json", jaeger(spans))
	golden(t, "shop.prometheus.json", prometheus(spans))
}

// Each format gives the times of the shop, and says where recording and graph
// differ.
func TestShop(t *testing.T) {
	for _, format := range []string{"otlp.jsonl", "jaeger.json", "prometheus.json"} {
		t.Run(format, func(t *testing.T) {
			r := calibrated(t, Options{}, "testdata/shop."+format)
			for _, p := range r.Problems {
				t.Errorf("%s: %s", p.Site, p.Text)
			}
			var text, file bytes.Buffer
			if err := r.Text(&text, measured.Name, true); err != nil {
				t.Fatal(err)
			}
			if err := r.File.Write(&file); err != nil {
				t.Fatal(err)
			}
			golden(t, "want."+format+".txt", text.Bytes())
			golden(t, "want."+format+".measured", file.Bytes())
			if _, err := measured.Parse("x", file.Bytes()); err != nil {
				t.Error(err)
			}
		})
	}
}

// BenchmarkShop reads and matches the recording of a few requests.
func BenchmarkShop(b *testing.B) {
	text, err := os.ReadFile("testdata/shop.otlp.jsonl")
	if err != nil {
		b.Fatal(err)
	}
	sys := shop(b)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		c := New(sys, Options{})
		c.Source("f", "")
		telemetry.Read(bytes.NewReader(text), "f", c)
		c.Result()
	}
}
