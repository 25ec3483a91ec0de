package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/coordlint/coordlint/analyzer/report"
	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/graph/svg"
)

// renderTimeout is what one picture may take. 300 nodes take half a second.
const renderTimeout = time.Minute

// draw writes a picture of the system.
func (a *app) draw(ctx context.Context, w io.Writer, f *flags, r *report.Report, format string) error {
	p, err := picture(f, r)
	if err != nil {
		return err
	}
	sys := r.System()
	switch format {
	case "graphml":
		return graph.GraphML(w, sys)
	case "mermaid":
		text, err := graph.Mermaid(sys, p)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		return err
	case "dot":
		_, err := io.WriteString(w, graph.DOT(sys, p))
		return err
	}
	dot := graph.DOT(sys, p)
	out, err := a.render(ctx, dot, format)
	if err != nil {
		if _, err := io.WriteString(w, dot); err != nil {
			return err
		}
		return fmt.Errorf("%w; wrote DOT instead", err)
	}
	_, err = w.Write(out)
	return err
}

// plot draws the curve of the path that the flags name.
func plot(w io.Writer, f *flags, r *report.Report, format string) error {
	if f.path == "" {
		return fmt.Errorf("ceiling draws the curve of one path: -path METHOD")
	}
	ep, err := endpoint(r, f.path)
	if err != nil {
		return err
	}
	for i := range r.Paths {
		if r.Paths[i].ID != ep.ID() {
			continue
		}
		curve, ok := report.Plot(&r.Paths[i])
		switch {
		case !ok:
			return fmt.Errorf("no curve of %s: %s", ep.Name, cmp.Or(r.Paths[i].Reason, "too many users until its bound, or other services call it; coordlint.yaml: users at [...]"))
		case format == "png":
			return svg.PNG(curve, w)
		}
		_, err := w.Write(curve)
		return err
	}
	return fmt.Errorf("no ceiling of %s", ep.Name)
}

// picture reads what is to be drawn from the flags.
func picture(f *flags, r *report.Report) (graph.Picture, error) {
	p := graph.Picture{
		Findings: report.Options{Notes: f.notes || f.verbose}.Shown(r), Focus: f.focus, Depth: f.depth, Rule: f.rule, OnlyFindings: f.only,
		Old: compared(f),
	}
	if p.Old != nil {
		p.Findings = nil // the colours say what changed
	}
	if f.focus != "" && !known(r, f.focus) {
		return p, fmt.Errorf("-focus %s: no service or resource of that id", f.focus)
	}
	if f.path != "" {
		ep, err := endpoint(r, f.path)
		if err != nil {
			return p, err
		}
		p.Path = ep.ID()
		p.Marks = report.Marks(r, ep.ID())
	}
	return p, nil
}

func known(r *report.Report, id string) bool {
	for _, s := range r.Services {
		if s.ID == id {
			return true
		}
	}
	for _, s := range r.Resources {
		if s.ID == id {
			return true
		}
	}
	return false
}

// endpoint returns the one endpoint that a text means.
func endpoint(r *report.Report, text string) (*graph.Endpoint, error) {
	list := graph.FindEndpoint(r.System(), text)
	switch len(list) {
	case 1:
		return list[0], nil
	case 0:
		err := fmt.Sprintf("-path %s: no endpoint of that name", text)
		if near := alike(r, text); len(near) > 0 {
			err += "; there is " + strings.Join(near, ", ")
		}
		return nil, errors.New(err)
	}
	var ids []string
	for _, e := range list {
		ids = append(ids, e.ID())
	}
	return nil, fmt.Errorf("-path %s: means %d endpoints: %s", text, len(list), strings.Join(ids, "; "))
}

// render renders in a child process, which is this program again.
func (a *app) render(ctx context.Context, dot, format string) ([]byte, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return svg.RenderChild(ctx, self, []byte(dot), format, renderTimeout)
}

// inlinePicture returns the SVG of a page, or nothing, and says so, if it
// cannot be drawn.
func (a *app) inlinePicture(ctx context.Context, f *flags, r *report.Report) []byte {
	if r.Failure != "" {
		return nil
	}
	p, err := picture(f, r)
	if err == nil {
		var out []byte
		if out, err = a.render(ctx, graph.DOT(r.System(), p), "svg"); err == nil {
			return out
		}
	}
	fmt.Fprintf(a.stderr, "coordlint: page without a picture: %v\n", err)
	return nil
}
