package link

import (
	"fmt"
	"path/filepath"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/coordlint/coordlint/graph"
)

func TestDeadlines(t *testing.T) {
	for _, name := range []string{"deadline_clients", "deadline_servers"} {
		t.Run(name, func(t *testing.T) {
			archive, err := txtar.ParseFile(filepath.Join("testdata", name+".txtar"))
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			for _, body := range bodies(linked(t, archive)) {
				each(body, func(s *graph.Step) {
					if s.Kind == graph.Call {
						got[fmt.Sprintf("%s:%d", s.Site.File, s.Site.Line)] = deadlineText(s.Deadline)
					}
				})
			}
			compare(t, got, wants(t, archive))
		})
	}
}

// deadlineText is a Deadline in the words of the archives' comments.
func deadlineText(d *graph.Deadline) string {
	if d == nil {
		return "nil"
	}
	text := d.Kind
	if d.Time != nil {
		text += fmt.Sprintf(" %gms", d.Time.High)
	}
	if d.Kind == "none" {
		text += ": " + d.Reason
	}
	return text
}
