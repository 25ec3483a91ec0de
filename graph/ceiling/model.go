package ceiling

import "github.com/coordlint/coordlint/graph"

// A Model is a system as numbers: what Decode reads from a case and what Build
// makes of a graph.
type Model struct {
	ID         string       `json:"id"`
	Kind       string       `json:"kind,omitempty"` // what a case is for: domain, usl, metastable, ...
	Parameters Parameters   `json:"parameters"`
	Services   []*Service   `json:"services"`
	Resources  []*Resource  `json:"resources"`
	Operations []*Operation `json:"operations"`
	Paths      []*Request   `json:"paths"`
	Unknowns   []*Unknown   `json:"unknowns,omitempty"`

	// Data holds measured points (N, X) of a case of kind "usl".
	Data [][2]float64 `json:"data,omitempty"`
}

// Parameters are the circumstances of a model: who calls it and, for the rule
// of permanent overload, what it does with too many calls.
type Parameters struct {
	ThinkMS float64 `json:"think_ms"`        // milliseconds that a user waits between requests
	Users   []int   `json:"users,omitempty"` // concurrent users at which the curve is wanted

	CapacityPerS    float64 `json:"capacity_per_s,omitempty"` // attempts per second that the callee finishes; 0: Servers over ServiceMS
	Servers         float64 `json:"servers,omitempty"`        // attempts that it works on at once
	ServiceMS       float64 `json:"service_ms,omitempty"`     // for each
	Attempts        float64 `json:"attempts,omitempty"`       // attempts of a request, the first included
	RetryBudget     float64 `json:"retry_budget,omitempty"`   // retries as a share of the requests; 0: no budget
	ClientTimeoutMS float64 `json:"client_timeout_ms,omitempty"`
	Queue           string  `json:"queue,omitempty"` // "FIFO, unbounded" or "FIFO, at most N"
}

// A Service runs operations. Each call occupies one slot of a replica until it
// returns.
type Service struct {
	ID           string   `json:"id"`
	Replicas     Num      `json:"replicas"`
	HPAMax       *Num     `json:"hpa_max"`                 // nil: no scaler
	Concurrency  *Num     `json:"concurrency_per_replica"` // nil: one goroutine a request, no bound
	Cores        *Num     `json:"cores_per_replica"`       // nil: CPU is not modelled
	Scalable     bool     `json:"scalable"`                // false: more replicas do not add capacity
	HPACPUTarget *float64 `json:"hpa_cpu_target,omitempty"`
}

// Scopes of resources.
const (
	Global     = "global"
	PerReplica = "per_replica"
)

// A Resource is what requests wait for. It has servers, a rate, or both;
// neither means that it has no bound.
type Resource struct {
	ID      string `json:"id"`
	Kind    string `json:"kind"`                 // pool, datastore, cache, lock, rate_limit, external, queue, cpu
	Scope   string `json:"scope"`                // Global or PerReplica
	Of      string `json:"of,omitempty"`         // the service whose replicas multiply it
	Servers *Num   `json:"servers,omitempty"`    // requests served at once
	Rate    *Num   `json:"rate_per_s,omitempty"` // requests per second
}

// An Operation is what one call of a service does: its steps in order.
type Operation struct {
	ID      string  `json:"id"`
	Service string  `json:"service"`
	Inline  bool    `json:"inline,omitempty"` // a part of other operations of the service, with no slot of its own
	Steps   []*Step `json:"steps"`
}

// A Request is a kind of request: an entry operation and its share of all requests.
type Request struct {
	ID    string   `json:"id"`
	Entry string   `json:"entry"`
	Mix   *float64 `json:"mix,omitempty"` // nil: equal shares
}

// An Unknown is a number that is known only as an interval.
type Unknown struct {
	Name string  `json:"name"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	Unit string  `json:"unit,omitempty"`

	// Taken is not 0 for the share of a branch that requests may leave out: it is
	// then the value where they take it, and the middle of the interval is Low.
	Taken float64 `json:"taken,omitempty"`
}

// StepKind says what a Step does.
type StepKind string

// Kinds of steps. The names are the keys of the JSON form.
const (
	StepCPU    StepKind = "cpu_ms"        // MS of the service's CPU
	StepWait   StepKind = "wait_ms"       // MS that only keep what is already held
	StepUse    StepKind = "use"           // one server of Target for MS
	StepHold   StepKind = "hold"          // acquire Target, run Steps, release
	StepCall   StepKind = "call"          // call operation Target and wait
	StepAsync  StepKind = "async"         // send to operation Target without waiting
	StepDo     StepKind = "do"            // the steps of the inline operation Target
	StepLimit  StepKind = "limit"         // pass the rate limiter Target
	StepRepeat StepKind = "repeat"        // Steps, N times in the mean
	StepProb   StepKind = "prob"          // Steps with probability N
	StepEither StepKind = "either"        // one of Branches: N is 0 for the cheapest at every station, 1/2 for equal shares, 1 for the dearest
	StepPar    StepKind = "par"           // Branches at the same time; join all
	StepEach   StepKind = "parallel_each" // Steps N times, AtMost at the same time; join all
	StepRetry  StepKind = "retry"         // Steps again until an attempt succeeds
)

// A Step is one node of what an operation does. Steps may be shared; they are
// not changed once the model is made.
type Step struct {
	Kind     StepKind
	Target   string    // of use, hold and limit a resource; of call and async an operation
	MS       Num       // of cpu, wait and use
	Timeout  *Num      // milliseconds after which a wait is given up; used by the brownout only
	N        Num       // of repeat, prob, each and either
	AtMost   *Num      // of each; nil: all at the same time
	Retry    Retry     // of retry
	Steps    []*Step   // of hold, repeat, prob, each and retry
	Branches [][]*Step // of par and either
	Miss     bool      // of prob: the miss of a cache
	Source   string    // of MS: a source of graph.Quantity; "" if nothing says
	File     string    // of MS: what it was measured in, if it was
	Site     graph.Site
}

// Retry says how often a retry step tries. A failed attempt costs its full
// time; after the last the request goes on. Coins do not depend on load.
type Retry struct {
	Attempts Num   // the first included
	FailProb Num   // share of the attempts that fail
	Backoff  []Num // milliseconds before the second, third, ... attempt
}
