package link

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// A counterColumn is a column of a schema that the database numbers.
type counterColumn struct {
	table, column string
	site          graph.Site
}

var (
	createTable = regexp.MustCompile("(?i)^\\s*create\\s+(?:unlogged\\s+|temporary\\s+)?table\\s+(?:if\\s+not\\s+exists\\s+)?([`\"\\[\\]\\w.]+)")
	autoNumber  = regexp.MustCompile("(?i)\\b(auto_increment|autoincrement|bigserial|smallserial|serial|serial4|serial8|identity|unique_rowid)\\b")
	tableOption = regexp.MustCompile("(?i)auto_increment\\s*=|^\\s*\\)")
	columnName  = regexp.MustCompile("^\\s*[(,]?\\s*([`\"\\[\\]\\w]+)\\s")
)

// counterColumns reads the numbered columns of SQL schemas. It goes by lines:
// schemas are written one column a line, and in every dialect.
func counterColumns(files []File) []counterColumn {
	var out []counterColumn
	for _, f := range files {
		table := ""
		for n, line := range strings.Split(f.Content, "\n") {
			line, _, _ = strings.Cut(line, "--")
			rest := line
			if m := createTable.FindStringSubmatchIndex(line); m != nil {
				table = bareTable(line[m[2]:m[3]])
				rest = line[m[1]:]
			}
			if table == "" || tableOption.MatchString(rest) {
				table = tableAfter(table, rest)
				continue
			}
			for _, part := range strings.Split(rest, ",") {
				if !autoNumber.MatchString(part) {
					continue
				}
				if m := columnName.FindStringSubmatch(part + " "); m != nil {
					out = append(out, counterColumn{table, bareTable(m[1]), graph.Site{File: f.Path, Line: n + 1, Col: 1 + len(line) - len(strings.TrimLeft(line, " \t"))}})
				}
			}
			table = tableAfter(table, rest)
		}
	}
	return out
}

// tableAfter returns the table that goes on after a line.
func tableAfter(table, line string) string {
	if strings.Contains(line, ";") {
		return ""
	}
	return table
}

// bareTable is a name without quotes and schema.
func bareTable(name string) string {
	name = strings.Trim(name, "`\"[]")
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		name = name[i+1:]
	}
	return strings.ToLower(strings.Trim(name, "`\"[]"))
}

// counters notes the numbered columns that endpoints draw ids from by inserting
// into their tables, and the shared counters that they increment.
func (l *linker) counters() {
	columns := counterColumns(l.in.SQL)
	for _, e := range l.sys.Endpoints {
		graph.Walk(e.Body, 0, func(p *graph.Place, k int) (int, bool) {
			s := p.Step
			r := l.resources[s.To]
			if s.Kind != graph.Call || r == nil || s.Startup {
				return k, true
			}
			if s.Draws != nil {
				draw(r, *s.Draws, s, e, s.IDs...)
			}
			if table, ok := strings.CutPrefix(s.Operation, "INSERT "); ok {
				if c := columnOf(columns, r, bareTable(table)); c != nil {
					draw(r, graph.Counter{Name: c.table + "." + c.column, Kind: "auto-increment", Site: c.site}, s, e, s.IDs...)
				}
			}
			if key, ok := counted(s); ok && s.Answer == graph.AnswerUsed && namesID(key) {
				draw(r, graph.Counter{Name: key, Kind: "counter", Keyed: strings.Contains(key, "*")}, s, e)
			}
			return k, true
		})
	}
	for _, r := range l.resources {
		slices.SortFunc(r.Counters, func(a, b graph.Counter) int { return strings.Compare(a.Name, b.Name) })
		for i := range r.Counters {
			slices.SortFunc(r.Counters[i].Uses, graph.Site.Compare)
		}
	}
}

// counted returns the key of a counter that a step increments.
func counted(s *graph.Step) (key string, ok bool) {
	verb, key, ok := strings.Cut(s.Operation, " ")
	switch strings.ToUpper(verb) {
	case "INCR", "INCRBY", "INCRCTX", "INCRBYCTX":
		return key, ok
	}
	return "", false
}

var idName = regexp.MustCompile(`(?i)(id|ids|seq|sequence|serial|number|no|next|counter)$`)

// namesID reports whether a key says that ids come from it.
func namesID(key string) bool { return idName.MatchString(strings.TrimRight(key, "*:_-")) }

// columnOf returns the numbered column of a table: where several schemas have
// the table, that of the file that is named for the database.
func columnOf(columns []counterColumn, r *graph.Resource, table string) *counterColumn {
	var best *counterColumn
	for i := range columns {
		c := &columns[i]
		if c.table != table {
			continue
		}
		named := r.Database != "" && strings.Contains(path.Base(c.site.File), r.Database)
		if best == nil || named {
			best = c
		}
		if named {
			break
		}
	}
	return best
}

func draw(r *graph.Resource, c graph.Counter, s *graph.Step, e *graph.Endpoint, reads ...graph.Site) {
	i := slices.IndexFunc(r.Counters, func(o graph.Counter) bool { return o.Name == c.Name && o.Kind == c.Kind })
	if i < 0 {
		i = len(r.Counters)
		c.Uses, c.Owners = []graph.Site{}, []graph.Ref{}
		r.Counters = append(r.Counters, c)
	}
	o := &r.Counters[i]
	for _, site := range append([]graph.Site{s.Site}, reads...) {
		if !slices.Contains(o.Uses, site) {
			o.Uses = append(o.Uses, site)
		}
	}
	if ref := (graph.Ref{Service: e.Service, Endpoint: e.Name}); !slices.Contains(o.Owners, ref) {
		o.Owners = append(o.Owners, ref)
	}
}
