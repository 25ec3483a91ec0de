package config

import (
	"slices"
	"strings"
)

// A Metric says what a metric measures that nothing tells by itself. Series of
// it are times of a service's requests, or of uses of a resource.
type Metric struct {
	Name           string // without _sum, _count and _bucket
	Unit           string // s, ms, us or ns; "": as the name ends, else seconds
	Service        string // that works or calls
	ServiceLabel   string // the label that names it, where no service is given; "": the usual ones
	Resource       string // id, identity or host of what is used; "": the times are of the service's requests
	Operation      string // the endpoint, or the resource's operation
	OperationLabel string // the label that holds it
}

// Milliseconds returns how many of them the metric's unit has.
func (m *Metric) Milliseconds() float64 {
	unit := m.Unit
	for _, u := range []struct{ suffix, unit string }{{"_milliseconds", "ms"}, {"_ms", "ms"}, {"_microseconds", "us"}, {"_nanoseconds", "ns"}} {
		if unit == "" && strings.HasSuffix(m.Name, u.suffix) {
			unit = u.unit
		}
	}
	switch unit {
	case "ms":
		return 1
	case "us":
		return 1e-3
	case "ns":
		return 1e-6
	}
	return 1000
}

func units() []string { return []string{"", "s", "ms", "us", "ns"} }

// Metrics returns what metrics measure.
func (c *Config) Metrics() []Metric {
	var out []Metric
	for _, m := range c.file.Metrics {
		out = append(out, Metric{Name: m.Metric, Unit: m.Unit, Service: m.Service, ServiceLabel: m.ServiceLabel,
			Resource: m.Resource, Operation: m.Operation, OperationLabel: m.OperationLabel})
	}
	return out
}

// checkMetrics checks what concerns metrics.
func (c *Config) checkMetrics(bad func(int, string, ...any), need func(int, string, string)) {
	for _, m := range c.file.Metrics {
		need(m.line, "metric", m.Metric)
		if !slices.Contains(units(), m.Unit) {
			bad(m.line, "unit: want one of %q, not %q", units()[1:], m.Unit)
		}
		if m.Service != "" && m.ServiceLabel != "" || m.Operation != "" && m.OperationLabel != "" {
			bad(m.line, "want a name or the label that holds it, not both")
		}
	}
}
