package config

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/rules"
)

// small is a system of two services, two databases of one server and a vendor.
func small() *graph.System {
	two := 2
	return &graph.System{
		Services: []*graph.Service{
			{ID: "pay", Main: "services/pay", Workload: "Deployment/payments", Replicas: &two,
				State: []graph.State{{Name: "example.com/pay.sessions"}}},
			{ID: "web", Main: "services/web"},
		},
		Resources: []*graph.Resource{
			{ID: "api.vendor.com", Kind: graph.External, Identity: "api.vendor.com", Host: "api.vendor.com"},
			{ID: "db/mail", Kind: graph.Datastore, Technology: "postgres", Identity: "db:5432/mail", Host: "db", Database: "mail", Server: "workload StatefulSet/pg", Workload: "StatefulSet/pg"},
			{ID: "db/orders", Kind: graph.Datastore, Technology: "postgres", Identity: "db:5432/orders", Host: "db", Database: "orders", Server: "workload StatefulSet/pg", Workload: "StatefulSet/pg"},
		},
		Endpoints: []*graph.Endpoint{
			{Service: "pay", Kind: graph.EndpointGRPC, Name: "pay.Pay/Charge", Body: &graph.Step{Kind: graph.Loop, Site: graph.Site{File: "a.go", Line: 7}}},
			{Service: "web", Kind: graph.EndpointHTTP, Name: "POST /order"},
		},
		Edges: []*graph.Edge{{From: "pay", To: "db/orders", Kind: graph.EdgeQuery, Operations: []string{"SELECT orders"}}},
	}
}

func parse(t *testing.T, text string) *Config {
	t.Helper()
	c, err := Parse("c.yaml", []byte("version: 1\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCeiling(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"by id", "limits: [{resource: db/mail, rate_per_s: 9}]", "rate db/mail 9"},
		{"by identity without its port", "limits: [{resource: DB/mail, rate_per_s: 9}]", "rate db/mail 9"},
		{"as a DSN", "limits: [{resource: 'postgres://u@db:5432/mail?x=1', rate_per_s: 9}]", "rate db/mail 9"},
		{"by host", "limits: [{resource: db, concurrency: 9}]", "servers db/mail 9; servers db/orders 9"},
		{"by workload", "limits: [{resource: pg, concurrency: 9}]", "servers db/mail 9; servers db/orders 9"},
		{"the narrower one last", "limits: [{resource: db/mail, rate_per_s: 9}, {resource: db, rate_per_s: 5}, {resource: pg, rate_per_s: 1}]",
			"rate db/mail 1; rate db/orders 1; rate db/mail 5; rate db/orders 5; rate db/mail 9"},
		{"time of a resource", "times: [{resource: db/orders, ms: [1, 2]}]", "time db/orders 1-2"},
		{"time of one operation", "times: [{resource: db/orders, operation: select  ORDERS, service: payments, ms: 3}]", "time pay db/orders SELECT orders 3"},
		{"own work of a service", "times: [{service: pay, ms: 3}]", "time pay 3"},
		{"own work of an endpoint", "times: [{service: services/pay, operation: Pay/Charge, ms: 3, cpu_ms: 1}]", "time pay pay.Pay/Charge 3; cpu pay pay.Pay/Charge 1"},
		{"replicas", "replicas: [{service: pay, count: 3, max: 9, slots: 5, cores: 2}]", "replicas pay 3; hpa_max pay 9; cores pay 2; slots pay 5"},
		{"rounds of a loop", "loops: [{at: 'a.go:7', rounds: 4}]", "count a.go:7 4"},
		{"failures of a vendor", "failures: [{service: pay, resource: api.vendor.com, share: 0.5}]", "fails pay api.vendor.com 0.5"},
		{"load and mix", "load: [{path: POST /order, rate_per_s: 8}]\nmix: [{path: web http POST /order, share: 1}]", "load POST /order 8; mix web http POST /order 1"},
		{"no resource", "limits: [{resource: nope, rate_per_s: 9}]", `gap c.yaml:2 no resource "nope"`},
		{"no service", "times: [{service: nope, ms: 9}]", `gap c.yaml:2 no service "nope"`},
		{"no operation of a resource", "times: [{resource: db/mail, operation: SELECT orders, ms: 9}]", `gap c.yaml:2 nothing does "SELECT orders" at db/mail`},
		{"no operation of a service", "times: [{service: web, operation: GET /, ms: 9}]", `gap c.yaml:2 web does not serve "GET /"`},
		{"no step", "loops: [{at: 'a.go:8', rounds: 4}]", "gap c.yaml:2 no request passes a.go:8"},
		{"no path", "load: [{path: GET /, rate_per_s: 1}]", `gap c.yaml:2 no endpoint "GET /"`},
	}
	for _, tt := range tests {
		opt, gaps := parse(t, tt.text).Ceiling(small())
		var got []string
		say := func(parts ...string) {
			got = append(got, strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " "))
		}
		for _, n := range opt.Declarations.Numbers {
			value := fmt.Sprint(n.Value.Low)
			if n.Value.Low != n.Value.High {
				value += fmt.Sprint("-", n.Value.High)
			}
			say(string(n.What), n.Service, n.Target, n.Operation, n.Site.String(), value)
			if n.Value.Source != graph.Declared || n.Value.Site.File != "c.yaml" {
				t.Errorf("%s: source %+v", tt.name, n.Value)
			}
		}
		for _, l := range opt.Declarations.Loads {
			say("load", l.Path, fmt.Sprint(l.Share))
		}
		for _, l := range opt.Declarations.Mix {
			say("mix", l.Path, fmt.Sprint(l.Share))
		}
		for _, g := range gaps {
			say("gap", g.Site.String(), g.Text)
		}
		if text := strings.Join(got, "; "); text != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, text, tt.want)
		}
	}
}

