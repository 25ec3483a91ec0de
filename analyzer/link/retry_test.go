package link

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/compile"
	"github.com/coordlint/coordlint/analyzer/manifest"
	"github.com/coordlint/coordlint/analyzer/source"
	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/testdata/stubs"
)

// linked writes an archive to a directory, with the stub modules that its
// go.mod requires, and links it.
func linked(t *testing.T, archive *txtar.Archive) *graph.System {
	t.Helper()
	return Link(compiled(t, archive))
}

// compiled writes an archive to a directory and compiles it.
func compiled(t *testing.T, archive *txtar.Archive) Input {
	t.Helper()
	dir := t.TempDir()
	stub := stubs.At(t.TempDir())
	for _, f := range archive.Files {
		data, err := f.Data, error(nil)
		if filepath.Base(f.Name) == "go.mod" {
			if data, err = stub.Replace(data); err != nil {
				t.Fatal(err)
			}
		}
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	tree, err := source.Load(context.Background(), source.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	modules, err := compile.Tree(t.Context(), tree, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range tree.Gaps() {
		t.Errorf("%s:%d: %s", g.File, g.Line, g.Text)
	}
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	in := Input{Root: "test", Catalog: cat}
	var mains []string
	for i, pkgs := range modules {
		in.Modules = append(in.Modules, Module{Path: tree.Modules[i].Path, Dir: tree.Modules[i].Dir, Packages: pkgs})
		for _, p := range pkgs {
			if p.Name == "main" && !p.Iface {
				mains = append(mains, p.Dir)
			}
		}
	}
	in.Manifests, _ = manifest.Discover(tree.Root, manifest.Options{Mains: mains})
	return in
}

var wantComment = regexp.MustCompile(`(?://|#) want ("(?:[^"\\]|\\.)*")`)

// wants returns what the comments of an archive expect, by FILE:LINE.
func wants(t *testing.T, archive *txtar.Archive) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, f := range archive.Files {
		for n, line := range strings.Split(string(f.Data), "\n") {
			if m := wantComment.FindStringSubmatch(line); m != nil {
				text, err := strconv.Unquote(m[1])
				if err != nil {
					t.Fatal(err)
				}
				out[fmt.Sprintf("%s:%d", f.Name, n+1)] = text
			}
		}
	}
	return out
}

// compare reports where what was found is not what the comments say.
func compare(t *testing.T, got, want map[string]string) {
	t.Helper()
	places := []string{}
	for p := range got {
		places = append(places, p)
	}
	for p := range want {
		if _, both := got[p]; !both {
			places = append(places, p)
		}
	}
	slices.Sort(places)
	for _, p := range places {
		if got[p] != want[p] {
			t.Errorf("%s: got %q, want %q", p, got[p], want[p])
		}
	}
}

// bodies returns the bodies of all endpoints and tasks.
func bodies(sys *graph.System) []*graph.Step {
	var out []*graph.Step
	for _, e := range slices.Concat(sys.Endpoints, sys.Tasks) {
		if e.Body != nil {
			out = append(out, e.Body)
		}
	}
	return out
}

func each(s *graph.Step, f func(*graph.Step)) {
	f(s)
	for _, t := range s.Steps {
		each(t, f)
	}
}

// retryText is a Retry in the words of the archives' comments.
func retryText(r *graph.Retry) string {
	text := r.Source + " " + r.Class + " " + r.Wait
	switch {
	case r.Attempts != nil:
		text += fmt.Sprintf(" %g", r.Attempts.High)
	case r.Capped:
		text += " capped"
	default:
		text += " endless"
	}
	if r.Idempotent != "yes" {
		text += " " + r.Idempotent
	}
	if r.Budget != nil {
		text += fmt.Sprintf(" budget %g", r.Budget.High)
	}
	if r.Swallows {
		text += " swallows"
	}
	return text
}

func TestRetries(t *testing.T) {
	for _, name := range []string{"retry_loops", "retry_libraries", "retry_mesh"} {
		t.Run(name, func(t *testing.T) {
			archive, err := txtar.ParseFile(filepath.Join("testdata", name+".txtar"))
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			for _, body := range bodies(linked(t, archive)) {
				each(body, func(s *graph.Step) {
					if s.Kind == graph.Try {
						got[fmt.Sprintf("%s:%d", s.Site.File, s.Site.Line)] = retryText(s.Retry)
					}
				})
			}
			compare(t, got, wants(t, archive))
		})
	}
}
