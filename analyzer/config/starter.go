package config

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/coordlint/coordlint/graph"
)

// Starter returns the text of a first configuration file of a system. Nothing
// in it is switched on: what the code cannot say stands there as comments, with
// the names of this system and numbers to be replaced. loads are the names of
// the request paths whose load is worth telling.
func Starter(sys *graph.System, loads []string) string {
	var b strings.Builder
	b.WriteString("# yaml-language-server: $schema=https://raw.githubusercontent.com/coordlint/coordlint/main/analyzer/config/schema.json\nversion: 1\n")
	section := func(head string, items []string) {
		if len(items) == 0 {
			return
		}
		b.WriteString("\n# " + head + "\n")
		for _, item := range items {
			b.WriteString("#   - " + item + "\n")
		}
	}
	var limits, times []string
	for _, r := range sys.Resources {
		switch {
		case r.Kind == graph.External && r.Rate == nil:
			limits = append(limits, fmt.Sprintf("{resource: %s, rate_per_s: 100}", quoted(r.ID)))
		case r.Kind == graph.Datastore && r.Time == nil:
			times = append(times, fmt.Sprintf("{resource: %s, ms: [1, 5]}", quoted(r.ID)))
		}
	}
	var rates []string
	for _, name := range loads {
		rates = append(rates, fmt.Sprintf("{path: %s, rate_per_s: 10}", quoted(name)))
	}
	section("limits: # what a vendor accepts, all callers together", limits)
	section("times: # milliseconds of one use when nobody else is there; `coordlint calibrate` takes them from traces", times)
	section("load: # requests a second that are expected", rates)
	return b.String()
}

// quoted writes a text as a YAML scalar.
func quoted(text string) string {
	out, err := yaml.Marshal(text)
	if err != nil {
		return fmt.Sprintf("%q", text) // a text always can be written
	}
	return strings.TrimSpace(string(out))
}
