package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/coordlint/coordlint/analyzer/report"
	"github.com/coordlint/coordlint/graph"
)

// options knows two rules, of which one has no findings.
func options() report.Options {
	return report.Options{
		Tool: "v1.2.3",
		Rules: []report.Rule{
			{Name: "sync-chain", Dimension: "coordination", Severity: "error", Title: "Services wait in a row", Manual: "# sync-chain\n\nServices wait <in> a row.\n"},
			{Name: "sync-cycle", Dimension: "coordination", Severity: "error", Title: "Services wait in a circle", Manual: "# sync-cycle\n"},
		},
		Picture: []byte("<?xml version=\"1.0\"?>\n<!DOCTYPE svg>\n<svg><g class=\"node\"><title>web</title></g></svg>\n"),
	}
}

// hostile is a report whose texts are markup in every format.
func hostile() *report.Report {
	const nasty = "a|b <c> \"d\" & %e, f:g\n::error::h `i` _j_ ]]> \x01"
	r := &report.Report{Version: 1, Root: "x<y>"}
	r.Services = []*graph.Service{{ID: nasty, Language: "go", Main: "a b"}}
	r.Findings = []graph.Finding{{Rule: "sync-chain", Severity: "error", Site: graph.Site{File: "dir with space/ü#?.go", Line: 3}, Subject: nasty,
		Subjects: []string{nasty}, Message: nasty, Path: []graph.Hop{{Text: nasty}}, Identity: nasty}}
	r.Gaps = []graph.Gap{{Kind: "manifest", Text: nasty, Hard: true}}
	r.Finish()
	return r
}

func write(t *testing.T, r *report.Report, format string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := report.Write(&b, r, format, options()); err != nil {
		t.Fatalf("%s: %v", format, err)
	}
	return b.Bytes()
}

func TestFormatGoldens(t *testing.T) {
	for _, format := range report.Formats()[2:] {
		first := write(t, shop(t), format)
		if !bytes.Equal(first, write(t, shop(t), format)) {
			t.Errorf("%s: two runs differ", format)
		}
		golden(t, "shop."+format, first)
	}
	if err := report.Write(io.Discard, shop(t), "tiff", options()); err == nil {
		t.Error("no error for an unknown format")
	}
}

// reports are what every format must write as a valid document.
func reports(t *testing.T) map[string]*report.Report {
	empty := &report.Report{Version: 1, Root: "empty"}
	empty.Finish()
	return map[string]*report.Report{
		"shop": shop(t), "empty": empty, "hostile": hostile(),
		"failed": report.Failed("x", errors.New("no Go files")),
	}
}

func TestSARIFIsValid(t *testing.T) {
	for name, r := range reports(t) {
		data := write(t, r, "sarif")
		doc, err := sarif.FromBytes(data, sarif.WithStrictValidation())
		if err != nil {
			t.Fatal(err)
		}
		if err := doc.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !strings.Contains(string(data), `"results": [`) {
			t.Errorf("%s: no list of results", name)
		}
		if ok := *doc.Runs[0].Invocations[0].ExecutionSuccessful; ok != (name == "empty") {
			t.Errorf("%s: executionSuccessful is %t", name, ok)
		}
	}
}

func TestXMLIsWellFormed(t *testing.T) {
	for name, r := range reports(t) {
		for _, format := range []string{"junit", "checkstyle"} {
			for d := xml.NewDecoder(bytes.NewReader(write(t, r, format))); ; {
				_, err := d.Token()
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Errorf("%s as %s: %v", name, format, err)
					break
				}
			}
		}
	}
}

func TestGitLabIsJSON(t *testing.T) {
	for name, r := range reports(t) {
		var list []struct{ Fingerprint string }
		if err := json.Unmarshal(write(t, r, "gitlab"), &list); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		seen := map[string]bool{}
		for _, q := range list {
			if q.Fingerprint == "" || seen[q.Fingerprint] {
				t.Errorf("%s: fingerprint %q is empty or not the only one", name, q.Fingerprint)
			}
			seen[q.Fingerprint] = true
		}
	}
}

// A text of the analysed tree must not become a command of its own.
func TestGitHubCommandsStayOneLineEach(t *testing.T) {
	for line := range strings.Lines(string(write(t, hostile(), "github"))) {
		if !regexp.MustCompile(`^::(error|warning|notice) [^\n]*::[^\n]*\n$`).MatchString(line) || strings.Contains(line, "f:g,") {
			t.Errorf("line %q", line)
		}
	}
	if n := bytes.Count(write(t, hostile(), "github"), []byte("\n")); n != 2 {
		t.Errorf("%d lines for a finding and a gap", n)
	}
}

func TestHTMLIsSelfContained(t *testing.T) {
	data := string(write(t, shop(t), "html"))
	for _, bad := range []string{"<link", " src=", "@import", "url(", "https://", "http://"} {
		if strings.Contains(data, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	if strings.Count(data, "<svg>") != 1 || strings.Contains(data, "<?xml") {
		t.Error("the picture is not inlined")
	}
	if strings.Contains(string(write(t, hostile(), "html")), "<c>") {
		t.Error("texts are not escaped")
	}
}

func TestMarkdownTablesStayTables(t *testing.T) {
	for line := range strings.Lines(string(write(t, hostile(), "markdown"))) {
		if strings.HasPrefix(line, "|") && !strings.HasSuffix(line, "|\n") || strings.HasPrefix(line, "::") {
			t.Errorf("line %q", line)
		}
	}
}
