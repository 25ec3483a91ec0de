package catalog

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"sync"
)

//go:embed data/*.json
var data embed.FS

// A Catalog is the set of all entries. It may be used by several goroutines.
type Catalog struct {
	lines map[string]string   // row of each symbol, not yet decoded
	major map[string][]string // symbols by their text without major versions, where versions differ
	mu    sync.RWMutex        // guards done
	done  map[string]*Entry   // decoded rows, answers of families and of other major versions; nil if there is none
	extra map[string]*Entry   // in-house rows
	facts func() *facts       // decoded on first use
}

// Load reads the embedded rows. Rows are indexed only; each is decoded when it
// is first asked for (5,000 rows: 2 ms). It returns an error only if the
// embedded data is broken, which a test rules out.
func Load() (*Catalog, error) {
	c := &Catalog{
		lines: make(map[string]string, 8192),
		major: make(map[string][]string, 4096),
		done:  make(map[string]*Entry),
		facts: sync.OnceValue(readFacts),
	}
	err := eachRow(func(file, symbol, line string) error {
		if _, dup := c.lines[symbol]; dup {
			return fmt.Errorf("catalog %s: %s is there twice", file, symbol)
		}
		c.lines[symbol] = line
		if bare := unversioned(symbol); bare != symbol {
			c.major[bare] = append(c.major[bare], symbol)
		}
		return nil
	})
	return c, err
}

// eachRow calls f for every row of the files of operations: those that hold
// one object a line with the symbol first.
func eachRow(f func(file, symbol, line string) error) error {
	const start = `{"symbol":"`
	names, err := fs.Glob(data, "data/*.json")
	if err != nil {
		return err
	}
	for _, name := range names {
		b, err := data.ReadFile(name)
		if err != nil {
			return err
		}
		rest := string(b)
		for rest != "" {
			var line string
			line, rest, _ = strings.Cut(rest, "\n")
			if !strings.HasPrefix(line, start) {
				continue // brackets, and files of facts
			}
			line = strings.TrimSuffix(line, ",")
			symbol, _, ok := strings.Cut(line[len(start):], `"`)
			if !ok {
				return fmt.Errorf("catalog %s: row without symbol: %.80s", name, line)
			}
			if err := f(name, symbol, line); err != nil {
				return err
			}
		}
	}
	return nil
}

// With returns a catalog in which entries come before those of c: in-house
// wrappers named in a configuration file. It returns an error for an entry
// that is not well-formed.
func (c *Catalog) With(entries []Entry) (*Catalog, error) {
	out := &Catalog{lines: c.lines, major: c.major, facts: c.facts, done: make(map[string]*Entry), extra: make(map[string]*Entry, len(c.extra)+len(entries))}
	for symbol, e := range c.extra {
		out.extra[symbol] = e
	}
	for i := range entries {
		e := entries[i]
		if err := e.check(); err != nil {
			return nil, err
		}
		e.Symbol = bareSymbol(e.Symbol)
		out.extra[e.Symbol] = &e
	}
	return out, nil
}

// Func returns what a function or method means, or nil if the catalog does not
// know it. The symbol is a types.Func.FullName; type arguments and a vendor
// prefix are ignored. A symbol of another major version, or of a fork that kept
// the API, gets the entry of the nearest version; Entry.Symbol tells.
func (c *Catalog) Func(symbol string) *Entry {
	return c.look(symbol, func(k Kind) bool { return k == Func || k == Method || k == InterfaceMethod })
}

// Type returns what making a value of a named type means, or nil: "path.Name".
func (c *Catalog) Type(name string) *Entry {
	return c.look(name, func(k Kind) bool { return k == Type })
}

// Field returns what setting a field means, or nil: "path.Type.Field".
func (c *Catalog) Field(name string) *Entry {
	return c.look(name, func(k Kind) bool { return k == Field })
}

// Var returns what a package variable means, or nil: "path.Name".
func (c *Catalog) Var(name string) *Entry { return c.look(name, func(k Kind) bool { return k == Var }) }

func (c *Catalog) look(symbol string, want func(Kind) bool) *Entry {
	c.mu.RLock()
	e, ok := c.done[symbol]
	c.mu.RUnlock()
	if !ok {
		e = c.find(symbol)
		c.mu.Lock()
		if first, ok := c.done[symbol]; ok {
			e = first // somebody else's, which is equal
		}
		c.done[symbol] = e
		c.mu.Unlock()
	}
	if e == nil || !want(e.Kind) {
		return nil
	}
	return e
}

func (c *Catalog) find(symbol string) *Entry {
	symbol = bareSymbol(symbol)
	if e := c.exact(symbol); e != nil {
		return e
	}
	if near := nearest(symbol, c.versions(symbol)); near != "" {
		return c.exact(near)
	}
	for _, other := range forks(symbol) {
		if e := c.exact(other); e != nil {
			return e
		}
		if near := nearest(symbol, c.versions(other)); near != "" {
			return c.exact(near)
		}
	}
	return c.family(symbol)
}

// versions returns the symbols that differ from symbol in the major version
// of their module only.
func (c *Catalog) versions(symbol string) []string {
	bare := unversioned(symbol)
	out := c.major[bare]
	if _, ok := c.lines[bare]; ok {
		out = append(out[:len(out):len(out)], bare)
	}
	return out
}

// exact returns the entry of a symbol as it stands in the data. A row that
// cannot be decoded is as if it were not there; a test decodes all.
func (c *Catalog) exact(symbol string) *Entry {
	if e, ok := c.extra[symbol]; ok {
		return e
	}
	line, ok := c.lines[symbol]
	if !ok {
		return nil
	}
	e := new(Entry)
	if json.Unmarshal([]byte(line), e) != nil {
		return nil
	}
	return e
}

// All returns all entries, in the order of the data. It decodes every row.
func All() ([]Entry, error) {
	var all []Entry
	err := eachRow(func(file, symbol, line string) error {
		var e Entry
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			return fmt.Errorf("catalog %s: %s: %w", file, symbol, err)
		}
		all = append(all, e)
		return nil
	})
	return all, err
}
