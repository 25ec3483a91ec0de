package vet

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A unit is one package that the go command asks about.
type unit struct {
	config
	json   bool
	failOn string
}

// config is what the go command says about a unit: cmd/go/internal/work/exec.go,
// type vetConfig of Go 1.26. Older versions know no Stdout.
type config struct {
	ID         string
	Dir        string
	GoFiles    []string // absolute
	VetxOnly   bool     // only facts are asked for
	VetxOutput string
	Stdout     string
}

func readUnit(args []string) (*unit, error) {
	u := &unit{}
	set := flag.NewFlagSet("vet", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.BoolVar(&u.json, "json", false, "")
	set.StringVar(&u.failOn, "fail-on", "error", "")
	if err := set.Parse(args); err != nil {
		return nil, err
	}
	if severity(u.failOn) < 0 {
		return nil, fmt.Errorf("-fail-on %s: want error, warning or note", u.failOn)
	}
	data, err := os.ReadFile(set.Arg(0))
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &u.config); err != nil {
		return nil, fmt.Errorf("parse %s: %w", set.Arg(0), err)
	}
	return u, nil
}

// severity orders severities; it is -1 for what is none.
func severity(name string) int {
	return slices.Index([]string{"note", "warning", "error"}, name)
}

// run prints the unit's findings. With -json the status is 0 whatever was found.
func (u *unit) run(stdout, stderr io.Writer) (int, error) {
	if u.VetxOutput != "" { // no facts; but the go command wants the file
		if err := os.WriteFile(u.VetxOutput, nil, 0o666); err != nil {
			return 0, err
		}
	}
	if u.VetxOnly {
		return 0, nil
	}
	results, err := load()
	if err != nil {
		return 0, err
	}
	found := u.choose(results)
	switch {
	case u.json && u.Stdout != "":
		data, err := u.encode(results.Root, found)
		if err != nil {
			return 0, err
		}
		return 0, os.WriteFile(u.Stdout, data, 0o666)
	case u.json:
		data, err := u.encode(results.Root, found)
		if err != nil {
			return 0, err
		}
		_, err = stdout.Write(data)
		return 0, err
	}
	for _, f := range found {
		fmt.Fprintf(stderr, "%s: %s\n", position(results.Root, f.File, f.Line, f.Col), f.Message)
		for _, h := range f.Path {
			fmt.Fprintf(stderr, "\t%s: %s\n", position(results.Root, h.File, h.Line, h.Col), h.Text)
		}
	}
	if len(found) > 0 {
		return 1, nil
	}
	return 0, nil
}

// choose returns the findings that this unit prints: those in its Go files,
// and those elsewhere whose home it is. A package's test variant is the only
// unit with the package's own files, an external test has none of them; so
// each finding is printed once.
func (u *unit) choose(r *Results) []Finding {
	files, dirs := map[string]bool{}, map[string]bool{}
	for _, file := range u.GoFiles {
		rel, err := filepath.Rel(r.Root, physical(file))
		if err != nil {
			continue
		}
		rel = filepath.ToSlash(rel)
		files[rel] = true
		if !strings.HasSuffix(rel, "_test.go") {
			dirs[filepath.ToSlash(filepath.Dir(rel))] = true
		}
	}
	var found []Finding
	for _, f := range r.Findings {
		home := files[f.File]
		if !strings.HasSuffix(f.File, ".go") {
			home = dirs[f.Home]
		}
		if home && severity(f.Severity) >= severity(u.failOn) {
			found = append(found, f)
		}
	}
	return found
}

// physical resolves the symbolic links of a file's directory.
func physical(file string) string {
	if dir, err := filepath.EvalSymlinks(filepath.Dir(file)); err == nil {
		return filepath.Join(dir, filepath.Base(file))
	}
	return file
}

// encode writes findings as go vet reads them: package ID -> analyzer -> list.
// There is one analyzer, since go vet prints several in random order.
func (u *unit) encode(root string, found []Finding) ([]byte, error) {
	type related struct {
		Posn    string `json:"posn"`
		End     string `json:"end"`
		Message string `json:"message"`
	}
	type diagnostic struct {
		Posn    string    `json:"posn"`
		End     string    `json:"end"`
		Message string    `json:"message"`
		Related []related `json:"related,omitempty"`
	}
	tree := map[string]map[string][]diagnostic{}
	var list []diagnostic
	for _, f := range found {
		posn := position(root, f.File, f.Line, f.Col)
		d := diagnostic{Posn: posn, End: posn, Message: f.Message}
		for _, h := range f.Path {
			posn := position(root, h.File, h.Line, h.Col)
			d.Related = append(d.Related, related{posn, posn, h.Text})
		}
		list = append(list, d)
	}
	if len(list) > 0 {
		tree[u.ID] = map[string][]diagnostic{"coordlint": list}
	}
	data, err := json.MarshalIndent(tree, "", "\t")
	return append(data, '\n'), err
}

// position returns FILE:LINE:COL with an absolute file; go vet shortens it.
func position(root, file string, line, col int) string {
	if !filepath.IsAbs(file) {
		file = filepath.Join(root, filepath.FromSlash(file))
	}
	return fmt.Sprintf("%s:%d:%d", file, max(line, 1), max(col, 1))
}
