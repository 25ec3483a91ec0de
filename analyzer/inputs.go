package analyzer

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/coordlint/coordlint/analyzer/config"
	"github.com/coordlint/coordlint/analyzer/link"
	"github.com/coordlint/coordlint/analyzer/report"
	"github.com/coordlint/coordlint/analyzer/source"
	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/rules"
)

// A text is a file of the tree that is no Go code.
type text struct {
	name    string // relative to the root
	content []byte
}

// texts reads the files of a tree that are no Go code, each once. Those that
// cannot be read are left out: the stage that needs them has the gap.
func texts(tree *source.Tree) []text {
	names := slices.Concat(tree.YAMLs, tree.Configs, tree.Protos, tree.Dockerfiles, tree.ComposeFiles, tree.Charts, tree.Kustomizations)
	slices.Sort(names)
	var out []text
	for _, name := range slices.Compact(names) {
		if b, err := os.ReadFile(filepath.Join(tree.Root, filepath.FromSlash(name))); err == nil {
			out = append(out, text{name, b})
		}
	}
	return out
}

// configFiles returns the configuration files of the tree, for programs that
// read them when they start.
func configFiles(tree *source.Tree, files []text) []link.File {
	var out []link.File
	for _, f := range files {
		if slices.Contains(tree.Configs, f.name) && !slices.Contains(f.content[:min(len(f.content), 512)], 0) {
			out = append(out, link.File{Path: f.name, Content: string(f.content), Site: graph.Site{File: f.name}})
		}
	}
	return out
}

// directives returns everything that silences findings: comments in Go code
// and elsewhere, annotations, and entries of the configuration file.
func directives(conf *config.Config, sys *graph.System, notes []note, files []text) []rules.Directive {
	out := conf.Directives(sys)
	for _, n := range notes {
		if d, ok := goDirective(n); ok && !slices.ContainsFunc(out, func(o rules.Directive) bool { return o.Site == d.Site }) {
			out = append(out, d)
		}
	}
	for _, f := range files {
		if f.name != conf.Name() {
			out = append(out, config.Directives(f.name, f.content)...)
		}
	}
	return out
}

// goDirective reads the directive of a comment in Go code.
func goDirective(n note) (rules.Directive, bool) {
	d, ok := rules.ParseComment(n.Text)
	if !ok || filepath.IsAbs(n.Site.File) {
		return d, false
	}
	d.Site = graph.Site{File: n.Site.File, Line: n.Site.Line, Col: n.Site.Col}
	if n.Scope == "package" {
		d.PathGlob = path.Join(n.Dir, "*.go")
		return d, true
	}
	d.File, d.FromLine, d.ToLine = n.Site.File, n.Site.Line, n.Until
	return d, true
}

// inputsHash returns a hash of the files that were read under the root and of
// what was found in them. The findings are in it because a file may change
// between the moment when it is read and that when it is hashed: equal hashes
// mean equal findings, whatever happened in between.
func inputsHash(tree *source.Tree, conf *config.Config, files []text, r *report.Report) string {
	h := sha256.New()
	for _, f := range append([]text{{conf.Name(), conf.Text()}}, files...) {
		fmt.Fprintf(h, "%s %d %x\n", f.name, len(f.content), sha256.Sum256(f.content))
	}
	fmt.Fprintln(h, tree.Digests().Code)
	enc := json.NewEncoder(h)
	if enc.Encode(r.Findings) != nil || enc.Encode(r.Gaps) != nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil))
}
