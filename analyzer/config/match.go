package config

import (
	"net"
	"path"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// A matcher finds what the names of the file mean in a system.
type matcher struct{ sys *graph.System }

// service returns the id of the service that is called that: by its id, else
// by its workload's name, else by the directory of its main package; "" if none
// is, or several.
func (m matcher) service(name string) string {
	for _, is := range []func(*graph.Service) bool{
		func(s *graph.Service) bool { return s.ID == name },
		func(s *graph.Service) bool { return s.Workload != "" && path.Base(s.Workload) == name },
		func(s *graph.Service) bool { return s.Main != "" && path.Clean(s.Main) == path.Clean(name) },
	} {
		found := ""
		for _, s := range m.sys.Services {
			if is(s) {
				if found != "" {
					return ""
				}
				found = s.ID
			}
		}
		if found != "" {
			return found
		}
	}
	return ""
}

// How narrowly a name fits a resource.
const (
	fitsNot = iota
	fitsServer
	fitsHost
	fitsWhole
)

// fit says how narrowly a name fits a resource: its id or its whole identity,
// with or without port, else its host, else what deploys it.
func fit(r *graph.Resource, name string) int {
	whole := func(text string) bool { return text != "" && bare(text) == bare(name) }
	switch {
	case r.ID == name || r.Identity == name || whole(r.Identity):
		return fitsWhole
	case r.Host != "" && r.Database != "" && whole(r.Host+"/"+r.Database):
		return fitsWhole
	case whole(r.Host):
		return fitsHost
	case r.Workload != "" && (r.Workload == name || path.Base(r.Workload) == name):
		return fitsServer
	case whole(r.Server) || whole(strings.TrimPrefix(r.Server, r.Technology+" ")):
		return fitsServer
	}
	return fitsNot
}

// bare returns host/path of scheme://user@host:port/path?query, in lower case.
func bare(text string) string {
	if _, rest, ok := strings.Cut(text, "://"); ok {
		text = rest
	}
	text, _, _ = strings.Cut(text, "?")
	host, rest, _ := strings.Cut(text, "/")
	host = host[strings.LastIndexByte(host, '@')+1:]
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if rest = strings.Trim(rest, "/"); rest != "" {
		host += "/" + rest
	}
	return strings.ToLower(host)
}

// A resourceFit is a resource that a name fits.
type resourceFit struct {
	*graph.Resource
	fit int
}

// resources returns the resources that a name fits, in the order of the system.
func (m matcher) resources(name string) []resourceFit {
	var out []resourceFit
	for _, r := range m.sys.Resources {
		if f := fit(r, name); f != fitsNot {
			out = append(out, resourceFit{r, f})
		}
	}
	return out
}

// operation returns an operation of a target as the system writes it, for
// text that may differ in case and spaces, or leave the package of an RPC or
// the verb of a request out. What only ends like the text counts if it is the
// only one.
func (m matcher) operation(target, text string) (string, bool) {
	var all []string
	for _, e := range m.sys.Endpoints {
		if e.Service == target {
			all = append(all, e.Name)
		}
	}
	for _, e := range m.sys.Edges {
		if e.To == target {
			all = append(all, e.Operations...)
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	want := folded(text)
	var ends []string
	for _, op := range all {
		switch have := folded(op); {
		case have == want:
			return op, true
		case strings.HasSuffix(have, "."+want) || strings.HasSuffix(have, " "+want):
			ends = append(ends, op)
		}
	}
	if len(ends) == 1 {
		return ends[0], true
	}
	return text, false
}

func folded(text string) string { return strings.ToLower(strings.Join(strings.Fields(text), " ")) }

// path reports whether a path is called that: by its id or its endpoint's name.
func (m matcher) path(name string) bool {
	return slices.ContainsFunc(m.sys.Endpoints, func(e *graph.Endpoint) bool { return e.ID() == name || e.Name == name })
}

// site reports whether a step of some endpoint stands in a line.
func (m matcher) site(at graph.Site) bool {
	seen := map[*graph.Step]bool{}
	var has func(s *graph.Step) bool
	has = func(s *graph.Step) bool {
		if s == nil || seen[s] {
			return false
		}
		seen[s] = true
		return s.Site.File == at.File && s.Site.Line == at.Line || slices.ContainsFunc(s.Steps, has)
	}
	return slices.ContainsFunc(m.sys.Endpoints, func(e *graph.Endpoint) bool {
		return e.Handler.File == at.File && e.Handler.Line == at.Line || has(e.Body)
	})
}
