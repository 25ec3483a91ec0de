package rules

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// globalLock finds locks of the whole process or the whole system that an
// endpoint takes and that are held while something waits.
func globalLock(ix *graph.Index, opt *Options) []graph.Finding {
	clock := newClock(ix)
	var out []graph.Finding
	for _, group := range byLock(holdsOf(ix), func(h hold) bool {
		return opt.apart("global-lock", h.place.Step.Site, h.in.Service, h.lock().Resource)
	}) {
		scope := group[0].lock().Scope
		if scope != "process" && scope != "service" || many(group[0].lock()) || tried(group) {
			continue
		}
		if f, ok := globalLockFinding(clock, group); ok {
			out = append(out, f)
		}
	}
	return out
}

// many reports whether more than one may hold the lock: a bulkhead, not a lock.
func many(l *graph.LockInfo) bool {
	if l.Servers == nil {
		return l.Kind == "semaphore"
	}
	return l.Servers.Low > 1
}

// tried reports whether nobody waits for a lock: whoever finds it taken goes on
// without it.
func tried(group []hold) bool {
	return !slices.ContainsFunc(group, func(h hold) bool { return !h.lock().Try })
}

func globalLockFinding(clock *clock, group []hold) (graph.Finding, bool) {
	onPath := slices.DeleteFunc(slices.Clone(group), func(h hold) bool { return h.when < onEvent })
	if len(onPath) == 0 {
		return graph.Finding{}, false
	}
	f := graph.Finding{Certain: true}
	var worst *hold
	if exclusive(group) {
		worst = slowest(clock, group)
	} else if i := slices.IndexFunc(onPath, func(h hold) bool { return h.lock().Exclusive }); i >= 0 {
		if slices.ContainsFunc(group, func(h hold) bool { return h.waiting() && h.when != atStartup }) {
			return f, false // only readers wait, and writers only compute
		}
		worst = &onPath[i] // memory only
	} else {
		return f, false
	}
	lock := worst.lock()
	f.Site = worst.place.Step.Site
	f.Subject = lockText(lock)
	f.Severity = lockSeverity(group, worst)
	f.Path = way(worst.in, worst.place)
	var users, entries, funcs []string
	for _, h := range group {
		if h.when == atStartup {
			continue
		}
		f.Sites = append(f.Sites, h.place.Step.Site)
		users = append(users, h.in.Service)
		funcs = append(funcs, h.place.Step.Func)
		if h.when >= onEvent {
			entries = append(entries, label(h.in))
		}
	}
	f.Subjects = unique(append(users, lock.Resource))
	f.Identity = identity(lock.Name, lock.Kind, strings.Join(unique(funcs), ","))
	f.Message = lockMessage(clock, worst, unique(entries))
	if len(worst.waits) > 0 {
		f.Path = way(worst.in, worst.waits[0])
	} else if lock.IO {
		f.Path = append(f.Path, graph.Hop{Site: lock.IOSite, Text: "waits for " + ioText(lock), Service: worst.in.Service})
	}
	return f, true
}

// slowest returns the exclusive hold that keeps the others out the longest;
// those on a request's path and those that are always taken come first.
func slowest(clock *clock, group []hold) *hold {
	var best *hold
	var most [3]float64
	for i := range group {
		h := &group[i]
		if !h.lock().Exclusive || !h.waiting() || h.when == atStartup {
			continue
		}
		score := [3]float64{float64(h.when), 0, clock.all(h.place.Step.Steps).high}
		if !h.lock().Guarded {
			score[1] = 1
		}
		if best == nil || slices.Compare(score[:], most[:]) > 0 {
			best, most = h, score
		}
	}
	return best
}

func lockSeverity(group []hold, worst *hold) string {
	if !worst.waiting() {
		return graph.SeverityNote
	}
	most := graph.SeverityError
	if worst.lock().Guarded {
		most = graph.SeverityWarning
	}
	met := atStartup // the requests queue behind a background holder too
	for _, h := range group {
		met = max(met, h.when)
	}
	return met.lower(most)
}
