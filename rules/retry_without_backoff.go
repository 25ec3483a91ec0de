package rules

import (
	"github.com/coordlint/coordlint/graph"
)

// retryWithoutBackoff finds remote operations that are tried again with no
// wait, a wait that does not grow, one without jitter, or without an end. One
// loop or one setting is one finding, whoever reaches it.
func retryWithoutBackoff(ix *graph.Index, opt *Options) []graph.Finding {
	byCause := map[string]*retried{}
	var order []string
	for _, t := range triesOf(ix) {
		class, most := retryClass(t.retry(), opt)
		if class == "" {
			continue
		}
		key := t.cause().String() + class
		if byCause[key] == nil {
			byCause[key] = &retried{class: class}
			order = append(order, key)
		}
		byCause[key].add(t, t.when.lower(most))
	}
	var out []graph.Finding
	for _, key := range order {
		out = append(out, byCause[key].finding())
	}
	return out
}

// cause returns where it is written that something is tried again: the loop,
// or the setting of a client that does so for each of its calls.
func (t *try) cause() graph.Site {
	r := t.retry()
	switch r.Source {
	case "loop", "wrapper", "":
		return t.place.Step.Site
	}
	if r.WaitSite.IsZero() {
		return t.place.Step.Site
	}
	return r.WaitSite
}

// retried is one loop or setting with everything that it tries again. The
// first of the most severe is the one that is shown.
type retried struct {
	class    string
	severity string
	worst    try
	tries    []try
}

func (r *retried) add(t try, severity string) {
	if len(r.tries) == 0 || rank(severity) > rank(r.severity) {
		r.severity, r.worst = severity, t
	}
	r.tries = append(r.tries, t)
}

// retryClass says what is wrong with a retry, and how severe that is on a
// request's path; "" if nothing is.
func retryClass(r *graph.Retry, opt *Options) (class, severity string) {
	uncapped := !r.Capped && r.Attempts == nil
	if r.Class == "compare-and-swap" {
		if r.Wait == "none" && uncapped {
			return "with no wait and no end when another writer comes first", graph.SeverityNote
		}
		return "", ""
	}
	if r.Class != "retry" {
		return "", ""
	}
	severity = graph.SeverityError
	switch r.Wait {
	case "none":
		class = "at once, with no wait"
	case "fixed":
		class = "after a fixed wait"
	case "fixed+jitter":
		class = "after a random wait that does not grow"
		severity = graph.SeverityWarning
	case "growing-no-jitter":
		if !opt.JitterOptional {
			class = "after a growing wait without jitter"
			severity = graph.SeverityWarning
		}
	case "growing+jitter", "unknown", "":
	}
	switch {
	case !uncapped:
	case class != "":
		class += " and without an end"
	case r.Wait != "unknown" && r.Wait != "":
		class, severity = "without an end", graph.SeverityWarning
	}
	return class, severity
}

func (r *retried) finding() graph.Finding {
	first, t := r.tries[0], r.worst
	how, call := first.retry(), first.calls[0].Step
	f := graph.Finding{
		Severity: r.severity,
		Site:     first.cause(),
		Sites:    []graph.Site{how.WaitSite, first.place.Step.Site},
		Subject:  first.in.Service + " -> " + call.To,
		Path:     way(t.in, t.calls[0]),
		Certain:  call.Certain && how.Wait != "unknown",
		Identity: identity(first.in.Service, call.To, first.place.Step.Func, call.Operation, how.Source),
	}
	var users, texts []string
	calls := map[graph.Site]bool{}
	for _, t := range r.tries {
		users = append(users, t.in.Service)
		texts = append(texts, t.callTexts()...)
		f.Subjects = append(f.Subjects, t.in.Service, t.calls[0].Step.To)
		calls[t.calls[0].Step.Site] = true
	}
	if len(calls) > 1 { // a wrapper, or a client: what it tries stands elsewhere
		for site := range calls {
			f.Sites = append(f.Sites, site)
		}
	}
	f.Subjects, users, texts = unique(f.Subjects), unique(users), unique(texts)
	verb := " tries "
	if len(users) > 1 {
		verb = " try "
	}
	f.Message = entriesText(users) + verb + entriesText(texts) + " again " + r.class
	if how.Attempts != nil {
		f.Message += ", " + quantity(how.Attempts, "attempts")
	}
	if how.Setting != "" {
		f.Message += " (" + how.Setting + ")"
	}
	return f
}
