package link

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/coordlint/coordlint/graph"
)

var rewrite = flag.Bool("rewrite", false, "rewrite what the archives of states, holds and pools want")

// Each archive ends with what is found in it: the memory that lasts, the holds
// on the ways of endpoints, the bounds of clients.
func TestArchives(t *testing.T) {
	for _, kind := range []struct {
		pattern string
		show    func(*graph.System) []string
	}{
		{"testdata/state_*.txtar", showStates},
		{"testdata/hold_*.txtar", showHolds},
		{"testdata/pool_*.txtar", showBounds},
	} {
		files, err := filepath.Glob(kind.pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", kind.pattern, len(files), err)
		}
		for _, file := range files {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
				archive, err := txtar.ParseFile(file)
				if err != nil {
					t.Fatal(err)
				}
				got := strings.Join(kind.show(linked(t, archive)), "\n") + "\n"
				i := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == "want" })
				if *rewrite {
					archive.Files[i].Data = []byte(got)
					if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
						t.Fatal(err)
					}
				} else if want := string(archive.Files[i].Data); got != want {
					t.Errorf("got\n%swant\n%s", got, want)
				}
			})
		}
	}
}

// showStates prints NAME KIND, what is said of it, and who writes and reads.
func showStates(sys *graph.System) []string {
	var out []string
	for _, svc := range sys.Services {
		for _, s := range svc.State {
			line := fmt.Sprintf("%s %s", s.Name, s.Kind)
			switch {
			case s.Excused != "":
				line += ": " + s.Excused
			case s.Backed != "":
				line += ": copy of " + s.Backed + " " + cmp.Or(s.Invalidation, "for ever")
			case s.Request:
				line += ": state"
			}
			out = append(out, line+fmt.Sprintf("; %s -> %s", strings.Join(s.Writers, " "), strings.Join(s.Readers, " ")))
		}
	}
	return out
}

// showHolds prints ENDPOINT LINE NAME KIND SCOPE and what is said of the lock.
func showHolds(sys *graph.System) []string {
	var out []string
	for _, e := range sys.Endpoints {
		graph.Walk(e.Body, 0, func(p *graph.Place, k int) (int, bool) {
			if s := p.Step; s.Kind == graph.Hold {
				l := s.Lock
				line := fmt.Sprintf("%s :%d %s %s %s", e.Name, s.Site.Line, l.Name, l.Kind, l.Scope)
				if !l.Exclusive {
					line += " shared"
				}
				if l.Servers != nil && l.Servers.Low > 1 {
					line += fmt.Sprintf(" of %.0f", l.Servers.Low)
				}
				if l.Guarded {
					line += " guarded"
				}
				if l.IO {
					line += fmt.Sprintf(" waits for %s :%d", l.IOWhat, l.IOSite.Line)
				}
				var inner []string
				for _, in := range s.Steps {
					inner = append(inner, string(in.Kind))
				}
				if len(inner) > 0 {
					line += " {" + strings.Join(inner, " ") + "}"
				}
				out = append(out, line)
			}
			return k, true
		})
	}
	return out
}

// showBounds prints the pools, limiters and breakers of edges, the slots of
// services, and the goroutines of endpoints with their limits.
func showBounds(sys *graph.System) []string {
	var out []string
	number := func(q *graph.Quantity) string {
		if q == nil {
			return "none"
		}
		if q.Low == q.High {
			return fmt.Sprintf("%g (%s)", q.Low, q.Source)
		}
		return fmt.Sprintf("%g to %g (%s)", q.Low, q.High, q.Source)
	}
	for _, s := range sys.Services {
		if s.Slots != nil {
			out = append(out, s.ID+" slots "+number(s.Slots))
		}
	}
	for _, e := range sys.Edges {
		line := fmt.Sprintf("%s -> %s %s", e.From, e.To, e.Kind)
		if e.Pooled {
			line += " pool " + number(e.Pool)
			if e.PoolSet {
				line += fmt.Sprintf(" set :%d", e.PoolSite.Line)
			}
		}
		if e.Limiter != nil {
			line += " limiter " + number(e.Limiter)
		}
		if !e.Breaker.IsZero() {
			line += fmt.Sprintf(" breaker :%d", e.Breaker.Line)
		}
		for _, s := range e.Opened {
			line += fmt.Sprintf(" opened %s:%d", s.File, s.Line)
		}
		out = append(out, line)
	}
	for _, e := range slices.Concat(sys.Endpoints, sys.Tasks) {
		if e.Kind == graph.EndpointBackground {
			out = append(out, fmt.Sprintf("background %s :%d", e.Name, e.Handler.Line))
		}
		graph.Walk(e.Body, 0, func(p *graph.Place, k int) (int, bool) {
			if s := p.Step; s.Kind == graph.Spawn || s.Kind == graph.Each {
				out = append(out, fmt.Sprintf("%s %s :%d data %v limit %s", e.Name, s.Kind, s.Site.Line, s.Data, number(s.Limit)))
			}
			return k, true
		})
	}
	return out
}
