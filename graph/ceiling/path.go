package ceiling

import "github.com/coordlint/coordlint/graph"

// A Path is an endpoint, what a request takes from there, and how far it can
// scale. Rates are requests per second. Where numbers are intervals, XBound is
// the bound at their geometric means.
type Path struct {
	ID       string `json:"id"`
	Entry    string `json:"entry"` // name of the endpoint
	Service  string `json:"service"`
	Kind     string `json:"kind"`
	Label    string `json:"label"`    // the entry, with its service where others have one of that name
	Entrance bool   `json:"entrance"` // no other service calls it

	XBound     Value    `json:"x_bound"`
	XLow       Value    `json:"x_low"`  // with everything that is unknown at its worst
	XHigh      Value    `json:"x_high"` // with everything that is unknown at its best
	Binding    []string `json:"binding"`
	Next       string   `json:"next,omitempty"`
	XNext      Value    `json:"x_next"`
	Separation Value    `json:"separation"`
	Formula    string   `json:"formula,omitempty"` // of the bound, where all times in it are assumed
	Reason     string   `json:"reason,omitempty"`  // why no bound was found

	// Branches are what requests may leave out and that lowers the bound where
	// all of them take it, the lowest first; XBound is without them. OnlyIf says,
	// where without them there is no bound, that XBound is of requests that take
	// them: the branch, or a zero site for all of them.
	Branches []Taking    `json:"branches,omitempty"`
	OnlyIf   *graph.Site `json:"only_if,omitempty"`

	Ceiling    Ceiling `json:"ceiling"`
	HPA        []HPA   `json:"hpa,omitempty"`          // of scalers on CPU, where the time on a core is known
	Scalers    []Fires `json:"scalers_need,omitempty"` // of scalers on CPU, where it is not
	Accept     *Accept `json:"x_accept,omitempty"`
	ResponseMS float64 `json:"response_ms_without_waiting"`

	SyncDepth    int       `json:"sync_depth"`
	SyncCalls    float64   `json:"sync_calls_per_request"`
	Coordination []string  `json:"coordination_points"`
	Stations     []Station `json:"stations"` // the tightest first

	AmplifiedWorst    float64    `json:"retry_amplification_worst"`
	AmplifiedExpected float64    `json:"retry_amplification_expected"`
	Storm             *Storm     `json:"storm,omitempty"`
	Cold              *Point     `json:"cold_caches,omitempty"` // with no cache having anything
	Brownouts         []Brownout `json:"brownouts,omitempty"`   // the lowest first
	Deadlocks         []Deadlock `json:"deadlocks,omitempty"`

	Sensitivity   []Sensitivity `json:"sensitivity,omitempty"` // the unknowns that matter, the first most
	NoneMatters   bool          `json:"no_unknown_matters"`    // the bound is the same whatever the unknowns are
	Change        *Change       `json:"change_first,omitempty"`
	NotModelled   []string      `json:"not_modelled"`
	Assumptions   []Assumption  `json:"assumptions"`
	AssumptionsOf int           `json:"assumptions_total"`
	StationsOf    int           `json:"stations_total"`

	Curve NamedList[Throughput] `json:"throughput_at_users,omitempty"` // by number of concurrent users
}

// Fires says how long a request must be on a core of a service so that its
// scaler fires before the ceiling. Less, and the scaler never fires: the
// service stays as it is. The target counts as a share of what a replica may use.
type Fires struct {
	Service string  `json:"service"`
	Target  float64 `json:"target"`
	CPUMS   float64 `json:"cpu_ms_at_least"`
}

// listed is how many stations, assumptions or unknowns a path lists at most.
const listed = 60

// A Station is a place on a path with finite capacity, or one that would have
// it if somebody said how much.
type Station struct {
	Resource   string          `json:"resource"`
	Label      string          `json:"label"`
	Kind       string          `json:"kind"`
	Capacity   Value           `json:"capacity"` // servers, or tokens per second, over all replicas
	Unit       string          `json:"capacity_unit,omitempty"`
	From       *graph.Quantity `json:"capacity_from,omitempty"` // of one replica where it is per replica
	Declared   graph.Site      `json:"declared,omitzero"`
	DemandMS   float64         `json:"demand_ms"`
	DemandLow  float64         `json:"demand_ms_low"`
	DemandHigh float64         `json:"demand_ms_high"`
	Visits     float64         `json:"visits"`
	Times      string          `json:"times_source,omitempty"` // the least trusted source among its times
	MeasuredIn []string        `json:"measured_in,omitempty"`  // the files that its measured times come from
	Hold       graph.Site      `json:"hold,omitzero"`          // where a request takes it
	XMax       Value           `json:"x_max"`
	Scales     bool            `json:"scales"` // with replicas
	Sync       bool            `json:"sync"`   // the caller waits for it

	// Optional says that a request may go without it; demand and XMax are then of
	// those that take every branch.
	Optional bool `json:"optional,omitempty"`

	// Branch is the condition of the branch without which a request goes without
	// it; nil if there is no one such branch.
	Branch *graph.Site `json:"branch,omitempty"`
}

// A Taking is the bound where every request takes a branch that it might leave
// out.
type Taking struct {
	Site    graph.Site `json:"site,omitzero"` // of the condition; zero for all branches together
	X       Value      `json:"x"`
	Binding []string   `json:"binding"`
}

// A Brownout is the bound while something that is waited for hangs until the
// timeouts found in the code.
type Brownout struct {
	Dependency string   `json:"dependency"` // "" for all at once
	X          Value    `json:"x"`
	Binding    []string `json:"binding"`
}

// A Change is what to change first, and what that gains.
type Change struct {
	Stations []string `json:"stations"`
	To       Value    `json:"to"`   // the bound once they bind no more; none: no other bound is known
	Gain     Value    `json:"gain"` // To over the bound
	Then     string   `json:"then,omitempty"`
	Text     string   `json:"text"`
}

// A Break is a station that is used up at some multiple of the expected load.
type Break struct {
	Station string  `json:"station"`
	Label   string  `json:"label"`
	Factor  float64 `json:"factor"` // multiple of the load at which it has no capacity left
	Scales  bool    `json:"scales"` // more replicas add to it

	// OnlyIf says under which condition: that every request takes some branch. It
	// is empty where all requests use the station.
	OnlyIf string `json:"only_if,omitempty"`
}
