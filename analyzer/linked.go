package analyzer

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/cache"
	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/compile"
	"github.com/coordlint/coordlint/analyzer/config"
	"github.com/coordlint/coordlint/analyzer/contract"
	"github.com/coordlint/coordlint/analyzer/link"
	"github.com/coordlint/coordlint/analyzer/manifest"
	"github.com/coordlint/coordlint/analyzer/pack"
	"github.com/coordlint/coordlint/analyzer/source"
	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// A linked is a system before it is judged, and the directives in its Go code.
// It depends on files alone; judging depends on the time of day too.
type linked struct {
	System *graph.System
	Notes  []note
}

// A note is a directive in a comment of a package in the directory Dir.
type note struct {
	Dir string
	summary.Note
}

// systemOf links the system of a tree, or recalls it from the cache, whose
// key is all that was found under the root, and the settings.
func systemOf(ctx context.Context, cfg Config, conf *config.Config, tree *source.Tree, files []text, progress func(string)) (*linked, error) {
	store := cfg.Cache
	if !inRoot(cfg.Manifests) {
		store = nil
	}
	key := store.Key("system", settings(cfg, conf, tree, tree.Digests().Code)...)
	codec := pack.For[linked]()
	l := new(linked)
	if data, ok := store.Get(key); ok && codec.Decode(data, l) == nil {
		return l, nil
	}
	l, err := linkTree(ctx, cfg, conf, tree, files, progress)
	if err == nil && store != nil && !hurried(l.System.Gaps) {
		store.Put(key, codec.Encode(l))
	}
	return l, err
}

// settings are the parts of a key: the files that are no Go code, what was
// asked for, and more.
func settings(cfg Config, conf *config.Config, tree *source.Tree, more ...string) []string {
	return slices.Concat([]string{tree.Digests().Files, filepath.Base(tree.Root), conf.Name(), string(conf.Text()), cfg.Env,
		fmt.Sprintf("%q", cfg.Tags), fmt.Sprintf("%q", cfg.Manifests)}, more)
}

// inRoot reports whether all paths lie in the root, whose files are part of
// every key.
func inRoot(paths []string) bool {
	return !slices.ContainsFunc(paths, func(p string) bool { return p == "-" || !filepath.IsLocal(filepath.FromSlash(p)) })
}

// hurried reports whether something was given up for lack of time, which is
// not to be remembered.
func hurried(gaps []graph.Gap) bool {
	return slices.ContainsFunc(gaps, func(g graph.Gap) bool { return strings.Contains(g.Text, "takes more than") })
}

// linkTree compiles and links a tree.
func linkTree(ctx context.Context, cfg Config, conf *config.Config, tree *source.Tree, files []text, progress func(string)) (*linked, error) {
	cat, err := catalog.Load()
	if err != nil {
		return nil, err
	}
	if cat, err = cat.With(conf.Entries()); err != nil {
		return nil, err
	}
	progress("compile")
	in := link.Input{Root: filepath.Base(tree.Root), Catalog: cat}
	l := new(linked)
	var gaps []graph.Gap
	var mains []string
	modules, err := compile.Tree(ctx, tree, cfg.Cache)
	if err != nil {
		return nil, err
	}
	for i, pkgs := range modules {
		m := tree.Modules[i]
		in.Modules = append(in.Modules, link.Module{Path: m.Path, Dir: m.Dir, Packages: pkgs})
		for _, p := range pkgs {
			if p.Name == "main" && !p.Iface {
				mains = append(mains, p.Dir)
			}
			gaps = append(gaps, packageGaps(p)...)
			for _, n := range p.Notes {
				l.Notes = append(l.Notes, note{p.Dir, n})
			}
		}
	}
	for _, g := range tree.Gaps() {
		gaps = append(gaps, graph.Gap{Kind: g.Kind, Site: graph.Site{File: g.File, Line: g.Line, Col: g.Col}, Text: g.Text, Hard: g.Hard})
	}
	progress("read manifests")
	set, found := manifests(cfg, conf, tree, mains)
	gaps = append(gaps, found...)
	if len(mains) == 0 && len(set.Workloads) == 0 && !slices.ContainsFunc(tree.Modules, func(m *source.Module) bool { return len(m.Packages) > 0 }) {
		return nil, fmt.Errorf("%s: neither Go packages nor a deployment to analyse", filepath.Base(tree.Root))
	}
	in.Manifests = set
	protos, found := contract.Read(tree.Root, tree.Protos)
	gaps = append(gaps, found...)
	in.Contracts = protos
	in.Config = configFiles(tree, files)
	in.SQL = schemas(tree.Root)
	for _, a := range conf.AliasList() {
		in.Aliases = append(in.Aliases, link.Alias(a))
	}
	progress("link")
	l.System = link.Link(in)
	l.System.Gaps = append(l.System.Gaps, gaps...)
	conf.Annotate(l.System)
	return l, nil
}

// A deployment is what manifests say.
type deployment struct {
	Set  *manifest.Set
	Gaps []graph.Gap
}

// manifests reads the manifests of a tree, or recalls what they say.
func manifests(cfg Config, conf *config.Config, tree *source.Tree, mains []string) (*manifest.Set, []graph.Gap) {
	var store *cache.Store
	if inRoot(cfg.Manifests) {
		store = cfg.Cache
	}
	key := store.Key("manifests", settings(cfg, conf, tree, mains...)...)
	codec := pack.For[deployment]()
	var d deployment
	if data, ok := store.Get(key); ok && codec.Decode(data, &d) == nil {
		return d.Set, d.Gaps
	}
	d.Set, d.Gaps = manifest.Discover(tree.Root, manifest.Options{
		Paths: cfg.Manifests, Stdin: cfg.Stdin, Env: cmp.Or(cfg.Env, conf.Environment()), Mains: mains,
	})
	if store != nil && !hurried(d.Gaps) {
		store.Put(key, codec.Encode(&d))
	}
	return d.Set, d.Gaps
}
