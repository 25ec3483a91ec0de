package link

import (
	"slices"
	"strconv"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// timeoutFields are the fields and settings that bound a request, in lower
// case: what libraries call them. Time to connect, to be idle or to wait for a
// connection of the pool is no bound.
var timeoutFields = []string{"timeout", "readtimeout", "requesttimeout", "calltimeout", "sockettimeout", "querytimeout", "rpctimeout", "responseheadertimeout", "operationtimeout", "statementtimeout", "timeoutms"}

// unbounding are words of settings that bound something else.
var unbounding = []string{"connect", "dial", "idle", "expiry", "keepalive", "selection", "handshake", "waitforready", "grpc.WithTimeout", "PerRetry", "Heartbeat", "Write"}

func unbounds(symbol string) bool {
	lower := strings.ReplaceAll(strings.ToLower(symbol), "dialread", "read") // redigo's: given when dialling, for reading
	for _, w := range unbounding {
		if strings.Contains(lower, strings.ToLower(w)) {
			return true
		}
	}
	return false
}

// sessionTimeouts are the parameters of a PostgreSQL session that bound a
// statement, in milliseconds: keys of pgx's RuntimeParams.
var sessionTimeouts = []string{"{statement_timeout}", "{transaction_timeout}"}

// ofFields is the deadline in the fields of a client or its options, or of
// what a library made and the program set fields of.
func (b *builder) ofFields(p part) (*graph.Deadline, bool) {
	typ := strings.TrimLeft(b.m.objects[p.obj].typ, "*")
	if typ == "net.Dialer" || strings.Contains(typ, "keepalive") || unbounds(typ) {
		return nil, false
	}
	off := false
	for _, kid := range b.m.objects[p.obj].kids[p.path] {
		comp := b.m.paths[kid].comp
		s := b.m.cell(p.obj, kid).set
		if slices.Contains(sessionTimeouts, comp) {
			if d := b.ofSession(s, gsite(b.m.objects[p.obj].site)); d != nil {
				return d, false
			}
			continue
		}
		if comp[0] != '.' || !isTimeout(comp[1:]) {
			continue
		}
		if n, ok := b.amount(s); ok && n < 0 { // go-redis: -1 is none
			off = true
			continue
		}
		if d := b.bound("client", s, gsite(b.m.objects[p.obj].site), typ); d != nil {
			return d, false
		}
	}
	return nil, off
}

// ofSession is the deadline in a parameter of a PostgreSQL session: 500, 500ms.
func (b *builder) ofSession(s setID, site graph.Site) *graph.Deadline {
	text, ok := b.m.constant(s)
	if _, err := strconv.Atoi(text); ok && err == nil {
		text += "ms"
	}
	if d := b.timeout(text, "", site); ok && d != nil {
		return &graph.Deadline{Kind: "client", Site: site, Time: d}
	}
	return nil
}

func isTimeout(field string) bool {
	field = strings.ToLower(field)
	for _, f := range timeoutFields {
		if f == field {
			return true
		}
	}
	return false
}
