package catalog

import "slices"

// A Role says what the linker does where a symbol is used. The Op of an Entry
// refines it; the doc comments list the ops of each role.
type Role string

// Roles of calls between services.
const (
	// HTTPCall sends an HTTP request. Args: url, method or req (the request
	// made earlier), ctx. Entry.Method is the verb if the symbol fixes it.
	HTTPCall Role = "http-client-call"
	// HTTPClient makes or configures a client or a request. Ops: "new" (the
	// client), "request" (a request: method, url), "base" (a prefix of later
	// urls), "option" (as base, given as an option), "proxy" (every request
	// that reaches the value is sent on to url).
	HTTPClient Role = "http-client-construct"
	// HTTPRoute declares what a server answers. Ops: "new" (a router), "handle"
	// (pattern, handler, Entry.Method or arg method), "group" (a router under a
	// prefix; fn, if any, is called with it), "mount" (handler under a prefix),
	// "path", "methods", "handler" (parts of a route that is built in steps),
	// "use" (middleware), "routes" (a slice of route structs), "field".
	HTTPRoute Role = "http-server-route"
	// Listen binds the program to an address. Ops: "serve" (starts to answer;
	// addr, handler, listener), "listener" (the result carries addr), "address"
	// (an option or field that holds the address).
	Listen Role = "listen"
	// RPCDial makes or configures a connection. Ops: "dial" (addr is the
	// target), "option" (an option of a dial: addr or name), "field" (a field of
	// a configuration struct), "interceptor".
	RPCDial Role = "rpc-dial"
	// RPCServer makes a server or registers a service. Ops: "new", "register"
	// (desc or method, handler), "option", "interceptor", "field".
	RPCServer Role = "rpc-server-register"
	// RPCCall sends a request and waits for its answer: method, req.
	RPCCall Role = "rpc-client-call"
)

// Roles of data stores and brokers.
const (
	DBOpen     Role = "db-open"         // opens or configures a store. Ops: "open", "option", "field", "select" (a database or collection of the receiver), "conn" (a connection of the receiver), "dialect"
	DBQuery    Role = "db-query"        // reads. Ops: "" or "prepare" (the result carries the query), "ping", "build" (a statement in the making: no wait yet)
	DBExec     Role = "db-exec"         // writes. Ops as DBQuery
	TxBegin    Role = "db-tx-begin"     // begins a transaction; with fn it runs fn in it
	TxEnd      Role = "db-tx-end"       // ends one. Ops: "commit", "rollback"
	DBPool     Role = "db-pool-setting" // sets a pool's size or the life of its connections. Ops: "max", "idle", "lifetime"
	Embedded   Role = "embedded-db"     // a database inside the process: state on local disk. Ops: "open", "read", "write"
	CacheOpen  Role = "cache-open"      // as DBOpen, for a cache
	CacheRead  Role = "cache-read"      // reads from a remote cache. Op "command": the verb is in arg command, see Catalog.Command
	CacheWrite Role = "cache-write"     // writes to a remote cache
	QueueOpen  Role = "queue-open"      // connects to a broker, or names a topic. Ops as DBOpen
	Publish    Role = "queue-publish"   // sends a message. Op "message": makes one (topic), "flush": waits for earlier ones
	Consume    Role = "queue-consume"   // receives: handler or fn runs per message. Ops: "subscribe", "poll" (receives in a loop of the caller), "ack"
	Sequence   Role = "sequence"        // next number of a counter; shared by all replicas unless Technology is ""
)

// Roles of coordination.
const (
	Lock         Role = "lock-acquire"      // takes a lock of the process or of a database row. Ops: "read", "try", "clause" (locks the rows of the statement), "cond"
	Unlock       Role = "lock-release"      // releases it
	DLock        Role = "dlock-acquire"     // takes a lock that all replicas share; "new" only makes it; "try" does not wait; "cas" compare-and-set; "txn"; "lease"
	DUnlock      Role = "dlock-release"     // releases it
	Once         Role = "once"              // runs fn the first time only: a guard, no lock
	Wait         Role = "wait"              // waits for goroutines or work started earlier: what they did belongs to the caller
	Sleep        Role = "sleep"             // waits for a duration. Op "channel": the result is a channel that delivers after it; "ticker"
	Spawn        Role = "spawn"             // runs fn in a goroutine. Sync: returns when all are done. Ops: "group" (makes the group)
	Coordinator  Role = "coordinator-open"  // connects to a coordinator or registry. Ops: "open", "field", "resolver", "register" (service), "lookup" (service)
	Leader       Role = "leader-election"   // campaigns for leadership; background
	Limit        Role = "concurrency-limit" // bounds what runs at a time: limit. Ops: "new", "acquire", "release", "field", "flight"
	RateLimit    Role = "rate-limit"        // bounds a rate: rate, burst. Ops: "new", "wait", "try", "middleware"
	Breaker      Role = "circuit-breaker"   // stops calls to a failing callee; fn is run now if given
	Retry        Role = "retry-wrapper"     // runs fn again when it fails, or makes a client do so; Backoff says how it waits
	BackoffSet   Role = "backoff-setting"   // changes how a retry waits
	Timeout      Role = "timeout-setting"   // sets a deadline. Ops: "context", "none" (a context without deadline), "client", "server", "field", "middleware"
	LocalCache   Role = "local-cache"       // a cache in the process. Ops: "open", "read", "write"
	SessionStore Role = "session-store"     // sessions. Ops: "open", "read", "write"
	LocalFile    Role = "local-file-state"  // writes to the local file system
	Conflict     Role = "answer-conflict"   // predicate of an error: somebody else was first. Marks a compare-and-set loop
)

