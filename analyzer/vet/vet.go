// Package vet lets go vet run the analysis: it speaks the protocol between
// the go command and a vet tool (cmd/go/internal/work/exec.go, func vet, and
// cmd/go/internal/vet/vetflag.go of Go 1.26) by hand.
//
// The go command asks a tool once for its identity (-V=full) and then starts it
// once a package with a file NAME.cfg. The identity decides whether go's cache
// is used, so it is a hash of all that the analysis reads: manifests, protos
// and other services' code as well as the package's own. The handshake
// therefore analyses the whole root; it leaves the findings in a file named
// after its parent process, the go command, which is the parent of all units
// too, and units only look them up. golang.org/x/tools' unitchecker is not used:
// it would type-check every dependency again after each edit of a manifest.
//
// A unit is started hundreds of times, so the package imports nothing that
// takes time at start, and nothing of this module.
package vet

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Results is what one analysis leaves for the units.
type Results struct {
	Root     string    `json:"root"`           // absolute, without symbolic links
	Hash     string    `json:"hash"`           // of every byte that was read and of the program that read them
	Failure  string    `json:"failure"`        // why nothing could be analysed, or ""
	Findings []Finding `json:"findings"`       // in the order in which they are printed
	Tool     string    `json:"tool,omitempty"` // hash of the program that stored the results
}

// A Finding is one line of output with the lines of its path.
type Finding struct {
	File     string `json:"file"` // relative to the root, with forward slashes
	Line     int    `json:"line"`
	Col      int    `json:"col"`
	Severity string `json:"severity"`
	Message  string `json:"message"` // with [rule-name] at its end
	Home     string `json:"home"`    // directory of the package that prints it if File is no Go file, relative to the root
	Path     []Hop  `json:"path"`
}

// A Hop is one line of a finding's path.
type Hop struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Col  int    `json:"col"`
	Text string `json:"text"`
}

// A Door answers the go command.
type Door struct {
	Name    string // of the tool, as -V prints it
	Analyze func(context.Context) (*Results, error)
	Stdout  io.Writer
	Stderr  io.Writer
}

// Is reports whether the arguments are a question of the go command.
func Is(args []string) bool {
	if len(args) == 0 {
		return false
	}
	return slices.Contains(args, "-V=full") || slices.Contains(args, "-flags") || strings.HasSuffix(args[len(args)-1], ".cfg")
}

// Run answers a question of the go command and returns the exit status.
func (d *Door) Run(ctx context.Context, args []string) int {
	status, err := d.run(ctx, args)
	if err != nil {
		fmt.Fprintf(d.Stderr, "%s: %v\n", d.Name, err)
		return 1
	}
	return status
}

func (d *Door) run(ctx context.Context, args []string) (int, error) {
	switch {
	case slices.Contains(args, "-flags"):
		return 0, d.flags()
	case slices.Contains(args, "-V=full"):
		return 0, d.handshake(ctx)
	}
	u, err := readUnit(args)
	if err != nil {
		return 0, err
	}
	return u.run(d.Stdout, d.Stderr)
}

// flags tells the go command which flags the tool has.
func (d *Door) flags() error {
	type flag struct {
		Name  string
		Bool  bool
		Usage string
	}
	return json.NewEncoder(d.Stdout).Encode([]flag{
		{"fail-on", false, "least severity that is printed: error, warning, note"},
		{"json", true, "print JSON"},
	})
}

// ResultsFlag is the argument that makes the command coordlint print the
// Results of the working directory's root as JSON.
const ResultsFlag = "-vet-results"
