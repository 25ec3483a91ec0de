package report

import (
	"fmt"
	"io"

	"github.com/coordlint/coordlint/graph"
)

// A Path is the ceiling of one endpoint, as it is printed.
type Path struct {
	Endpoint string `json:"endpoint"` // id of the endpoint
	Line     string `json:"line"`
}

// Ceilings writes the ceiling of every path, one line each.
func Ceilings(w io.Writer, r *Report, o Options) error {
	for _, p := range r.Paths {
		if _, err := fmt.Fprintln(w, p.Line); err != nil {
			return err
		}
	}
	return nil
}

// CeilingOf writes the ceiling of one endpoint's path.
func CeilingOf(w io.Writer, r *Report, id string, o Options) error {
	return nil
}

// Marks returns what a picture marks for the ceiling of an endpoint.
func Marks(r *Report, id string) []graph.Mark {
	return nil
}

func ceilingHeader() []string { return []string{"path", "ceiling"} }

func ceilingRow(p Path) []string { return []string{p.Endpoint, p.Line} }
