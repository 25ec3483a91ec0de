package link

import (
	"slices"
	"strings"
)

// kind says what an abstract value stands for.
type kind uint8

const (
	kConst   kind = iota // the text s of the basic type t
	kNil                 // nil
	kCat                 // the concatenation of parts, which stand in s as ids
	kEnv                 // what the environment variable s holds at run time
	kFlag                // what the command-line flag s was set to
	kSetting             // the setting in at the key path of a configuration source: see settings
	kAddr                // the address of path in obj; for library results the result itself
	kAgg                 // the struct or array that stands at path in obj
	kFunc                // the function s
	kIface               // in, of the dynamic type t
	kRequest             // something that came with the request
	kCtx                 // a context: see ctxInfo; n is its index
	kUnknown             // s is the reason
	kZero                // what stands at path of obj, which was unset when it was read: a zero value if it stays so
)

type (
	valueID int32
	setID   int32
	pathID  int32
	objID   int32
)

// A value is one thing that a register or a cell may hold.
type value struct {
	kind kind
	obj  objID
	path pathID
	in   valueID
	s    string
	t    string
}

// maxTexts is how many texts a set may hold before Unknown takes their place.
// Absorption makes evaluation terminate: texts can grow for ever, objects and
// functions cannot.
const maxTexts = 16

// maxSettings is how many settings a set may hold, and maxDepth how deep one
// may lie, before Unknown takes their place: trees of nodes that are decoded
// have no end.
const (
	maxSettings = 64
	maxDepth    = 12
)

// maxText is how many bytes a text that is put together may have before Unknown
// takes its place: each round of a loop may double one.
const maxText = 64 << 10

// values interns values, sets of them and paths. Interned things are equal
// exactly when their ids are.
type values struct {
	byID  []value
	ids   map[value]valueID
	spots [2]map[cellKey]valueID // kAddr and kAgg, which are most of them
	sets  [][]valueID
	ones  []setID          // the sets of one value, by that; none: not made yet
	setOf map[uint64]setID // by their hashes; the others of a hash follow in after
	after []setID
	union map[[2]setID]setID

	paths  []pathNode
	pathOf map[pathKey]pathID
	compOf map[string]compID

	tooMany         valueID
	tooManySettings valueID
	tooLong         valueID
}

type pathNode struct {
	parent pathID
	id     compID
	depth  int    // of components
	comp   string // ".field", "[k]", "[*]", "{key}", "{*}", "#n" for results, "$x" for internals
}

// compID is an interned component of a path.
type compID int32

type pathKey struct {
	parent pathID
	comp   compID
}

// none is the empty set, which is also bottom: nothing is known to flow there.
const none setID = 0

// root is the path of an object itself.
const root pathID = 0

func newValues() *values {
	v := &values{
		ids:    map[value]valueID{},
		setOf:  map[uint64]setID{},
		union:  map[[2]setID]setID{},
		pathOf: map[pathKey]pathID{},
		compOf: map[string]compID{},
		spots:  [2]map[cellKey]valueID{{}, {}},
	}
	v.sets, v.after = append(v.sets, nil), append(v.after, none)
	v.paths = append(v.paths, pathNode{parent: -1})
	v.id(value{kind: kUnknown, s: "unknown"})
	v.tooMany = v.id(value{kind: kUnknown, s: "more than 16 texts"})
	v.tooManySettings = v.id(value{kind: kUnknown, s: "more than 64 settings"})
	v.tooLong = v.id(value{kind: kUnknown, s: "a text of more than 64 KiB"})
	return v
}

func (v *values) id(val value) valueID {
	if val.kind == kAddr || val.kind == kAgg {
		return v.place(val.kind, val.obj, val.path)
	}
	if id, ok := v.ids[val]; ok {
		return id
	}
	id := valueID(len(v.byID))
	v.byID, v.ones = append(v.byID, val), append(v.ones, none)
	v.ids[val] = id
	return id
}

// place returns the address of a path of an object, or what stands there.
func (v *values) place(k kind, obj objID, path pathID) valueID {
	ids, key := v.spots[k-kAddr], cellKey{obj, path}
	if id, ok := ids[key]; ok {
		return id
	}
	id := valueID(len(v.byID))
	v.byID, v.ones = append(v.byID, value{kind: k, obj: obj, path: path}), append(v.ones, none)
	ids[key] = id
	return id
}

// one returns the set of one value.
func (v *values) one(val value) setID { return v.lone(v.id(val)) }

// lone returns the set of one value that is interned.
func (v *values) lone(id valueID) setID {
	if v.ones[id] == none {
		v.ones[id] = v.intern([]valueID{id})
	}
	return v.ones[id]
}

// set returns the set of ids, which it may reorder.
func (v *values) set(ids []valueID) setID {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	switch len(ids) {
	case 0:
		return none
	case 1:
		return v.lone(ids[0])
	}
	return v.intern(v.absorb(v.dropZero(ids)))
}

