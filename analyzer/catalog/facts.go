package catalog

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// A Port is what usually listens on a port number.
type Port struct {
	Port       int    `json:"port"`
	Technology string `json:"technology"`
	Weak       bool   `json:"weak"` // other things often listen there too: evidence, no proof
}

// A Default is what a library or product does when nothing is set.
type Default struct {
	Library string  `json:"library"` // import path of a package, or a technology
	What    string  `json:"what"`    // pool, idle, concurrency, client-deadline, write-deadline (where reads have none), server-deadline, attempts (the first included), elapsed, max-connections
	Value   float64 `json:"value"`   // in Unit; 0 of a pool or a deadline means that there is none, unless PerCPU is set
	Unit    string  `json:"unit"`    // connections, sessions, requests, workers, seconds, attempts
	PerCPU  int     `json:"per_cpu"` // this many for each CPU of the process; the greater of it and Value counts
	Backoff string  `json:"backoff"` // of attempts, as Entry.Backoff
	Source  string  `json:"source"`  // where it stands
}

// facts are the rows of facts.json and redis-commands.json.
type facts struct {
	ports    map[int]Port
	schemes  map[string]string
	drivers  map[string]string
	defaults map[string][]Default // by library without major version, space, what
	kinds    map[string]string
	commands map[string]string
}

// readFacts decodes the files of facts. Broken rows are as if they were not
// there; a test reads all.
func readFacts() *facts {
	f := &facts{
		ports: map[int]Port{}, schemes: map[string]string{}, drivers: map[string]string{}, defaults: map[string][]Default{},
		kinds: map[string]string{}, commands: map[string]string{},
	}
	for line := range factLines("data/facts.json") {
		var row struct {
			Default
			Port       int
			Technology string
			Scheme     string
			Driver     string
			Kind       string
			Weak       bool
		}
		if json.Unmarshal(line, &row) != nil {
			continue
		}
		switch {
		case row.Port != 0:
			f.ports[row.Port] = Port{row.Port, row.Technology, row.Weak}
		case row.Scheme != "":
			f.schemes[row.Scheme] = row.Technology
		case row.Driver != "":
			f.drivers[row.Driver] = row.Technology
		case row.Library != "":
			key := unversioned(row.Library) + " " + row.What
			f.defaults[key] = append(f.defaults[key], row.Default)
		case row.Kind != "":
			f.kinds[row.Technology] = row.Kind
		}
	}
	for line := range factLines("data/redis-commands.json") {
		var row struct{ Command, Op string }
		if json.Unmarshal(line, &row) == nil {
			f.commands[row.Command] = row.Op
		}
	}
	return f
}

// factLines yields the rows of a file of one object a line.
func factLines(name string) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		b, err := data.ReadFile(name)
		if err != nil {
			return
		}
		for line := range bytes.Lines(b) {
			line = bytes.TrimSuffix(bytes.TrimSpace(line), []byte(","))
			if len(line) > 1 && line[0] == '{' && !yield(line) {
				return
			}
		}
	}
}

// Port returns what usually listens on a port number.
func (c *Catalog) Port(port int) (Port, bool) {
	p, ok := c.facts().ports[port]
	return p, ok
}

// Scheme returns the technology that a URL's scheme stands for. Schemes of
// drivers such as "postgres+asyncpg" count as their first part.
func (c *Catalog) Scheme(scheme string) (technology string, ok bool) {
	schemes := c.facts().schemes
	scheme = strings.ToLower(scheme)
	if technology, ok = schemes[scheme]; ok {
		return technology, true
	}
	first, _, _ := strings.Cut(scheme, "+")
	technology, ok = schemes[first]
	return technology, ok
}

// Driver returns the technology of a database/sql driver by the name under
// which it is registered.
func (c *Catalog) Driver(name string) (technology string, ok bool) {
	technology, ok = c.facts().drivers[strings.ToLower(name)]
	return technology, ok
}

// ResourceKind returns what kind of resource a technology is: datastore,
// cache, queue, coordinator, external, platform; "" if it is not known.
func (c *Catalog) ResourceKind(technology string) string { return c.facts().kinds[technology] }

// RedisCommand returns what a Redis command does: read, write, sequence, cas,
// publish, consume, transaction, other; "" if the command is not known.
func (c *Catalog) RedisCommand(name string) string { return c.facts().commands[strings.ToUpper(name)] }

// Default returns what a library does when nothing is set. The library may be
// given as the path of one of its packages. Of several major versions the
// nearest counts.
func (c *Catalog) Default(library, what string) (Default, bool) {
	defaults := c.facts().defaults
	for path := library; path != ""; path = parent(path) {
		found := defaults[unversioned(path)+" "+what]
		if len(found) == 0 {
			continue
		}
		libraries := make([]string, len(found))
		for i := range found {
			libraries[i] = found[i].Library
		}
		best := nearest(library, libraries)
		return found[slices.Index(libraries, best)], true
	}
	return Default{}, false
}

// parent returns an import path without its last element.
func parent(path string) string { return path[:max(0, strings.LastIndexByte(path, '/'))] }
