package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
)

// A topicName is a topic of a broker as the program writes it.
type topicName struct{ server, name string }

// publishing collects the patterns that the programs subscribe to, then the
// topics that they publish to, which is what the patterns mean.
func (l *linker) publishing() {
	for _, role := range []catalog.Role{catalog.Consume, catalog.Publish} {
		for _, d := range l.all {
			if d.m == nil {
				continue
			}
			for ev := range d.events {
				if ev.entry.Role == role {
					l.publishedBy(d, ev)
				}
			}
		}
	}
}

func (l *linker) publishedBy(d *deployment, ev *event) {
	t := l.topicNames(d, ev)
	for _, name := range t.names {
		n := topicName{t.server(), name}
		if ev.entry.Role == catalog.Consume {
			if isPattern(t.tech, name) && !slices.Contains(l.patterns, n) {
				l.patterns = append(l.patterns, n)
			}
			continue
		}
		n.name = l.widened(t.tech, n.server, []string{name})[0]
		if !slices.Contains(l.published, n) {
			l.published = append(l.published, n)
		}
	}
}

// widened returns topics. One of which nothing is known but what says a
// subscription to all that begins alike is that pattern: words that come with
// the request, however many.
func (l *linker) widened(tech, server string, names []string) []string {
	var out []string
	for _, name := range names {
		for _, p := range l.patterns {
			if p.server == server && p.name != name && strings.ContainsAny(p.name, ">#") && matches(tech, p.name, name) && saysNoMore(tech, p.name, name) {
				name = p.name
				break
			}
		}
		out = appendNew(out, name)
	}
	return out
}

// saysNoMore reports whether the words of a topic that a pattern leaves open
// are not known either.
func saysNoMore(tech, pattern, topic string) bool {
	sep, one, rest := ".", "*", ">"
	if tech == "mqtt" {
		sep, one, rest = "/", "+", "#"
	}
	words := strings.Split(topic, sep)
	for i, p := range strings.Split(pattern, sep) {
		switch {
		case p == rest:
			return !slices.ContainsFunc(words[min(i, len(words)):], func(w string) bool { return w != "*" && w != "" })
		case p == one && words[i] != "*" && words[i] != "":
			return false
		}
	}
	return true
}

// isPattern reports whether a subscription takes more topics than one, by the
// rules of the brokers whose patterns are made of words.
func isPattern(tech, name string) bool {
	return tech == "nats" && strings.ContainsAny(name, "*>") || tech == "mqtt" && strings.ContainsAny(name, "+#")
}

// matched returns, in the place of each name that is a pattern of the broker,
// the published topics that it matches; the pattern itself if there are none.
func (l *linker) matched(tech, server string, names []string) []string {
	var out []string
	for _, pattern := range names {
		found := false
		for _, t := range l.published {
			if t.server == server && (t.name == pattern || matches(tech, pattern, t.name)) {
				out, found = appendNew(out, t.name), true
			}
		}
		if !found {
			out = appendNew(out, pattern)
		}
	}
	return out
}

// matches reports whether a subscription's pattern takes a topic, by the
// rules of the broker. A topic of which a part is not known, which is written
// *, is matched where any text would be.
func matches(tech, pattern, topic string) bool {
	switch tech {
	case "redis":
		return strings.Contains(pattern, "*") && glob(pattern, topic)
	case "nats":
		return strings.ContainsAny(pattern, "*>") && tokens(strings.Split(pattern, "."), strings.Split(topic, "."), "*", ">")
	case "mqtt":
		return strings.ContainsAny(pattern, "+#") && tokens(strings.Split(pattern, "/"), strings.Split(topic, "/"), "+", "#")
	}
	return false
}

// glob matches a pattern whose stars stand for any text.
func glob(pattern, s string) bool {
	parts := strings.Split(pattern, "*")
	if !strings.HasPrefix(s, parts[0]) {
		return false
	}
	s = s[len(parts[0]):]
	for _, p := range parts[1 : len(parts)-1] {
		i := strings.Index(s, p)
		if i < 0 {
			return false
		}
		s = s[i+len(p):]
	}
	return strings.HasSuffix(s, parts[len(parts)-1])
}

// tokens matches a pattern word by word: one stands for a word, rest for all
// that follow.
func tokens(pattern, topic []string, one, rest string) bool {
	for i, p := range pattern {
		switch {
		case p == rest:
			return len(topic) > i || rest == "#"
		case i >= len(topic), p != one && p != topic[i]:
			return false
		}
	}
	return len(pattern) == len(topic)
}
