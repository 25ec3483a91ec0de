package report

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/url"
	"strings"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/coordlint/coordlint/graph"
)

// SARIF writes the report as SARIF 2.1.0: hops as code flows, gaps as
// notifications, fingerprints that stay when lines move. A report of a failure
// has the results [], which says that nothing was found, not that the run was
// good: executionSuccessful is false.
func SARIF(w io.Writer, r *Report, o Options) error {
	run := sarif.NewRunWithInformationURI("coordlint", "https://github.com/coordlint/coordlint")
	if o.Tool != "" {
		run.Tool.Driver.WithVersion(o.Tool)
	}
	run.WithColumnKind("unicodeCodePoints")
	for _, rule := range o.Rules {
		addSARIFRule(run, rule)
	}
	for _, f := range o.Shown(r) {
		if run.GetRuleIndex(f.Rule) < 0 {
			addSARIFRule(run, Rule{Name: f.Rule, Severity: f.Severity})
		}
		addSARIFResult(run, f)
	}
	run.AddInvocation(sarifInvocation(r))
	doc := sarif.NewReport().AddRun(run)
	if err := doc.PrettyWrite(w); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func addSARIFRule(run *sarif.Run, rule Rule) {
	d := run.AddRule(rule.Name).WithName(rule.Name)
	if rule.Title != "" {
		d.WithDescription(rule.Title)
	}
	if rule.Manual != "" {
		d.WithMarkdownHelp(rule.Manual)
	}
	d.WithDefaultConfiguration(sarif.NewReportingConfiguration().WithLevel(sarifLevel(rule.Severity)))
	tags := []string{"architecture", "scalability"}
	if rule.Dimension != "" {
		tags = append(tags, rule.Dimension)
	}
	d.WithProperties(sarif.NewPropertyBag().WithTags(tags))
}

func sarifLevel(severity string) string {
	switch severity {
	case graph.SeverityError:
		return sarif.LevelError
	case graph.SeverityWarning:
		return sarif.LevelWarning
	}
	return sarif.LevelNote
}

func addSARIFResult(run *sarif.Run, f graph.Finding) {
	res := run.CreateResultForRule(f.Rule).
		WithLevel(sarifLevel(f.Severity)).
		WithMessage(sarif.NewTextMessage(f.Message))
	if l := sarifLocation(f.Site, ""); l != nil {
		res.AddLocation(l)
	}
	for _, s := range f.Sites {
		if s != f.Site {
			res.AddRelatedLocation(sarifLocation(s, "same cause"))
		}
	}
	res.WithPartialFingerprints(map[string]string{"coordlintIdentity/v1": fingerprint(f)})
	flow := sarif.NewThreadFlow()
	for _, h := range f.Path {
		if l := sarifLocation(h.Site, h.Text); l != nil {
			flow.AddLocation(sarif.NewThreadFlowLocation().WithLocation(l))
		}
	}
	if len(flow.Locations) > 0 {
		res.AddCodeFlow(sarif.NewCodeFlow().AddThreadFlow(flow))
	}
	res.WithProperties(sarif.NewPropertyBag().Add("subjects", notNil(f.Subjects)).Add("certain", f.Certain))
}

// sarifLocation returns nil for a site that names no file.
func sarifLocation(s graph.Site, text string) *sarif.Location {
	if s.IsZero() {
		return nil
	}
	p := sarif.NewPhysicalLocation().WithArtifactLocation(
		sarif.NewArtifactLocation().WithURI(fileURI(s.File)).WithURIBaseID("%SRCROOT%"))
	if s.Line > 0 {
		region := sarif.NewRegion().WithStartLine(s.Line)
		if s.Col > 0 {
			region.WithStartColumn(s.Col)
		}
		p.WithRegion(region)
	}
	l := sarif.NewLocationWithPhysicalLocation(p)
	if text != "" {
		l.WithMessage(sarif.NewTextMessage(text))
	}
	return l
}

// fileURI returns a relative reference (RFC 3986, section 4.2) to a file.
func fileURI(file string) string {
	parts := strings.Split(file, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return strings.Join(parts, "/")
}

// fingerprint names a finding by what stays when lines move.
func fingerprint(f graph.Finding) string {
	id := f.Identity
	if id == "" {
		id = f.Rule + "|" + strings.Join(f.Subjects, ",") + "|" + f.Message
	}
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:16])
}

func sarifInvocation(r *Report) *sarif.Invocation {
	inv := sarif.NewInvocation().WithExecutionSuccessful(r.Failure == "" && !r.Incomplete())
	if r.Failure != "" {
		inv.AddToolExecutionNotification(sarif.NewNotification().
			WithLevel(sarif.LevelError).WithMessage(sarif.NewTextMessage(r.Failure)))
	}
	for _, g := range r.Gaps {
		n := sarif.NewNotification().WithLevel(gapLevel(g)).WithMessage(sarif.NewTextMessage(gapText(g)))
		if l := sarifLocation(g.Site, ""); l != nil {
			n.AddLocation(l)
		}
		inv.AddToolExecutionNotification(n)
	}
	return inv
}

func gapLevel(g graph.Gap) string {
	switch {
	case g.Reason != "":
		return sarif.LevelNote
	case g.Hard:
		return sarif.LevelError
	}
	return sarif.LevelWarning
}
