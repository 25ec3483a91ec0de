package link

import (
	"slices"
	"testing"

	"golang.org/x/tools/txtar"
)

// Parameters that no operation depends on tell no contexts apart.
func TestFlowGraph(t *testing.T) {
	in := compiled(t, txtar.Parse([]byte(`
-- go.mod --
module example.com/flow

go 1.22
-- main.go --
package main

import (
	"errors"
	"net/http"
	"os"
)

type client struct{ base string }

type getter interface{ get(path string) error }

func (c *client) get(path string) error {
	_, err := http.Get(c.base + path)
	return err
}

type option func(*client)

func at(base string) option { return func(c *client) { c.base = base } }

func dial(name string, opts ...option) *client {
	c := &client{}
	for _, o := range opts {
		o(c)
	}
	return c
}

func into(target *string, env string) { *target = os.Getenv(env) }

type checker struct{ errs []error }

func (c *checker) require(field, value string) {
	if value == "" {
		c.errs = append(c.errs, missing(field))
	}
}

func missing(field string) error { return errors.New(field + " is missing") }

func fetch(g getter, label, path string) error {
	var c checker
	c.require(label, path)
	return errors.Join(append(c.errs, g.get(path))...)
}

func main() {
	var base string
	into(&base, "BASE")
	if err := fetch(dial("a", at(base)), "path", "/a"); err != nil {
		panic(err)
	}
}
`)))
	p := newProgram(in.Catalog, in.Modules[0].Packages)
	for _, c := range []struct {
		fn   string
		want []bool
	}{
		{"(*example.com/flow.client).get", []bool{true, true}},
		{"example.com/flow.at", []bool{true}},
		{"example.com/flow.dial", []bool{false, true}},
		{"example.com/flow.into", []bool{true, true}},
		{"example.com/flow.fetch", []bool{true, false, true}},
		{"(*example.com/flow.checker).require", []bool{false, false, false}},
		{"example.com/flow.missing", []bool{false}},
	} {
		if got := p.counts[p.body(c.fn)]; !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.fn, got, c.want)
		}
	}
}
