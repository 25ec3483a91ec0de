package rules

import (
	"github.com/coordlint/coordlint/graph"
)

// retryWithoutBackoff finds remote operations that are tried again with no
// wait, a wait that does not grow, one without jitter, or without an end. One
// loop or one setting is one finding, whoever reaches it.
func retryWithoutBackoff(ix *graph.Index, opt *Options) []graph.Finding {
	byPlace := map[string]*graph.Finding{}
	var order []string
	for _, t := range triesOf(ix) {
		class, most := retryClass(t.retry(), opt)
		if class == "" {
			continue
		}
		severity := t.when.lower(most)
		key := t.place.Step.Site.String() + class
		if f := byPlace[key]; f != nil {
			f.Subjects = unique(append(f.Subjects, t.in.Service, t.calls[0].Step.To))
			if rank(severity) > rank(f.Severity) {
				f.Severity, f.Path = severity, way(t.in, t.calls[0])
			}
			continue
		}
		f := retryFinding(t, class, severity)
		byPlace[key] = &f
		order = append(order, key)
	}
	var out []graph.Finding
	for _, key := range order {
		out = append(out, *byPlace[key])
	}
	return out
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

func retryFinding(t try, class, severity string) graph.Finding {
	r, call := t.retry(), t.calls[0].Step
	f := graph.Finding{
		Severity: severity,
		Site:     t.place.Step.Site,
		Sites:    []graph.Site{r.WaitSite},
		Subject:  t.in.Service + " -> " + call.To,
		Subjects: unique([]string{t.in.Service, call.To}),
		Message:  t.in.Service + " tries " + and(t.callTexts()) + " again " + class,
		Path:     way(t.in, t.calls[0]),
		Certain:  call.Certain && r.Wait != "unknown",
		Identity: identity(t.in.Service, call.To, t.place.Step.Func, call.Operation, r.Source),
	}
	if r.Attempts != nil {
		f.Message += ", " + quantity(r.Attempts, "attempts")
	}
	if r.Setting != "" {
		f.Message += " (" + r.Setting + ")"
	}
	return f
}
