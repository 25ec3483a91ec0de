package contract

import (
	"strings"

	"github.com/emicklei/proto"
)

// routes returns the bindings of a google.api.http option, in either of its
// notations: option (google.api.http) = {...} and option (google.api.http).get = "...".
func routes(file string, o *proto.Option) []Route {
	name, field, _ := strings.Cut(strings.TrimPrefix(o.Name, "(."), ")")
	if strings.TrimPrefix(name, "(") != "google.api.http" {
		return nil
	}
	if field = strings.TrimPrefix(field, "."); field != "" {
		if verb, ok := verbs[field]; ok {
			return []Route{{Verb: verb, Path: o.Constant.Source, Site: site(file, o.Position)}}
		}
		return nil
	}
	r := rule(file, o.Constant.OrderedMap)
	for i := range r {
		if r[i].Site.Line == 0 {
			r[i].Site = site(file, o.Position)
		}
	}
	return r
}

// verbs are the fields of google.api.HttpRule that hold a pattern.
var verbs = map[string]string{"get": "GET", "put": "PUT", "post": "POST", "delete": "DELETE", "patch": "PATCH"}

func rule(file string, m proto.LiteralMap) []Route {
	var r Route
	var more []Route
	for _, e := range m {
		switch {
		case verbs[e.Name] != "":
			r.Verb, r.Path, r.Site = verbs[e.Name], e.Source, site(file, e.Position)
		case e.Name == "custom":
			kind, _ := e.OrderedMap.Get("kind")
			path, _ := e.OrderedMap.Get("path")
			r.Verb, r.Path, r.Site = strings.ToUpper(kind.Source), path.Source, site(file, path.Position)
			if kind.Source == "*" {
				r.Verb = "ANY"
			}
		case e.Name == "body":
			r.Body = e.Source
		case e.Name == "additional_bindings":
			if e.OrderedMap != nil {
				more = append(more, rule(file, e.OrderedMap)...)
			}
			for _, a := range e.Array {
				more = append(more, rule(file, a.OrderedMap)...)
			}
		}
	}
	if r.Path == "" {
		return more
	}
	return append([]Route{r}, more...)
}
