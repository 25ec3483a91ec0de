package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/coordlint/coordlint/analyzer"
	"github.com/coordlint/coordlint/analyzer/cache"
	"github.com/coordlint/coordlint/analyzer/report"
)

var update = flag.Bool("update", false, "rewrite the transcripts")

// TestMain lets the test's own binary be the child that renders.
func TestMain(m *testing.M) {
	if status, ok := (&app{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr}).hidden(context.Background(), os.Args[1:]); ok {
		os.Exit(status)
	}
	os.Setenv(cache.Variable, "off")
	os.Exit(m.Run())
}

// saved stands for the analysis: it reads the report that the root holds.
func saved(_ context.Context, c analyzer.Config) (*report.Report, error) {
	f, err := os.Open(filepath.Join(c.Root, "report.json"))
	if err != nil {
		return nil, fmt.Errorf("no Go files under the root")
	}
	defer f.Close()
	return report.Decode(f)
}

func testRules() []report.Rule {
	return []report.Rule{
		{Name: "sync-chain", Dimension: "coordination", Severity: "error", Title: "services wait in a row", Manual: "# sync-chain\n\nServices wait in a row.\n"},
		{Name: "global-lock", Dimension: "coordination", Severity: "error", Title: "a lock is held over a wait", Manual: "# global-lock\n\nA lock is held over a wait.\n"},
	}
}

// TestTranscripts runs the commands of each archive's transcript in a directory
// with the archive's other files. A line "$ coordlint ..." is a command; what
// follows is its stdout, its stderr after "2> ", and its exit status unless 0.
// The sample report is there as shop.json.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no archives", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { transcript(t, file) })
	}
}

func transcript(t *testing.T, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	sample, err := filepath.Abs("../../analyzer/report/testdata/shop.json")
	if err != nil {
		t.Fatal(err)
	}
	absolute, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	copyFile(t, sample, filepath.Join(dir, "shop.json"))
	var script *txtar.File
	for i := range archive.Files {
		f := &archive.Files[i]
		if f.Name == "transcript" {
			script = f
			continue
		}
		write(t, filepath.Join(dir, f.Name), f.Data)
	}
	t.Chdir(dir)
	t.Setenv("TERM", "dumb")
	var got bytes.Buffer
	for line := range strings.Lines(string(script.Data)) {
		if command, ok := strings.CutPrefix(strings.TrimSpace(line), "$ coordlint"); ok {
			fmt.Fprintf(&got, "$ coordlint%s\n", command)
			got.WriteString(execute(t, strings.Fields(command)))
		}
	}
	if *update {
		script.Data = got.Bytes()
		write(t, absolute, txtar.Format(archive))
		return
	}
	if got.String() != string(script.Data) {
		t.Errorf("%s differs; got:\n%s", file, got.String())
	}
}

func execute(t *testing.T, args []string) string {
	t.Helper()
	var stdout, stderr, out bytes.Buffer
	a := &app{analyze: saved, rules: testRules, stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr}
	status := a.run(t.Context(), args)
	out.Write(stdout.Bytes())
	for line := range strings.Lines(stderr.String()) {
		out.WriteString("2> " + strings.TrimSuffix(line, "\n") + "\n")
	}
	if status != 0 {
		fmt.Fprintf(&out, "[exit %d]\n", status)
	}
	return out.String()
}

func write(t *testing.T, file string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	write(t, to, data)
}
