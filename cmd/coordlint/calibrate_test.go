package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coordlint/coordlint/analyzer/report"
	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/graph/ceiling"
)

const recordings = "../../analyzer/calibrate/testdata/"

// untimed copies the shop without the times of its configuration file.
func untimed(t *testing.T) string {
	t.Helper()
	download := exec.CommandContext(t.Context(), "go", "mod", "download")
	download.Dir = shopDir
	if out, err := download.CombinedOutput(); err != nil {
		t.Skipf("the shop's modules cannot be downloaded: %v\n%s", err, out)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(shopDir)); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "coordlint.yaml")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, _ := strings.Cut(string(text), "\ntimes:")
	_, after, found := strings.Cut(rest, "\nload:")
	if !found {
		t.Fatal("coordlint.yaml of the shop: no load after times")
	}
	write(t, name, []byte(before+"\nload:"+after))
	return dir
}

// ceilings returns the paths of a tree, by entry.
func ceilings(t *testing.T, args ...string) map[string]ceiling.Path {
	t.Helper()
	r := &report.Report{}
	if err := json.Unmarshal([]byte(printed(t, append(args, "-fail-on", "none", "-format", "json", "./...")...)), r); err != nil {
		t.Fatal(err)
	}
	out := map[string]ceiling.Path{}
	for _, p := range r.Paths {
		if p.Entrance {
			out[p.Entry] = p
		}
	}
	return out
}

// Measured times make a ceiling of the shop that was an interval one number,
// which says where it comes from.
func TestCalibrateShop(t *testing.T) {
	dir := untimed(t)
	saved := filepath.Join(t.TempDir(), "shop.json")
	before := ceilings(t, "-C", dir, "-out", "json:"+saved)["POST /tickets"]
	if before.XLow == before.XHigh {
		t.Fatalf("without times POST /tickets is known: %s", before.Line())
	}
	for _, format := range []string{"shop.otlp.jsonl", "shop.jaeger.json", "shop.prometheus.json"} {
		printed(t, "calibrate", "-C", dir, "-report", saved, recordings+format)
		after := ceilings(t, "-C", dir)["POST /tickets"]
		want := "inventory.Tickets.mu, measured 20 ms in " + format
		if after.XLow != after.XHigh || after.XBound != 100 || !strings.Contains(after.Line(), want) {
			t.Errorf("before: %s\nafter: %s\nwant 100/s, %s", before.Line(), after.Line(), want)
		}
		if st := after.Stations[0]; st.Times != graph.Measured {
			t.Errorf("%s: %s", st.Label, st.Times)
		}
	}
	if none := ceilings(t, "-C", dir, "-measured", "none")["POST /tickets"]; none.Line() != before.Line() {
		t.Errorf("with -measured none: %s", none.Line())
	}
}

// The file is where -measured says, is the same however often it is written,
// and an entry that fits nothing any more is a gap with its line.
func TestCalibrateFile(t *testing.T) {
	dir := untimed(t)
	saved := filepath.Join(t.TempDir(), "shop.json")
	printed(t, "-C", dir, "-fail-on", "none", "-format", "json", "-out", "json:"+saved, "./...")
	run := []string{"calibrate", "-C", dir, "-report", saved, "-measured", "clock.json", recordings + "shop.otlp.jsonl"}
	printed(t, run...)
	name := filepath.Join(dir, "clock.json")
	first, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "coordlint.measured.json")); err == nil {
		t.Error("the usual file is there too")
	}
	write(t, name, bytes.Replace(first, []byte(`"service":"quote"`), []byte(`"service":"quotes"`), 1))
	text := printed(t, "-C", dir, "-measured", "clock.json", "-fail-on", "none", "-format", "json", "./...")
	if !strings.Contains(text, `no service \"quotes\"`) || !strings.Contains(text, `"clock.json:`) {
		t.Error("no gap of the entry that fits nothing")
	}
	write(t, name, []byte("not what it was"))
	printed(t, run...)
	again, err := os.ReadFile(name)
	if err != nil || !bytes.Equal(first, again) {
		t.Errorf("written again it differs (%v)", err)
	}
}

// What is wrong on the command line or in files is said, and nothing is
// written.
func TestCalibrateMistakes(t *testing.T) {
	dir := t.TempDir()
	sample, err := os.ReadFile("../../analyzer/report/testdata/shop.json")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "report.json"), sample)
	write(t, filepath.Join(dir, "go.mod"), []byte("module example.com/x\n"))
	write(t, filepath.Join(dir, "none.jsonl"), []byte("{\"resourceSpans\":[]}\n"))
	write(t, filepath.Join(dir, "cut.jsonl"), []byte("{\"resourceSpans\":[{\"scopeSpans\":[\n"))
	t.Chdir(dir)
	for _, tt := range []struct{ args, want string }{
		{"calibrate", "calibrate wants files with traces or query results"},
		{"calibrate -format sarif none.jsonl", "calibrate writes text or json"},
		{"calibrate -measured none none.jsonl", "-measured none is none"},
		{"calibrate nowhere.jsonl", "open nowhere.jsonl"},
		{"calibrate none.jsonl", "nothing was measured: no file is written"},
		{"calibrate cut.jsonl", "cut.jsonl:1: the file ends in the middle of a value"},
		{"help nonsense", `no command "nonsense"`},
	} {
		got := execute(t, strings.Fields(tt.args))
		if !strings.Contains(got, tt.want) || !strings.Contains(got, "[exit 2]") {
			t.Errorf("coordlint %s:\n%s\nwant %s", tt.args, got, tt.want)
		}
	}
	if found, _ := fs.Glob(os.DirFS(dir), "*measured*"); len(found) > 0 {
		t.Errorf("%v was written", found)
	}
	if got := execute(t, []string{"help", "calibrate"}); !strings.Contains(got, "coordlint calibrate") {
		t.Errorf("help calibrate:\n%s", got)
	}
}
