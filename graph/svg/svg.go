// Package svg renders DOT to SVG by go-graphviz, and draws PNG from that SVG.
// It is a leaf that only the command imports, since linking the renderer costs
// a process some 40 ms at its start.
//
// Rendering is done in a child process with a time limit: in go-graphviz one
// render that is cancelled breaks every later one of its process.
package svg

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"

	graphviz "github.com/goccy/go-graphviz"
)

// Formats returns the names of the formats that Render knows.
func Formats() []string { return []string{"svg", "png"} }

// Render writes the picture of a DOT text. It may be called once a process;
// it returns an error for a text that is not DOT and for an unknown format.
func Render(ctx context.Context, dot []byte, format string, w io.Writer) error {
	if !slices.Contains(Formats(), format) {
		return fmt.Errorf("no picture format %q; there are svg, png", format)
	}
	g, err := graphviz.New(ctx)
	if err != nil {
		return fmt.Errorf("start graphviz: %w", err)
	}
	defer g.Close()
	parsed, err := graphviz.ParseBytes(dot)
	if err != nil {
		return fmt.Errorf("parse DOT: %w", err)
	}
	if parsed == nil {
		return fmt.Errorf("parse DOT: no graph")
	}
	defer parsed.Close()
	var out bytes.Buffer
	if err := g.Render(ctx, parsed, graphviz.SVG, &out); err != nil {
		return fmt.Errorf("render %s: %w", format, err)
	}
	if format == "png" {
		return raster(out.Bytes(), w)
	}
	_, err = w.Write(out.Bytes())
	return err
}