// Roles of values.
const (
	Text     Role = "text"     // makes a text from its arguments; Op is the operation, see TextOp
	Wrap     Role = "wrap"     // the result carries the argument "of" on (or the receiver: Receiver); Result says as what
	Decode   Role = "decode"   // fills target from Source; Format and Tags say how names are matched
	Callback Role = "callback" // runs fn; When and Binds say when, and with what. Several functions: args fn, fn2, fn3. Op "next" runs the handlers behind a middleware
	Mediator Role = "mediator" // keeps handlers by the type of what they handle. Ops: "register", "behavior" (runs around every handler), "mediate" (calls those of the same first type argument); Method tells kinds of handlers apart
	Env      Role = "env"      // reads the environment variable key. Ops: "get", "lookup" (value, ok), "set"
	Flag     Role = "flag"     // command-line flag key. Ops: "define" (result is a pointer), "bind" (fills target), "get", "parse", "args"; "clause" (a flag in the making), "clause-default", "clause-env", "clause-part", "clause-value" (result is a pointer), "clause-bind", "clause-command"; "chosen" (the command that the arguments name), "full-command"
	Setting  Role = "setting"  // configuration key. Ops: "get", "sub", "default", "set", "bind-env", "bind-flag", "prefix", "automatic-env", "replacer", "file", "name", "path", "type", "read", "load", "source"
	File     Role = "file"     // reads the file path; the result is its contents. Op "open": a reader of it
	Host     Role = "host"     // name or address of this machine: differs per replica
	Random   Role = "random"   // random value; in a wait it makes jitter
	Clock    Role = "clock"    // the time now
	Request  Role = "request"  // a value taken from the request that is being served: key. Ops: "path", "query", "header", "body", "form", "cookie", "get", "context"
	Answer   Role = "answer"   // writes the answer of the request that is being served
)

// Roles of programs.
const (
	Entrance  Role = "entry"          // commands and dependency injection. Ops: "new", "name", "run", "command", "field", "provide", "invoke", "supply", "group", "annotate", "plain" (generated code says it all), "cron"
	Log       Role = "log"            // writes to a log: uses a value without acting on it. Op "fatal": does not return; "new", "with": make a logger
	Metric    Role = "metric"         // counts or times
	Telemetry Role = "telemetry-open" // connects to a collector of traces, metrics or logs: not part of the system
	Shutdown  Role = "shutdown"       // stops a server or closes a client
	Signal    Role = "signal"         // waits for, or subscribes to, operating system signals: background
	Exit      Role = "exit"           // ends the process or the goroutine
	Inert     Role = "inert"          // known, and means nothing: carries no value that matters, calls nothing
)

var roles = []Role{
	HTTPCall, HTTPClient, HTTPRoute, Listen, RPCDial, RPCServer, RPCCall,
	DBOpen, DBQuery, DBExec, TxBegin, TxEnd, DBPool, Embedded, CacheOpen, CacheRead, CacheWrite, QueueOpen, Publish, Consume, Sequence,
	Lock, Unlock, DLock, DUnlock, Once, Wait, Sleep, Spawn, Coordinator, Leader, Limit, RateLimit, Breaker, Retry, BackoffSet, Timeout,
	LocalCache, SessionStore, LocalFile, Conflict,
	Text, Wrap, Decode, Callback, Mediator, Env, Flag, Setting, File, Host, Random, Clock, Request, Answer,
	Entrance, Log, Metric, Telemetry, Shutdown, Signal, Exit, Inert,
}

// Valid reports whether r is one of the roles above.
func (r Role) Valid() bool { return slices.Contains(roles, r) }
