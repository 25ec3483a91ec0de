package catalog

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// A Kind says what a symbol is.
type Kind string

// Kinds of symbols.
const (
	Func            Kind = "func"
	Method          Kind = "method"
	InterfaceMethod Kind = "imethod"
	Field           Kind = "field" // set in a composite literal or by assignment
	Type            Kind = "type"  // made by a composite literal or new
	Var             Kind = "var"   // or constant
)

// Positions of arguments that are no index.
const (
	Last     = -1 // the last argument; of a variadic function the last element
	Receiver = -2 // the receiver
)

// An Arg says where an argument of a given meaning stands.
//
// Names: addr, url, dsn, host, port, database, topic, queue, exchange, key,
// query, table, limit, rate, burst, timeout, deadline, duration, interval,
// ttl, attempts, min, max, jitter, backoff, policy, fn (callback that it
// runs), handler, config (struct whose fields carry the values), opts, target
// (pointer that it fills), default, prefix, path, pattern, method, ctx, req,
// msg, desc, of (what a Wrap carries on), data, reader, name.
type Arg struct {
	Name  string
	Index int // 0-based, without the receiver; or Last or Receiver
}

// Args are the arguments of an entry, sorted by name.
type Args []Arg

// UnmarshalJSON reads {"name": index, ...}.
func (a *Args) UnmarshalJSON(b []byte) error {
	var m map[string]int
	if err := json.Unmarshal(b, &m); err != nil {
		return err
	}
	*a = fromMap(m)
	return nil
}

// UnmarshalYAML reads name: index, for catalog lines of a configuration file.
func (a *Args) UnmarshalYAML(unmarshal func(any) error) error {
	var m map[string]int
	if err := unmarshal(&m); err != nil {
		return err
	}
	*a = fromMap(m)
	return nil
}

// MarshalJSON writes {"name": index, ...}, by index and name.
func (a Args) MarshalJSON() ([]byte, error) {
	byIndex := slices.Clone(a)
	slices.SortStableFunc(byIndex, func(x, y Arg) int {
		if x.Index < 0 || y.Index < 0 {
			return y.Index - x.Index
		}
		return x.Index - y.Index
	})
	parts := make([]string, len(byIndex))
	for i, x := range byIndex {
		parts[i] = fmt.Sprintf("%q:%d", x.Name, x.Index)
	}
	return []byte("{" + strings.Join(parts, ",") + "}"), nil
}

func fromMap(m map[string]int) Args {
	a := make(Args, 0, len(m))
	for name, index := range m {
		a = append(a, Arg{name, index})
	}
	slices.SortFunc(a, func(x, y Arg) int { return strings.Compare(x.Name, y.Name) })
	return a
}

// A When says when a callback runs.
type When string

// Times of callbacks.
const (
	Now        When = "now"        // before the call returns, once
	Each       When = "each"       // before the call returns, once an element of a collection: a loop
	Parallel   When = "parallel"   // before the call returns, in goroutines that it waits for
	Later      When = "later"      // when something calls the result
	OnRequest  When = "request"    // once a request that is served
	PerMessage When = "message"    // once a message that is received
	Background When = "background" // in a goroutine that nobody waits for, or by a timer
	OnStart    When = "start"      // when the program starts
	OnStop     When = "stop"       // when the program stops
	OnCommand  When = "command"    // when the command is chosen on the command line
)

// An Entry says what one symbol means.
type Entry struct {
	Symbol     string   `json:"symbol" yaml:"symbol"`
	Kind       Kind     `json:"kind" yaml:"kind"`
	Role       Role     `json:"role" yaml:"role"`
	Op         string   `json:"op,omitempty" yaml:"op"`     // refines Role; see the roles
	Args       Args     `json:"args,omitempty" yaml:"args"` // where the arguments stand
	Technology string   `json:"technology,omitempty" yaml:"technology"`
	Sync       bool     `json:"sync,omitempty" yaml:"sync"`       // the calling goroutine waits for a remote answer, a lock, a timer or other goroutines
	Method     string   `json:"method,omitempty" yaml:"method"`   // HTTP verb, where the symbol fixes it; ANY
	Backoff    string   `json:"backoff,omitempty" yaml:"backoff"` // none, fixed, fixed+jitter, growing-no-jitter, growing+jitter, depends-on-argument, adds-jitter
	When       When     `json:"when,omitempty" yaml:"when"`       // when the callback runs; of all entries with an argument fn or handler
	Binds      []string `json:"binds,omitempty" yaml:"binds"`     // what the callback's parameters are, in order: ctx, request, answer, message, tx, conn, options (of what is made), element, recv, "arg:NAME", or _
	Result     string   `json:"result,omitempty" yaml:"result"`   // what a Wrap's result is to its argument: handler, client, conn, ctx, reader, value, option, listener, iterator
	Source     string   `json:"source,omitempty" yaml:"source"`   // what a Decode reads: file (arg path), data, reader, env, request, message, setting, value (arg data), receiver
	Format     string   `json:"format,omitempty" yaml:"format"`   // json, yaml, toml, hcl, ini, env, proto, form, ...; auto: by the extension of the file; nested: variables named after the enclosing fields too
	Tags       []string `json:"tags,omitempty" yaml:"tags"`       // struct tags that name a field's key, the first that is there wins; without one the field's name, ignoring case
	Reads      Reads    `json:"reads,omitempty" yaml:"reads"`     // environment variables that the library itself takes what is not configured from
	Notes      string   `json:"notes,omitempty" yaml:"notes"`
	Verified   string   `json:"verified,omitempty" yaml:"verified"` // source: checked against the library's source; docs: taken from its documentation
}

// Arg returns the position of an argument, and whether the entry has it.
func (e *Entry) Arg(name string) (index int, ok bool) {
	for _, a := range e.Args {
		if a.Name == name {
			return a.Index, true
		}
	}
	return 0, false
}

// Package returns the import path of the package that declares the symbol.
func (e *Entry) Package() string { return packageOf(e.Symbol, e.Kind) }

// packageOf cuts the import path out of a symbol: to the first dot after the
// last slash, but for dots that belong to a path such as gopkg.in/mgo.v2 or
// nats.go, which only the number of parts behind the path can tell.
func packageOf(symbol string, kind Kind) string {
	s := strings.TrimPrefix(strings.TrimPrefix(symbol, "("), "*")
	parts := 1
	if strings.HasPrefix(symbol, "(") {
		s = s[:strings.Index(s, ")")]
	} else if kind == Field {
		parts = 2
	}
	for range parts {
		i := strings.LastIndexByte(s, '.')
		if i < 0 {
			return s
		}
		s = s[:i]
	}
	return s
}

// check reports what is wrong with an entry that somebody wrote by hand.
func (e *Entry) check() error {
	switch e.Kind {
	case Func, Method, InterfaceMethod, Field, Type, Var:
	default:
		return fmt.Errorf("catalog entry %s: unknown kind %q", e.Symbol, e.Kind)
	}
	switch {
	case e.Symbol == "":
		return fmt.Errorf("catalog entry without symbol")
	case !e.Role.Valid():
		return fmt.Errorf("catalog entry %s: unknown role %q", e.Symbol, e.Role)
	case !e.Role.hasOp(e.Op):
		return fmt.Errorf("catalog entry %s: unknown op %q of role %s", e.Symbol, e.Op, e.Role)
	}
	for _, a := range e.Args {
		if a.Index < Receiver {
			return fmt.Errorf("catalog entry %s: position %d of %s", e.Symbol, a.Index, a.Name)
		}
	}
	return nil
}
