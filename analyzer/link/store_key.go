package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/graph"
)

// A keyCommand is what an operation does to a key-value store.
type keyCommand struct {
	verb   string   // the command as the source has it: Get, HSET; "" if it is not known
	keys   []string // families of keys: "cart:*", what is not known being a star
	effect graph.Effect
}

// name is the operation's name: the verb, and the keys if there is one family.
func (c *keyCommand) name() string {
	if len(c.keys) == 1 {
		return c.verb + " " + c.keys[0]
	}
	return c.verb
}

// keyless are commands whose first argument is no key.
var keyless = []string{"EVAL", "EVALSHA", "EVAL_RO", "FCALL", "SCRIPT", "KEYS", "SCAN", "SENTINEL", "SELECT", "AUTH", "INFO", "BITOP", "OBJECT", "MEMORY", "XREAD", "XREADGROUP", "CONFIG", "CLIENT", "CLUSTER", "ECHO", "HELLO", "FLUSHALL", "FLUSHDB", "TIME", "DBSIZE"}

// maxKeys is how many families of keys of one operation are read.
const maxKeys = 8

// keyCommand reads the command and the key of an event on a key-value store:
// those that its entry names, else those that its arguments hold.
func (l *linker) keyCommand(d *deployment, ev *event) (keyCommand, bool) {
	m, e := d.m, ev.entry
	switch e.Role {
	case catalog.CacheRead, catalog.CacheWrite, catalog.Sequence, catalog.DLock:
	default:
		return keyCommand{}, false
	}
	c := keyCommand{verb: ev.sym[strings.LastIndexByte(ev.sym, '.')+1:], effect: effectOf(e)}
	if e.Role == catalog.DLock {
		c.effect = graph.Write
	}
	if _, ok := e.Arg("command"); ok {
		words := m.words(ev, "command")
		if len(words) == 0 {
			return keyCommand{}, false
		}
		c.verb = m.render(words[0])
		if strings.Contains(c.verb, hole) || c.verb == "" {
			return keyCommand{}, false
		}
		c.effect = l.commandEffect(c.verb)
		if len(words) > 1 && !slices.Contains(keyless, strings.ToUpper(c.verb)) {
			c.keys = m.families(words[1])
		}
		return c, true
	}
	if words := m.words(ev, "key"); len(words) > 0 {
		c.keys = m.families(words[0])
	}
	return c, true
}

func (l *linker) commandEffect(command string) graph.Effect {
	switch l.cat.RedisCommand(command) {
	case "read":
		return graph.Read
	case "write", "sequence", "cas", "publish":
		return graph.Write
	}
	return graph.EffectUnknown
}

// words returns an argument and those behind it; a list of arguments is taken
// apart.
func (m *machine) words(ev *event, name string) []setID {
	i, ok := ev.entry.Arg(name)
	if !ok || i < 0 || i >= len(ev.args) {
		return nil
	}
	var out []setID
	for n, a := range ev.args[i:] {
		if elems := m.elements(nil, a); len(elems) > 0 {
			out = append(out, elems...)
		} else if n == 0 || i+n < len(ev.args)-1 || len(m.sets[a]) > 0 {
			out = append(out, a)
		}
	}
	return out
}

// families renders keys: what is not known is a star. Keys that begin with
// something that is not known are left out: they may be anybody's.
func (m *machine) families(s setID) []string {
	var out []string
	for n, text := range m.renderAll(s) {
		if n == maxKeys {
			break
		}
		text = strings.ReplaceAll(text, hole, "*")
		if text != "" && text[0] != '*' {
			out = appendNew(out, text)
		}
	}
	slices.Sort(out)
	return out
}

// usesKeys notes which families of keys an event reads and writes.
func (l *linker) usesKeys(d *deployment, r *graph.Resource, ev *event, site graph.Site) {
	c, ok := l.keyCommand(d, ev)
	if !ok {
		return
	}
	for _, k := range c.keys {
		u := use(r, k, d.svc.ID, site)
		u.Reads = u.Reads || c.effect != graph.Write
		u.Writes = u.Writes || c.effect == graph.Write
	}
}

// keepsKeys reports whether a technology is a store whose compare-and-set is a
// query like others.
func keepsKeys(tech string) bool {
	return tech == "redis" || tech == "go-zero" || tech == "cassandra" || tech == "memcached"
}
