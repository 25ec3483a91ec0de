// Package graph holds the service dependency graph of a system: the services,
// what they serve, what they wait for, and, for every endpoint, the steps that
// one request takes. It is the only thing that rules and ceilings read, so
// whatever they need to know stands here as plain data.
//
// The package imports nothing of this module. Everything in it is slices and
// values in a fixed order: equal systems print as equal bytes.
package graph

// A System is one linked root: all of its services and what they share.
// Lists are sorted by id, or by the key that their type names.
type System struct {
	Root       string      `json:"root"`                 // the name of the analysed root directory
	Deployment string      `json:"deployment,omitempty"` // the deployment of record, such as "helm:deploy/chart"; "" if nothing deploys
	Services   []*Service  `json:"services"`
	Resources  []*Resource `json:"resources"`
	Platform   []*Platform `json:"platform,omitempty"`
	Endpoints  []*Endpoint `json:"endpoints"` // by service, kind, name

	// Tasks are what services do on their own: Kind is EndpointStartup or
	// EndpointBackground, Name the function, Handler its site, Body its steps.
	// The linker fills one start-up task a service, holding what runs before it
	// serves, and one background task for each goroutine that main or a
	// constructor starts. They are no endpoints: no request waits for them.
	Tasks []*Endpoint `json:"-"`

	Edges []*Edge `json:"edges"` // by from, to, kind, operation
	Gaps  []Gap   `json:"gaps"`

	// ClientsMet and ClientsResolved count the distinct client call sites that
	// were met and those whose target was found.
	ClientsMet      int `json:"clients_met"`
	ClientsResolved int `json:"clients_resolved"`
}

// A Service is what is deployed and serves: a Go main package, one command of
// a main package that holds several, or a workload whose code is not Go.
type Service struct {
	ID        string    `json:"id"`
	Main      string    `json:"main,omitempty"`    // directory of the main package, relative to the root
	Command   string    `json:"command,omitempty"` // what selects it in a binary of several: sub-command, argv[0], NAME=value
	Workload  string    `json:"workload,omitempty"`
	Namespace string    `json:"namespace,omitempty"`
	Team      string    `json:"team,omitempty"` // who owns it, as the configuration file says
	Language  string    `json:"language"`       // "go" or "other"
	Replicas  *int      `json:"replicas"`       // nil: nothing says
	HPAMax    *int      `json:"hpa_max"`        // nil: no scaler
	Scaler    *Scaler   `json:"scaler,omitempty"`
	CPU       *Quantity `json:"cpu,omitempty"` // cores a replica may use (its limit)
	Site      Site      `json:"site"`          // the workload's manifest, else func main
	Stateful  []Site    `json:"stateful,omitempty"`
	Sticky    []Site    `json:"sticky,omitempty"` // manifests that pin clients to one replica
	State     []State   `json:"state,omitempty"`
	Slots     *Quantity `json:"slots,omitempty"` // requests served at once by one replica; nil: no bound
	Certain   bool      `json:"certain"`
	Reason    string    `json:"reason,omitempty"` // why it is not certain, or how it was matched to its workload
	Idle      []Idle    `json:"idle,omitempty"`   // by target
}

// Idle is something in a service's code that looks like an edge and is none: a
// client that is made and never called, a call that nothing reaches.
type Idle struct {
	To   string `json:"to"` // id of the service, or name of the workload
	Text string `json:"text"`
	Site Site   `json:"site"`
}

// A Scaler changes the number of replicas of a service.
type Scaler struct {
	Kind    string         `json:"kind"` // HorizontalPodAutoscaler, ScaledObject, Knative, ...
	Min     int            `json:"min"`
	Max     int            `json:"max"`
	Metrics []ScalerMetric `json:"metrics"`
	Site    Site           `json:"site"`
}

// A ScalerMetric is what a scaler looks at.
type ScalerMetric struct {
	Kind   string  `json:"kind"` // cpu, memory, pods, object, external, or the KEDA trigger's type
	Name   string  `json:"name,omitempty"`
	Target float64 `json:"target,omitempty"` // for cpu and memory: the share of the request, 0 to 1
	Site   Site    `json:"site"`
}

// Kinds of resources.
const (
	Datastore   = "datastore"
	Cache       = "cache"
	Queue       = "queue"
	Topic       = "topic"
	Lock        = "lock"
	External    = "external"
	Coordinator = "coordinator"
)

