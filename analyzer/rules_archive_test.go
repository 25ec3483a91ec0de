package analyzer_test

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/coordlint/coordlint/analyzer/report"
	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/rules"
	"github.com/coordlint/coordlint/testdata/stubs"
)

// cases holds the cases of the rules, small whole systems as in archives.
// Comments in their files, behind //, # or --, say what a rule makes of a line:
//
//	want RULE "regexp"   a true case: a finding in this line, whose message matches
//	fixed RULE           the repaired twin of a true case: nothing is found here
//	trap RULE            looks like a case and is none: nothing is found here
//
// Whatever else a rule finds in an archive that has a mark of it is an error;
// notes are free, unless one is asked for. The regions between `bad RULE` or `good RULE` and `end` are
// the examples of the rule's manual page.
const cases = "../testdata/rules"

// A caseMark is one comment of a case.
type caseMark struct {
	kind, rule string
	site       string // FILE:LINE
	text       *regexp.Regexp
}

var caseComment = regexp.MustCompile("\\s*(?://|#|--) (want|fixed|trap) ([a-z-]+)(?: (?:\"([^\"]*)\"|`([^`]*)`))?")

func caseMarks(ar *txtar.Archive) []caseMark {
	var out []caseMark
	for _, f := range ar.Files {
		n := 0
		for line := range strings.Lines(string(f.Data)) {
			n++
			for _, m := range caseComment.FindAllStringSubmatch(line, -1) {
				out = append(out, caseMark{m[1], m[2], fmt.Sprintf("%s:%d", path.Clean(f.Name), n), regexp.MustCompile(m[3] + m[4])})
			}
		}
	}
	return out
}

func caseFiles(t *testing.T) map[string]*txtar.Archive {
	t.Helper()
	files, err := filepath.Glob(cases + "/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	out := map[string]*txtar.Archive{}
	for _, file := range files {
		ar, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out[strings.TrimSuffix(filepath.Base(file), ".txtar")] = ar
	}
	return out
}

// TestRuleCases analyses every archive of cases.
func TestRuleCases(t *testing.T) {
	base, stub := t.TempDir(), stubs.At(t.TempDir())
	for name, ar := range caseFiles(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(base, name)
			unpack(t, ar, dir, stub)
			for _, problem := range judge(caseMarks(ar), analyze(t, dir)) {
				t.Error(problem)
			}
		})
	}
}

// judge compares the marks of an archive with what was found.
func judge(marks []caseMark, r *report.Report) []string {
	var problems []string
	noted := map[string]bool{} // rules of which a note is asked for
	for _, m := range marks {
		i := slices.IndexFunc(r.Findings, func(f graph.Finding) bool {
			return f.Rule == m.rule && place(f) == m.site && m.text.MatchString(f.Message)
		})
		if m.kind != "want" {
			continue
		}
		if i >= 0 {
			noted[m.rule] = noted[m.rule] || r.Findings[i].Severity == graph.SeverityNote
		} else {
			problems = append(problems, fmt.Sprintf("%s: no finding of %s matches %q", m.site, m.rule, m.text))
		}
	}
	for _, f := range r.Findings {
		if f.Severity == graph.SeverityNote && !noted[f.Rule] || !slices.ContainsFunc(marks, func(m caseMark) bool { return m.rule == f.Rule }) {
			continue
		}
		asked := slices.ContainsFunc(marks, func(m caseMark) bool { return m.kind == "want" && m.rule == f.Rule && m.site == place(f) })
		silent := slices.ContainsFunc(marks, func(m caseMark) bool {
			return m.kind != "want" && m.rule == f.Rule && slices.ContainsFunc(f.Sites, func(s graph.Site) bool {
				return fmt.Sprintf("%s:%d", path.Clean(s.File), s.Line) == m.site
			})
		})
		if !asked || silent {
			problems = append(problems, fmt.Sprintf("%s: %s [%s] must not be found", place(f), f.Message, f.Rule))
		}
	}
	for _, g := range r.Gaps {
		if g.Kind == "package" {
			problems = append(problems, fmt.Sprintf("%s: %s", g.Site, g.Text))
		}
	}
	return problems
}

// TestCountOfCases keeps the table of docs/cases.md true, and the number of
// cases: each rule has a true one, its repaired twin and two traps at least.
func TestCountOfCases(t *testing.T) {
	count := map[string]map[string]int{"want": {}, "fixed": {}, "trap": {}}
	for _, ar := range caseFiles(t) {
		for _, m := range caseMarks(ar) {
			if rules.Find(m.rule) == nil {
				t.Errorf("%s: there is no rule %s", m.site, m.rule)
			}
			count[m.kind][m.rule]++
		}
	}
	var b strings.Builder
	total := map[string]int{}
	for _, r := range rules.All() {
		want, fixed, trap := count["want"][r.Name], count["fixed"][r.Name], count["trap"][r.Name]
		if want < 1 || fixed < 1 || trap < 2 {
			t.Errorf("%s has %d true cases, %d repaired ones and %d traps", r.Name, want, fixed, trap)
		}
		total["want"], total["fixed"], total["trap"] = total["want"]+want, total["fixed"]+fixed, total["trap"]+trap
		fmt.Fprintf(&b, "| %s | %d | %d | %d |\n", r.Name, want, fixed, trap)
	}
	fmt.Fprintf(&b, "| all | %d | %d | %d |\n", total["want"], total["fixed"], total["trap"])
	if total["want"] < 40 || total["fixed"]+total["trap"] < 80 {
		t.Errorf("%d true cases and %d silent ones", total["want"], total["fixed"]+total["trap"])
	}
	const file = "../docs/cases.md"
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const head = "| --- | --- | --- | --- |\n"
	before, _, ok := strings.Cut(string(page), head)
	if !ok {
		t.Fatalf("%s has no table", file)
	}
	if text := before + head + b.String(); text != string(page) {
		if !*update {
			t.Fatalf("%s is out of date: go test ./analyzer -run TestCountOfCases -update", file)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}
