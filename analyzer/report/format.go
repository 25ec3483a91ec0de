package report

import (
	"fmt"
	"io"
	"strings"
)

// Formats returns the names of the formats that Write knows, text first.
func Formats() []string {
	return []string{"text", "json", "sarif", "github", "gitlab", "junit", "checkstyle", "markdown", "html", "csv"}
}

// Write writes the report in a format. It returns an error for a format that
// Formats does not name.
func Write(w io.Writer, r *Report, format string, o Options) error {
	switch format {
	case "text":
		return Text(w, r, o)
	case "json":
		return JSON(w, r)
	case "sarif":
		return SARIF(w, r, o)
	case "github":
		return GitHub(w, r, o)
	case "gitlab":
		return GitLab(w, r, o)
	case "junit":
		return JUnit(w, r, o)
	case "checkstyle":
		return Checkstyle(w, r, o)
	case "markdown":
		return Markdown(w, r, o)
	case "html":
		return HTML(w, r, o)
	case "csv":
		return CSV(w, r, "")
	}
	return fmt.Errorf("no format %q; there are %s", format, strings.Join(Formats(), ", "))
}
