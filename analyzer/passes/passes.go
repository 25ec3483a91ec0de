// Package passes offers the rules as analyzers of golang.org/x/tools/go/analysis,
// for drivers that take those: golangci-lint's module plugins, nogo, gopls and
// programs built on multichecker. They report what coordlint reports: the whole
// root is analysed once, and each pass shows the findings that stand in its
// files. For go vet itself there is the smaller command coordlint-vet.
package passes

import (
	"context"
	"fmt"
	"go/token"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"

	"github.com/coordlint/coordlint/analyzer"
	"github.com/coordlint/coordlint/analyzer/cache"
	"github.com/coordlint/coordlint/analyzer/report"
	"github.com/coordlint/coordlint/analyzer/source"
	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/rules"
)

// Analyzers returns one analyzer a rule, in the order of the rules. They share
// one analysis of each root. An analyzer's name is its rule's with _ in the
// place of -, since go/analysis wants identifiers; the category of what it
// reports is the rule's own name. Notes are not reported. Where a root cannot
// be analysed, or part of it could not be read, every pass fails: silence means
// that coordlint looked.
func Analyzers() []*analysis.Analyzer {
	s := &session{reports: map[string]func() (*report.Report, error){}}
	var list []*analysis.Analyzer
	for _, r := range rules.All() {
		rule := r.Name
		list = append(list, &analysis.Analyzer{
			Name: strings.ReplaceAll(rule, "-", "_"),
			Doc:  strings.TrimSpace(strings.TrimLeft(r.Doc(), "# ")),
			URL:  "https://github.com/coordlint/coordlint/blob/main/docs/rules/" + rule + ".md",
			Run:  func(p *analysis.Pass) (any, error) { return nil, s.run(p, rule) },
		})
	}
	return list
}

// A session holds the analyses of one driver's run.
type session struct {
	mu      sync.Mutex
	reports map[string]func() (*report.Report, error) // by root
}

// report returns the analysis of a root, which is made once.
func (s *session) report(root string) (*report.Report, error) {
	s.mu.Lock()
	once := s.reports[root]
	if once == nil {
		once = sync.OnceValues(func() (*report.Report, error) { return analyze(root) })
		s.reports[root] = once
	}
	s.mu.Unlock()
	return once()
}

func analyze(root string) (*report.Report, error) {
	store, err := cache.Open("")
	if err != nil {
		store = nil // it only takes longer
	}
	defer store.Trim()
	r, err := analyzer.Analyze(context.Background(), analyzer.Config{Root: root, Cache: store})
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", root, err)
	case r.Failure != "":
		return nil, fmt.Errorf("%s: %s", root, r.Failure)
	}
	for _, g := range r.Gaps {
		if g.Hard && g.Reason == "" {
			return nil, fmt.Errorf("%s: %s", filepath.Join(root, g.Site.String()), g.Text)
		}
	}
	return r, nil
}

// run reports the findings of one rule in the files of one pass. Those in
// manifests and protos stand at the package clause of the program that they
// limit.
func (s *session) run(p *analysis.Pass, rule string) error {
	files := map[string]*token.File{}
	var first *token.File
	for _, f := range p.Files {
		file := p.Fset.File(f.FileStart)
		if file == nil || !strings.HasSuffix(file.Name(), ".go") {
			continue
		}
		name, err := filepath.EvalSymlinks(file.Name())
		if err != nil {
			continue // made by the go command, such as the main of a test
		}
		files[name] = file
		if first == nil && !strings.HasSuffix(name, "_test.go") {
			first = file
		}
	}
	if first == nil {
		return nil
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(first.Name()))
	if err != nil {
		return err
	}
	root := source.FindRoot(dir)
	r, err := s.report(root)
	if err != nil {
		return err
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Rule != rule || f.Severity == graph.SeverityNote {
			continue
		}
		if file := files[filepath.Join(root, filepath.FromSlash(f.Site.File))]; file != nil {
			p.Report(diagnostic(f, position(file, f.Site), f.Message))
		} else if !strings.HasSuffix(f.Site.File, ".go") && filepath.Join(root, filepath.FromSlash(r.Home(f))) == dir {
			p.Report(diagnostic(f, token.Pos(first.Base()), f.Site.String()+": "+f.Message))
		}
	}
	return nil
}

func diagnostic(f *graph.Finding, pos token.Pos, text string) analysis.Diagnostic {
	for _, h := range f.Path {
		text += "\n\t" + h.Site.String() + ": " + h.Text
	}
	return analysis.Diagnostic{Pos: pos, Category: f.Rule, Message: text}
}

// position returns where a site is in a file; the file's start if the file has
// become shorter since.
func position(file *token.File, at graph.Site) token.Pos {
	if at.Line < 1 || at.Line > file.LineCount() {
		return token.Pos(file.Base())
	}
	start := file.LineStart(at.Line)
	if pos := start + token.Pos(max(at.Col-1, 0)); int(pos) <= file.Base()+file.Size() {
		return pos
	}
	return start
}
