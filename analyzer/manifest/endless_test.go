package manifest

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
)

// TestEndless renders templates that do not end, or make more than memory
// holds. Each must be left out with a gap at its line, in seconds and without
// a gigabyte, and the chart's other template must be there.
func TestEndless(t *testing.T) {
	const big = "{{ range until 1000 }}" + "0123456789012345678901234567890123456789" + "{{ end }}"
	for _, c := range []struct{ name, text, want string }{
		{"loop of a million rounds", `a: {{ range until 1000000 }}x{{ end }}`, "asks for 1000000 rounds"},
		{"numbers from the values", `a: {{ range until (int .Values.many) }}x{{ end }}`, "asks for 4000000000 rounds"},
		{"a piped number", `a: {{ range .Values.many | int | until }}x{{ end }}`, "asks for 4000000000 rounds"},
		{"a product", `a: {{ range (mul 100000 100000 | int) | until }}x{{ end }}`, "asks for 10000000000 rounds"},
		{"a loop over a number", `a: {{ range 1000000000000 }}{{ end }}`, "go round more than 100000 times"},
		{"loops in loops", `a: {{ range until 1000 }}{{ range until 1000 }}{{ end }}{{ end }}`, "go round more than 100000 times"},
		{"include of itself", `{{ define "x" }}{{ include "x" . }}{{ end }}a: {{ include "x" . }}`, "nested reference name"},
		{"template of itself", `{{ define "x" }}{{ template "x" . }}{{ end }}a: {{ template "x" . }}`, "templates render one another without end"},
		{"include that doubles", doubling(40), "go round more than 100000 times"},
		{"text that doubles", `{{ define "big" }}` + big + `{{ end }}a: {{ range until 9000 }}{{ include "big" $ }}{{ end }}`, "go round more than 100000 times"},
		{"long text", `a: {{ range until 9000 }}` + strings.Repeat("0123456789", 2000) + `{{ end }}`, "writes more than 64 MB"},
		{"repeat", `a: {{ repeat (int .Values.many) "x" }}`, "asks for 4000000000 rounds"},
		{"repeat of what is piped", `a: {{ "x" | repeat 2000000000 }}`, "asks for 2000000000 rounds"},
		{"random text", `a: {{ randAlphaNum 2000000000 }}`, "asks for 2000000000 rounds"},
		{"steps", `a: {{ range untilStep 0 2000000000 1 }}x{{ end }}`, "asks for 2000000000 rounds"},
		{"in tpl", `a: {{ tpl .Values.template . }}`, "go round more than 100000 times"},
		{"tpl of itself", `a: {{ tpl .Values.again . }}`, "templates render one another without end"},
		{"deep bodies", `a: ` + strings.Repeat("{{if 1}}", 900_000) + strings.Repeat("{{end}}", 900_000)[:100], "bodies lie more than 1000 deep"},
		{"deep expressions", `a: {{ ` + strings.Repeat("(", 1_000_000) + ` }}`, "max expression depth exceeded"},
		{"values again and again", `a: {{ range until 9000 }}{{ range until 20 }}{{ toYaml $.Values }}{{ end }}{{ end }}`, "rendering takes more than 10s|needs more than"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if testing.Short() && strings.Contains(c.want, "10s") {
				t.Skip("waits for the limit of time")
			}
			root := t.TempDir()
			files := map[string]string{
				"Chart.yaml":          "apiVersion: v2\nname: c\nversion: 1.0.0\n",
				"values.yaml":         "many: 4000000000\ntemplate: '{{ range until 1000 }}{{ range until 1000 }}{{ end }}{{ end }}'\nagain: '{{ tpl .Values.again . }}'\nlong: " + strings.Repeat("x", 100_000) + "\n",
				"templates/bad.yaml":  "# first\n" + c.text + "\n",
				"templates/fine.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: fine}\nspec: {template: {spec: {containers: [{name: x, image: example/x}]}}}\n",
			}
			for name, text := range files {
				writeFile(t, filepath.Join(root, name), text)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			routines := runtime.NumGoroutine()
			start := time.Now()
			set, gaps := Discover(root, Options{Paths: []string{"."}})
			if d := time.Since(start); d > renderTime+10*time.Second {
				t.Errorf("took %s", d)
			}
			runtime.ReadMemStats(&after)
			if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 2<<30 {
				t.Errorf("the heap grew by %d MB", grown>>20)
			}
			if n := runtime.NumGoroutine(); n > routines {
				t.Errorf("%d goroutines run on", n-routines)
			}
			if len(set.Workloads) != 1 {
				t.Errorf("%d workloads, want the other template's", len(set.Workloads))
			}
			found := false
			for _, g := range gaps {
				for _, want := range strings.Split(c.want, "|") {
					found = found || g.Site.File == "templates/bad.yaml" && g.Site.Line == 2 && g.Hard && strings.Contains(g.Text, want)
				}
			}
			if !found {
				t.Errorf("gaps = %v, want one with %q at templates/bad.yaml:2", gaps, c.want)
			}
		})
	}
}

