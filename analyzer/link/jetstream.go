package link

import (
	"slices"

	"github.com/coordlint/coordlint/analyzer/catalog"
)

// topicMeanings are the meanings of texts that name what a message goes to or
// comes from; the first that is there says it. What a consumer filters is less
// than what its stream takes, which says more than the name of the stream.
var topicMeanings = []string{"filter", "subjects", "topic", "exchange"}

// streamed returns the subjects that are in a stream of JetStream, in the
// place of the name of the stream, for a consumer without a filter. A service
// that consumes often leaves it to another one to declare the stream.
func (l *linker) streamed(d *deployment, ev *event, texts []confText, names []string) []string {
	if ev.entry.Technology != "nats" || ev.entry.Role != catalog.Consume || len(meant(texts, "filter", "subjects")) > 0 {
		return names
	}
	var out []string
	for _, name := range names {
		subjects := d.m.streamSubjects(name)
		for _, o := range l.all {
			if len(subjects) == 0 && o != d && o.m != nil {
				subjects = o.m.streamSubjects(name)
			}
		}
		if len(subjects) == 0 {
			subjects = []string{name}
		}
		for _, s := range subjects {
			out = appendNew(out, s)
		}
	}
	return out
}

// streamSubjects returns the subjects of a stream that the program declares.
func (m *machine) streamSubjects(stream string) []string {
	var out []string
	for _, inst := range m.order {
		for _, i := range callSites(inst) {
			for _, ev := range inst.lib[i] {
				if ev.entry.Role != catalog.QueueOpen || ev.entry.Op != "topic" || ev.entry.Technology != "nats" || !m.alive(inst) {
					continue
				}
				texts := m.configOf(m.argument(nil, ev.entry, "config", ev.recv, ev.args), "config")
				if !slices.ContainsFunc(meant(texts, "name"), func(id valueID) bool { return m.renderOne(id) == stream }) {
					continue
				}
				for _, id := range meant(texts, "subjects") {
					out = appendNew(out, m.renderOne(id))
				}
			}
		}
	}
	return out
}