// A Resource is what is shared and waited for and is not a service of the system.
type Resource struct {
	ID         string `json:"id"`
	Kind       string `json:"kind"`       // one of the kinds above
	Technology string `json:"technology"` // postgres, mysql, redis, kafka, http, ...
	Identity   string `json:"identity"`   // what names it: host:port/database, topic, environment variable
	Host       string `json:"host,omitempty"`
	Database   string `json:"database,omitempty"` // the database on the server; "" if unknown
	Server     string `json:"server,omitempty"`   // groups the databases of one server: technology and host:port
	Workload   string `json:"workload,omitempty"` // what deploys it inside the system
	Evidence   []Site `json:"evidence,omitempty"`
	Tables     []Use  `json:"tables,omitempty"` // tables, collections or key prefixes and who uses them

	Nodes          *Quantity `json:"nodes,omitempty"`           // nodes that take writes and reads; nil: unknown
	ReplicasNode   *Quantity `json:"read_replicas,omitempty"`   // nodes that take reads only
	Persistent     bool      `json:"persistent,omitempty"`      // its data outlives the pod
	MaxConnections *Quantity `json:"max_connections,omitempty"` // connections that the server accepts
	Rate           *Quantity `json:"rate,omitempty"`            // requests a second that it accepts, all callers together
	Concurrency    *Quantity `json:"concurrency,omitempty"`     // requests that it works on at once: cores, partitions
	Time           *Quantity `json:"time_ms,omitempty"`         // milliseconds that one use takes, where nothing nearer says
	Partitions     *Quantity `json:"partitions,omitempty"`      // of a topic; nil: nothing says
	Certain        bool      `json:"certain"`

	// Counters and Indexes are filled by the linker from SQL schemas and from
	// calls; none: nothing was seen.
	Counters []Counter    `json:"counters,omitempty"`
	Indexes  []TableIndex `json:"indexes,omitempty"`
}

// A Counter is one place in a resource that hands out ids one after another.
type Counter struct {
	Name   string `json:"name"`   // table.column, sequence, key
	Kind   string `json:"kind"`   // auto-increment, sequence, counter (INCR), row (UPDATE ... SET n = n + 1)
	Site   Site   `json:"site"`   // the schema's line; zero: only its uses are known
	Uses   []Site `json:"uses"`   // where services draw an id from it: the INSERT, the INCR
	Keyed  bool   `json:"keyed"`  // one counter per entity, chosen by request data: no global one
	Owners []Ref  `json:"owners"` // the endpoints that draw ids; none: start-up or background only
}

// A Ref names an endpoint of a service.
type Ref struct {
	Service  string `json:"service"`
	Endpoint string `json:"endpoint"`
}

// A TableIndex is a unique or secondary index over a partitioned table.
type TableIndex struct {
	Name      string `json:"name"`
	Table     string `json:"table"`
	Unique    bool   `json:"unique"`
	Partition string `json:"partition"` // columns of the table's partition key, comma separated; "": the table is not partitioned
	Columns   string `json:"columns"`   // columns of the index, comma separated
	Site      Site   `json:"site"`
}

// A Use says that a service reads or writes a named part of a resource.
type Use struct {
	Name    string `json:"name"`
	Service string `json:"service"`
	Reads   bool   `json:"reads"`
	Writes  bool   `json:"writes"`
	Site    Site   `json:"site"`
}

// Platform is a workload that is deployed and is no part of the application:
// telemetry, dashboards, load generators, proxies.
type Platform struct {
	ID       string `json:"id"`
	Workload string `json:"workload,omitempty"`
	Why      string `json:"why"`
	Site     Site   `json:"site"`
}

// Kinds of endpoints.
const (
	EndpointGRPC    = "grpc"
	EndpointHTTP    = "http"
	EndpointConsume = "consume"
	EndpointCron    = "cron"

	EndpointStartup    = "startup"    // of System.Tasks only
	EndpointBackground = "background" // of System.Tasks only
)

// An Endpoint is what a service serves.
type Endpoint struct {
	Service  string `json:"service"`
	Kind     string `json:"kind"` // one of the kinds above
	Name     string `json:"name"` // pkg.Service/Method, "GET /path/{id}", a topic, a schedule
	Handler  Site   `json:"handler"`
	Standard bool   `json:"standard,omitempty"` // health, reflection, metrics, debug: listed, starts no path
	Stream   bool   `json:"stream,omitempty"`
	Topic    string `json:"topic,omitempty"` // for consume: the id of the resource that it consumes
	Certain  bool   `json:"certain"`

	// AtOnce is how many requests all replicas of the service together work on
	// at once: of a consumer the partitions of its topic, each of which one
	// replica reads message by message. Nil: no bound is known.
	AtOnce *Quantity `json:"at_once,omitempty"`

	// Body is what one request does inside this service, calls to other
	// services and resources being its leaves. Bodies share sub-trees and must
	// not be changed. Nil means that nothing but computation is done.
	Body *Step `json:"-"`
}

