package link

import (
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
)

// routed names what messages go through where a broker has exchanges in front
// of its queues: a publication by its exchange, or by its key if that is the
// default one; a reception by the exchanges that the program binds its queue
// to. Other names are returned as they are.
func (l *linker) routed(d *deployment, ev *event, names []string) []string {
	if ev.entry.Technology != "rabbitmq" {
		return names
	}
	if ev.entry.Role == catalog.Publish {
		if len(names) == 0 {
			for _, key := range d.m.renderAll(d.m.argument(nil, ev.entry, "key", ev.recv, ev.args)) {
				if strings.Trim(key, hole) != "" {
					names = appendNew(names, strings.ReplaceAll(key, hole, "*"))
				}
			}
		}
		return names
	}
	var out []string
	for _, n := range names {
		exchanges := d.m.exchanges(n)
		if len(exchanges) == 0 {
			exchanges = []string{n}
		}
		for _, e := range exchanges {
			out = appendNew(out, e)
		}
	}
	return out
}

// exchanges returns the exchanges that a queue is bound to.
func (m *machine) exchanges(queue string) []string {
	var out []string
	for _, inst := range m.order {
		if !m.alive(inst) {
			continue
		}
		for _, i := range callSites(inst) {
			for _, ev := range inst.lib[i] {
				if ev.entry.Role != catalog.QueueOpen || ev.entry.Op != "bind" {
					continue
				}
				for _, q := range m.renderAll(m.argument(nil, ev.entry, "queue", ev.recv, ev.args)) {
					if strings.ReplaceAll(q, hole, "*") != queue {
						continue
					}
					for _, e := range m.renderAll(m.argument(nil, ev.entry, "exchange", ev.recv, ev.args)) {
						if strings.Trim(e, hole) != "" {
							out = appendNew(out, strings.ReplaceAll(e, hole, "*"))
						}
					}
				}
			}
		}
	}
	return out
}

// cloudName returns the name in the address of a cloud's queue or topic: the
// end of a URL or of an ARN.
func cloudName(name string) string {
	if strings.HasPrefix(name, "arn:") {
		return name[strings.LastIndexByte(name, ':')+1:]
	}
	if strings.Contains(name, "://") {
		return name[strings.LastIndexByte(name, '/')+1:]
	}
	return name
}
