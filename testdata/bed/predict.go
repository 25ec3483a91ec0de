package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A prediction is what coordlint says of one path: the fields of its report
// that the bed compares. Rates are requests per second; nil: none.
type prediction struct {
	Entry      string   `json:"entry"`
	Service    string   `json:"service"`
	Bound      *float64 `json:"x_bound"`
	Binding    []string `json:"binding"`
	Separation *float64 `json:"separation"`
	Reason     string   `json:"reason"`
	Storm      *struct {
		Vulnerable [2]float64 `json:"vulnerable_between"`
	} `json:"storm"`
	Stations []struct {
		Resource string `json:"resource"`
		Label    string `json:"label"`
	} `json:"stations"`
}

// by returns what sets the bound, as people call it.
func (p *prediction) by() string {
	for _, s := range p.Stations {
		if len(p.Binding) > 0 && s.Resource == p.Binding[0] {
			return s.Label
		}
	}
	return strings.Join(p.Binding, ", ")
}

// predict copies the system, adds the measured times to its coordlint.yaml, and
// runs coordlint over it. A time that coordlint finds no use for is an error.
func (b *bed) predict(ctx context.Context, times []measured) (map[string]*prediction, error) {
	root := filepath.Join(b.dir, "system")
	if err := os.CopyFS(root, os.DirFS("system")); err != nil {
		return nil, err
	}
	name := filepath.Join(root, "coordlint.yaml")
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	text = append(text, "\ntimes: # measured at low load, one request after another\n"...)
	for _, t := range times {
		text = append(text, "  - "+t.String()+"\n"...)
	}
	if err := os.WriteFile(name, text, 0o644); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, b.bin("coordlint"), "-C", root, "-format", "json", "-fail-on", "none", "./...")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("coordlint: %w\n%s", err, errs.String())
	}
	if err := os.WriteFile(filepath.Join(b.dir, "report.json"), out, 0o644); err != nil {
		return nil, err
	}
	var report struct {
		Paths []*prediction `json:"paths"`
		Gaps  []struct {
			Site string `json:"site"`
			Text string `json:"text"`
		} `json:"gaps"`
	}
	if err := json.Unmarshal(out, &report); err != nil {
		return nil, err
	}
	var gaps error
	for _, g := range report.Gaps {
		gaps = errors.Join(gaps, fmt.Errorf("coordlint: %s: %s", g.Site, g.Text))
	}
	byPath := map[string]*prediction{}
	for _, p := range report.Paths {
		byPath[p.Entry] = p
	}
	return byPath, gaps
}
