package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
)

// A topicName is a topic of a broker as the program writes it.
type topicName struct{ server, name string }

// publishing collects the topics that the programs publish to, which is what
// subscriptions by pattern mean.
func (l *linker) publishing() {
	for _, d := range l.all {
		if d.m == nil {
			continue
		}
		for ev := range d.events {
			if ev.entry.Role != catalog.Publish {
				continue
			}
			for _, r := range l.topics(d, ev) {
				if n := (topicName{r.Server, r.ID}); !slices.Contains(l.published, n) {
					l.published = append(l.published, n)
				}
			}
		}
	}
}

// matched returns, in the place of each name that is a pattern of the broker,
// the published topics that it matches; the pattern itself if there are none.
func (l *linker) matched(tech, server string, names []string) []string {
	var out []string
	for _, pattern := range names {
		found := false
		for _, t := range l.published {
			if t.server == server && t.name != pattern && matches(tech, pattern, t.name) {
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
