package report

import (
	"encoding/xml"
	"io"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name      string        `xml:"name,attr"`
	ClassName string        `xml:"classname,attr"`
	File      string        `xml:"file,attr,omitempty"`
	Failure   *junitMessage `xml:"failure,omitempty"`
	Error     *junitMessage `xml:"error,omitempty"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes one test suite a rule. A finding is a failed test, a rule
// without findings one test that passes; what could not be read is an error.
func JUnit(w io.Writer, r *Report, o Options) error {
	doc := junitSuites{}
	found := o.Shown(r)
	for _, name := range ruleNames(o, found) {
		s := junitSuite{Name: name}
		for _, f := range found {
			if f.Rule == name {
				s.Cases = append(s.Cases, junitCase{Name: sitePrefix(f.Site) + f.Subject, ClassName: name, File: f.Site.File,
					Failure: &junitMessage{Message: f.Message, Type: f.Severity, Text: hopText(f)}})
			}
		}
		s.Failures = len(s.Cases)
		if len(s.Cases) == 0 {
			s.Cases = []junitCase{{Name: name, ClassName: name}}
		}
		doc.add(s)
	}
	gaps := junitSuite{Name: "gaps"}
	for _, g := range r.Gaps {
		if g.Hard && g.Reason == "" {
			gaps.Cases = append(gaps.Cases, junitCase{Name: g.Site.String(), ClassName: "gaps", File: g.Site.File,
				Error: &junitMessage{Message: g.Text, Type: g.Kind}})
		}
	}
	if r.Failure != "" {
		gaps.Cases = append(gaps.Cases, junitCase{Name: r.Root, ClassName: "gaps", Error: &junitMessage{Message: r.Failure, Type: "failure"}})
	}
	gaps.Errors = len(gaps.Cases)
	if len(gaps.Cases) > 0 {
		doc.add(gaps)
	}
	return writeXML(w, doc)
}

func (d *junitSuites) add(s junitSuite) {
	s.Tests = len(s.Cases)
	d.Tests += s.Tests
	d.Failures += s.Failures
	d.Errors += s.Errors
	d.Suites = append(d.Suites, s)
}

// ruleNames returns the names of the rules that are known, then of those that
// only findings name.
func ruleNames(o Options, found []graph.Finding) []string {
	var names []string
	seen := map[string]bool{}
	add := func(name string) {
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	for _, r := range o.Rules {
		add(r.Name)
	}
	for _, f := range found {
		add(f.Rule)
	}
	return names
}

func hopText(f graph.Finding) string {
	var b strings.Builder
	for _, h := range f.Path {
		b.WriteString(sitePrefix(h.Site) + h.Text + "\n")
	}
	return b.String()
}

type checkstyle struct {
	XMLName xml.Name         `xml:"checkstyle"`
	Version string           `xml:"version,attr"`
	Files   []checkstyleFile `xml:"file"`
}

type checkstyleFile struct {
	Name   string            `xml:"name,attr"`
	Errors []checkstyleError `xml:"error"`
}

type checkstyleError struct {
	Line     int    `xml:"line,attr"`
	Column   int    `xml:"column,attr,omitempty"`
	Severity string `xml:"severity,attr"`
	Message  string `xml:"message,attr"`
	Source   string `xml:"source,attr"`
}

// Checkstyle writes the findings, and what could not be read, by file.
func Checkstyle(w io.Writer, r *Report, o Options) error {
	doc := checkstyle{Version: "10.0"}
	add := func(s graph.Site, severity, message, source string) {
		if n := len(doc.Files); n == 0 || doc.Files[n-1].Name != s.File {
			doc.Files = append(doc.Files, checkstyleFile{Name: s.File})
		}
		f := &doc.Files[len(doc.Files)-1]
		f.Errors = append(f.Errors, checkstyleError{Line: max(s.Line, 1), Column: s.Col, Severity: severity, Message: message, Source: "coordlint." + source})
	}
	severity := map[string]string{graph.SeverityError: "error", graph.SeverityWarning: "warning", graph.SeverityNote: "info"}
	for _, f := range o.Shown(r) {
		add(f.Site, severity[f.Severity], f.Message, f.Rule)
	}
	for _, g := range r.Gaps {
		if g.Hard && g.Reason == "" {
			add(g.Site, "error", g.Text, "gap."+g.Kind)
		}
	}
	if r.Failure != "" {
		add(graph.Site{File: r.Root}, "error", r.Failure, "failure")
	}
	return writeXML(w, doc)
}

func writeXML(w io.Writer, doc any) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
