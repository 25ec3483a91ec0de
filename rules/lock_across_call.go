package rules

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// lockAcrossCall finds locks and transactions that are held while a remote
// call is waited for, one finding for each hold and each function that calls.
func lockAcrossCall(ix *graph.Index, _ *Options) []graph.Finding {
	clock := newClock(ix)
	byKey := map[string]*across{}
	var order []string
	for _, group := range byLock(holdsOf(ix), together) {
		for _, h := range group {
			if !keepsOthersOut(&h, group) {
				continue
			}
			for _, p := range h.waits {
				if !remoteTo(h.lock(), p.Step) {
					continue
				}
				site, fn := p.Anchor(h.place)
				key := h.place.Step.Site.String() + " " + h.lock().ID + " " + fn
				a := byKey[key]
				if a == nil {
					a = &across{hold: h, fn: fn}
					byKey[key] = a
					order = append(order, key)
				}
				a.add(h, p, site)
			}
		}
	}
	var out []graph.Finding
	for _, key := range order {
		out = append(out, byKey[key].finding(clock))
	}
	return out
}

// keepsOthersOut reports whether somebody may have to wait for the hold.
func keepsOthersOut(h *hold, group []hold) bool {
	l := h.lock()
	switch {
	case h.when == atStartup || many(l) || l.Kind == "row": // the transaction around it says all
		return false
	case isTransaction(l):
		return true
	case l.Scope == "request", tried(group):
		return false
	}
	return l.Exclusive || exclusive(group)
}

func isTransaction(l *graph.LockInfo) bool { return l.Kind == "transaction" || l.Kind == "connection" }

// remoteTo reports whether a call's wait is none of the lock's own business.
func remoteTo(l *graph.LockInfo, s *graph.Step) bool {
	if s.Kind != graph.Call || s.EdgeKind == graph.EdgeLock {
		return false
	}
	if l.Kind == "advisory" && l.Resource == s.To {
		return false
	}
	return !(s.Tx && isTransaction(l) && (l.Resource == "" || l.Resource == s.To))
}

// across is one hold with the remote calls that one function makes under it.
type across struct {
	hold     hold
	fn       string
	places   []*graph.Place
	sites    []graph.Site
	services []string
	severity string
}

func (a *across) add(h hold, p *graph.Place, site graph.Site) {
	a.services = append(a.services, h.in.Service)
	if s := h.when.lower(graph.SeverityWarning); a.severity == "" || rank(s) > rank(a.severity) {
		a.severity = s
	}
	a.places = append(a.places, p)
	a.sites = append(a.sites, site)
}

func (a *across) finding(clock *clock) graph.Finding {
	l, in := a.hold.lock(), a.hold.in
	what := lockText(l)
	if isTransaction(l) {
		what = "a " + l.Kind
		if l.Resource != "" {
			what += " of " + l.Resource
		}
	}
	f := graph.Finding{
		Severity: a.severity, Site: a.sites[0],
		Sites:   append(slices.Clone(a.sites), a.hold.place.Step.Site),
		Subject: in.Service + " " + what, Path: way(in, a.places[0]), Certain: true,
	}
	var calls, ids []string
	for _, p := range a.places {
		calls = append(calls, callText(p.Step))
		ids = append(ids, p.Step.To)
		f.Certain = f.Certain && p.Step.Certain
	}
	calls = unique(calls)
	f.Subjects = unique(append(append(ids, a.services...), l.Resource))
	f.Identity = identity(in.Service, l.Name, l.Kind, a.fn, strings.Join(calls, ","))
	f.Message = in.Service + " holds " + what + " while it waits for " + and(calls)
	if held := clock.all(a.hold.place.Step.Steps); held.high > 0 {
		f.Message += ": held " + quantity(held.quantity(), "ms")
	}
	return f
}
