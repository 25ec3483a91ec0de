package calibrate

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/coordlint/coordlint/analyzer/telemetry"
)

var fullMethod = regexp.MustCompile(`^/?([A-Za-z_][\w.]*)[./]([A-Za-z_]\w*)$`)

// rpcName returns the full name of the method of an RPC, PACKAGE.SERVICE/METHOD;
// "" if the span is of none. The conventions changed: rpc.method was the
// method's name and is the full one now; some record it in the span's name only.
func rpcName(s *telemetry.Span) string {
	a := s.Attributes
	service, method := a.First("rpc.service", "grpc.service"), strings.Trim(a.First("rpc.method", "grpc.method"), "/")
	if a.First("rpc.system") == "aws-api" {
		return ""
	}
	switch {
	case strings.Contains(method, "/"):
		return method
	case service != "" && method != "":
		return service + "/" + method
	}
	name := s.Name
	old := strings.HasPrefix(name, "Recv.") || strings.HasPrefix(name, "Sent.") // OpenCensus
	if !old && a.First("rpc.system.name", "rpc.system", "rpc.grpc.status_code", "rpc.response.status_code") == "" && a.First("component") != "gRPC" {
		if strings.Count(strings.Trim(name, "/"), "/") != 1 || !strings.Contains(name, ".") || strings.Contains(name, " ") || httpVerb(a) != "" {
			return ""
		}
	}
	if m := fullMethod.FindStringSubmatch(strings.TrimPrefix(strings.TrimPrefix(name, "Recv."), "Sent.")); m != nil {
		return m[1] + "/" + m[2]
	}
	return ""
}

func httpVerb(a telemetry.Attributes) string {
	verb := a.First("http.request.method", "http.method", "http.request.method_original")
	if verb == "_OTHER" {
		return ""
	}
	return strings.ToUpper(verb)
}

// httpRequests returns what an HTTP span asks for, "VERB /path", the most
// telling first: its route, its path, its name.
func httpRequests(s *telemetry.Span) []string {
	a := s.Attributes
	verb := httpVerb(a)
	var paths []string
	add := func(text string) {
		first, rest, two := strings.Cut(text, " ")
		if two && verb == "" && first == strings.ToUpper(first) {
			verb = first
		}
		if two {
			text = strings.TrimSpace(rest)
		}
		if strings.Contains(text, "://") {
			u, err := url.Parse(text)
			if err != nil {
				return
			}
			text = "/" + strings.TrimPrefix(u.Path, "/")
		}
		if text, _, _ = strings.Cut(text, "?"); strings.HasPrefix(text, "/") {
			paths = append(paths, text)
		}
	}
	for _, key := range []string{"http.route", "url.template", "url.path", "http.target", "url.full", "http.url", "http.path"} {
		text := a.First(key)
		if key == "http.route" && text != "" && !strings.ContainsAny(text, "/ ") {
			text = "/" + text
		}
		add(text)
	}
	add(s.Name)
	if verb == "" {
		verb = "ANY"
	}
	for i, p := range paths {
		paths[i] = verb + " " + p
	}
	return paths
}

var varying = regexp.MustCompile(`\b[0-9a-fA-F]{8,}(-[0-9a-fA-F]{4,})*\b|\b\d+\b`)

// general returns a text without what differs from request to request.
func general(text string) string {
	const longest = 120
	text = varying.ReplaceAllString(strings.Join(strings.Fields(text), " "), "{}")
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + "..."
	}
	return text
}
