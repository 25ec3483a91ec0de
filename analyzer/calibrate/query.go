package calibrate

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/telemetry"
	"github.com/coordlint/coordlint/graph"
)

// technologies are what OpenTelemetry calls a database system, by our names.
var technologies = map[string]string{
	"postgresql": "postgres", "pgx": "postgres", "mariadb": "mysql", "valkey": "redis", "mongo": "mongodb",
	"microsoft.sql_server": "sqlserver", "mssql": "sqlserver", "aws.dynamodb": "dynamodb", "gcp.spanner": "spanner",
	"gcp.firestore": "firestore", "azure.cosmosdb": "cosmosdb", "gcp.bigquery": "bigquery",
}

// queried finds the store that a span uses.
func (c *matcher) queried(m *meaning, s *telemetry.Span, system string, address host, peer string) {
	a := s.Attributes
	technology := strings.ToLower(system)
	if t, ok := technologies[technology]; ok {
		technology = t
	}
	database := a.First("db.namespace", "db.name", "db.instance", "db.redis.database_index")
	verb, object := statementOf(s)
	m.kind = graph.EdgeQuery
	m.text = strings.TrimSpace(verb + " " + object)
	m.target = c.store(m.service, technology, database, address, peer)
	if m.target == "" {
		m.text = strings.TrimSpace(system + " " + m.text)
		m.miss(peer, string(address), database, system)
		return
	}
	if edges := c.edges[pair{m.service, m.target}]; len(edges) > 0 {
		m.kind = edges[0].Kind
	}
	var ops []string
	ops, m.vague = matchStatement(c.operations(m.service, m.target), verb, object)
	m.operations = strings.Join(ops, "\n")
}

// store returns the resource of a technology that a service uses, by what is
// recorded of it; "" if none is meant for certain.
func (c *matcher) store(from, technology, database string, address host, peer string) string {
	if id := c.aliased(peer); id != "" {
		return id
	}
	if id := c.aliased(string(address)); id != "" {
		return id
	}
	speaks := func(r *graph.Resource) bool {
		return r.Technology == technology || r.Technology == "sql" || technology == "other_sql" || r.Technology == "" ||
			strings.HasPrefix(r.Technology, technology) && technology != ""
	}
	at := func(r *graph.Resource) bool {
		h := hostOf(r.Host)
		return h != "" && (h.same(address) || h.same(hostOf(peer))) || r.ID == peer && peer != ""
	}
	holds := func(r *graph.Resource) bool { return database != "" && r.Database == database }
	for _, fits := range []func(*graph.Resource) bool{
		func(r *graph.Resource) bool { return at(r) && holds(r) },
		func(r *graph.Resource) bool { return at(r) && (r.Database == "" || database == "" || database == "0") },
		func(r *graph.Resource) bool { return holds(r) }, // under another name, or behind a proxy
		func(r *graph.Resource) bool { // the only one of its kind that the service uses
			return c.edges[pair{from, r.ID}] != nil && (r.Database == "" || database == "") && !(address.named() && hostOf(r.Host).named() && r.Host != "")
		},
	} {
		if id := c.only(from, func(r *graph.Resource) bool { return speaks(r) && fits(r) }); id != "" {
			return id
		}
	}
	return ""
}

var (
	sqlVerb  = regexp.MustCompile(`(?i)^\s*(?:/\*.*?\*/\s*|--[^\n]*\n\s*|\(\s*)*([a-z]+)`)
	sqlTable = regexp.MustCompile("(?i)\\b(?:from|into|update|table|join)\\s+(?:only\\s+)?[\"`\\[]?((?:[\\w$]+[\"`\\]]?\\.[\"`\\[]?)*[\\w$]+)")
	sqlNames = regexp.MustCompile("[\"`\\[\\]]")
)

// statementOf returns what a store is asked for: the verb or command, in lower
// case, and the table or collection, "" where it is not recorded.
func statementOf(s *telemetry.Span) (verb, object string) {
	a := s.Attributes
	verb = a.First("db.operation.name", "db.operation")
	object = a.First("db.collection.name", "db.sql.table", "db.mongodb.collection", "db.cassandra.table", "db.elasticsearch.path_parts.index")
	text := a.First("db.query.text", "db.statement")
	if verb == "" || object == "" && !strings.ContainsAny(text, "{") {
		if summary := strings.Fields(a.First("db.query.summary")); len(summary) > 0 {
			verb = first(verb, summary[0])
			if len(summary) > 1 {
				object = first(object, summary[1])
			}
		}
	}
	if m := sqlVerb.FindStringSubmatch(text); m != nil {
		verb = first(verb, m[1])
		if t := sqlTable.FindStringSubmatch(text); t != nil {
			object = first(object, t[1])
		}
	}
	if verb == "" {
		verb = strings.TrimPrefix(strings.TrimPrefix(s.Name, "redis."), "sql.conn.")
		if v, rest, ok := strings.Cut(verb, " "); ok && object == "" {
			verb, object = v, rest
		}
	}
	object = sqlNames.ReplaceAllString(object, "")
	object = object[strings.LastIndexByte(object, '.')+1:]
	return command(verb), strings.ToLower(object)
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// commands are what drivers' functions send, where that is called otherwise.
var commands = map[string]string{
	"begintx": "begin", "starttransaction": "begin", "start": "begin",
	"findone": "find", "insertone": "insert", "insertmany": "insert", "updateone": "update", "updatemany": "update",
	"updatebyid": "update", "replaceone": "update", "deleteone": "delete", "deletemany": "delete",
	"findoneandupdate": "findandmodify", "findoneandreplace": "findandmodify", "findoneanddelete": "findandmodify",
	"countdocuments": "aggregate", "estimateddocumentcount": "count",
}

// command folds a verb.
func command(verb string) string {
	verb = folded(verb)
	if c, ok := commands[verb]; ok {
		return c
	}
	return verb
}

// unspecific are verbs that say nothing: the names of spans that wrap any
// statement.
var unspecific = []string{"", "query", "exec", "execute", "prepare", "stmtquery", "stmtexec", "operation", "db", "pipeline"}

// matchStatement returns the operations of an edge that a statement may be, or
// says that the statement does not tell.
func matchStatement(operations []string, verb, object string) (found []string, vague bool) {
	if slices.Contains(unspecific, verb) {
		return nil, true
	}
	var bare []string // those that name no object
	var others []string
	for _, op := range operations {
		v, o, _ := strings.Cut(op, " ")
		if command(v) != verb {
			continue
		}
		switch o = strings.ToLower(o); {
		case o == object:
			found = append(found, op)
		case o == "":
			bare = append(bare, op)
		case object == "":
			others = append(others, op)
		}
	}
	switch {
	case len(found) > 0:
		return found, false
	case len(bare) > 0:
		return bare, false
	case len(others) == 1:
		return others, false
	}
	return nil, len(others) > 1 || len(operations) == 0
}

// describe says what is waited for, for people.
func (m *meaning) describe() string {
	if m.text == "" {
		return m.kind
	}
	return fmt.Sprintf("%s %s", m.kind, m.text)
}
