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
