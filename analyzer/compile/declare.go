package compile

import (
	"cmp"
	"go/types"
	"maps"
	"slices"
	"sync"

	"github.com/coordlint/coordlint/analyzer/cache"
	"github.com/coordlint/coordlint/analyzer/pack"
	"github.com/coordlint/coordlint/analyzer/source"
	"github.com/coordlint/coordlint/analyzer/summary"
)

// declarations knows the declared types of dependencies. The cache has an entry
// a package, which grows with what is asked for.
type declarations struct {
	store *cache.Store
	codec *pack.Codec[[]declaration]
	deps  map[string]map[string]*source.Package // ID of a package -> what its module describes, by path
	mu    sync.Mutex
	known map[string]*declared // by TypesKey of the package
}

// A declaration is a declared type of a dependency.
type declaration struct {
	Type    summary.Type
	Reached []string // declared types that a value may hold, "path.T", sorted
}

// declared is what is known of the types of one package.
type declared struct {
	made   map[string]*declaration // in this run; nil while it is being made
	stored map[string]*declaration // in the cache; nil until it was read
}

func newDeclarations(tree *source.Tree, store *cache.Store) *declarations {
	d := &declarations{store: store, codec: pack.For[[]declaration](), deps: map[string]map[string]*source.Package{}, known: map[string]*declared{}}
	for _, m := range tree.Modules {
		deps := described(m)
		for _, p := range m.Packages {
			d.deps[p.ID] = deps
		}
	}
	return d
}

// of returns what is known of a package's types. The lock is held.
func (d *declarations) of(p *source.Package) *declared {
	k := d.known[p.TypesKey]
	if k == nil {
		k = &declared{made: map[string]*declaration{}}
		d.known[p.TypesKey] = k
	}
	return k
}

// reach describes the types of dependencies that are among seen, and what one
// reaches from them. It returns the names of what was seen.
func (d *declarations) reach(p *source.Checked, seen map[*types.TypeName]bool) []string {
	deps := d.deps[p.ID]
	n := newNames(p.Fset)
	queue := slices.Collect(maps.Keys(seen))
	for len(queue) > 0 {
		obj := queue[0]
		queue = queue[1:]
		if !isTopLevel(obj) || deps[obj.Pkg().Path()] == nil {
			continue
		}
		name := obj.Pkg().Path() + "." + obj.Name()
		d.mu.Lock()
		made := d.of(deps[obj.Pkg().Path()]).made
		_, ok := made[name]
		if !ok {
			made[name] = nil // nobody else makes it
		}
		d.mu.Unlock()
		if ok {
			continue
		}
		next := reached(obj)
		decl := &declaration{n.declared(obj, true), typeNames(next)}
		d.mu.Lock()
		made[name] = decl
		d.mu.Unlock()
		queue = slices.AppendSeq(queue, maps.Keys(next))
	}
	return typeNames(seen)
}

// find returns the declaration of a type of a package, made in this run or
// before.
func (d *declarations) find(p *source.Package, name string) (*declaration, bool) {
	k := d.of(p)
	if decl := k.made[name]; decl != nil {
		return decl, true
	}
	d.read(p.TypesKey, k)
	decl := k.stored[name]
	return decl, decl != nil
}

func (d *declarations) key(typesKey string) cache.Key { return d.store.Key("declarations", typesKey) }

// read reads the cache's entry of a package.
func (d *declarations) read(typesKey string, k *declared) {
	if k.stored != nil {
		return
	}
	k.stored = map[string]*declaration{}
	data, ok := d.store.Get(d.key(typesKey))
	var list []declaration
	if !ok || d.codec.Decode(data, &list) != nil {
		return
	}
	for i := range list {
		k.stored[list[i].Type.Name] = &list[i]
	}
}

// save writes what was made in this run and was not known before.
func (d *declarations) save() {
	if d.store == nil {
		return
	}
	for typesKey, k := range d.known {
		if len(k.made) == 0 {
			continue
		}
		d.read(typesKey, k)
		all := maps.Clone(k.stored)
		maps.Copy(all, k.made)
		if len(all) == len(k.stored) {
			continue
		}
		var list []declaration
		for _, decl := range all {
			list = append(list, *decl)
		}
		slices.SortFunc(list, func(a, b declaration) int { return cmp.Compare(a.Type.Name, b.Type.Name) })
		d.store.Put(d.key(typesKey), d.codec.Encode(&list))
	}
}
