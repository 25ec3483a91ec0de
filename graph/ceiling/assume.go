package ceiling

import "github.com/coordlint/coordlint/graph"

// An Assumption is something that a result rests on and that nothing in the
// system says.
type Assumption struct {
	Name string     `json:"name,omitempty"` // of the unknown, such as "t(payment-db)"; "" if it is no number
	Text string     `json:"text"`
	Low  float64    `json:"low,omitempty"`
	High float64    `json:"high,omitempty"`
	Unit string     `json:"unit,omitempty"`
	Site graph.Site `json:"site,omitzero"`

	Service string `json:"service,omitempty"` // id of the service that it concerns, if it is no number
}

// A class is the interval of a number of which only the kind is known. The
// intervals are wide and our own: no literature gives them.
type class struct {
	name      string
	low, high float64
	unit      string
}

// Classes of unknown numbers.
var (
	classCache  = class{"cache access", 0.1, 1, "ms"}
	classQuery  = class{"indexed query", 0.5, 10, "ms"}
	classWork   = class{"own work of a call", 1, 50, "ms"}
	classVendor = class{"call of an external system", 20, 500, "ms"}
	classLock   = class{"lock service", 1, 10, "ms"}
	classSend   = class{"acknowledged message", 0.5, 10, "ms"}
	classIO     = class{"file, process or channel", 0.5, 10, "ms"}
	classRounds = class{"rounds of a loop over data", 1, 10, "rounds"}
	classBranch = class{"probability of a branch", 0.1, 1, "probability"}

	// classOptional is of what requests may leave out. Its middle is 0.
	classOptional = class{"share of the requests that take the branch", 0, 1, "probability"}
)

// classOf returns the class of a use of a resource.
func classOf(r *graph.Resource, edgeKind string) class {
	switch {
	case edgeKind == graph.EdgeLock || r.Kind == graph.Lock || r.Kind == graph.Coordinator:
		return classLock
	case r.Kind == graph.External:
		return classVendor
	case r.Kind == graph.Cache || edgeKind == graph.EdgeCache:
		return classCache
	case r.Kind == graph.Topic || r.Kind == graph.Queue:
		return classSend
	}
	return classQuery
}