// intern returns the set of ids, which are sorted, as they are.
func (v *values) intern(ids []valueID) setID {
	hash := uint64(14695981039346656037) // FNV-1a, over ids in the place of bytes
	for _, id := range ids {
		hash = (hash ^ uint64(uint32(id))) * 1099511628211
	}
	first := v.setOf[hash]
	for s := first; s != none; s = v.after[s] {
		if slices.Equal(v.sets[s], ids) {
			return s
		}
	}
	s := setID(len(v.sets))
	v.sets, v.after = append(v.sets, slices.Clone(ids)), append(v.after, first)
	v.setOf[hash] = s
	return s
}

// dropZero removes unset values from a set that holds anything else: what was
// read before it was set adds nothing. Beside nil they stay, since a pointer
// that may have been set by something unseen must not pass for nil.
func (v *values) dropZero(ids []valueID) []valueID {
	zero, other := false, false
	for _, id := range ids {
		switch v.byID[v.bare(id)].kind {
		case kZero:
			zero = true
		case kNil:
		default:
			other = true
		}
	}
	if !zero || !other {
		return ids
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id valueID) bool { return v.byID[v.bare(id)].kind == kZero })
}

// absorb puts Unknown in the place of the texts, or of the settings, of a set
// that holds too many.
func (v *values) absorb(ids []valueID) []valueID {
	ids = v.absorbKind(ids, v.isText, maxTexts, v.tooMany)
	return v.absorbKind(ids, v.isSetting, maxSettings, v.tooManySettings)
}

func (v *values) absorbKind(ids []valueID, is func(valueID) bool, most int, stand valueID) []valueID {
	n, absorbed := 0, false
	for _, id := range ids {
		if is(id) {
			n++
		}
		absorbed = absorbed || id == stand
	}
	if n <= most && !(absorbed && n > 0) {
		return ids
	}
	out := make([]valueID, 0, len(ids))
	for _, id := range ids {
		if !is(id) && id != stand {
			out = append(out, id)
		}
	}
	out = append(out, stand)
	slices.Sort(out)
	return out
}

func (v *values) isSetting(id valueID) bool { return v.byID[v.bare(id)].kind == kSetting }

func (v *values) isText(id valueID) bool {
	val := &v.byID[id]
	switch val.kind {
	case kConst, kCat:
		return true
	case kIface:
		return v.isText(val.in)
	}
	return false
}

// join returns the union of two sets.
func (v *values) join(a, b setID) setID {
	if a == b || b == none {
		return a
	}
	if a == none {
		return b
	}
	if a > b {
		a, b = b, a
	}
	if s, ok := v.union[[2]setID{a, b}]; ok {
		return s
	}
	ids := make([]valueID, 0, len(v.sets[a])+len(v.sets[b]))
	ids = append(append(ids, v.sets[a]...), v.sets[b]...)
	s := v.set(ids)
	v.union[[2]setID{a, b}] = s
	return s
}

// members returns the values of a set. The caller must not change them.
func (v *values) members(s setID) []valueID { return v.sets[s] }

// each maps every member of a set to a set and joins what comes out.
func (v *values) each(s setID, f func(id valueID, val value) setID) setID {
	g := gather{v: v}
	for _, id := range v.sets[s] {
		g.add(f(id, v.byID[id]))
	}
	return g.set()
}

// bare removes the dynamic type tags from a value.
func (v *values) bare(id valueID) valueID {
	for v.byID[id].kind == kIface {
		id = v.byID[id].in
	}
	return id
}

// bareSet removes the dynamic type tags from the members of a set.
func (v *values) bareSet(s setID) setID {
	tagged := false
	for _, id := range v.sets[s] {
		tagged = tagged || v.byID[id].kind == kIface
	}
	if !tagged {
		return s
	}
	return v.each(s, func(id valueID, _ value) setID { return v.lone(v.bare(id)) })
}

// child returns the path one component below another.
func (v *values) child(p pathID, comp string) pathID {
	id, ok := v.compOf[comp]
	if !ok {
		id = compID(len(v.compOf))
		v.compOf[comp] = id
	}
	key := pathKey{p, id}
	if at, ok := v.pathOf[key]; ok {
		return at
	}
	at := pathID(len(v.paths))
	v.paths = append(v.paths, pathNode{parent: p, id: id, depth: v.paths[p].depth + 1, comp: comp})
	v.pathOf[key] = at
	return at
}

// below appends the components of rest, from the outermost, to p.
func (v *values) below(p pathID, rest []string) pathID {
	for _, c := range rest {
		p = v.child(p, c)
	}
	return p
}

// rebase returns the path that leads from to as path leads from its ancestor top.
func (v *values) rebase(path, top, to pathID) pathID {
	if path == top {
		return to
	}
	node := &v.paths[path]
	up := v.rebase(node.parent, top, to)
	if at, ok := v.pathOf[pathKey{up, node.id}]; ok {
		return at
	}
	return v.child(up, v.paths[path].comp)
}

// comps returns the components of a path, outermost first.
func (v *values) comps(p pathID) []string {
	var out []string
	for p != root {
		out = append(out, v.paths[p].comp)
		p = v.paths[p].parent
	}
	slices.Reverse(out)
	return out
}

func (v *values) pathString(p pathID) string { return strings.Join(v.comps(p), "") }
