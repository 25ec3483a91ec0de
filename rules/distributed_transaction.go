package rules

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// distributedTransaction finds requests that write to two or more keepers that
// must agree, and two-phase commits. A saga, whose compensations are seen, is
// a note that names them; so is a cache that is written beside its store.
func distributedTransaction(ix *graph.Index, _ *Options) []graph.Finding {
	w := newWriter(ix)
	var out causes
	for _, e := range ix.Bodies() {
		if occasionOf(e) == atStartup {
			continue
		}
		ws := withoutOutbox(w.writes(e))
		if !mustAgree(ws) {
			continue
		}
		f := transactionFinding(e, ws)
		out.add(e.Service+f.Site.String()+strings.Join(f.Subjects, " "), f)
	}
	return out.out
}

// mustAgree reports whether writes go to two keepers, one of which is more
// than a cache or a message.
func mustAgree(ws []write) bool {
	return len(ws) > 1 && slices.ContainsFunc(ws, func(w write) bool {
		return w.kind == "service" || w.kind == graph.Datastore || w.kind == graph.External
	})
}

// withoutOutbox leaves out what is published where the same request writes an
// outbox table: the table is the record, and the message only wakes a relay.
func withoutOutbox(ws []write) []write {
	boxed := slices.ContainsFunc(ws, func(w write) bool {
		return w.kind == graph.Datastore && strings.Contains(strings.ToLower(w.place.Step.Operation), "outbox")
	})
	if !boxed {
		return ws
	}
	return slices.DeleteFunc(slices.Clone(ws), isMessage)
}

func isMessage(w write) bool { return w.kind == graph.Topic || w.kind == graph.Queue }

func transactionFinding(e *graph.Endpoint, ws []write) graph.Finding {
	var places []*graph.Place
	var tos, texts []string
	cached := false
	certain := true
	for _, w := range ws {
		places = append(places, w.place)
		tos = append(tos, w.to)
		texts = append(texts, callText(w.place.Step))
		cached = cached || w.kind == graph.Cache
		certain = certain && w.place.Step.Certain
	}
	sites, fn := anchors(places)
	f := graph.Finding{
		Severity: occasionOf(e).lower(graph.SeverityWarning), Site: sites[0], Sites: sites,
		Subject: label(e), Subjects: append([]string{e.Service}, unique(tos)...), Certain: certain,
		Message:  label(e) + " writes to " + count(len(ws), "place") + " that must agree: " + strings.Join(texts, ", then "),
		Identity: identity(e.Service, e.Name, fn, strings.Join(unique(tos), ",")),
		Path:     []graph.Hop{{Site: e.Handler, Text: label(e), Service: e.Service}},
	}
	for i, w := range ws {
		f.Path = append(f.Path, graph.Hop{Site: sites[i], Text: "writes to " + w.to + ": " + texts[i], Service: e.Service})
	}
	if last := len(ws) - 1; isMessage(ws[last]) && len(ws) == 2 && !isMessage(ws[0]) {
		f.Site, f.Sites = sites[last], nil // the record is right where it is: it is the message that may get lost
	}
	switch undo := compensations(e, tos); {
	case twoPhase(e):
		f.Message += "; by two-phase commit"
	case len(undo) > 0:
		f.Message += "; compensated by " + and(undo)
		f.Severity = graph.SeverityNote
	case cached && len(ws) == 2:
		f.Severity = graph.SeverityNote
	default:
		f.Message += "; nothing undoes the first when a later one fails"
	}
	return f
}

// compensations lists the calls that e makes to the keepers only after a failure.
func compensations(e *graph.Endpoint, tos []string) []string {
	var out []string
	graph.Walk(e.Body, 0, func(p *graph.Place, k int) (int, bool) {
		s := p.Step
		if s.Kind == graph.Call && len(s.OnError) > 0 && s.Effect != graph.Read && slices.Contains(tos, s.To) {
			out = append(out, callText(s))
		}
		return k, true
	})
	return unique(out)
}

// twoPhase reports whether e prepares a transaction on several servers.
func twoPhase(e *graph.Endpoint) bool {
	found := false
	graph.Walk(e.Body, 0, func(p *graph.Place, k int) (int, bool) {
		op := strings.ToUpper(p.Step.Operation)
		found = found || strings.Contains(op, "PREPARE TRANSACTION") || strings.HasPrefix(op, "XA ")
		return k, true
	})
	return found
}
