// Package measured defines the file in which "coordlint calibrate" leaves what
// was measured, and reads it for the analyses that follow. The file stands
// beside coordlint.yaml and is meant to be kept with the code. Its format is
// described by Schema.
//
// The package imports graph and graph/ceiling only.
package measured

import (
	_ "embed" // for Schema
	"time"

	"github.com/coordlint/coordlint/graph"
)

// Version is the version of the format that this package reads and writes.
const Version = 1

// Name is the file's name at the root of a system, unless another is asked for.
const Name = "coordlint.measured.json"

// None is given as a file's name by who wants nothing to be read.
const None = "none"

//go:embed schema.json
var schema string

// Schema returns the JSON Schema of the format, draft 2020-12.
func Schema() string { return schema }

// A File is what was measured in a system. Times are milliseconds.
type File struct {
	Version int      `json:"version"`
	Sources []Source `json:"sources"` // by file
	Times   []Time   `json:"times"`   // by what, service, target, operation

	name string // for messages, and as the site of its numbers
	text []byte
}

// A Source is a file that was read.
type Source struct {
	File   string    `json:"file"` // relative to the root if it is below it, else its name alone
	From   time.Time `json:"from"` // of the first span or sample
	To     time.Time `json:"to"`
	Spans  int       `json:"spans,omitempty"`
	Series int       `json:"series,omitempty"`
}

// What says which time a Time is.
type What string

// Times that are measured.
const (
	Own     What = "own"     // a service's own work for one request, without what it waits for elsewhere
	Use     What = "use"     // one use of a resource, as its caller sees it
	Network What = "network" // of a call between services, beyond the time of the callee
)

// A Time is how long something takes.
type Time struct {
	What      What      `json:"what"`
	Service   string    `json:"service"`             // id of the service that works, or calls
	Target    string    `json:"target,omitempty"`    // id of the resource that is used, or of the service that is called
	Operation string    `json:"operation,omitempty"` // the endpoint, or the target's operation; "": all of them together
	Mean      Span      `json:"mean_ms"`
	P50       *float64  `json:"p50_ms,omitempty"`
	P95       *float64  `json:"p95_ms,omitempty"`
	P99       *float64  `json:"p99_ms,omitempty"`
	Total     *float64  `json:"total_ms,omitempty"` // of own: the mean of all of the request
	Count     int       `json:"count"`              // requests, uses or calls that were measured
	Files     []string  `json:"files"`              // of Sources
	From      time.Time `json:"from"`
	To        time.Time `json:"to"`
	Note      string    `json:"note,omitempty"` // why it is an interval

	site graph.Site
}

// A Span is the least and the greatest that a mean can be. In JSON it is one
// number if they are the same, else two.
type Span struct{ Low, High float64 }
