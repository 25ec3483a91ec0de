package rules

import (
	"path"
	"slices"

	"github.com/coordlint/coordlint/graph"
)

// home moves a finding whose site is in a library's source, outside of the
// analysed tree, to the call that leads there: what its reader can change.
func home(f *graph.Finding) {
	if !path.IsAbs(f.Site.File) {
		return
	}
	f.Sites = append(slices.Clone(f.Sites), f.Site)
	for _, n := range f.Path {
		if n.Site == f.Sites[len(f.Sites)-1] {
			break
		}
		if !n.Site.IsZero() && !path.IsAbs(n.Site.File) {
			f.Site = n.Site
		}
	}
}
