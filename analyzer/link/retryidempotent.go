package link

import (
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// idempotency fills in whether what a Try does may be done twice, by the verbs
// and names of its calls.
func (b *builder) idempotency(retry *graph.Retry, try *graph.Step) {
	retry.Idempotent = "yes"
	var visit func(s *graph.Step)
	visit = func(s *graph.Step) {
		if s.Kind == graph.Spawn || retry.Idempotent == "no" {
			return
		}
		if s.Kind == graph.Call {
			if is, why := repeatable(s); is != "yes" {
				retry.Idempotent, retry.Why = is, why
			}
		}
		for _, t := range s.Steps {
			visit(t)
		}
	}
	visit(try)
}

// repeatable says whether a call may be made twice, and what tells that.
func repeatable(s *graph.Step) (is, why string) {
	switch {
	case s.Effect == graph.Read:
		return "yes", "it reads"
	case s.Idempotent:
		return "yes", "the statement says what becomes of a row that is there already"
	}
	verb, _, spaced := strings.Cut(s.Operation, " ")
	switch s.EdgeKind {
	case graph.EdgeHTTP:
		switch verb {
		case "":
			return "unknown", ""
		case "GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE": // RFC 9110, 9.2.2
			return "yes", verb
		case "POST", "PATCH":
			return "no", verb
		}
		return "unknown", ""
	case graph.EdgePublish:
		return "no", "a message that is published twice arrives twice"
	case graph.EdgeLock:
		return "yes", ""
	}
	name := verb
	if i := strings.LastIndexByte(name, '/'); i >= 0 && !spaced {
		name = name[i+1:]
	}
	return repeatableName(name)
}

// repeatableName says whether what a name says may be done twice.
func repeatableName(name string) (is, why string) {
	lower := strings.ToLower(name)
	for _, p := range []string{"get", "list", "find", "read", "query", "search", "count", "check", "lookup", "describe", "fetch", "load", "ping", "watch", "select", "delete", "remove", "set", "upsert", "put"} {
		if strings.HasPrefix(lower, p) {
			return "yes", name
		}
	}
	for _, p := range []string{"create", "insert", "add", "publish", "charge", "send", "append", "increment", "incr", "decr", "push", "lpush", "rpush", "enqueue", "submit", "place", "pay", "refund", "transfer", "debit", "credit", "deduct", "withdraw", "deposit", "book", "reserve", "post", "notify", "emit", "order", "buy", "ship"} {
		if strings.HasPrefix(lower, p) {
			return "no", "its name is " + name
		}
	}
	return "unknown", ""
}

// named fills in the idempotency of operations of which only the method is
// known that the program calls, such as those of a vendor's SDK.
func (r *round) named(retry *graph.Retry, ops []operation) {
	if retry.Idempotent != "unknown" {
		return
	}
	for _, op := range ops {
		for _, ev := range r.inst.lib[op.instr] {
			if is, why := repeatableName(ev.sym[strings.LastIndexByte(ev.sym, '.')+1:]); is == "no" {
				retry.Idempotent, retry.Why = is, why
			}
		}
	}
}