// ID returns SERVICE KIND NAME, which is unique in a system.
func (e *Endpoint) ID() string { return e.Service + " " + e.Kind + " " + e.Name }

// Kinds of edges.
const (
	EdgeGRPC    = "grpc"
	EdgeHTTP    = "http"
	EdgeQuery   = "query"
	EdgeCache   = "cache"
	EdgePublish = "publish"
	EdgeConsume = "consume"
	EdgeLock    = "lock"
)

// An Edge says that a service waits for, or feeds, a service or a resource.
// There is one edge for each triple of from, to and kind.
type Edge struct {
	From          string   `json:"from"`
	To            string   `json:"to"`
	Kind          string   `json:"kind"`
	Sync          bool     `json:"sync"`           // some request waits for the answer
	Operations    []string `json:"operations"`     // RPC full names; "VERB /path"
	Sites         []Site   `json:"sites"`          // every call site in the caller's code
	FromEndpoints []string `json:"from_endpoints"` // names of the caller's endpoints that reach it; none: start-up or background
	InLoop        bool     `json:"in_loop"`        // a request makes it a number of times that depends on data
	Certain       bool     `json:"certain"`
	Note          string   `json:"note,omitempty"`

	Assumed    bool      `json:"assumed,omitempty"`    // the address is the caller's own container: To is what is most likely meant
	Startup    bool      `json:"startup,omitempty"`    // made while the service starts
	Background bool      `json:"background,omitempty"` // made by a goroutine that belongs to no request
	Address    []Fact    `json:"address,omitempty"`    // how the target was found, step by step
	Pool       *Quantity `json:"pool,omitempty"`       // connections that one replica opens at most; nil: no bound was set or the kind has none
	PoolSet    bool      `json:"pool_set,omitempty"`   // Pool was written by the user, not a library's default
	Pooled     bool      `json:"pooled,omitempty"`     // the client draws connections from a pool
	Pooler     *Pooler   `json:"pooler,omitempty"`     // what stands between the pool and the database
	Limiter    *Quantity `json:"limiter,omitempty"`    // requests a second that the caller lets through, one replica
	Breaker    Site      `json:"breaker,omitzero"`     // a circuit breaker on the way

	// Opened holds the sites in the service's code where the client that the
	// edge uses is made: sql.Open, grpc.NewClient, a constructor's call in the
	// service's own wiring. None: not known.
	Opened []Site `json:"opened,omitempty"`

	// PoolSite is where the pool's bound was set, or set to none: the option's
	// call, the DSN, the configuration file's line. Zero: nothing sets it, and
	// Pool is the library's default.
	PoolSite Site `json:"pool_site,omitzero"`
}

// A Fact is one step of an argument: something that was seen at a site.
type Fact struct {
	Text string `json:"text"`
	Site Site   `json:"site,omitzero"`
}

// Sources of a Quantity, from the most to the least trusted.
const (
	Measured = "measured"
	Declared = "declared"
	Derived  = "derived"
	Assumed  = "assumed"
)

// A Quantity is a number together with where it came from. A number that is
// not known exactly is an interval.
type Quantity struct {
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
	Source string  `json:"source"` // one of the sources above
	Site   Site    `json:"site,omitzero"`
	Note   string  `json:"note,omitempty"` // whose default, which formula
}

// Exact returns a quantity whose bounds are the same.
func Exact(v float64, source string, site Site, note string) *Quantity {
	return &Quantity{Low: v, High: v, Source: source, Site: site, Note: note}
}

// A Gap is something that could not be read or resolved.
type Gap struct {
	Kind   string `json:"kind"` // package, manifest, proto, config, client, address, bound, workload, main
	Site   Site   `json:"site,omitzero"`
	Text   string `json:"text"`              // what could not be done and why
	Reason string `json:"reason,omitempty"`  // why the user accepts it (coordlint.yaml)
	Hard   bool   `json:"hard,omitempty"`    // a file could not be read: the analysis is incomplete
	Owner  string `json:"service,omitempty"` // id of the service that it concerns
}
