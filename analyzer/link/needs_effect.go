package link

import (
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// effects says of every call of a service whether it reads or writes there: by
// the verb of a request, by what the callee's endpoint does, else by the
// method's name.
func (l *linker) effects() {
	ix := graph.NewIndex(l.sys)
	e := &effects{ix: ix, known: map[*graph.Endpoint]graph.Effect{}}
	for _, ep := range ix.Bodies() {
		graph.Walk(ep.Body, 0, func(p *graph.Place, k int) (int, bool) {
			if p.Step.Kind == graph.Call {
				p.Step.Effect = e.of(p.Step)
			}
			return k, true
		})
	}
}

type effects struct {
	ix    *graph.Index
	known map[*graph.Endpoint]graph.Effect
}

func (e *effects) of(s *graph.Step) graph.Effect {
	if s.Kind != graph.Call || s.EdgeKind != graph.EdgeGRPC && s.EdgeKind != graph.EdgeHTTP {
		return s.Effect
	}
	verb, _, isHTTP := strings.Cut(s.Operation, " ")
	if isHTTP {
		switch strings.ToUpper(verb) {
		case "GET", "HEAD", "OPTIONS":
			return graph.Read
		case "POST", "PUT", "PATCH", "DELETE":
			return graph.Write
		}
	}
	targets := e.ix.Targets(s)
	out := graph.EffectUnknown
	for _, t := range targets {
		switch e.endpoint(t) {
		case graph.Write:
			return graph.Write
		case graph.Read:
			out = graph.Read
		}
	}
	if out == graph.EffectUnknown {
		out = effectOfName(s.Operation[strings.LastIndexAny(s.Operation, "/.")+1:])
		if out == graph.EffectUnknown && len(targets) > 0 {
			out = graph.Read // its code is known, and writes nothing
		}
	}
	return out
}

// endpoint returns what one request of an endpoint does: Write if it writes
// anywhere but to a cache, Read if it reads, unknown if it asks nobody.
func (e *effects) endpoint(ep *graph.Endpoint) graph.Effect {
	if out, asked := e.known[ep]; asked {
		return out
	}
	e.known[ep] = graph.EffectUnknown
	out := graph.EffectUnknown
	graph.Walk(ep.Body, 0, func(p *graph.Place, k int) (int, bool) {
		s := p.Step
		if s.Kind != graph.Call || s.Startup || s.EdgeKind == graph.EdgeLock {
			return k, true
		}
		r := e.ix.Resource(s.To)
		switch eff := e.of(s); {
		case eff == graph.Write && (r == nil || r.Kind != graph.Cache):
			out = graph.Write
		case eff == graph.Read && out == graph.EffectUnknown:
			out = graph.Read
		}
		return k, true
	})
	e.known[ep] = out
	return out
}

var readNames = []string{"get", "list", "find", "query", "search", "check", "count", "watch", "stream", "fetch", "load", "read", "lookup", "look",
	"describe", "show", "view", "has", "is", "exists", "validate", "verify", "convert", "calculate", "compute", "calc", "estimate", "quote",
	"recommend", "resolve", "translate", "nearby", "suggest", "select", "compare", "ping", "preview", "render", "retrieve", "batchget", "multiget", "mget", "scan", "export", "detail", "info"}

var writeNames = []string{"create", "add", "update", "delete", "place", "charge", "send", "set", "put", "post", "insert", "save", "store", "write", "remove",
	"cancel", "make", "ship", "empty", "clear", "register", "submit", "publish", "notify", "pay", "refund", "book", "reserve", "release", "assign", "modify",
	"patch", "upsert", "append", "push", "start", "stop", "approve", "reject", "confirm", "process", "transfer", "withdraw", "deposit", "schedule", "move",
	"acknowledge", "ack", "login", "logout", "signup", "upload", "import", "record", "increment", "decrement", "deduct", "lock", "unlock", "commit", "rollback",
	"enqueue", "emit", "issue", "revoke", "grant", "enable", "disable", "activate", "deactivate", "reset", "rename", "archive", "restore", "apply", "mark", "checkout"}

// effectOfName tells by the first word of a method's name whether it reads or writes.
func effectOfName(name string) graph.Effect {
	for _, list := range []struct {
		names  []string
		effect graph.Effect
	}{{writeNames, graph.Write}, {readNames, graph.Read}} {
		for _, prefix := range list.names {
			if len(name) < len(prefix) || !strings.EqualFold(name[:len(prefix)], prefix) {
				continue
			}
			if rest := name[len(prefix):]; rest == "" || rest[0] < 'a' || rest[0] > 'z' {
				return list.effect
			}
		}
	}
	lower := strings.ToLower(name)
	for _, suffix := range []string{"list", "detail", "info", "details", "status", "count"} {
		if strings.HasSuffix(lower, suffix) {
			return graph.Read
		}
	}
	return graph.EffectUnknown
}
