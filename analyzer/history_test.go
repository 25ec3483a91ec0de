package analyzer_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/coordlint/coordlint/analyzer"
	"github.com/coordlint/coordlint/analyzer/cache"
)

// history is what happens to testdata/history.txtar, one change after another.
// A change is FILE, OLD, NEW: OLD is replaced by NEW in FILE; with no OLD the
// file is written or, with no NEW, removed.
var history = []struct {
	name    string
	changes [][3]string
}{
	{"nothing", nil},
	{"the body of a function", [][3]string{{"web/main.go", "defer mu.Unlock()", "mu.Unlock()"}}},
	{"the body of a function of a dependency", [][3]string{{"stock/stock.go", `+ "/items/" +`, `+ "/items/x" +`}}},
	{"lines before a function", [][3]string{{"stock/stock.go", "type answer", "// An answer.\ntype answer"}}},
	{"the signature of a function of a dependency", [][3]string{
		{"stock/stock.go", "func Count(item string) (*answer, error) {", "func Count(item string, to *http.Client) (*answer, error) {"},
		{"stock/stock.go", "http.Get", "to.Get"},
		{"web/main.go", "stock.Count(item)", "stock.Count(item, http.DefaultClient)"}}},
	{"a name that is not exported", [][3]string{{"web/main.go", "mu.Lock()", "mu.Lock()\n\tprintln(stock.hidden(), stock.Gone())"}}},
	{"a broken dependency", [][3]string{{"stock/extra.go", "return err", "return undefined"}}},
	{"repairs", [][3]string{{"web/main.go", "println(stock.hidden(), stock.Gone())", ""}, {"stock/extra.go", "return undefined", "return err"}}},
	{"types that nobody mentioned", [][3]string{{"web/main.go", "mu.Unlock()", "mu.Unlock()\n\tvar s http.Server\n\tvar c http.Cookie\n\tprintln(&s, &c)"}}},
	{"a file that is gone", [][3]string{{"stock/extra.go", "", ""}}},
	{"another file name", [][3]string{{"web/main.go", "", ""}, {"web/web.go", "", "package main\n\nfunc main() {}\n"}}},
	{"a renamed package", [][3]string{
		{"stock/stock.go", "", ""}, {"goods/goods.go", "", "package goods\n\n// T is new.\ntype T struct{ N int }\n"},
		{"web/web.go", "", "package main\n\nimport \"shop.example/shop/goods\"\n\nfunc main() { println(goods.T{N: 1}.N) }\n"}}},
	{"the language", [][3]string{{"go.mod", "go 1.21", "go 1.22"}}},
	{"a requirement that is missing", [][3]string{{"go.mod", "go 1.22", "go 1.22\n\nrequire shop.example/none v1.0.0"}}},
	{"a manifest", [][3]string{{"deploy/all.yaml", "replicas: 2", "replicas: 3"}}},
	{"a broken manifest", [][3]string{{"deploy/all.yaml", "kind: Service", "kind: [Service"}}},
	{"settings", [][3]string{{"coordlint.yaml", "", "version: 1\nlimits: [{resource: nope, rate_per_s: 3}]\n"}}},
	{"a module less", [][3]string{{"depot/go.mod", "", ""}}},
}

// A report that was made with a cache is, byte for byte, the one that is made
// without: after each change, with damaged and with lost entries, and in
// another place.
func TestHistory(t *testing.T) {
	ar, err := txtar.ParseFile("testdata/history.txtar")
	if err != nil {
		t.Fatal(err)
	}
	files, err := txtar.FS(ar)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "shop")
	if err := os.CopyFS(dir, files); err != nil {
		t.Fatal(err)
	}
	store, err := cache.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	marshal := func(dir string, store *cache.Store) []byte {
		r, err := analyzer.Analyze(t.Context(), analyzer.Config{Root: dir, Cache: store})
		if err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	for i, step := range history {
		for _, c := range step.changes {
			apply(t, filepath.Join(dir, filepath.FromSlash(c[0])), c[1], c[2])
		}
		want := marshal(dir, nil)
		for _, when := range []string{"changed", "unchanged"} {
			if got := marshal(dir, store); !bytes.Equal(got, want) {
				t.Errorf("%s, %s: cached and uncached differ:\n%s", step.name, when, difference(got, want))
			}
		}
		switch i % 5 {
		case 1:
			spoil(t, store, 2, func(b []byte) []byte { b[len(b)-1]++; return b })
		case 3:
			spoil(t, store, 3, nil)
		}
		if i%4 == 0 {
			elsewhere := filepath.Join(t.TempDir(), "shop")
			if err := os.CopyFS(elsewhere, os.DirFS(dir)); err != nil {
				t.Fatal(err)
			}
			if got := marshal(elsewhere, store); !bytes.Equal(got, want) {
				t.Errorf("%s: elsewhere it differs:\n%s", step.name, difference(got, want))
			}
		}
	}
}

// apply makes one change of a history.
func apply(t *testing.T, file, from, to string) {
	t.Helper()
	if from == "" && to == "" {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		return
	}
	text := to
	if from != "" {
		b, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(b), from) {
			t.Fatalf("%s: no %q: %v", file, from, err)
		}
		text = strings.Replace(string(b), from, to, 1)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// spoil changes every nth entry of a cache, or removes it if change is nil.
func spoil(t *testing.T, store *cache.Store, nth int, change func([]byte) []byte) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(store.Status().Dir, "entries", "*", "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no entries: %v", err)
	}
	for i := 0; i < len(files); i += nth {
		if change == nil {
			err = os.Remove(files[i])
		} else {
			var b []byte
			if b, err = os.ReadFile(files[i]); err == nil {
				err = os.WriteFile(files[i], change(b), 0o666)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
