package graph

// StepKind says what a Step is.
type StepKind string

// Kinds of steps. Inner steps hold Steps; Call, Wait and Limit are leaves.
const (
	Seq    StepKind = "seq"    // Steps one after another
	Call   StepKind = "call"   // uses an edge and waits for its answer, unless Async
	Hold   StepKind = "hold"   // acquires Lock, does Steps, releases
	Loop   StepKind = "loop"   // Steps, Times times
	Branch StepKind = "branch" // each of Steps with its Prob, at most one of them
	Par    StepKind = "par"    // Steps at the same time; the request waits for all of them
	Each   StepKind = "each"   // Steps once per element, at the same time, at most Limit at once; the request waits
	Spawn  StepKind = "spawn"  // Steps in a goroutine that the request does not wait for
	Try    StepKind = "try"    // Steps tried again by Retry
	Wait   StepKind = "wait"   // sleeps Time
	Limit  StepKind = "limit"  // passes a rate limiter
)

// A Step is one node of the tree of what a request does. The zero value of a
// field means that it does not apply or is not known.
type Step struct {
	Kind  StepKind
	Site  Site   // of the call, the lock, the loop, the go statement
	Func  string // the function that the site stands in
	Steps []*Step

	// Stack leads from the function of the enclosing Step to this one: the
	// sites of the calls in between, outermost first. The whole way to a step
	// is the concatenation of the stacks of its ancestors.
	Stack []Frame

	// If is the condition behind which the step stands, where a request that
	// does not meet it leaves the step out and is served all the same; zero:
	// whoever comes here does it. The alternatives of a Branch have none of their
	// own, nor has what is done only after a failure or on a cache's miss.
	If Site

	// Call.
	To         string    // id of the service or resource
	EdgeKind   string    // kind of the edge
	Operation  string    // RPC full name, "VERB /path", SQL text's verb and table, command
	Effect     Effect    // what it does to the target
	Async      bool      // does not wait for the target's answer
	Stream     bool      // opens a stream, or sends on one
	Message    bool      // sends or receives on a stream that is open already: no call of its own
	Reply      bool      // publishes the answer to a message, where that asked for it
	Deadline   *Deadline // what bounds the wait
	Answer     Answer    // what becomes of the answer
	Needs      []int     // ids of the earlier steps of the endpoint whose answers flow into this one's arguments or decide whether it is made; leaving on an error is no such decision; an id not smaller than its own stands for the answer of the round before, as with pages and cursors
	ID         int       // unique in the endpoint's body, in program order from 1; calls only
	Idempotent bool      // may be made twice: the statement itself says what becomes of a row that is there already
	Tx         bool      // runs on a connection that an enclosing Hold already holds
	Time       *Quantity // milliseconds that one use occupies the target
	Certain    bool
	OnError    []int      // ids of the earlier calls after whose failure alone it is made: compensations and fallbacks
	Draws      *Counter   // the counter that its id comes from, where the call itself tells; nil: none, or only the schema does
	IDs        []Site     // where the id is read that the target gave to what was written
	AnswerAt   Site       // where the answer is dropped or only logged, if a wrapper hands it on: the wrapper's call; zero: Site
	Partition  *Partition // the partition or shard that the call goes to; nil: no partitioned target, or not known
	Startup    bool       // behind a once-guard or a loaded-already test: not on every request
	Releases   bool       // gives back a lock: its failure is nobody's to handle
	Excludes   []int      // ids of earlier calls that no request makes in one round together with this one, where no Branch says so

	// Hold.
	Lock *LockInfo

	// Loop, Each.
	Times  *Quantity // mean number of rounds; nil: depends on data
	Over   string    // the collection, as the source names it; the number or condition where Rounds says so
	Rounds bool      // Loop, Each: Over is the number of rounds, or the condition under which there is another
	Data   bool      // the number of rounds depends on data
	Fed    bool      // Loop over what is received from a channel
	Limit  *Quantity // Each, Spawn: how many run at once; nil: no bound
	Joined bool      // Spawn inside a background worker that somebody awaits

	// Branch. Probs[i] belongs to Steps[i]; nil: unknown.
	Probs []*Quantity
	Hit   bool // the branch is the miss of a cache
	Fails bool // the branch is taken only when an earlier call failed: a compensation, a fallback
	Skip  bool // a request may do none of Steps and succeed; a single one of Steps may always be left out

	// Try.
	Retry *Retry

	// Limit.
	Rate *Quantity // events a second
	Of   string    // whose limiter: id of the resource that is spared, or ""
}

