// Package compile turns type-checked packages into summaries, by way of
// go/ssa. Each package is built alone, over the types of its direct imports,
// and its syntax and SSA are dropped as soon as it is summarised. What a cache
// has is not made again.
//
//	tree, err := source.Load(ctx, source.Config{Dir: root})
//	modules, err := compile.Tree(ctx, tree, nil)
//	// modules[i] are the summaries of tree.Modules[i], imports first
//
// What cannot be compiled is a Gap of the package's summary; a panic of ssa on
// ill-typed code too. Of this module the package imports analyzer/source,
// analyzer/summary, analyzer/cache and analyzer/pack.
package compile

import (
	"context"
	"maps"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/coordlint/coordlint/analyzer/cache"
	"github.com/coordlint/coordlint/analyzer/pack"
	"github.com/coordlint/coordlint/analyzer/source"
	"github.com/coordlint/coordlint/analyzer/summary"
)

// Tree compiles, for each module of a tree, the packages whose bodies count, in
// dependency order. Before them, by path, come the packages that only declare
// types that those mention, Iface being set. Packages that modules share are
// compiled once and are the same pointer in each; the result must not be
// changed. The store may be nil; what it has changes nothing but the time.
// Tree returns an error only if ctx is done.
func Tree(ctx context.Context, tree *source.Tree, store *cache.Store) ([][]*summary.Package, error) {
	for _, known := range []bool{true, false} {
		c := newCompiler(tree, store)
		if known {
			c.recall()
		}
		if err := c.compile(ctx); err != nil {
			return nil, err
		}
		if out, ok := c.modules(); ok {
			c.decls.save()
			return out, nil
		}
	}
	panic("internal error: a type is mentioned and not declared")
}

// An object is what is kept of one package.
type object struct {
	Package  *summary.Package
	Mentions []string     // declared types that it mentions, "path.T", sorted
	Errors   []source.Gap // of the type checker
}

// A compiler compiles the packages of one tree.
type compiler struct {
	tree    *source.Tree
	store   *cache.Store
	codec   *pack.Codec[object]
	decls   *declarations
	mu      sync.Mutex
	objects map[string]*object // by ID of the package
}

func newCompiler(tree *source.Tree, store *cache.Store) *compiler {
	return &compiler{
		tree: tree, store: store, codec: pack.For[object](), decls: newDeclarations(tree, store), objects: map[string]*object{},
	}
}

// recall reads what the cache has.
func (c *compiler) recall() {
	if c.store == nil {
		return
	}
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	asked := map[string]bool{}
	for _, m := range c.tree.Modules {
		for _, p := range m.Packages {
			if asked[p.ID] {
				continue
			}
			asked[p.ID] = true
			g.Go(func() error {
				o := new(object)
				data, ok := c.store.Get(c.key(p))
				if !ok || c.codec.Decode(data, o) != nil || o.Package == nil {
					return nil
				}
				p.Restore(o.Errors)
				c.mu.Lock()
				defer c.mu.Unlock()
				c.objects[p.ID] = o
				return nil
			})
		}
	}
	_ = g.Wait() // the functions return no errors: what cannot be read is made again
}

func (c *compiler) key(p *source.Package) cache.Key { return c.store.Key("summary", p.Key) }

// compile compiles the packages that the cache did not have.
func (c *compiler) compile(ctx context.Context) error {
	had := maps.Clone(c.objects)
	return c.tree.Check(ctx, source.Checking{
		Want: func(p *source.Package) bool { return had[p.ID] == nil },
		Visit: func(p *source.Checked) {
			u := &unit{pkg: p, names: newNames(p.Fset)}
			u.compile()
			o := &object{Package: u.out, Mentions: c.decls.reach(p, u.names.seen), Errors: p.Errors}
			if c.store != nil {
				c.store.Put(c.key(p.Package), c.codec.Encode(o))
			}
			c.mu.Lock()
			defer c.mu.Unlock()
			c.objects[p.ID] = o
		},
	})
}

// modules puts the summaries together. It is false if the declaration of a type
// that a summary of the cache mentions was not in there too.
func (c *compiler) modules() ([][]*summary.Package, bool) {
	out := make([][]*summary.Package, len(c.tree.Modules))
	for i, m := range c.tree.Modules {
		var full []*summary.Package
		mentioned := map[string]bool{}
		for _, p := range m.Packages {
			o := c.objects[p.ID]
			full = append(full, o.Package)
			for _, name := range o.Mentions {
				mentioned[name] = true
			}
		}
		declared, ok := c.decls.module(m, mentioned)
		if !ok {
			return nil, false
		}
		out[i] = slices.Concat(declared, full)
	}
	return out, true
}

// A unit is the compilation of one package.
type unit struct {
	pkg   *source.Checked
	names *names
	out   *summary.Package
}
