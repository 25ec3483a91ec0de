package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// What Parse says of a file, and that the schema agrees: what Parse accepts
// the schema accepts; what has a mistake of form, marked "form", it does not.
func TestParse(t *testing.T) {
	tests := []struct {
		name, text string
		want       string // mistakes, one a line
		form       bool
	}{
		{"all keys", `
version: 1
environment: prod
limits:
  - {resource: db/orders, rate_per_s: 10, concurrency: [2, 4], max_connections: 100}
times:
  - {resource: db/orders, operation: SELECT orders, ms: 5, at: "a/b.go:10"}
  - {service: pay, operation: pay.Pay/Charge, ms: [1, 2], cpu_ms: 1}
load:
  - {path: POST /checkout, rate_per_s: 100}
mix:
  - {path: POST /checkout, share: 0.5}
users: {think_ms: 1000, at: [1, 10]}
replicas:
  - {service: pay, count: 2, max: 8, cores: 1, slots: 100}
hit_ratios:
  - {endpoint: GET /item, ratio: 0.9}
probabilities:
  - {at: "a/b.go:12", p: [0.1, 0.2]}
loops:
  - {at: "a/b.go:12:3", rounds: 7}
failures:
  - {service: pay, resource: gateway, share: 0.01}
thresholds: {chain_length: 4, amplification: 8, jitter_required: false}
accepted:
  - {fact: stateful by design, subject: sessions, reason: sharded by user}
idempotent: [pay.Pay/Charge, POST /orders]
rules:
  - {rule: missing-timeout, severity: off}
  - {rule: "*", severity: warning, reason: we begin}
ignore:
  - {rule: "sync-chain,sync-cycle", service: pay, path: services/pay, reason: known, until: "2027-01-31", owner: payments}
gaps:
  - {kind: client, service: pay, path: services, text: redis, reason: behind a proxy}
aliases:
  - {address: LEDGER_ADDR, service: ledger}
  - {address: "10.0.0.7:5432", resource: ledger-db}
catalog:
  - {symbol: example.com/kit.Retry, kind: func, role: retry-wrapper, args: {fn: 0}, backoff: fixed, when: now}
teams:
  - {team: payments, services: [pay], paths: [services/pay]}
`, "", false},
		{"nothing", "", "", true},
		{"a version alone", "version: 1\n", "", false},
		{"no version", "idempotent: [a]\n", "c.yaml: version is missing; this is version: 1", true},
		{"another version", "version: 2\n", "c.yaml: version 2 is not known; this reads version 1", true},
		{"unknown key", "version: 1\nlimit: []\n", `c.yaml:2: unknown key "limit"`, true},
		{"unknown key of an entry", "version: 1\nlimits:\n  - resource: db\n    rate: 3\n", `c.yaml:4: unknown key "rate"`, true},
		{"two mistakes", "version: 1\nfoo: 1\nbar: 2\n", "c.yaml:2: unknown key \"foo\"\nc.yaml:3: unknown key \"bar\"", true},
		{"no number", "version: 1\nload:\n  - {path: GET /, rate_per_s: many}\n", "c.yaml:3: want a number, not text many", true},
		{"no span", "version: 1\nlimits:\n  - {resource: db, rate_per_s: [1, 2, 3]}\n", "c.yaml:3: want a number that is not negative, or two: [least, greatest]", true},
		{"span in the wrong order", "version: 1\nlimits:\n  - {resource: db, rate_per_s: [3, 2]}\n", "c.yaml:3: the first number is the least", false},
		{"no list", "version: 1\nlimits: {resource: db}\n", "c.yaml:2: want a list, not keys with values", true},
		{"a key twice", "version: 1\nload: []\nload: []\n", `c.yaml:3: key "load" is there already in line 2`, false},
		{"no YAML", "version: 1\nlimits: [\n", "c.yaml:2: did not find expected node content", false},
		{"no limit", "version: 1\nlimits:\n  - resource: db\n", "c.yaml:3: no limit: want rate_per_s, concurrency or max_connections", true},
		{"no rule", "version: 1\nignore:\n  - {rule: sync-chian, reason: typo}\n", `c.yaml:3: no rule "sync-chian"`, false},
		{"no reason", "version: 1\nignore:\n  - rule: sync-chain\n", "c.yaml:3: reason is missing", true},
		{"no date", "version: 1\nignore:\n  - {rule: sync-chain, reason: x, until: soon}\n", `c.yaml:3: until: want a date as 2027-01-31, not "soon"`, true},
		{"no severity", "version: 1\nrules:\n  - {rule: sync-chain, severity: loud}\n", `c.yaml:3: severity: want one of ["off" "note" "warning" "error"], not "loud"`, true},
		{"no role", "version: 1\ncatalog:\n  - {symbol: a.B, kind: func, role: nonsense}\n", `c.yaml:3: catalog entry a.B: unknown role "nonsense"`, false},
		{"no share", "version: 1\nhit_ratios:\n  - {endpoint: GET /, ratio: 90}\n", "c.yaml:3: ratio is a share: at most 1", true},
		{"no site", "version: 1\nloops:\n  - {at: b.go, rounds: 2}\n", `c.yaml:3: at: want FILE:LINE, not "b.go"`, true},
		{"two meanings", "version: 1\naliases:\n  - {address: x, service: a, resource: b}\n", "c.yaml:3: want either service or resource", true},
	}
	schema := compileSchema(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if _, err := Parse("c.yaml", []byte(tt.text)); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
			var doc any
			if yaml.Unmarshal([]byte(tt.text), &doc) != nil {
				return // no YAML, no schema
			}
			err := schema.Validate(doc)
			if tt.form && err == nil {
				t.Error("the schema accepts it")
			}
			if tt.want == "" && !tt.form && err != nil {
				t.Errorf("the schema does not accept it: %v", err)
			}
		})
	}
}

func TestRead(t *testing.T) {
	dir := t.TempDir()
	if c, err := Read(dir); err != nil || c.Name() != "" || len(c.Text()) != 0 {
		t.Errorf("without a file: %v, %v", c, err)
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write(".coordlint.yaml", "version: 1\nenvironment: test\n")
	if c, err := Read(dir); err != nil || c.Name() != ".coordlint.yaml" || c.Environment() != "test" {
		t.Errorf("hidden file: %v, %v", c, err)
	}
	write("coordlint.yaml", "version: 1\nenvironment: prod\n")
	if c, err := Read(dir); err != nil || c.Name() != "coordlint.yaml" || c.Environment() != "prod" {
		t.Errorf("both files: %v, %v", c, err)
	}
	write("coordlint.yaml", "nothing")
	if _, err := Read(dir); err == nil || !strings.HasPrefix(err.Error(), "coordlint.yaml:1: ") {
		t.Errorf("got %v", err)
	}
}

// The example's file is one that the schema describes.
func TestSchemaAcceptsTheExample(t *testing.T) {
	text, err := os.ReadFile("../../testdata/shop/coordlint.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var doc any
	if err := yaml.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	if err := compileSchema(t).Validate(doc); err != nil {
		t.Error(err)
	}
}
