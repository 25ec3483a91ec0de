package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/coordlint/coordlint/analyzer/report"
	"github.com/coordlint/coordlint/graph"
)

// pictures are the formats that draw the system, and those that other programs
// draw it from.
func pictures() []string { return []string{"dot", "svg", "png", "mermaid", "graphml"} }

// formats returns the names of all formats.
func formats() []string { return append(report.Formats(), pictures()...) }

// write answers the question that the flags ask, in one format.
func (a *app) write(ctx context.Context, w io.Writer, f *flags, r *report.Report, format string, o report.Options) error {
	switch {
	case f.command == "ceiling" && (format == "svg" || format == "png"):
		return plot(w, f, r, format)
	case f.path != "" && format == "csv":
		ep, err := endpoint(r, f.path)
		if err != nil {
			return err
		}
		return report.CSV(w, r, ep.ID())
	case f.command == "graph" && format == "csv":
		return graph.EdgesCSV(w, r.System())
	case slices.Contains(pictures(), format):
		return a.draw(ctx, w, f, r, format)
	case format == "html":
		o.Picture = a.inlinePicture(ctx, f, r)
		return report.Write(w, r, format, o)
	case format != "text":
		return report.Write(w, r, format, o)
	case r.Failure != "":
		return nil // stderr has said it
	case f.why != "":
		return why(w, r, f.why, o)
	case f.path != "":
		return showPath(w, r, f.path, o)
	case f.command == "ceiling":
		return report.Ceilings(w, r, o)
	case f.command == "graph":
		return fmt.Errorf("graph has no format text; there are dot, svg, png, mermaid, graphml, csv, json, html")
	}
	return report.Write(w, r, format, o)
}
