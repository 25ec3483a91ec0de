package report

import (
	"path"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// Home returns the directory, relative to the root, of the package that a
// finding is reported for: that of its site if that is a Go file, else the
// main package of the first of its subjects that has one, else that of the
// first service that uses one of them. It returns "" if there is none: then
// the finding belongs to the root as a whole.
func (r *Report) Home(f *graph.Finding) string {
	if strings.HasSuffix(f.Site.File, ".go") {
		return path.Dir(f.Site.File)
	}
	mains := map[string]string{}
	for _, s := range r.Services {
		mains[s.ID] = s.Main
	}
	for _, id := range f.Subjects {
		if dir := mains[id]; dir != "" {
			return path.Clean(dir)
		}
	}
	for _, id := range f.Subjects {
		for _, e := range r.Edges {
			if e.To == id && mains[e.From] != "" {
				return path.Clean(mains[e.From])
			}
		}
	}
	return ""
}

// Select keeps the findings that are reported for a package that a pattern
// names, and counts the summary again. A pattern is a directory relative to
// the root, with /... for everything below it; "..." and "./..." at the root
// keep all.
func (r *Report) Select(patterns []string) {
	kept := r.Findings[:0:0]
	for i := range r.Findings {
		home := r.Home(&r.Findings[i])
		for _, p := range patterns {
			if matches(p, home) {
				kept = append(kept, r.Findings[i])
				break
			}
		}
	}
	r.Findings = kept
	r.Finish()
}

func matches(pattern, dir string) bool {
	below, all := strings.CutSuffix(pattern, "...")
	if !all {
		return dir != "" && path.Clean(pattern) == dir
	}
	below = path.Clean("./" + below)
	return below == "." || dir == below || strings.HasPrefix(dir, below+"/")
}
