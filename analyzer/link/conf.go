package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
)

// A confText is one text of a client's configuration and what it is called
// there: an argument's meaning in the catalog, or a field's name in lower case.
type confText struct {
	name string
	id   valueID
}

// confNames are the fields that say where a client goes, by their meaning.
// They are what configuration structs of Go libraries call them.
var confNames = map[string]string{
	"addr": "addr", "addrs": "addr", "address": "addr", "addresses": "addr", "target": "addr", "endpoint": "addr", "endpoints": "addr", "hostport": "addr", "hostports": "addr",
	"url": "addr", "urls": "addr", "uri": "dsn", "baseurl": "addr", "server": "addr", "servers": "addr", "brokers": "addr", "bootstrapservers": "addr", "bootstrap.servers": "addr", "seedbrokers": "addr", "initaddress": "addr", "baseendpoint": "addr", "brokerlist": "addr", "listenon": "listen",
	"dsn": "dsn", "datasource": "dsn", "datasourcename": "dsn", "connstring": "dsn", "connectionstring": "dsn", "databaseurl": "dsn",
	"host": "host", "hosts": "host", "hostname": "host", "port": "port",
	"database": "database", "dbname": "database", "keyspace": "database", "db": "database", "schema": "database",
	"topic": "topic", "topics": "topic", "queue": "topic", "subject": "topic", "stream": "topic", "defaultproducetopic": "topic", "queueurl": "topic", "topicarn": "topic", "queuename": "topic", "topicname": "topic", "streamname": "topic", "streams": "topic",
	"grouptopics": "topic", "filtersubject": "filter", "filtersubjects": "filter", "subjects": "subjects",
	"key": "key", "service": "service", "servicename": "service", "name": "name", "project": "project", "instance": "instance", "driver": "driver", "dialect": "driver", "group": "group", "groupid": "group",
	"bucket": "bucket", "table": "table", "region": "region",
}

// confFields are the fields that are tried where a struct is filled from
// configuration and its type is not known.
var confFields = []string{"Addr", "Addrs", "Address", "Addresses", "Target", "Endpoint", "Endpoints", "URL", "URI", "Brokers", "DSN", "DataSource", "Host", "Hosts", "Port", "Database", "DBName", "Topic", "Key", "ListenOn", "Name", "Pass", "Etcd", "Redis", "Auth"}

// config collects the texts of the configuration of a client. The caller must
// not change the list.
func (m *machine) config(obj objID) []confText {
	if found, ok := m.configs[obj]; ok {
		return found
	}
	c := &confWalk{m: m, seen: map[objID]bool{}}
	c.object(obj, "", 0)
	c.reads(obj)
	if m.configs != nil {
		m.configs[obj] = c.found
	}
	return c.found
}

// configOf collects the texts of any value.
func (m *machine) configOf(s setID, name string) []confText {
	c := &confWalk{m: m, seen: map[objID]bool{}}
	c.set(s, name, 0)
	return c.found
}

type confWalk struct {
	m     *machine
	seen  map[objID]bool
	flags bool // switches too
	found []confText
}

func (c *confWalk) add(name string, id valueID) {
	t := confText{name, id}
	if !slices.Contains(c.found, t) {
		c.found = append(c.found, t)
	}
}

func (c *confWalk) set(s setID, name string, depth int) {
	if depth > 8 {
		return
	}
	m := c.m
	for _, id := range m.sets[s] {
		id = m.bare(id)
		switch v := m.byID[id]; v.kind {
		case kConst:
			if (v.t != "bool" || c.flags) && v.t != "op" {
				c.add(name, id)
			}
		case kCat, kEnv, kFlag, kRequest:
			c.add(name, id)
		case kSetting:
			c.setting(v, id, name, depth)
		case kAddr, kAgg:
			if v.path == root {
				c.object(v.obj, name, depth+1)
			} else {
				c.fields(v.obj, v.path, name, depth+1)
			}
		}
	}
}

func (c *confWalk) setting(v value, id valueID, name string, depth int) {
	m := c.m
	s := m.settings[v.obj]
	if !m.aggregate(s.typ) {
		c.add(name, id)
		return
	}
	nodes, found := m.configNodes(s)
	under := m.underlying(s.typ)
	list := strings.HasPrefix(under, "[") || strings.HasPrefix(under, "map[")
	if s.typ == "" || list {
		for _, n := range nodes {
			if !n.scalar && n.node != nil && len(n.node.Content) > 0 {
				c.set(m.setting(v, []string{"[all]"}), name, depth+1)
				if list {
					return
				}
			}
		}
	}
	if list {
		if !found {
			c.add(name, id)
		}
		return
	}
	if s.typ == "" && len(nodes) == 0 {
		c.add(name, id)
		return
	}
	fields := confFields
	if t := m.prog.typ(s.typ); t != nil {
		fields = nil
		for _, f := range t.Fields {
			fields = append(fields, f.Name)
		}
	}
	for _, f := range fields {
		c.set(m.setting(v, []string{"." + f}), fieldMeaning(f, name), depth+1)
	}
}

