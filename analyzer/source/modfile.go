package source

import (
	"errors"
	"go/version"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

// A modInfo is what is read of a go.mod before go list runs.
type modInfo struct {
	path   string
	goVers string // "1.22"
	goLine int
	gaps   []Gap
}

// readMod reads the go.mod of the directory dir, relative to root. A go.mod
// that cannot be parsed is a gap.
func readMod(root, dir string) modInfo {
	name := joinRel(dir, "go.mod")
	file := filepath.Join(root, filepath.FromSlash(name))
	data, err := os.ReadFile(file)
	if err != nil {
		return modInfo{gaps: []Gap{{Kind: "package", File: name, Text: "file cannot be read: " + reason(err).Error(), Hard: true}}}
	}
	f, err := modfile.ParseLax(name, data, nil)
	if err != nil {
		return modInfo{path: modfile.ModulePath(data), gaps: modGaps(name, err)}
	}
	info := modInfo{path: modfile.ModulePath(data)}
	if f.Go != nil {
		info.goVers, info.goLine = f.Go.Version, f.Go.Syntax.Start.Line
	}
	if newer(info.goVers) {
		info.gaps = append(info.gaps, Gap{Kind: "package", File: name, Line: info.goLine,
			Text: "go " + info.goVers + " is newer than the toolchain, " + runtime.Version() + ": read as far as that one knows the language"})
	}
	return info
}

func modGaps(name string, err error) []Gap {
	var list modfile.ErrorList
	if !errors.As(err, &list) {
		return []Gap{{Kind: "package", File: name, Text: err.Error(), Hard: true}}
	}
	var gaps []Gap
	for _, e := range list {
		gaps = append(gaps, Gap{Kind: "package", File: name, Line: e.Pos.Line, Col: e.Pos.LineRune, Text: e.Err.Error(), Hard: true})
	}
	return gaps
}

// newer reports whether a go directive asks for more than this toolchain.
func newer(directive string) bool {
	return directive != "" && version.Compare("go"+directive, local()) > 0
}

// local returns the version of the toolchain that this program was built
// with, such as "go1.26.8"; types cannot be checked for a newer language.
func local() string {
	v, _, _ := strings.Cut(runtime.Version(), " ")
	if !version.IsValid(v) {
		return "go1.26" // a development build: the version in go.mod
	}
	return v
}

// lowered returns the go.mod of the directory dir without its toolchain line,
// with its go directive replaced by version, if that is not "", and with
// modules of the tree in the place of replacements that are not there, such as
// a directory of the author's machine. homes finds the directory of a module
// of the tree, or returns "". siblings are paths of modules of the tree that
// stand for what cannot be fetched.
func lowered(data []byte, dir, version string, homes func(string) string, siblings []string) ([]byte, error) {
	f, err := modfile.Parse("go.mod", data, nil)
	if err != nil {
		return nil, err
	}
	if version != "" {
		if err := f.AddGoStmt(version); err != nil {
			return nil, err
		}
	}
	f.DropToolchainStmt()
	for _, r := range slices.Clone(f.Replace) {
		if r.New.Version != "" {
			continue // a published module
		}
		at := filepath.FromSlash(r.New.Path)
		if !filepath.IsAbs(at) {
			at = filepath.Join(dir, at)
		}
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			continue
		}
		if home := homes(r.Old.Path); home == "" {
			err = f.DropReplace(r.Old.Path, r.Old.Version)
		} else {
			err = f.AddReplace(r.Old.Path, r.Old.Version, home, "")
		}
		if err != nil {
			return nil, err
		}
	}
	for _, path := range siblings {
		if err := f.AddReplace(path, "", homes(path), ""); err != nil {
			return nil, err
		}
		for _, r := range slices.Clone(f.Require) {
			if strings.HasPrefix(path, r.Mod.Path+"/") && homes(r.Mod.Path) == "" {
				if err := f.DropRequire(r.Mod.Path); err != nil {
					return nil, err
				}
			}
		}
	}
	f.Cleanup()
	return f.Format()
}

// workspace returns the go.work that lists the module in dir: the nearest one
// in the directory or its parents up to the root; "off" if none does.
func workspace(root, dir string) string {
	for d := dir; ; d = filepath.Dir(d) {
		file := filepath.Join(d, "go.work")
		if data, err := os.ReadFile(file); err == nil {
			if f, err := modfile.ParseWork(file, data, nil); err == nil {
				for _, u := range f.Use {
					if filepath.Join(d, filepath.FromSlash(u.Path)) == dir {
						return file
					}
				}
			}
		}
		if d == root || d == filepath.Dir(d) {
			return "off"
		}
	}
}

func joinRel(dir, name string) string {
	if dir == "." {
		return name
	}
	return dir + "/" + name
}
