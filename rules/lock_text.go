package rules

import (
	"fmt"
	"slices"

	"github.com/coordlint/coordlint/graph"
)

func lockMessage(clock *clock, h *hold, entries []string) string {
	l := h.lock()
	what := "one at a time in each replica"
	if l.Scope == "service" {
		what = "one at a time in the whole system"
	}
	text := fmt.Sprintf("%s lets requests of %s pass %s", lockText(l), entriesText(entries), what)
	if !h.waiting() {
		return text + "; memory only"
	}
	if l.Guarded {
		text += ", where its guard does not hold"
	}
	if whats := waitTexts(h); len(whats) > 0 {
		text += ", while it waits for " + and(whats)
	}
	if held := clock.all(h.place.Step.Steps); held.high > 0 {
		text += fmt.Sprintf(": held %s, %s", quantity(held.quantity(), "ms"), rateText(held))
	}
	return text
}

// rateText is the ceiling that a lock held that long sets: 1/t.
func rateText(held interval) string {
	if held.low <= 0 || held.low == held.high {
		return fmt.Sprintf("at most %s/s", number4(1000/held.high))
	}
	return fmt.Sprintf("at most %s to %s/s", number4(1000/held.high), number4(1000/held.low))
}

// waitTexts lists what is waited for under the hold.
func waitTexts(h *hold) []string {
	var out []string
	for _, p := range h.waits {
		if p.Step.Kind == graph.Call {
			out = append(out, callText(p.Step))
		} else {
			out = append(out, "a sleep")
		}
	}
	if h.lock().IO {
		out = append(out, ioText(h.lock()))
	}
	return unique(out)
}

func ioText(l *graph.LockInfo) string {
	if l.IOWhat == "" {
		return "a file, a process or a channel"
	}
	return l.IOWhat
}

func entriesText(entries []string) string {
	if len(entries) > 3 {
		return and(append(slices.Clone(entries[:2]), fmt.Sprintf("%d more", len(entries)-2)))
	}
	return and(entries)
}
