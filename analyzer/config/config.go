// Package config reads coordlint.yaml, the file in which people say what no
// code says: times that were measured, limits that stand in contracts, facts
// that they accept, findings and gaps that they live with, what their own
// wrappers do, and which service an address means.
//
// Reading needs nothing but the file; what it says is matched with a system
// after linking. What matches nothing is a Gap with its line: a number that
// nobody uses is a mistake of the one who wrote it.
//
// The package imports the packages whose data it fills: graph, graph/ceiling,
// rules and analyzer/catalog. The format is described by Schema.
package config

import (
	"bytes"
	_ "embed" // for Schema
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"gopkg.in/yaml.v3"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/graph"
)

// Version is the version of the format that this package reads.
const Version = 1

//go:embed schema.json
var schema string

// Schema returns the JSON Schema of the format, draft 2020-12.
func Schema() string { return schema }

// Names lists the file's names, the first that is there counts.
func Names() []string { return []string{"coordlint.yaml", ".coordlint.yaml"} }

// A Config is what the configuration file of a root says. The zero Config says
// nothing.
type Config struct {
	name string // of the file, relative to the root; "" if there is none
	text []byte
	file file
}

// An Error is a mistake in the configuration file.
type Error struct {
	Site graph.Site
	Text string
}

// Error returns FILE:LINE: TEXT.
func (e *Error) Error() string { return e.Site.String() + ": " + e.Text }

// Read reads the configuration file of the root directory. Without a file it
// returns a Config that says nothing. It returns an error if the file cannot be
// read, and one that joins an Error for each mistake in it: an unknown key, a
// value of the wrong type, an unknown rule, an entry that names nothing.
func Read(root string) (*Config, error) {
	for _, name := range Names() {
		text, err := os.ReadFile(filepath.Join(root, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return Parse(name, text)
	}
	return &Config{}, nil
}

// Parse is Read of a file's text; name is how errors call it.
func Parse(name string, text []byte) (*Config, error) {
	c := &Config{name: name, text: text}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(&c.file); err != nil && !errors.Is(err, io.EOF) {
		return nil, c.reworded(err)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, c.reworded(err)
	}
	c.place(&doc)
	if err := errors.Join(c.check()...); err != nil {
		return nil, err
	}
	return c, nil
}

// Name returns the name of the file relative to the root, "" if there is none.
func (c *Config) Name() string { return c.name }

// Text returns the bytes that were read.
func (c *Config) Text() []byte { return c.text }

// Environment returns the deployment environment to analyse, "" if the file
// names none.
func (c *Config) Environment() string { return c.file.Environment }

// Entries returns the lines for the catalog: what in-house functions mean.
func (c *Config) Entries() []catalog.Entry {
	var out []catalog.Entry
	for _, e := range c.file.Catalog {
		out = append(out, e.Entry)
	}
	return out
}

// An Alias says what an address means that nothing in the tree explains.
type Alias struct {
	Address  string // host, host:port, or the name of the variable or setting that holds it
	Service  string // id of the service that answers
	Resource string // or the host of the resource that it is
}

// AliasList returns what addresses mean.
func (c *Config) AliasList() []Alias {
	var out []Alias
	for _, a := range c.file.Aliases {
		out = append(out, Alias{a.Address, a.Service, a.Resource})
	}
	return out
}

func (c *Config) at(line int) graph.Site { return graph.Site{File: c.name, Line: line} }

func (c *Config) gap(line int, format string, args ...any) graph.Gap {
	return graph.Gap{Kind: "config", Site: c.at(line), Text: fmt.Sprintf(format, args...)}
}
