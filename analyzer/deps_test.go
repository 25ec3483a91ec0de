package analyzer_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/coordlint/coordlint/"

// staircase lists, from the top down, what each package of the module may
// import of the module: arrows point down only. A package below another one
// belongs to it unless it has its own line.
var staircase = []struct {
	pkg string
	may []string
}{
	{"cmd/coordlint", []string{"analyzer", "analyzer/cache", "analyzer/calibrate", "analyzer/config", "analyzer/measured", "analyzer/telemetry", "analyzer/report", "analyzer/source", "analyzer/vet", "graph", "graph/ceiling", "graph/svg", "rules"}},
	{"cmd/coordlint-vet", []string{"analyzer/vet"}},
	{"analyzer/passes", []string{"analyzer", "analyzer/cache", "analyzer/report", "analyzer/source", "rules", "graph"}},
	{"analyzer", []string{"analyzer/internal/synth", "analyzer/cache", "analyzer/pack", "analyzer/measured", "analyzer/source", "analyzer/compile", "analyzer/contract", "analyzer/manifest", "analyzer/link",
		"analyzer/catalog", "analyzer/summary", "analyzer/config", "analyzer/report", "rules", "graph/ceiling", "graph"}},
	{"analyzer/calibrate", []string{"analyzer/telemetry", "analyzer/measured", "analyzer/config", "graph"}},
	{"analyzer/measured", []string{"graph/ceiling", "graph"}},
	{"analyzer/telemetry", []string{"graph"}},
	{"analyzer/config", []string{"analyzer/catalog", "rules", "graph/ceiling", "graph"}},
	{"analyzer/link", []string{"analyzer/contract", "analyzer/manifest", "analyzer/catalog", "analyzer/summary", "graph"}},
	{"analyzer/compile", []string{"analyzer/source", "analyzer/catalog", "analyzer/summary", "analyzer/cache", "analyzer/pack"}},
	{"analyzer/manifest", []string{"graph"}},
	{"analyzer/contract", []string{"graph"}},
	{"analyzer/source", []string{"analyzer/cache"}},
	{"analyzer/catalog", []string{"analyzer/summary"}},
	{"analyzer/summary", nil},
	{"analyzer/cache", nil},
	{"analyzer/internal/synth", []string{"analyzer/pack", "analyzer/source", "analyzer/compile", "analyzer/manifest", "analyzer/link", "analyzer/catalog", "analyzer/summary"}},
	{"analyzer/pack", nil},
	{"analyzer/report", []string{"graph/ceiling", "graph"}},
	{"analyzer/vet", nil},
	{"rules/rulestest", []string{"rules", "graph"}},
	{"rules", []string{"graph"}},
	{"graph/ceiling", []string{"graph"}},
	{"graph/svg", nil},
	{"graph", nil},
}

// bans are imports that a package must not reach, directly or through others.
var bans = []struct {
	pkg    string
	prefix []string
	why    string
}{
	{"rules", []string{"go/", "golang.org/x/tools", "gopkg.in/yaml", "sigs.k8s.io/yaml", "k8s.io/"}, "rules see the graph, no syntax, types or YAML"},
	{"graph", []string{"go/", "golang.org/x/tools", "gopkg.in/yaml"}, "the graph is plain data"},
	{"graph/ceiling", []string{"go/", "golang.org/x/tools", "gopkg.in/yaml"}, "ceilings read the graph only"},
	{"analyzer/summary", []string{"go/"}, "the object format is plain data"},
	{"analyzer/link", []string{"go/types", "golang.org/x/tools"}, "the linker reads summaries, not types"},
	{"analyzer/report", []string{"go/", "golang.org/x/tools", "github.com/goccy/go-graphviz"}, "views read the report only"},
	{"analyzer/vet", []string{"go/", "golang.org/x/tools", "k8s.io/", "gopkg.in/yaml", "net/http"}, "go vet starts the door once a package"},
	{"cmd/coordlint-vet", []string{"github.com/goccy", "golang.org/x/tools", "k8s.io/", "helm.sh/", "gopkg.in/yaml", "net/http"}, "go vet starts the door once a package"},
}

// list runs go list over the module and returns its lines as fields.
func list(t *testing.T, args ...string) [][]string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-e"}, args...)...)
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var lines [][]string
	for line := range strings.Lines(string(out)) {
		lines = append(lines, strings.Fields(line))
	}
	return lines
}

// step returns the index of the line of staircase that a package belongs to.
func step(pkg string) int {
	best := -1
	for i, s := range staircase {
		if (pkg == s.pkg || strings.HasPrefix(pkg, s.pkg+"/")) && (best < 0 || len(s.pkg) > len(staircase[best].pkg)) {
			best = i
		}
	}
	return best
}

func TestArrowsPointDown(t *testing.T) {
	for _, fields := range list(t, "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "./...") {
		from := strings.TrimPrefix(fields[0], module)
		if strings.HasPrefix(from, "testdata/") {
			continue
		}
		i := step(from)
		if i < 0 {
			t.Errorf("%s stands on no step: give it a line in staircase", from)
			continue
		}
		for _, path := range fields[1:] {
			to, own := strings.CutPrefix(path, module)
			if !own {
				continue
			}
			if j := step(to); j != i && (j < 0 || !slices.Contains(staircase[i].may, staircase[j].pkg)) {
				t.Errorf("%s imports %s, which it must not", from, to)
			}
		}
	}
}

// What the staircase allows is itself without circles.
func TestStaircaseHasNoCircle(t *testing.T) {
	var visit func(pkg string, way []string)
	visit = func(pkg string, way []string) {
		if slices.Contains(way, pkg) {
			t.Fatalf("circle: %v", append(way, pkg))
		}
		if i := step(pkg); i >= 0 {
			for _, next := range staircase[i].may {
				visit(next, append(slices.Clip(way), pkg))
			}
		}
	}
	for _, s := range staircase {
		visit(s.pkg, nil)
	}
}

func TestBans(t *testing.T) {
	for _, ban := range bans {
		for _, fields := range list(t, "-deps", "./"+ban.pkg) {
			for _, prefix := range ban.prefix {
				if strings.HasPrefix(fields[0], prefix) {
					t.Errorf("%s reaches %s: %s", ban.pkg, fields[0], ban.why)
				}
			}
		}
	}
}

// The renderer costs 40 ms at start: it is linked by the command alone.
func TestOnlySVGImportsTheRenderer(t *testing.T) {
	for _, fields := range list(t, "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "./...") {
		for _, path := range fields[1:] {
			if strings.HasPrefix(path, "github.com/goccy/go-graphviz") && fields[0] != module+"graph/svg" {
				t.Errorf("%s imports %s", fields[0], path)
			}
		}
	}
}
