package rules

import (
	"slices"
	"testing"

	"github.com/coordlint/coordlint/graph"
)

func TestFindingInLibraryIsShownAtTheCall(t *testing.T) {
	own := graph.Site{File: "cmd/till/main.go", Line: 9, Col: 7}
	lib := graph.Site{File: "/modules/retry@v1/retry.go", Line: 46, Col: 2}
	f := graph.Finding{Site: lib, Path: []graph.Hop{{Site: graph.Site{File: "compose.yml", Line: 4}}, {Site: own}, {Site: lib}, {Site: graph.Site{File: "db.go", Line: 3}}}}
	home(&f)
	if f.Site != own || !slices.Contains(f.Sites, lib) {
		t.Errorf("shown at %v, with %v", f.Site, f.Sites)
	}
	f = graph.Finding{Site: own, Path: []graph.Hop{{Site: lib}}}
	if home(&f); f.Site != own {
		t.Errorf("a finding of the tree moved to %v", f.Site)
	}
}