func TestAnnotate(t *testing.T) {
	sys := small()
	calls := []*graph.Step{
		{Kind: graph.Call, To: "db/orders", Operation: "SELECT orders", Site: graph.Site{File: "a.go", Line: 8}},
		{Kind: graph.Call, To: "db/orders", Operation: "SELECT orders", Site: graph.Site{File: "a.go", Line: 9}},
		{Kind: graph.Call, To: "db/orders", Operation: "INSERT orders"},
	}
	sys.Endpoints[0].Body.Steps = calls
	parse(t, `
times:
  - {resource: db/orders, operation: SELECT orders, at: "a.go:9", ms: 3}
  - {resource: db/orders, ms: 1}
  - {resource: db, ms: 9}
  - {resource: db/orders, operation: select orders, ms: 2}
limits:
  - {resource: db, max_connections: 100}
  - {resource: db/mail, max_connections: 20, concurrency: 4}
  - {resource: pg, max_connections: 50}
  - {resource: api.vendor.com, rate_per_s: [10, 20]}
replicas: [{service: pay, max: 9, slots: 3}]
teams:
  - {team: all, paths: [services]}
  - {team: money, paths: [services/pay]}
  - {team: front, services: [web]}
`).Annotate(sys)
	got := strings.TrimSpace(fmt.Sprintln(sys.Resources[1].MaxConnections.Low, sys.Resources[1].Concurrency.Low, sys.Resources[2].MaxConnections.Low,
		sys.Resources[0].Rate.High, *sys.Services[0].Replicas, *sys.Services[0].HPAMax, sys.Services[0].Slots.Low, sys.Services[0].Team, sys.Services[1].Team))
	if calls[0].Time.Low != 2 || calls[1].Time.Low != 3 || calls[2].Time != nil || sys.Resources[2].Time.Low != 1 || sys.Resources[1].Time.Low != 9 {
		t.Errorf("times %v %v %v", calls[0].Time, calls[1].Time, sys.Resources[2].Time)
	}
	if want := "20 4 100 20 2 9 3 money front"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestRules(t *testing.T) {
	c := parse(t, `
thresholds: {chain_length: 5, jitter_required: false}
accepted:
  - {fact: stateful by design, subject: pay.sessions, reason: sharded}
  - {fact: shared read-only, subject: db/mail, reason: one writes}
  - {fact: shared read-only, subject: nope, reason: x}
rules:
  - {rule: sync-chain, severity: off}
  - {rule: missing-timeout, severity: error}
  - {rule: global-lock, severity: warning}
`)
	opt, on, gaps := c.Rules(small())
	want := &rules.Options{ChainLength: 5, JitterOptional: true, Accepted: []rules.Accepted{
		{Fact: rules.StatefulByDesign, Subject: "example.com/pay.sessions", Reason: "sharded"},
		{Fact: rules.SharedReadOnly, Subject: "db/mail", Reason: "one writes"},
	}}
	if got := fmt.Sprintf("%+v", opt); got != fmt.Sprintf("%+v", want) {
		t.Errorf("got %s", got)
	}
	if len(on) != len(rules.All())-1 || slices.ContainsFunc(on, func(r *rules.Rule) bool { return r.Name == "sync-chain" }) {
		t.Errorf("%d rules are on", len(on))
	}
	if len(gaps) != 1 || gaps[0].Site.Line != 7 {
		t.Errorf("gaps %v", gaps)
	}
	found := []graph.Finding{
		{Rule: "missing-timeout", Severity: graph.SeverityWarning}, {Rule: "missing-timeout", Severity: graph.SeverityNote},
		{Rule: "global-lock", Severity: graph.SeverityError}, {Rule: "global-lock", Severity: graph.SeverityNote},
		{Rule: "sync-cycle", Severity: graph.SeverityError},
	}
	c.Weigh(found)
	var got []string
	for _, f := range found {
		got = append(got, f.Severity)
	}
	if s := strings.Join(got, " "); s != "error note warning note error" {
		t.Errorf("severities %s", s)
	}
}

func TestIgnoreAndAccept(t *testing.T) {
	c := parse(t, `
ignore:
  - {rule: "sync-chain, sync-cycle", service: payments, path: services/pay, reason: known, until: "2027-01-31", owner: money}
gaps:
  - {kind: client, path: services/web, reason: behind a proxy}
  - {service: payments, text: redis, reason: soon}
  - {text: nothing, reason: x}
`)
	got := c.Directives(small())
	if len(got) != 1 {
		t.Fatalf("%d directives", len(got))
	}
	d := got[0]
	text := strings.TrimSpace(fmt.Sprintln(d.Rules, d.Service, d.PathGlob, d.Reason, d.Until.Format(time.DateOnly), d.Owner, d.Source, d.Site))
	if text != "[sync-chain sync-cycle] pay services/pay/** known 2027-01-31 money config c.yaml:4" {
		t.Errorf("got %s", text)
	}
	gaps := []graph.Gap{
		{Kind: "client", Site: graph.Site{File: "services/web/a.go", Line: 3}},
		{Kind: "client", Site: graph.Site{File: "services/website/a.go", Line: 3}},
		{Kind: "bound", Owner: "pay", Text: "which redis is not known"},
	}
	unused := c.Accept(small(), gaps)
	if text := fmt.Sprint(gaps[0].Reason, "|", gaps[1].Reason, "|", gaps[2].Reason); text != "behind a proxy||soon" {
		t.Errorf("reasons %s", text)
	}
	if len(unused) != 1 || unused[0].Site.Line != 8 {
		t.Errorf("unused %v", unused)
	}
}

func TestDirectives(t *testing.T) {
	const file = `# about this file
kind: A
spec:
  replicas: 1 # coordlint:ignore single-node-database a test cluster
  # coordlint:ignore cpu-autoscaling measured
  # see the wiki

  metrics: []
---
# coordlint:ignore sync-chain the whole object
kind: B
x: 1
---
kind: C
metadata:
  annotations:
    other: x
    coordlint.dev/ignore: "single-node-database backed up until=2027-01-31"
    coordlint.dev/ignore-2: >-
      connection-budget
      behind a proxy
---
kind: D
# coordlint:ignore nothing-of-ours x
`
	var got []string
	for _, d := range Directives("a.yaml", []byte(file)) {
		got = append(got, fmt.Sprintf("%d: %s %q %d-%d %s", d.Site.Line, strings.Join(d.Rules, ","), d.Reason, d.FromLine, d.ToLine, d.Problem))
	}
	want := []string{
		`4: single-node-database "a test cluster" 4-4 `,
		`5: cpu-autoscaling "measured" 5-8 `,
		`10: sync-chain "the whole object" 9-12 `,
		`18: single-node-database "backed up" 13-21 `,
		`19: connection-budget "behind a proxy" 13-21 `,
		`24: nothing-of-ours "x" 24-25 names no rule: nothing-of-ours`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
