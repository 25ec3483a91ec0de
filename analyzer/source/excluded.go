package source

import (
	"bufio"
	"go/build/constraint"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ordinaryTags select systems, tools and generators, not variants of a
// program; files that they leave out are no gaps. Words of go/build and of
// common usage.
var ordinaryTags = []string{
	"ignore", "tools", "wireinject", "generate", "gen", "never", "none", "exclude", "e2e", "integration", "test", "tests", "race", "cgo", "gc", "gccgo", "purego", "appengine", "js", "unix", "msan", "asan",
	"aix", "android", "darwin", "dragonfly", "freebsd", "illumos", "ios", "linux", "netbsd", "openbsd", "plan9", "solaris", "wasip1", "windows",
	"386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le", "riscv64", "s390x", "wasm",
}

// excluded returns a gap for each file of a package that a build constraint
// leaves out and that another choice of tags would bring in.
func excluded(g *pkgGraph, l *listed) []Gap {
	var gaps []Gap
	for _, name := range l.IgnoredGoFiles {
		if strings.HasSuffix(name, "_test.go") || hidden(name) {
			continue
		}
		expr, line := constraintOf(filepath.Join(l.Dir, name))
		if expr == nil {
			continue
		}
		special := ""
		expr.Eval(func(tag string) bool {
			if !slices.Contains(ordinaryTags, tag) && !strings.HasPrefix(tag, "go1.") && special == "" {
				special = tag
			}
			return true
		})
		if special != "" {
			gaps = append(gaps, Gap{Kind: "package", File: g.name(l.Dir, name), Line: line,
				Text: "file is left out: its build constraint wants " + expr.String()})
		}
	}
	return gaps
}

// constraintOf returns the go:build constraint of a file and its line; nil if
// it has none.
func constraintOf(file string) (constraint.Expr, int) {
	f, err := os.Open(file)
	if err != nil {
		return nil, 0
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	for line := 1; sc.Scan(); line++ {
		text := strings.TrimSpace(sc.Text())
		if constraint.IsGoBuild(text) {
			if expr, err := constraint.Parse(text); err == nil {
				return expr, line
			}
			return nil, 0
		}
		if strings.HasPrefix(text, "package ") {
			return nil, 0
		}
	}
	return nil, 0
}
