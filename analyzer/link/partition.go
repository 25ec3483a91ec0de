package link

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/graph"
)

// partition says what chooses the partition that a message or a row goes to;
// nil where nothing says, or where nothing is partitioned.
func (b *builder) partition(ev *event, t target) *graph.Partition {
	switch ev.entry.Role {
	case catalog.Publish:
		return b.messageKey(ev)
	case catalog.DBExec, catalog.DBQuery:
		if t.effect == graph.Write {
			return b.rowKey(ev)
		}
	}
	return nil
}

// messageKey reads the key of a message: an argument of its own, or a field of
// the message. A message without one is spread.
func (b *builder) messageKey(ev *event) *graph.Partition {
	m := b.m
	if !slices.Contains([]string{"kafka", "kinesis", "pulsar"}, ev.entry.Technology) {
		return nil
	}
	keys := m.argument(nil, ev.entry, "key", ev.recv, ev.args)
	for _, name := range []string{"msg", "input", "message"} {
		set := m.argument(nil, ev.entry, name, ev.recv, ev.args)
		all := append([]setID{set}, m.elements(nil, set)...)
		if i, ok := ev.entry.Arg(name); ok && i >= 0 && i < len(ev.args) {
			for _, a := range ev.args[i:] {
				all = append(all, m.elements(nil, a)...)
			}
		}
		for _, s := range all {
			for _, field := range []string{"Key", "PartitionKey"} {
				keys = m.join(keys, m.field(nil, s, field, false))
			}
		}
	}
	return b.constantKey(ev, keys)
}

// constantKey describes a key that is the same text for every request.
func (b *builder) constantKey(ev *event, keys setID) *graph.Partition {
	id, ok := b.m.single(b.m.bareSet(keys))
	if !ok || !b.m.fixed(keys) {
		return nil
	}
	text := b.m.renderOne(id)
	if text == "" || strings.Trim(text, hole) == "" {
		return nil
	}
	return &graph.Partition{
		Kind: "constant", Text: strconv.Quote(strings.ReplaceAll(text, hole, "*")), Site: gsite(ev.inst.fn.Instrs[ev.instr].Site),
	}
}

var insertInto = regexp.MustCompile("(?is)^\\s*insert\\s+into\\s+([`\"\\w.]+)\\s*\\(([^)]*)\\)\\s*values\\s*\\((.*)\\)")

// rowKey reads what an INSERT writes into the partition key of its table.
func (b *builder) rowKey(ev *event) *graph.Partition {
	m := b.m
	query := m.argument(nil, ev.entry, "query", ev.recv, ev.args)
	if query == none {
		query = b.l.prepared(b.d, ev.recv, 0)
	}
	for _, text := range m.renderAll(query) {
		found := insertInto.FindStringSubmatch(text)
		if found == nil {
			continue
		}
		table := b.l.partitioned[bareTable(found[1])]
		columns, values := strings.Split(found[2], ","), strings.Split(found[3], ",")
		if table == nil || len(values) < len(columns) {
			continue
		}
		var parts []string
		for i, c := range columns {
			if !slices.Contains(table.partition, bareTable(strings.TrimSpace(c))) {
				continue
			}
			v := strings.TrimSpace(values[i])
			if v == "?" || strings.HasPrefix(v, "$") || strings.HasPrefix(v, ":") {
				v = b.bindValue(ev, strings.Count(strings.Join(values[:i], ","), "?"))
			}
			if !literal(v) {
				parts = nil
				break
			}
			parts = append(parts, bareTable(strings.TrimSpace(c))+" = "+v)
		}
		if len(parts) > 0 && len(parts) == len(table.partition) {
			return &graph.Partition{Kind: "constant", Text: strings.Join(parts, ", "), Site: gsite(ev.inst.fn.Instrs[ev.instr].Site)}
		}
	}
	return nil
}

// bindValue returns the constant that the n-th placeholder of a query stands for,
// as a literal; "" if it is none.
func (b *builder) bindValue(ev *event, n int) string {
	i, ok := ev.entry.Arg("query")
	if !ok || i < 0 || i+1 >= len(ev.args) {
		return ""
	}
	values := b.m.elements(nil, ev.args[i+1])
	if n >= len(values) || !b.m.fixed(values[n]) {
		return ""
	}
	text, ok := b.m.constant(b.m.bareSet(values[n]))
	if !ok {
		return ""
	}
	return "'" + text + "'"
}

func literal(v string) bool {
	if v == "" {
		return false
	}
	_, number := number(v)
	return number || v[0] == '\'' && strings.HasSuffix(v, "'")
}
