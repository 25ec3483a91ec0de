package link

import (
	"path"
	"slices"
	"strings"
)

// bySymbol returns the service that the name of a variable or setting speaks
// of, where its value is not known: ORDERS_SERVICE_URL, api.orders.hostname.
// It is a guess, so the edge is not certain; nil if no service or several fit.
func (l *linker) bySymbol(d *deployment, symbols []string) *deployment {
	var found *deployment
	for _, s := range symbols {
		for _, o := range l.all {
			if o == d || !speaksOf(s, o) {
				continue
			}
			if found != nil && found != o {
				return nil
			}
			found = o
		}
	}
	return found
}

func speaksOf(symbol string, d *deployment) bool {
	names := []string{d.svc.ID}
	if d.pkg != nil {
		names = append(names, path.Base(d.pkg.Dir))
	}
	words := nameWords(symbol)
	for _, n := range names {
		for _, w := range nameWords(n) {
			if len(w) < 4 {
				continue
			}
			// The last word of a name says which service it is.
			if all := nameWords(n); w == all[len(all)-1] && slices.Contains(words, w) {
				return true
			}
		}
	}
	return false
}

// nameWords splits a name into words in lower case, without those that say
// what kind of thing it is.
func nameWords(name string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(strings.ToLower(upperSnake(name)), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9')
	}) {
		for _, suffix := range []string{"service", "server", "svc", "srv"} {
			if rest, ok := strings.CutSuffix(w, suffix); ok && rest != "" {
				w = rest
			}
		}
		switch w {
		case "service", "server", "svc", "srv", "api", "addr", "address", "host", "hostname", "port", "url", "uri", "grpc", "http", "https", "endpoint", "target", "setting", "config", "app":
			continue
		}
		out = append(out, w)
	}
	return out
}
