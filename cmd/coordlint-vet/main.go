// Command coordlint-vet is coordlint for go vet:
//
//	go vet -vettool=$(which coordlint-vet) ./...
//
// It is a second, small program because go vet starts it once a package: it
// links no renderer and no reader of manifests. The analysis itself is run once,
// by the command coordlint, which must stand next to it or in PATH.
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
	"runtime"

	"github.com/coordlint/coordlint/analyzer/vet"
)

func main() {
	if !vet.Is(os.Args[1:]) {
		fmt.Fprintln(os.Stderr, "usage: go vet -vettool=$(which coordlint-vet) [packages]")
		os.Exit(2)
	}
	door := &vet.Door{Name: "coordlint-vet", Analyze: analyze, Stdout: os.Stdout, Stderr: os.Stderr}
	os.Exit(door.Run(context.Background(), os.Args[1:]))
}

// analyze lets the command coordlint analyse the working directory's root.
func analyze(ctx context.Context) (*vet.Results, error) {
	name, err := sibling()
	if err != nil {
		return nil, err
	}
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(ctx, name, vet.ResultsFlag)
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return nil, errors.New(string(bytes.TrimSpace(append(errs.Bytes(), "\n"+err.Error()...))))
	}
	r := new(vet.Results)
	if err := json.Unmarshal(out.Bytes(), r); err != nil {
		return nil, fmt.Errorf("findings of %s: %w", name, err)
	}
	return r, nil
}

// sibling returns the command coordlint: the one next to this program, else
// the one in PATH.
func sibling() (string, error) {
	name := "coordlint"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	if self, err := os.Executable(); err == nil {
		if resolved, err := filepath.EvalSymlinks(self); err == nil {
			self = resolved
		}
		next := filepath.Join(filepath.Dir(self), name)
		if _, err := os.Stat(next); err == nil {
			return next, nil
		}
	}
	found, err := exec.LookPath(name)
	if err != nil {
		return "", errors.New("the command coordlint is neither next to coordlint-vet nor in PATH")
	}
	return found, nil
}
