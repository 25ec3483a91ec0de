package catalog

import (
	"slices"
	"strings"
)

// hasOp reports whether op refines role r: what the doc comment of the role
// and the lists here name. The ops of Text are TextOps.
func (r Role) hasOp(op string) bool {
	if r == Text {
		return TextOp(op).Valid()
	}
	if r == Wrap && op == "strip-prefix" { // the result's requests lose the prefix in arg prefix
		return true
	}
	return op == "" || slices.Contains(strings.Fields(r.ops()), op)
}

// ops returns the ops of a role, with spaces between.
func (r Role) ops() string {
	switch r {
	case HTTPCall, RPCCall:
		// endpoint: the result sends the request when it is called; request:
		// makes the request only; stream: belongs to the call that opened it.
		return "endpoint request stream"
	case HTTPClient:
		// transport: what a client sends with; wrap: the receiver as another
		// client; field: of a client or request.
		return "new request base option proxy transport wrap field"
	case HTTPRoute:
		// static: files; fallback: what no route matches; with: a router with
		// more middleware; prefix: path of a route that matches all below it;
		// endpoint: a go-kit server of decode, endpoint, encode; graphql: one
		// route for all of a schema.
		return "new handle group mount path prefix methods handler use with routes field static fallback endpoint graphql"
	case Listen:
		// server: makes a server by a literal; consume: starts the consumers.
		return "serve listener address server consume"
	case RPCDial:
		// config: makes a configuration; standard: client of a health or
		// reflection service; resolver: makes addresses out of names; method:
		// client of one method, over the connection conn.
		return "dial option field interceptor config standard resolver method"
	case RPCServer:
		// standard: health, reflection and the like; fallback: any method.
		return "new register option interceptor field standard fallback endpoint"
	case DBOpen, CacheOpen, QueueOpen:
		// wrap: arg db is a connection; dialect: value for a later open;
		// replica, migrate: second connections; topic, subscription, bind,
		// subscribe: names in a broker; lookup: asks for one; setting, config:
		// of a producer or consumer.
		return "open option field select conn dialect wrap replica migrate topic subscription bind subscribe lookup setting config"
	case DBQuery, DBExec:
		// build: a statement in the making; table: names a table of it;
		// iterate: the next part of an answer; watch: waits for changes;
		// flush: waits for what was sent before; migrate: changes definitions.
		return "prepare ping build table iterate watch flush migrate"
	case TxEnd:
		return "commit rollback"
	case DBPool:
		return "max idle lifetime field"
	case Embedded, LocalCache, SessionStore:
		return "open read write"
	case CacheRead, CacheWrite:
		return "command build flush"
	case Publish:
		// channel: the result is a channel to send to. schedule: sends later,
		// by the clock of arg cron.
		return "message flush channel schedule"
	case Consume:
		// use: middleware; watch: changes of keys; open: a consumer by a literal.
		return "subscribe poll ack use watch open"
	case Sequence:
		return "result" // the number is in an answer that was received before
	case Lock, Unlock:
		return "read try clause cond new"
	case DLock:
		return "new try cas txn lease"
	case Wait:
		return "group result ack"
	case Sleep:
		return "channel ticker"
	case Spawn:
		return "group add done"
	case Coordinator:
		return "open field resolver register lookup session"
	case Leader, BackoffSet:
		return "field"
	case Limit:
		return "new acquire try release field flight middleware"
	case RateLimit:
		return "new wait try middleware setting"
	case Breaker:
		return "new middleware config try option"
	case Retry:
		return "setting field interceptor"
	case Timeout:
		return "context none client server field middleware"
	case LocalFile:
		return "exec" // runs another process
	case Env:
		return "get lookup set all"
	case Flag:
		return "define bind get parse args field clause clause-default clause-env clause-part clause-value clause-bind clause-command chosen full-command"
	case Setting:
		return "get sub default set bind-env bind-flag bind-flags prefix automatic-env replacer file name path type read load source expand-env remote"
	case File:
		return "read open"
	case Request:
		return "path query header body form cookie get context"
	case Answer:
		return "error encode"
	case Entrance:
		return "new name run command commands field provide invoke supply group annotate decorate resolve plain cron schedule reconcile args"
	case Mediator:
		return "register behavior mediate"
	case Callback:
		return "next"
	case Inert:
		return "selection" // the parts of a schema that one request asks for
	case Log:
		return "new with field fatal"
	case Metric:
		return "endpoint"
	}
	return ""
}
