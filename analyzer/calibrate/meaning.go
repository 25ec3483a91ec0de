package calibrate

import (
	"fmt"
	"strings"

	"github.com/coordlint/coordlint/analyzer/telemetry"
	"github.com/coordlint/coordlint/graph"
)

// A role is which part a span plays in a request.
type role uint8

const (
	inside role = iota // work within a service
	serves             // a request, or a message
	waits              // for a service or a resource
)

// A meaning is what a span says about the system.
type meaning struct {
	process    string // id of the service, else the name that was recorded
	service    string // id of the service; "" if it is not one of the system
	role       role
	target     string // of waits: id of the service or resource; "" if the system has none such
	kind       string // of waits: kind of the edge
	operations string // of serves the endpoint; of waits the edge's operations, a line each: "" if it has none that fits
	vague      bool   // of waits: the recording does not tell the operation
	stream     bool   // of serves: lasts as long as the stream is open
	text       string // what was recorded, for people
	reason     string // why it matches nothing; "" if it does
}

// An interner numbers meanings.
type interner struct {
	numbers map[meaning]int32
	list    []meaning
}

func (in *interner) of(m meaning) int32 {
	if m.reason == "" && m.operations != "" {
		m.text = ""
	}
	if n, ok := in.numbers[m]; ok {
		return n
	}
	const most = 100_000
	if len(in.list) >= most { // texts that differ in every span
		m.text = ""
		if m.reason != "" {
			m.reason = "other reasons"
		}
		if n, ok := in.numbers[m]; ok {
			return n
		}
	}
	if in.numbers == nil {
		in.numbers = map[meaning]int32{}
	}
	n := int32(len(in.list))
	in.numbers[m] = n
	in.list = append(in.list, m)
	return n
}

// meaningOf classifies a span.
func (c *matcher) meaningOf(s *telemetry.Span) meaning {
	m := meaning{}
	m.service, m.process = c.owner(s.Resource)
	if m.service != "" {
		m.process = m.service
	}
	system := s.Attributes.First("db.system.name", "db.system")
	kind := s.Kind
	if kind == telemetry.Internal && system != "" {
		kind = telemetry.Client
	}
	switch kind {
	case telemetry.Server:
		m.role = serves
		c.served(&m, s)
	case telemetry.Consumer:
		m.role = serves
		c.consumed(&m, s)
	case telemetry.Client, telemetry.Producer:
		m.role = waits
		c.waited(&m, s, system)
	}
	if m.service == "" {
		m.reason = fmt.Sprintf("no service is called %q", m.process)
		if m.process == "" {
			m.reason = "nothing names its service"
		}
	}
	return m
}

// served finds the endpoint of a server's span.
func (c *matcher) served(m *meaning, s *telemetry.Span) {
	if name := rpcName(s); name != "" {
		m.text = name
		for _, e := range c.endpoints[m.service] {
			if strings.Trim(e.Name, "/") == name || e.Kind == graph.EndpointHTTP && graph.RouteFit(e.Name, "POST /"+name) > 0 {
				m.serve(e)
				return
			}
		}
		m.reason = fmt.Sprintf("%s serves no %s", m.process, name)
		return
	}
	requests := httpRequests(s)
	if len(requests) == 0 {
		m.text = general(s.Name)
		m.reason = fmt.Sprintf("neither route nor RPC is recorded of %s, span %q", m.process, m.text)
		return
	}
	m.text = general(requests[0])
	for _, request := range requests {
		found := c.fitting(m.service, request)
		if len(found) == 1 {
			m.serve(found[0])
			return
		}
		if len(found) > 1 {
			m.reason = fmt.Sprintf("%s has several endpoints that %s fits", m.process, m.text)
			return
		}
	}
	m.reason = fmt.Sprintf("%s serves no %s", m.process, m.text)
}

func (m *meaning) serve(e *graph.Endpoint) {
	if e.Standard {
		m.reason = "health, metrics and debug endpoints start no path"
		return
	}
	m.operations, m.stream = e.Name, e.Stream
}

// fitting returns the endpoints of a service that a request fits best.
func (c *matcher) fitting(service, request string) []*graph.Endpoint {
	var out []*graph.Endpoint
	best := 0
	for _, e := range c.endpoints[service] {
		if e.Kind != graph.EndpointHTTP {
			continue
		}
		switch fit := graph.RouteFit(e.Name, request); {
		case fit == 0 || fit < best:
		case fit > best:
			best, out = fit, []*graph.Endpoint{e}
		default:
			out = append(out, e)
		}
	}
	return out
}

// consumed finds the endpoint of a span that works on a message.
func (c *matcher) consumed(m *meaning, s *telemetry.Span) {
	switch operation := s.Attributes.First("messaging.operation.type", "messaging.operation", "messaging.operation.name"); operation {
	case "receive", "poll", "settle", "ack", "commit":
		m.role, m.reason = inside, "spans that "+operation+" messages: what is done with them is in others"
		return
	}
	name := s.Attributes.First("messaging.destination.name", "messaging.destination", "messaging.source.name")
	m.text = name
	topic := c.topic(name, m.service, graph.EdgeConsume)
	for _, e := range c.endpoints[m.service] {
		if e.Kind == graph.EndpointConsume && (topic != "" && e.Topic == topic || e.Name == name) {
			m.serve(e)
			m.target, m.kind = topic, graph.EdgeConsume
			return
		}
	}
	m.reason = fmt.Sprintf("%s consumes no %q", m.process, name)
}
