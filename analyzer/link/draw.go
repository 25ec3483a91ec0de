package link

import (
	"regexp"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/catalog/sqltext"
	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

var (
	nextValue = regexp.MustCompile(`(?i)nextval\s*\(\s*'([^']+)'|next\s+value\s+for\s+([\w.\[\]"]+)|([\w."]+)\.nextval`)
	returning = regexp.MustCompile(`(?i)\breturning\b|\boutput\s+inserted`)
)

// draws returns the counter that an event draws a number from, as far as the
// event itself says: a sequence, a row that counts, a model whose key the
// database numbers. Nil: none, or only the schema knows.
func (b *builder) draws(ev *event) *graph.Counter {
	if ev.entry.Role != catalog.DBExec && ev.entry.Role != catalog.DBQuery {
		return nil
	}
	for _, text := range b.m.renderAll(b.m.argument(nil, ev.entry, "query", ev.recv, ev.args)) {
		for _, s := range sqltext.Parse(text) {
			switch s.Sequence {
			case sqltext.NextValue:
				if m := nextValue.FindStringSubmatch(text); m != nil {
					return &graph.Counter{Name: bareTable(m[1] + m[2] + m[3]), Kind: "sequence"}
				}
			case sqltext.LastInsertID:
				return &graph.Counter{Name: rowName(&s), Kind: "row", Keyed: s.Predicate == sqltext.Varying}
			case sqltext.Increment:
				if s.Predicate != sqltext.Varying && returning.MatchString(text) {
					return &graph.Counter{Name: rowName(&s), Kind: "row"}
				}
			}
		}
	}
	return b.numberedModel(ev)
}

// numberedModel returns the key of a model that gorm creates and the database
// numbers: a field that is tagged so, gorm.Model's, or ID of an integer type.
// A model whose key the program sets draws none.
func (b *builder) numberedModel(ev *event) *graph.Counter {
	name := ev.sym[strings.LastIndexByte(ev.sym, '.')+1:]
	if pkg := ev.entry.Package(); pkg != "gorm.io/gorm" && pkg != "github.com/jinzhu/gorm" || name != "Create" {
		return nil
	}
	for _, id := range b.m.sets[b.m.argument(nil, ev.entry, "target", ev.recv, ev.args)] {
		v := b.m.byID[b.m.bare(id)]
		if v.kind != kAddr || b.m.objects[v.obj].kind != oAlloc {
			continue
		}
		typ := strings.TrimLeft(b.m.objects[v.obj].typ, "*[]")
		t := b.m.prog.typ(typ)
		if t == nil {
			continue
		}
		field, site := numberedField(t), t.Site
		if field == "" || b.m.cell(v.obj, b.m.child(v.path, "."+field)).set != none {
			continue
		}
		return &graph.Counter{Name: typ[strings.LastIndexByte(typ, '.')+1:] + "." + field, Kind: "auto-increment", Site: gsite(site)}
	}
	return nil
}

// numberedField returns the field of a model that the database numbers.
func numberedField(t *summary.Type) string {
	for _, f := range t.Fields {
		tag := strings.ToLower(f.Tag)
		switch {
		case f.Embedded && strings.HasSuffix(f.Type, "gorm.Model"):
			return "ID"
		case strings.Contains(tag, "autoincrement:false"), strings.Contains(tag, "type:uuid"):
			continue
		case strings.Contains(tag, "autoincrement"), strings.Contains(tag, "type:serial"), strings.Contains(tag, "type:bigserial"):
			return f.Name
		case f.Name == "ID" && slices.Contains([]string{"int", "uint", "int64", "uint64", "int32", "uint32"}, f.Type):
			return f.Name
		}
	}
	return ""
}
