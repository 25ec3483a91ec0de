package link

import (
	"regexp"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// A tablePartition is a table of a schema whose rows are spread over partitions.
type tablePartition struct {
	table     string
	partition []string // columns
}

var (
	partitionBy  = regexp.MustCompile(`(?i)\bpartition\s+by\s+(?:range|list|hash|key)\s*(?:columns\s*)?\(([^()]*)\)`)
	distributed  = regexp.MustCompile(`(?i)create_distributed_table\s*\(\s*'([^']+)'\s*,\s*'([^']+)'`)
	cqlKey       = regexp.MustCompile(`(?i)\bprimary\s+key\s*\(\s*(?:\(([^()]*)\)|([^(),]+))\s*[,)]`)
	cqlColumnKey = regexp.MustCompile(`(?im)^\s*[(]?\s*(\w+)\s+\w[\w<>, ]*\s+primary\s+key\b`)
	createIndex  = regexp.MustCompile("(?is)^create\\s+(unique\\s+)?(?:global\\s+)?(?:custom\\s+)?(unique\\s+)?index\\s+(?:concurrently\\s+)?(?:if\\s+not\\s+exists\\s+)?([`\"\\w.]+)?\\s*on\\s+(?:only\\s+)?([`\"\\w.]+)\\s*(?:using\\s+\\w+\\s*)?\\(([^)]*)\\)")
)

// A schemaStatement is one statement of a schema and where it begins.
type schemaStatement struct {
	text string
	site graph.Site
}

// schemaStatements splits schemas into statements, without their comments.
func schemaStatements(files []File) []schemaStatement {
	var out []schemaStatement
	for _, f := range files {
		var b strings.Builder
		start := 0
		for n, line := range strings.Split(f.Content, "\n") {
			line, _, _ = strings.Cut(line, "--")
			for i, part := range strings.Split(line, ";") {
				if i > 0 {
					out = appendStatement(out, b.String(), f.Path, start)
					b.Reset()
				}
				if b.Len() == 0 {
					if part = strings.TrimLeft(part, " \t"); part == "" {
						continue
					}
					start = n + 1
				}
				b.WriteString(part + "\n")
			}
		}
		out = appendStatement(out, b.String(), f.Path, start)
	}
	return out
}

func appendStatement(out []schemaStatement, text, file string, line int) []schemaStatement {
	if text = strings.TrimSpace(text); text == "" {
		return out
	}
	return append(out, schemaStatement{text, graph.Site{File: file, Line: line, Col: 1}})
}

// partitions reads which tables of the schemas are partitioned, and by what:
// PARTITION BY, a distribution of Citus, the primary key of CQL.
func partitions(all []schemaStatement) map[string]*tablePartition {
	out := map[string]*tablePartition{}
	add := func(table, columns string) {
		t := &tablePartition{table: bareTable(table)}
		for c := range strings.SplitSeq(columns, ",") {
			t.partition = append(t.partition, bareTable(strings.TrimSpace(c)))
		}
		out[t.table] = t
	}
	for _, s := range all {
		if m := distributed.FindStringSubmatch(s.text); m != nil {
			add(m[1], m[2])
		}
		head := createTable.FindStringSubmatch(s.text)
		if head == nil {
			continue
		}
		if m := partitionBy.FindStringSubmatch(s.text); m != nil {
			add(head[1], m[1])
			continue
		}
		if !strings.HasSuffix(s.site.File, ".cql") {
			continue
		}
		if m := cqlKey.FindStringSubmatch(s.text); m != nil {
			add(head[1], m[1]+m[2])
		} else if m := cqlColumnKey.FindStringSubmatch(s.text); m != nil {
			add(head[1], m[1])
		}
	}
	return out
}

// indexes notes the indexes of partitioned tables at the resources that hold
// them: those in which a service uses the table.
func (l *linker) indexes(all []schemaStatement) {
	for _, s := range all {
		m := createIndex.FindStringSubmatch(s.text)
		if m == nil {
			continue
		}
		table := l.partitioned[bareTable(m[4])]
		if table == nil {
			continue
		}
		x := graph.TableIndex{Name: bareTable(m[3]), Table: table.table, Unique: m[1]+m[2] != "", Partition: strings.Join(table.partition, ", "), Site: s.site}
		var columns []string
		for c := range strings.SplitSeq(m[5], ",") {
			name, _, _ := strings.Cut(strings.TrimSpace(c), " ")
			columns = append(columns, bareTable(name))
		}
		x.Columns = strings.Join(columns, ", ")
		if x.Name == "" {
			x.Name = table.table + " (" + x.Columns + ")"
		}
		for _, r := range l.resources {
			if slices.ContainsFunc(r.Tables, func(u graph.Use) bool { return bareTable(u.Name) == table.table }) {
				r.Indexes = append(r.Indexes, x)
			}
		}
	}
}
