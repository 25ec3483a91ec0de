package report

import (
	"fmt"
	"strings"

	"github.com/coordlint/coordlint/graph/ceiling"
)

// loadLines says in lines which stations break at a load and at 2, 5 and 10
// times of it, each station where it breaks first. The breaks are by factor.
// A load of 0 is one that has no single rate: that of several paths. Where a load
// is above what a retry storm ends by itself, the first line above says so.
func loadLines(breaks []ceiling.Break, load float64, storm *ceiling.Storm) []string {
	if len(breaks) == 0 {
		return nil
	}
	var lines []string
	below := 0.0
	for _, times := range []float64{1, 2, 5, 10} {
		var broken []string
		for _, b := range breaks {
			if b.Factor > below && b.Factor <= times {
				broken = append(broken, brokenText(b))
			}
		}
		below = times
		text := "nothing more breaks"
		switch {
		case len(broken) > 0:
			text = "breaks " + strings.Join(broken, ", then ")
		case breaks[0].Factor > times:
			text = "nothing breaks"
		}
		if storm != nil && load > 0 && times*load > float64(storm.Vulnerable[0]) && times*load < float64(storm.Vulnerable[1]) {
			text += fmt.Sprintf("; one disturbance can become lasting overload: a retry storm ends by itself below %s only", rate(storm.Vulnerable[0]))
			storm = nil
		}
		lines = append(lines, loadName(times, load)+": "+text)
	}
	return lines
}

func brokenText(b ceiling.Break) string {
	text := fmt.Sprintf("%s (from %s times on", b.Label, short(b.Factor))
	if b.OnlyIf != "" {
		text += ", " + b.OnlyIf
	}
	if !b.Scales {
		text += "; more replicas do not help"
	}
	return text + ")"
}

func loadName(times, load float64) string {
	name := "at that load"
	if times > 1 {
		name = fmt.Sprintf("at %g times the load", times)
	}
	if load > 0 {
		name += ", " + rate(ceiling.Value(times*load))
	}
	return name
}
