package ceiling

import "github.com/coordlint/coordlint/graph"

// What says which number a Declared gives.
type What string

// Numbers that a user may declare, or that measurements give. Times are
// milliseconds.
const (
	WhatTime     What = "time"     // of a resource: what one use occupies; of a service: its own work, without what it waits for elsewhere
	WhatNetwork  What = "network"  // of a call between services: what it takes beyond the callee's time
	WhatCPU      What = "cpu"      // of a service's endpoint: time on a core
	WhatRate     What = "rate"     // of a resource: requests per second that it accepts from all callers together
	WhatServers  What = "servers"  // of a resource: requests that it works on at once, such as a database's cores
	WhatSlots    What = "slots"    // of a service: requests that one replica works on at once
	WhatCores    What = "cores"    // of a service: cores of one replica
	WhatReplicas What = "replicas" // of a service
	WhatHPAMax   What = "hpa_max"  // of a service
	WhatHit      What = "hit"      // of a cache: the share of look-ups that find something
	WhatProb     What = "prob"     // of a branch, at Site: the probability of its first alternative
	WhatCount    What = "count"    // of a loop, at Site: rounds in the mean
	WhatFails    What = "fails"    // of calls: the share of attempts that fail
)

// A Declared is one number of the configuration file, or a measured one, and
// what it is about. Selectors that are empty fit everything; of those that fit,
// the one with most selectors counts, then the more trusted, then the later.
type Declared struct {
	What      What
	Service   string     // id of the service whose code it concerns: the caller, or the owner
	Target    string     // id of the resource or service that is used
	Operation string     // of the target: RPC full name, "VERB /path", SQL verb and table
	Site      graph.Site // file and line of the step; the column is ignored
	Value     graph.Quantity
}

// A Share is the part of all requests that enters by one path.
type Share struct {
	Path  string // id of a path, or the name of its endpoint
	Share float64
}

// Declarations are all numbers that come from outside the code.
type Declarations struct {
	Numbers []Declared
	Mix     []Share // shares of the paths, for the point on the ray
	Loads   []Share // requests per second of the paths that are expected
}

type declaredKey struct {
	what   What
	target string
}

// declarations is Declarations with an index.
type declarations map[declaredKey][]Declared

func (d Declarations) index() declarations {
	out := declarations{}
	for _, n := range d.Numbers {
		k := declaredKey{n.What, n.Target}
		out[k] = append(out[k], n)
	}
	return out
}

var trust = []string{graph.Assumed, graph.Derived, graph.Declared, graph.Measured}

func trustOf(source string) int {
	for i, s := range trust {
		if s == source {
			return i
		}
	}
	return 0
}

// find returns the number that fits best, or nil.
func (d declarations) find(what What, service, target, operation string, site graph.Site) *graph.Quantity {
	var best *graph.Quantity
	most := -1
	consider := func(list []Declared) {
		for i, n := range list {
			score := 0
			fits := func(selector, value string) bool {
				if selector != "" {
					score += len(trust)
				}
				return selector == "" || selector == value
			}
			if !fits(n.Service, service) || !fits(n.Target, target) || !fits(n.Operation, operation) {
				continue
			}
			if !n.Site.IsZero() {
				if n.Site.File != site.File || n.Site.Line != site.Line {
					continue
				}
				score += len(trust)
			}
			if score += trustOf(n.Value.Source); score >= most {
				most, best = score, &list[i].Value
			}
		}
	}
	consider(d[declaredKey{what, ""}])
	if target != "" {
		consider(d[declaredKey{what, target}])
	}
	return best
}