// fieldMeaning returns what a field holds: by its name, else what its struct
// is for.
func fieldMeaning(field, outer string) string {
	if n, ok := confNames[strings.ToLower(field)]; ok {
		return n
	}
	if outer == "" || outer == "config" || outer == "opts" {
		return strings.ToLower(field)
	}
	return outer + "." + strings.ToLower(field)
}

// object collects from an object: the arguments that made it, and what was
// stored in its fields.
func (c *confWalk) object(obj objID, name string, depth int) {
	if c.seen[obj] || depth > 8 {
		return
	}
	c.seen[obj] = true
	m := c.m
	o := &m.objects[obj]
	if o.kind == oLib {
		c.library(obj, o, name, depth)
	}
	if o.kind == oClosure || o.kind == oBound {
		return
	}
	c.fields(obj, root, name, depth)
}

func (c *confWalk) library(obj objID, o *object, name string, depth int) {
	m := c.m
	arg := func(i int) setID { return m.cell(obj, m.child(root, "$"+itoa(i))).set }
	if o.entry == nil || len(o.entry.Args) == 0 {
		for n := range o.args {
			c.set(arg(n), name, depth+1)
		}
	} else {
		for _, a := range o.entry.Args {
			meaning := a.Name
			if n, ok := confNames[meaning]; ok {
				meaning = n
			}
			if meaning == "path" && o.entry.Role == catalog.Embedded {
				meaning = "dsn"
			}
			switch a.Index {
			case catalog.Receiver:
			case catalog.Last:
				if o.args > 0 {
					c.set(arg(o.args-1), meaning, depth+1)
				}
			default:
				c.set(arg(a.Index), meaning, depth+1)
			}
		}
		if last := o.args - 1; last >= 0 && !slices.ContainsFunc(o.entry.Args, func(a catalog.Arg) bool { return a.Index == last || a.Index == catalog.Last }) {
			c.set(arg(last), "opts", depth+1) // options that follow
		}
	}
	if o.entry == nil || o.entry.Op != "open" && o.entry.Op != "dial" || len(o.entry.Args) == 0 {
		// A chain of builder calls is no deeper than one; seen ends it.
		c.set(m.cell(obj, m.child(root, "$recv")).set, name, depth-1)
	}
}

// payloads is what messages carry: it says nothing of where they go.
var payloads = []string{"msg.data", "msg.value", "msg.body", "msg.payload"}

// fields collects what stands below a path of an object.
func (c *confWalk) fields(obj objID, path pathID, name string, depth int) {
	if depth > 8 {
		return
	}
	m := c.m
	for _, kid := range m.objects[obj].kids[path] {
		comp := m.paths[kid].comp
		meaning := name
		switch comp[0] {
		case '.':
			meaning = fieldMeaning(comp[1:], name)
		case '{':
			meaning = fieldMeaning(strings.Trim(comp, "{}"), name)
		case '$', '#':
			continue
		}
		if slices.Contains(payloads, meaning) {
			continue
		}
		if comp == "[all]" && len(m.objects[obj].kids[path]) > 1 {
			continue // the image of the others
		}
		c.set(m.cell(obj, kid).set, meaning, depth+1)
		c.fields(obj, kid, meaning, depth+1)
	}
	for _, id := range m.sets[m.read(obj, path, nil)] {
		switch v := m.byID[m.bare(id)]; v.kind {
		case kAgg:
			if v.obj != obj {
				c.fields(v.obj, v.path, name, depth+1)
			}
		case kSetting:
			c.setting(v, id, name, depth+1)
		case kConst, kCat, kEnv, kFlag:
			if path == root && v.t != "bool" && v.t != "op" { // a text by its address
				c.add(name, id)
			}
		}
	}
}

// meant returns the texts of a meaning.
func meant(texts []confText, names ...string) []valueID {
	var out []valueID
	for _, t := range texts {
		if slices.Contains(names, t.name) {
			out = append(out, t.id)
		}
	}
	return out
}
