package ceiling

// A Result is what Solve says about a model. Rates are per second.
type Result struct {
	Case string `json:"case"`

	Demands     []Demand `json:"demands"` // by x_max, then by name
	XBound      Value    `json:"x_bound"` // no more requests than this; the mix's total
	Binding     []string `json:"binding"` // every station that sets it
	NextBinding *string  `json:"next_binding"`
	XNext       Value    `json:"x_next"`
	Separation  Value    `json:"separation"`                  // x_next / x_bound; 1 at a tie; none without a runner-up
	ResponseMS  float64  `json:"response_ms_without_waiting"` // uncontended
	Accept      *Accept  `json:"x_accept,omitempty"`          // only if something is sent without waiting

	Ceiling Ceiling          `json:"ceiling"`
	Alone   NamedList[Point] `json:"alone"`  // by path, the others being idle
	Region  []Inequality     `json:"region"` // what all paths' rates together must satisfy

	Structure Structure  `json:"structure"`
	Deadlock  *Deadlock  `json:"deadlock,omitempty"`
	Deadlocks []Deadlock `json:"deadlocks,omitempty"` // all of them, if there are several
	HPA       *HPA       `json:"hpa,omitempty"`
	HPAs      []HPA      `json:"hpa_services,omitempty"` // all of them, if there are several
	Brownout  *Point     `json:"brownout,omitempty"`     // with everything that has a timeout taking it

	*Interval

	Curve NamedList[Throughput] `json:"throughput_at_users,omitempty"`

	*USL      // of a case of kind "usl"
	*Overload // of a case of kind "metastable"
}

// A Demand is what one request takes of a station and the rate that this allows.
type Demand struct {
	Resource string   `json:"resource"`
	Kind     string   `json:"kind"`
	Capacity Value    `json:"capacity"`                // servers; of a limiter tokens per second
	Unit     string   `json:"capacity_unit,omitempty"` // "1/s" of a limiter
	DemandMS *float64 `json:"demand_ms,omitempty"`     // milliseconds of servers; nil for a limiter
	Visits   *float64 `json:"visits,omitempty"`        // tokens; nil but for a limiter
	XMax     Value    `json:"x_max"`
}

// A Point is a rate and the stations that set it.
type Point struct {
	X       Value    `json:"x"`
	Binding []string `json:"binding"`
}

// Accept is what the synchronous part can take while a backlog grows elsewhere.
type Accept struct {
	X       Value    `json:"x"`
	Binding []string `json:"binding"`
	Meaning string   `json:"meaning"`
}

// Ceiling is the bound at three numbers of replicas.
type Ceiling struct {
	Now      Point `json:"now"`
	HPAMax   Point `json:"hpa_max"`  // every scaler at its maximum
	Infinity Point `json:"infinity"` // what does not scale is all that is left
}

// An Inequality bounds the paths' rates: the sum of coefficient times rate is
// at most AtMost.
type Inequality struct {
	Resource     string             `json:"resource"`
	AtMost       float64            `json:"at_most"`
	Unit         string             `json:"unit"`
	Coefficients NamedList[float64] `json:"coefficients"`
}

// Structure is what needs no times.
type Structure struct {
	SyncDepth          int                `json:"sync_depth"` // service hops of the longest nested chain
	SyncCalls          NamedList[float64] `json:"sync_calls_per_request"`
	CoordinationPoints []string           `json:"coordination_points"` // what does not scale and is waited for
	AmplifiedWorst     float64            `json:"retry_amplification_worst"`
	AmplifiedExpected  float64            `json:"retry_amplification_expected"`
	Storm              *Storm             `json:"storm,omitempty"` // only if something is tried again
}

// A Storm tells stable load from load that one disturbance makes permanent
// overload: Bronson et al., Metastable Failures in Distributed Systems, HotOS
// 2021. It assumes that callers do not slow down.
type Storm struct {
	Healthy    Value    `json:"x_healthy"`  // no attempt fails
	AllFail    Value    `json:"x_all_fail"` // every attempt fails
	Vulnerable [2]Value `json:"vulnerable_between"`
	Binding    []string `json:"binding_all_fail"`
}

// A Deadlock is a station of which one request takes several servers one
// inside the other, or several stations that requests take in different orders.
type Deadlock struct {
	Possible     bool     `json:"possible"` // false: what encloses it admits too few requests
	Resource     string   `json:"resource"`
	Order        []string `json:"order,omitempty"` // several stations that are taken in different orders; Resource is the first
	Nested       int      `json:"nested_acquisitions"`
	SafeReplica  *int     `json:"safe_in_flight_per_replica,omitempty"` // where there are several: all requests may meet in one
	SafeInFlight int      `json:"safe_in_flight"`
	Why          string   `json:"why"`
}

// An HPA says whether a scaler that looks at CPU fires before the ceiling.
type HPA struct {
	Service     string  `json:"service"`
	Utilisation float64 `json:"cpu_utilisation_at_ceiling"`
	Target      float64 `json:"target"`
	Fires       bool    `json:"fires"`
	Reachable   Value   `json:"x_reachable"` // the ceiling with the scalers that fire at their maximum
}

// Throughput is a point of the curve over concurrent users.
type Throughput struct {
	X         Value `json:"value"`     // by decomposition, for exponential times
	Asymptote Value `json:"asymptote"` // min(N/(R+Z), bound)
}

// An Interval is what remains of a bound when some numbers are intervals. The
// bound falls in every time, so two evaluations give its ends.
type Interval struct {
	Low           Value         `json:"x_low"`
	BindingLow    []string      `json:"binding_at_worst"`
	High          Value         `json:"x_high"`
	BindingHigh   []string      `json:"binding_at_best"`
	Mid           Value         `json:"x_mid"`
	BindingMid    []string      `json:"binding_mid"`
	MidMeaning    string        `json:"mid"`
	Sensitivity   []Sensitivity `json:"sensitivity"`
	MostSensitive *string       `json:"most_sensitive"` // nil: no unknown matters
}

// Sensitivity is the effect of one unknown, the others at their geometric means.
type Sensitivity struct {
	Unknown     string   `json:"unknown"`
	XAtLow      Value    `json:"x_at_low"`
	XAtHigh     Value    `json:"x_at_high"`
	Swing       Value    `json:"swing"` // x_at_low / x_at_high
	BindingLow  []string `json:"binding_at_low"`
	BindingHigh []string `json:"binding_at_high"`
	Flip        *float64 `json:"flip,omitempty"` // the value at which another station binds
}
