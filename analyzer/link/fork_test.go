package link

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/coordlint/coordlint/graph"
)

func TestForks(t *testing.T) {
	const file = "testdata/fork_ways.txtar"
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var got string
	for _, e := range linked(t, archive).Endpoints {
		got += e.Name + ": " + showTree(e.Body) + "\n"
	}
	want := &archive.Files[slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == "want" })]
	if *rewrite {
		want.Data = []byte(got)
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if string(want.Data) != got {
		t.Errorf("got\n%swant\n%s", got, want.Data)
	}
}

// TestForksGrow: a switch of 300 arms is one branch, 100 checks that undo
// something stay flat, and 60 arms inside one another are 60 branches.
func TestForksGrow(t *testing.T) {
	var arms, checks, nested strings.Builder
	for i := range 300 {
		fmt.Fprintf(&arms, "\tcase \"%d\":\n\t\tdb.Exec(\"DELETE FROM a%d\")\n", i, i)
	}
	for i := range 100 {
		fmt.Fprintf(&checks, "\tif _, err := db.Exec(\"INSERT INTO b%d VALUES (1)\"); err != nil {\n\t\tdb.Exec(\"DELETE FROM b%d\")\n\t\treturn\n\t}\n", i, i)
	}
	for i := range 60 {
		fmt.Fprintf(&nested, "if r.FormValue(\"x%d\") != \"\" {\ndb.Exec(\"DELETE FROM c%d\")\n} else {\n", i, i)
	}
	nested.WriteString("db.Exec(\"DELETE FROM c\")\n" + strings.Repeat("}\n", 60))
	source := "package main\n\nimport (\n\t\"database/sql\"\n\t\"net/http\"\n)\n\nvar db, _ = sql.Open(\"postgres\", \"postgres://db:5432/depot\")\n\n" +
		"func arms(w http.ResponseWriter, r *http.Request) {\n\tswitch r.FormValue(\"x\") {\n" + arms.String() + "\t}\n}\n\n" +
		"func checks(w http.ResponseWriter, r *http.Request) {\n" + checks.String() + "}\n\n" +
		"func nested(w http.ResponseWriter, r *http.Request) {\n" + nested.String() + "}\n\n" +
		"func main() {\n\thttp.HandleFunc(\"GET /arms\", arms)\n\thttp.HandleFunc(\"GET /checks\", checks)\n\thttp.HandleFunc(\"GET /nested\", nested)\n\thttp.ListenAndServe(\":8080\", nil)\n}\n"
	sys := linked(t, &txtar.Archive{Files: []txtar.File{{Name: "go.mod", Data: []byte("module depot.test\n\ngo 1.26\n")}, {Name: "main.go", Data: []byte(source)}}})
	for _, e := range sys.Endpoints {
		count, most, deepest := 0, 0, 0
		graph.Walk(e.Body, 0, func(p *graph.Place, depth int) (int, bool) {
			if p.Step.Kind == graph.Branch {
				count++
				most = max(most, len(p.Step.Steps))
			}
			deepest = max(deepest, depth)
			return depth + 1, true
		})
		got := fmt.Sprintf("%d branches of at most %d ways, %d deep", count, most, deepest)
		want := map[string]string{
			"GET /arms":   "1 branches of at most 300 ways, 1 deep",
			"GET /checks": "100 branches of at most 1 ways, 2 deep",
			"GET /nested": "1 branches of at most 61 ways, 1 deep",
		}[e.Name]
		if got != want {
			t.Errorf("%s: %s, want %s", e.Name, got, want)
		}
	}
}

// showTree writes a body in one line.
func showTree(body *graph.Step) string {
	names := map[int]string{}
	var show func(s *graph.Step) string
	show = func(s *graph.Step) string {
		if s == nil {
			return "nothing"
		}
		var parts []string
		for _, t := range s.Steps {
			parts = append(parts, show(t))
		}
		in := strings.Join(parts, " ")
		switch {
		case s.Kind == graph.Seq:
			return in
		case s.Kind == graph.Call:
			names[s.ID] = s.Operation[strings.LastIndexByte(s.Operation, ' ')+1:]
			if verb, _, _ := strings.Cut(s.Operation, " "); verb != "DELETE" {
				names[s.ID] = strings.ToLower(verb) + "-" + names[s.ID]
			}
			text := names[s.ID]
			for _, id := range s.Excludes {
				text = names[id] + "~" + text
			}
			return text
		case s.Kind != graph.Branch:
			return fmt.Sprintf("%s[%s]", s.Kind, in)
		case s.Fails:
			return "!(" + in + ")"
		case s.Hit:
			return "miss[" + in + "]"
		case s.Skip:
			parts = append(parts, "?")
		}
		return "(" + strings.Join(parts, " | ") + ")"
	}
	return show(body)
}
