package report

import (
	"encoding/json"
	"fmt"
	"io"
)

// Decode reads a report that was written as JSON. It returns an error if the
// JSON is none, or is of another version.
func Decode(src io.Reader) (*Report, error) {
	r := new(Report)
	if err := json.NewDecoder(src).Decode(r); err != nil {
		return nil, fmt.Errorf("decode report: %w", err)
	}
	if r.Version != Version {
		return nil, fmt.Errorf("decode report: version %d, want %d", r.Version, Version)
	}
	r.Finish()
	return r, nil
}

// JSON writes the report as indented JSON. Equal reports give equal bytes.
func JSON(w io.Writer, r *Report) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}