// doubling includes 2 to the power of n templates.
func doubling(n int) string {
	var b strings.Builder
	for i := range n {
		next := itoa(i + 1)
		b.WriteString(`{{ define "` + itoa(i) + `" }}{{ include "` + next + `" . }}{{ include "` + next + `" . }}{{ end }}`)
	}
	return b.String() + `{{ define "` + itoa(n) + `" }}{{ end }}a: {{ include "0" . }}`
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestSteady wants two renderings to give the same, whatever is random.
func TestSteady(t *testing.T) {
	root := t.TempDir()
	writeFile(t, filepath.Join(root, "Chart.yaml"), "apiVersion: v2\nname: c\nversion: 1.0.0\n")
	writeFile(t, filepath.Join(root, "templates/s.yaml"), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: s}\ndata:\n"+
		"  a: {{ randAlphaNum 5 }}\n  b: {{ 3 | randAlpha | upper }}\n  c: {{ uuidv4 }}\n  d: {{ now | date \"2006\" | quote }}\n  e: {{ date \"2006\" now | quote }}\n"+
		"  f: \"{{ randInt 1 9 }}\"\n  g: {{ (randNumeric (int 4)) | b64enc }}\n")
	set, gaps := Discover(root, Options{Paths: []string{"."}})
	if len(gaps) != 0 || len(set.Configs) != 1 {
		t.Fatalf("gaps = %v, %d configs", gaps, len(set.Configs))
	}
	var got []string
	for _, i := range set.Configs[0].Items {
		got = append(got, i.Value)
	}
	want := "xxxxx XXX 00000000-0000-4000-8000-000000000000 1970 1970 1 eHh4eA=="
	if s := strings.Join(got, " "); s != want {
		t.Errorf("values = %s, want %s", s, want)
	}
}

// TestMeasured wants measured templates to write what they would have written.
func TestMeasured(t *testing.T) {
	ar, err := txtar.ParseFile("testdata/helm/measured.txtar")
	if err != nil {
		t.Fatal(err)
	}
	render := func(change func(string) string) map[string]string {
		var files []*loader.BufferedFile
		for _, f := range ar.Files {
			data := f.Data
			if strings.HasPrefix(f.Name, "templates/") {
				data = []byte(change(string(data)))
			}
			files = append(files, &loader.BufferedFile{Name: f.Name, Data: data})
		}
		c, err := loader.LoadFiles(files)
		if err != nil {
			t.Fatal(err)
		}
		vals, err := chartutil.ToRenderValues(c, map[string]any{}, chartutil.ReleaseOptions{Name: "r", Namespace: "default"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		out, err := engine.RenderWithClientProvider(c, vals, newMeter(time.Now().Add(time.Minute)))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	changed := 0
	want := render(func(s string) string { return s })
	got := render(func(s string) string {
		text, patches := measured(s)
		changed += len(patches)
		return text
	})
	if changed < 20 {
		t.Errorf("%d patches, want the loops, templates and calls of the chart", changed)
	}
	for name, text := range want {
		if got[name] != text {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got[name], text)
		}
	}
}
