package manifest

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
	"helm.sh/helm/v3/pkg/chartutil"

	"github.com/coordlint/coordlint/graph"
)

// A helmState is what a helmfile and its bases say of the environment and of
// what its releases have in common.
type helmState struct {
	values    map[string]any        // of the environment
	files     []string              // that these come from
	templates map[string]*yaml.Node // that releases inherit
	nested    []string              // helmfiles that it names
	gaps      []graph.Gap
	seen      map[string]bool // files that were read
}

// helmState reads what is known before the templates of a helmfile are.
func (d *discovery) helmState(file string) *helmState {
	s := &helmState{values: map[string]any{}, templates: map[string]*yaml.Node{}, seen: map[string]bool{}}
	d.stateOf(s, file, file)
	return s
}

// stateOf adds a file, which is the helmfile itself or one of its bases: names
// in both are relative to the helmfile.
func (d *discovery) stateOf(s *helmState, file, main string) {
	if s.seen[file] {
		return
	}
	s.seen[file] = true
	src, err := d.tree.read(file)
	if err != nil {
		if file != main {
			s.gaps = append(s.gaps, graph.Gap{Kind: "manifest", Site: graph.Site{File: main}, Text: "helmfile: base " + file + ": " + err.Error(), Hard: true})
		}
		return
	}
	bare, _ := d.withoutTemplate(string(src), s.values)
	dir := path.Dir(main)
	for _, doc := range documents([]byte(bare)) {
		n, _, err := parseNode(doc)
		if err != nil {
			continue // said where releases are read
		}
		for _, b := range texts(n, "bases") {
			if at, ok := d.tree.within(dir, b); ok {
				d.stateOf(s, at, main)
			}
		}
		if field(n, "environments", d.opt.Env) != nil {
			d.known = true
		}
		for _, v := range items(field(n, "environments", or(d.opt.Env, "default"), "values")) {
			if v.Kind == yaml.MappingNode {
				s.values = override(s.values, inlineValues(v))
				continue
			}
			at, ok := d.tree.within(dir, v.Value)
			if !ok || strings.Contains(v.Value, "{{") {
				continue
			}
			s.files = append(s.files, at)
			if src, err := d.tree.read(at); err != nil {
				s.gaps = append(s.gaps, graph.Gap{Kind: "manifest", Site: graph.Site{File: file, Line: v.Line + doc.line, Col: v.Column}, Text: "helmfile: values file " + at + ": " + err.Error()})
			} else {
				text, _ := d.withoutTemplate(string(src), s.values)
				if vals, err := chartutil.ReadValues([]byte(text)); err == nil {
					s.values = override(s.values, withoutActions(vals))
				}
			}
		}
		for _, p := range pairs(field(n, "templates")) {
			s.templates[p.key.Value] = p.value
		}
		for _, e := range items(field(n, "helmfiles")) {
			s.nested = append(s.nested, d.tree.matching(dir, or(e.Value, text(e, "path")))...)
		}
	}
}

// matching lists the files that a name with asterisks in a directory means.
func (t *tree) matching(dir, name string) []string {
	at, ok := t.within(dir, name)
	if !ok || name == "" {
		return nil
	}
	if isDir, there := t.stat(at); there && isDir {
		at = path.Join(at, "*.yaml")
	} else if there {
		return []string{at}
	}
	var out []string
	for _, f := range slices.Concat(t.helmfiles, t.yamls) {
		if hit, _ := path.Match(at, f); hit {
			out = append(out, f)
		}
	}
	slices.Sort(out)
	return out
}

// inherited returns a release with what it takes over from templates, by
// inherit or a merge key; what it says itself counts.
func (s *helmState) inherited(e *yaml.Node) *yaml.Node {
	if e.Kind != yaml.MappingNode {
		return e
	}
	out := *e
	out.Content = slices.Clone(e.Content)
	add := func(from *yaml.Node) {
		for _, p := range pairs(follow(from)) {
			if field(&out, p.key.Value) == nil {
				out.Content = append(out.Content, p.key, p.value)
			}
		}
	}
	for _, p := range pairs(e) {
		if p.key.Value == "<<" {
			add(p.value)
			for _, m := range items(p.value) {
				add(m)
			}
		}
	}
	for _, t := range items(field(e, "inherit")) {
		add(s.templates[text(t, "template")])
	}
	return &out
}

// templated reads a values file that is a template, as far as its actions are
// known; nil if it cannot be read. What is not known is a gap.
func (d *discovery) templated(file string, s *helmState) map[string]any {
	gap := func(line int, text string) {
		s.gaps = append(s.gaps, graph.Gap{Kind: "manifest", Site: graph.Site{File: file, Line: line}, Text: "helmfile: " + text})
	}
	src, err := d.tree.read(file)
	if err != nil {
		gap(0, err.Error())
		return nil
	}
	text, line := d.withoutTemplate(string(src), s.values)
	if line > 0 {
		gap(line, "what templates give is not read")
	}
	vals, err := chartutil.ReadValues([]byte(text))
	if err != nil {
		gap(line, brief(err.Error()))
		return nil
	}
	return withoutActions(vals)
}

var (
	stateValue = regexp.MustCompile(`^\.(?:Environment\.)?(?:State)?Values\.([\w.]+)\s*(?:\|\s*(quote|toString))?$`)
	escaped    = regexp.MustCompile("\\{\\{-?\\s*`(.*?)`\\s*-?\\}\\}")
)

// withoutTemplate gives the environment's name and values for the actions that
// ask for them, empties lines that consist of an action, and leaves other
// actions in place. It returns the first line with an action that it does not
// know; the release's name and namespace are filled in later.
func (d *discovery) withoutTemplate(src string, values map[string]any) (string, int) {
	lines := strings.Split(src, "\n")
	first := 0
	for i, line := range lines {
		line = escaped.ReplaceAllString(line, "$1")
		line = action.ReplaceAllStringFunc(line, func(s string) string {
			a := action.FindStringSubmatch(s)[1]
			if a == ".Environment.Name" || strings.HasPrefix(a, ".Environment.Name |") {
				return or(d.opt.Env, "default")
			}
			if m := stateValue.FindStringSubmatch(a); m != nil {
				if v, ok := scalarAt(values, strings.Split(m[1], ".")); ok {
					if m[2] == "quote" {
						return strconv.Quote(v)
					}
					return v
				}
			}
			if a == ".Release.Name" || a == ".Release.Namespace" {
				return s
			}
			if first == 0 {
				first = i + 1
			}
			return s
		})
		if strings.HasPrefix(strings.TrimSpace(line), "{{") {
			line = ""
		} else if k, v, ok := strings.Cut(line, ": {{"); ok {
			line = k + `: "{{` + strings.ReplaceAll(v, `"`, `'`) + `"`
		}
		lines[i] = line
	}
	return strings.Join(lines, "\n"), first
}

// scalarAt returns the scalar under keys as text.
func scalarAt(values map[string]any, keys []string) (string, bool) {
	var at any = values
	for _, k := range keys {
		m, ok := at.(map[string]any)
		if !ok {
			return "", false
		}
		at = m[k]
	}
	switch at.(type) {
	case nil, map[string]any, []any:
		return "", false
	}
	return fmt.Sprint(at), true
}