// A Partition says what chooses the partition that a write or a message goes to.
type Partition struct {
	Kind string // "constant", "low" (a few values: a bool, an enum, a date), "request" (chosen by request data), "unknown"
	Text string // the key as the source names it
	Site Site
}

// A Frame is one function call on the way to a step.
type Frame struct {
	Func  string // the callee
	Site  Site   // the call
	Wraps bool   // the callee stands in another package and is called through an interface: a wrapper of what is inside
}

// Effect says what a call does to its target.
type Effect string

// Effects of calls.
const (
	EffectUnknown Effect = ""
	Read          Effect = "read"
	Write         Effect = "write"
)

// Answer says what the caller does with a call's answer.
type Answer string

// Fates of answers.
const (
	AnswerUnknown Answer = ""
	AnswerUsed    Answer = "used"       // its value is used
	AnswerError   Answer = "error"      // only its error is used, and it decides something
	AnswerLogged  Answer = "logged"     // only its error is used, and only to log or count it
	AnswerDropped Answer = "dropped"    // nothing of it is used
	AnswerSpawned Answer = "background" // nobody waits for it
)

// A Deadline says what bounds the wait for a call.
type Deadline struct {
	Kind   string    // "none": nothing on the way; "request": the caller's own context decides; "context", "client", "library", "dsn", "server", "mesh": that; "unknown"
	Time   *Quantity // milliseconds
	Site   Site      // where it is set, or where the context was lost
	Reason string    // for none: "context.Background", "context dropped", "client without timeout", ...
}

// LockInfo describes what a Hold holds.
type LockInfo struct {
	ID        string // the same for all holds of one lock
	Name      string // as the source names it: PKG.var, PKG.Type.field
	Kind      string // mutex, rwmutex, rwmutex-read, channel, semaphore, transaction, connection, redis, etcd, consul, advisory, row, ...
	Scope     string // process, service (all replicas), request (made per request), keyed (chosen by request data)
	Exclusive bool   // false for read locks
	Servers   *Quantity
	Resource  string // id of the resource that implements a distributed lock, or whose connection is held
	Declared  Site   // where the lock is declared or allocated
	Try       bool   // taken only if it is free: nobody waits for it
	Guarded   bool   // a nil, once or loaded test dominates it: not held on every request
	IO        bool   // a file, a process or a channel is waited for inside, beside the Steps
	IOSite    Site   // where
	IOWhat    string
}

// A Retry describes how an operation is tried again.
type Retry struct {
	Source     string    // loop, wrapper, client, interceptor, service-config, mesh, broker
	Class      string    // retry, compare-and-swap, poll
	Wait       string    // none, fixed, fixed+jitter, growing-no-jitter, growing+jitter, unknown
	Attempts   *Quantity // the first included; nil: no cap was found
	Capped     bool      // a counter, a deadline or a context ends it
	CapWhy     string
	Backoff    []float64 // milliseconds before the second, third, ... attempt, where constant
	WaitSite   Site
	Setting    string // what was set, where a setting decides
	Idempotent string // yes, no, unknown
	Why        string // what tells the idempotency: the verb, the name, a key
	Budget     *Quantity

	// Swallows says that the failure of the last attempt is not handed on, so
	// that whoever retries around this never sees it. False: it is handed on,
	// or not known.
	Swallows bool
}

// State is something that a service remembers between requests.
type State struct {
	Name    string   `json:"name"` // PKG.var or PKG.Type.field, PKG being the import path: the fields of one type are one object
	Kind    string   `json:"kind"` // map, field, slice, session-store, local-cache, file, embedded-db
	Site    Site     `json:"site"` // its declaration or allocation
	Writes  []Site   `json:"writes"`
	Reads   []Site   `json:"reads"`
	Writers []string `json:"writers"`           // names of the endpoints that write it
	Readers []string `json:"readers"`           // names of the endpoints that read it into an answer or a branch
	Request bool     `json:"request"`           // key or value depends on the request
	Excused string   `json:"excused,omitempty"` // why it is no state: written before serving, connection cache, metric, memo, copy of a shared store
	Backed  string   `json:"backed,omitempty"`  // id of the shared store that it is a copy of: a local cache
	Path    []Frame  `json:"path,omitempty"`    // from the handler to the first write

	// Invalidation says how a copy of a shared store (Backed) learns of
	// changes: "" not at all, "ttl", "broadcast" (every replica is told),
	// "checked" (compared with the store before it is used).
	Invalidation string `json:"invalidation,omitempty"`
	Certain      bool   `json:"certain"`
}
