package link

import (
	"strings"

	"github.com/coordlint/coordlint/analyzer/manifest"
)

// topicNames are the topics of one operation, before patterns are resolved.
type topicNames struct {
	tech, broker string
	workload     *manifest.Workload // the broker's, where it is deployed
	names        []string
	texts        []confText
}

// server names the broker as resources do.
func (t topicNames) server() string { return t.tech + " " + t.broker }

// topicNames returns the topics of an operation as the program writes them.
func (l *linker) topicNames(d *deployment, ev *event) topicNames {
	m := d.m
	texts := l.messageTexts(d, ev)
	tech, broker := ev.entry.Technology, ""
	var server *manifest.Workload
	for _, o := range m.origins(m.brokerArg(ev)) {
		c := &confWalk{m: m, seen: map[objID]bool{}}
		c.object(o.obj, "", 0)
		for _, s := range o.names {
			c.selection(s)
		}
		texts = append(texts, c.found...)
		if t := l.technology(d, ev, o, c); t != "" && (tech == "" || tech == "watermill" || tech == "go-zero") {
			tech = t
		}
	}
	if tech == inProcess || tech == "http" {
		return topicNames{tech: tech, texts: texts}
	}
	if ev.entry.Op == "poll" && len(meant(texts, "topic")) == 0 {
		texts = append(texts, l.subscribed(d, ev)...)
	}
	for _, id := range meant(texts, "addr", "dsn", "host") {
		p := l.place(d, id)
		if p.workload != nil {
			broker, server = p.workload.Name, p.workload
			break
		}
		if p.known && broker == "" {
			broker = p.host
		}
	}
	var names []string
	for _, meaning := range topicMeanings {
		for _, id := range meant(texts, meaning) {
			t := m.renderOne(id)
			if strings.Trim(t, "0123456789-$>") == "" && t != "" {
				continue // a position in a stream
			}
			if t == "" || strings.Trim(t, hole) == "" {
				for _, s := range m.symbols(id) {
					names = appendNew(names, label([]string{s}))
				}
				continue
			}
			names = appendNew(names, cloudName(strings.ReplaceAll(t, hole, "*")))
		}
		if len(names) > 0 {
			break
		}
	}
	return topicNames{tech, broker, server, l.streamed(d, ev, texts, l.routed(d, ev, names)), texts}
}
