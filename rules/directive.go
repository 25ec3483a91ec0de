package rules

import (
	"path"
	"slices"
	"strings"
	"time"

	"github.com/coordlint/coordlint/graph"
)

// Where directives stand.
const (
	FromComment    = "comment"    // //coordlint:ignore in Go or proto, # coordlint:ignore in YAML
	FromNolint     = "nolint"     // //nolint:coordlint
	FromAnnotation = "annotation" // of a Kubernetes object
	FromConfig     = "config"     // coordlint.yaml
)

// A Directive silences findings. The Parse functions fill what the text says;
// who reads the file fills Site and what is covered.
type Directive struct {
	Rules  []string // names; "*" is every rule
	Reason string
	Until  time.Time // the last day; zero: no end
	Owner  string
	Source string     // one of the constants above
	Site   graph.Site // of the directive itself

	// What is covered: findings whose site is in File, between the lines
	// FromLine and ToLine (both 0: the whole file), in a file that matches
	// PathGlob, and that concern Service. An empty field asks for nothing.
	File             string
	FromLine, ToLine int
	PathGlob         string // as path.Match has it, and ** for any number of folders
	Service          string

	// Problem says what is wrong with the text: a directive that has one
	// silences nothing and is reported.
	Problem string
}

// ParseComment reads a comment, with or without its comment signs:
//
//	//coordlint:ignore rule[,rule] reason [until=2027-01-31] [owner=team]
//	//nolint:coordlint // reason
//
// It reports whether the comment is a directive of ours; one with mistakes is,
// and has a Problem.
func ParseComment(text string) (Directive, bool) {
	text = strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(text), "/#*"))
	text = strings.TrimSpace(strings.TrimSuffix(text, "*/"))
	if rest, ok := strings.CutPrefix(text, "coordlint:"); ok {
		verb, rest, _ := strings.Cut(rest, " ")
		d := ParseIgnore(rest)
		d.Source = FromComment
		if verb != "ignore" {
			d.Problem = "coordlint:" + verb + " is no directive; coordlint:ignore is"
		}
		return d, true
	}
	if rest, ok := strings.CutPrefix(text, "nolint:"); ok {
		names, reason, _ := strings.Cut(rest, "//")
		if slices.ContainsFunc(strings.Split(names, ","), func(n string) bool { return strings.TrimSpace(n) == "coordlint" }) {
			return Directive{Rules: []string{"*"}, Reason: strings.TrimSpace(reason), Source: FromNolint}, true
		}
	}
	return Directive{}, false
}

// ParseIgnore reads "rule[,rule] reason [until=2027-01-31] [owner=team]", as a
// comment has it behind coordlint:ignore and an annotation as its value. The
// reason is required.
func ParseIgnore(text string) Directive {
	words := strings.Fields(text)
	d := Directive{Source: FromAnnotation}
	if len(words) == 0 {
		d.Problem = "names no rule"
		return d
	}
	for name := range strings.SplitSeq(words[0], ",") {
		d.Rules = append(d.Rules, name)
		if name != "*" && Find(name) == nil && d.Problem == "" {
			d.Problem = "names no rule: " + name
		}
	}
	var reason []string
	for _, w := range words[1:] {
		key, value, set := strings.Cut(w, "=")
		switch {
		case set && key == "until":
			day, err := time.Parse(time.DateOnly, value)
			if err != nil && d.Problem == "" {
				d.Problem = "has no date in " + w
			}
			d.Until = day
		case set && key == "owner":
			d.Owner = value
		default:
			reason = append(reason, w)
		}
	}
	d.Reason = strings.TrimPrefix(strings.Join(reason, " "), "// ")
	if d.Reason == "" && d.Problem == "" {
		d.Problem = "gives no reason"
	}
	return d
}

// covers reports whether the directive speaks of the finding.
func (d *Directive) covers(f *graph.Finding) bool {
	if d.Problem != "" || !slices.Contains(d.Rules, "*") && !slices.Contains(d.Rules, f.Rule) {
		return false
	}
	if d.File != "" && d.File != f.Site.File {
		return false
	}
	if d.FromLine+d.ToLine > 0 && (f.Site.Line < d.FromLine || f.Site.Line > d.ToLine) {
		return false
	}
	if d.PathGlob != "" && !matchPath(strings.Split(d.PathGlob, "/"), strings.Split(f.Site.File, "/")) {
		return false
	}
	return d.Service == "" || slices.Contains(f.Subjects, d.Service)
}

// matchPath matches a path by folders; ** stands for any number of them.
func matchPath(glob, name []string) bool {
	if len(glob) == 0 {
		return len(name) == 0
	}
	if glob[0] == "**" {
		return matchPath(glob[1:], name) || len(name) > 0 && matchPath(glob, name[1:])
	}
	if len(name) == 0 {
		return false
	}
	ok, err := path.Match(glob[0], name[0])
	return ok && err == nil && matchPath(glob[1:], name[1:])
}

// expired reports whether the directive's last day is before today.
func (d *Directive) expired(today time.Time) bool {
	return !d.Until.IsZero() && today.After(d.Until.AddDate(0, 0, 1).Add(-time.Nanosecond))
}
