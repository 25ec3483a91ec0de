package source

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

const (
	maxFile    = 16 << 20 // bytes; greater files are gaps
	maxConfig  = 1 << 20  // bytes; greater ones are data, not configuration
	maxEntries = 500_000  // files and directories of a tree
	maxDepth   = 64       // nested directories
)

// A walker collects the files of a tree.
type walker struct {
	tree    *Tree
	mods    []string // directories with a go.mod, relative to the root
	goDirs  []string // directories with Go files, relative to the root
	entries int
}

// walk reads the directories under root, which is absolute. Directories that
// cannot be read, files that are too large and links that lead nowhere are gaps.
func walk(root string) *walker {
	w := &walker{tree: &Tree{Root: root}}
	w.dir(".", 0)
	t := w.tree
	for _, list := range []*[]string{
		&w.mods, &w.goDirs, &t.Protos, &t.YAMLs, &t.Configs, &t.Dockerfiles, &t.ComposeFiles, &t.Charts, &t.Kustomizations,
	} {
		slices.Sort(*list)
	}
	return w
}

func (w *walker) gap(kind, file, format string, args ...any) {
	w.tree.gaps = append(w.tree.gaps, Gap{Kind: kind, File: file, Text: fmt.Sprintf(format, args...), Hard: true})
}

func (w *walker) dir(rel string, depth int) {
	if depth > maxDepth {
		w.gap("config", rel, "more than %d nested directories: not read", maxDepth)
		return
	}
	entries, err := os.ReadDir(filepath.Join(w.tree.Root, filepath.FromSlash(rel)))
	if err != nil {
		w.gap("config", rel, "directory cannot be read: %v", reason(err))
	}
	hasGo := false
	for _, e := range entries {
		if w.entries++; w.entries > maxEntries {
			if w.entries == maxEntries+1 {
				w.gap("config", rel, "more than %d files: the rest is not read", maxEntries)
			}
			return
		}
		name, file := e.Name(), path.Join(rel, e.Name())
		switch {
		case e.Type()&fs.ModeSymlink != 0:
			w.link(file)
		case e.IsDir():
			if !skipDir(name) {
				w.dir(file, depth+1)
			}
		case !e.Type().IsRegular():
		case name == "go.mod":
			w.mods = append(w.mods, rel)
		case strings.HasSuffix(name, ".go"):
			hasGo = hasGo || !hidden(name)
		default:
			w.file(e, file)
		}
	}
	if hasGo {
		w.goDirs = append(w.goDirs, rel)
	}
}

// link looks at a symbolic link. What it leads to is read under its own name,
// if it is in the tree; links out of the tree are not followed.
func (w *walker) link(file string) {
	target, err := filepath.EvalSymlinks(filepath.Join(w.tree.Root, filepath.FromSlash(file)))
	kind := classify(path.Base(file))
	switch {
	case err != nil:
		text := "symbolic link leads nowhere"
		if !errors.Is(err, fs.ErrNotExist) {
			text = "symbolic link leads to itself"
		}
		w.tree.gaps = append(w.tree.gaps, Gap{Kind: "config", File: file, Text: text})
	case inside(w.tree.Root, target) == "":
		if st, err := os.Stat(target); err == nil && (st.IsDir() || kind != (class{})) {
			w.tree.gaps = append(w.tree.gaps, Gap{Kind: "config", File: file, Text: "symbolic link out of the tree: not followed"})
		}
	}
}

func hidden(name string) bool {
	return name != "." && (strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_"))
}

func skipDir(name string) bool {
	return hidden(name) || name == "testdata" || name == "vendor" || name == "node_modules"
}

// A class says which lists of a Tree a file belongs to.
type class struct{ proto, yaml, config, docker, compose, chart, kustomize bool }

func classify(name string) (c class) {
	lower := strings.ToLower(name)
	ext := path.Ext(lower)
	env := lower == ".env" || strings.HasPrefix(lower, ".env.") || strings.HasPrefix(lower, ".env-") || ext == ".env" ||
		(strings.HasPrefix(lower, "env.") || strings.Contains(lower, ".env.")) && slices.Contains([]string{".example", ".sample", ".dist", ".template", ".default", ".defaults", ".tmpl"}, ext)
	if hidden(name) && !env && ext != ".yaml" && ext != ".yml" {
		return c
	}
	stem := strings.TrimSuffix(lower, ext)
	switch {
	case env:
		c.config = true
	case ext == ".yaml" || ext == ".yml":
		c.yaml, c.config = true, true
		c.chart = stem == "chart"
		c.kustomize = stem == "kustomization"
		c.compose = isCompose(stem)
	case ext == ".proto":
		c.proto = true
	case slices.Contains([]string{".json", ".toml", ".properties", ".hcl", ".ini", ".conf", ".cfg", ".cue"}, ext):
		c.config = true
	}
	if name == "Kustomization" {
		c.kustomize = true
	}
	if lower == "dockerfile" || lower == "containerfile" || ext == ".dockerfile" ||
		strings.HasPrefix(lower, "dockerfile.") || strings.HasPrefix(lower, "dockerfile-") {
		c.docker = ext != ".dockerignore" && !c.yaml
	}
	return c
}

// isCompose reports whether stem, a file name without extension, names a
// compose file: compose, docker-compose, and variants such as
// docker-compose.prod and docker-compose-env.
func isCompose(stem string) bool {
	stem = strings.TrimPrefix(stem, "docker-")
	rest, ok := strings.CutPrefix(stem, "compose")
	return ok && (rest == "" || strings.ContainsRune(".-_", rune(rest[0])))
}

func (w *walker) file(e fs.DirEntry, file string) {
	c := classify(e.Name())
	if c == (class{}) {
		return
	}
	info, err := e.Info()
	if err != nil {
		w.gap("config", file, "file cannot be read: %v", reason(err))
		return
	}
	if info.Size() > maxFile {
		kind := "config"
		if c.proto {
			kind = "proto"
		} else if c.yaml {
			kind = "manifest"
		}
		w.gap(kind, file, "file of %d MiB: not read", info.Size()>>20)
		return
	}
	t := w.tree
	add := func(list *[]string, is bool) {
		if is {
			*list = append(*list, file)
		}
	}
	add(&t.Protos, c.proto)
	add(&t.YAMLs, c.yaml)
	add(&t.Configs, c.config && info.Size() <= maxConfig)
	add(&t.Dockerfiles, c.docker)
	add(&t.ComposeFiles, c.compose)
	add(&t.Charts, c.chart)
	add(&t.Kustomizations, c.kustomize)
}

// reason strips the path from an error of package os.
func reason(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// inside returns file, which is absolute, relative to root with forward
// slashes; "" if it is outside of root.
func inside(root, file string) string {
	rel, err := filepath.Rel(root, file)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return ""
	}
	return filepath.ToSlash(rel)
}
