package report

import (
	"fmt"
	"io"
	"strings"
)

// Formats returns the names of the formats that Write knows, text first.
func Formats() []string {
	return []string{"text", "json"}
}

// Write writes the report in a format. It returns an error for a format that
// Formats does not name.
func Write(w io.Writer, r *Report, format string, o Options) error {
	switch format {
	case "text":
		return Text(w, r, o)
	case "json":
		return JSON(w, r)
	}
	return fmt.Errorf("no format %q; there are %s", format, strings.Join(Formats(), ", "))
}
