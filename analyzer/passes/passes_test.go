package passes_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/coordlint/coordlint/analyzer/cache"
	"github.com/coordlint/coordlint/analyzer/passes"
)

const shop = `package main

import (
	"net/http"
	"sync"
)

var mu sync.Mutex

func main() {
	http.HandleFunc("GET /price", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		http.Get("https://rates.example.com/today")
	})
	http.ListenAndServe(":8080", nil)
}
`

func lay(t *testing.T, files map[string]string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// check runs all analyzers as a driver does and returns FILE:LINE RULE for
// each diagnostic, and the errors of the passes.
func check(t *testing.T, dir string) (found []string, failures []string) {
	t.Helper()
	t.Setenv(cache.Variable, "off")
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadAllSyntax, Dir: dir}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	list := passes.Analyzers()
	if err := analysis.Validate(list); err != nil {
		t.Fatal(err)
	}
	g, err := checker.Analyze(list, pkgs, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, act := range g.Roots {
		if act.Err != nil {
			failures = append(failures, act.Err.Error())
		}
		for _, d := range act.Diagnostics {
			at := act.Package.Fset.Position(d.Pos)
			rel, err := filepath.Rel(dir, at.Filename)
			if err != nil {
				t.Fatal(err)
			}
			found = append(found, strings.Join([]string{filepath.ToSlash(rel), at.String()[len(at.Filename):], d.Category}, " "))
		}
	}
	slices.Sort(found)
	return found, failures
}

func TestFindingsStandInTheirFiles(t *testing.T) {
	dir := lay(t, map[string]string{
		"go.mod":         "module example.com/shop\n\ngo 1.22\n",
		"shop/main.go":   shop,
		"quiet/quiet.go": "package quiet\n\nfunc Quiet() {}\n",
	})
	found, failures := check(t, dir)
	if len(failures) > 0 {
		t.Fatal(failures)
	}
	for _, want := range []string{"shop/main.go :12:6 global-lock", "shop/main.go :14:8 missing-timeout"} {
		if !slices.Contains(found, want) {
			t.Errorf("no %q in\n%s", want, strings.Join(found, "\n"))
		}
	}
	if len(slices.Compact(slices.Clone(found))) != len(found) {
		t.Errorf("reported twice:\n%s", strings.Join(found, "\n"))
	}
}

// What stands in a manifest is shown at the program that it limits.
func TestManifestFindingsStandAtTheirProgram(t *testing.T) {
	dir := lay(t, map[string]string{
		"go.mod":          "module example.com/shop\n\ngo 1.22\n",
		"shop/main.go":    shop,
		"shop/Dockerfile": "FROM golang:1.22\nCOPY . .\nRUN go build -o /shop ./shop\nENTRYPOINT [\"/shop\"]\n",
		"deploy/shop.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec: {containers: [{name: shop, image: shop}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: shop}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  minReplicas: 1
  maxReplicas: 9
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]
`,
	})
	found, failures := check(t, dir)
	if len(failures) > 0 {
		t.Fatal(failures)
	}
	if !slices.Contains(found, "shop/main.go :1:1 cpu-autoscaling") {
		t.Errorf("no cpu-autoscaling at the program in\n%s", strings.Join(found, "\n"))
	}
}

// A gate must not pass because it could not look.
func TestPassesFailWhereNothingCouldBeRead(t *testing.T) {
	dir := lay(t, map[string]string{
		"go.mod":           "module example.com/shop\n\ngo 1.22\n",
		"shop/main.go":     shop,
		"shop/deploy.yaml": "kind: Deployment\napiVersion: apps/v1\nmetadata: [\n",
	})
	if found, failures := check(t, dir); len(failures) == 0 {
		t.Errorf("no pass failed, found %v", found)
	}
}
