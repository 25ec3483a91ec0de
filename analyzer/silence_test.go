package analyzer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/coordlint/coordlint/analyzer"
	"github.com/coordlint/coordlint/graph"
)

// silencing is one system with the same finding, a call without a deadline, in
// many lines. A line that says LOUD keeps its finding; all others are silenced,
// each in another way. Lines that say SAYS TEXT carry a finding about the
// directive itself.
const silencing = `
-- go.mod --
module example.com/quiet

go 1.22
-- coordlint.yaml --
version: 1
thresholds: {chain_length: 9}
ignore:
  - {rule: missing-timeout, path: "web/legacy.go", reason: it goes next month}
  - {rule: missing-timeout, service: mail, reason: nobody waits for mail, owner: post}
  - {rule: sync-cycle, service: web, reason: there was one once} # SAYS ignore of sync-cycle silences nothing
catalog:
  - {symbol: example.com/quiet/kit.Again, kind: func, role: retry-wrapper, args: {fn: 0}, backoff: fixed, when: now}
idempotent: ["POST /charge"]
-- kit/kit.go --
package kit

// Again runs f until it succeeds; what it does is said in coordlint.yaml.
func Again(f func() error) error { return again(f) }

func again(f func() error) error { return f() }
-- web/main.go --
package main

import (
	"log"
	"net/http"

	"example.com/quiet/kit"
)


func drop(resp *http.Response, err error) {
	if err == nil {
		resp.Body.Close()
	}
}

func ask(w http.ResponseWriter, r *http.Request) {
	drop(http.Get("http://loud:8080/loud")) // LOUD
	drop(http.Get("http://same:8080/same")) //coordlint:ignore missing-timeout the stock answers at once
	//coordlint:ignore missing-timeout,sync-chain above the line owner=stock
	drop(http.Get("http://above:8080/above"))
	drop(http.Get("http://nolint:8080/nolint")) //nolint:coordlint // an old habit
	//coordlint:ignore missing-timeout until a day long gone until=2020-01-31 owner=stock // SAYS ended on 2020-01-31
	drop(http.Get("http://lapsed:8080/lapsed"))
	//coordlint:ignore sync-cycle for nothing // SAYS silences nothing
	drop(http.Get("http://other:8080/other")) // LOUD
	//coordlint:ignore missing-timeout
	drop(http.Get("http://reasonless:8080/reasonless")) // LOUD
	//coordlint:ignore no-such-rule because // SAYS names no rule: no-such-rule
}

//coordlint:ignore missing-timeout the whole function
func whole(w http.ResponseWriter, r *http.Request) {
	drop(http.Get("http://one:8080/one"))
	drop(http.Get("http://two:8080/two"))
}

func pay(w http.ResponseWriter, r *http.Request) {
	_ = kit.Again(func() error {
		resp, err := http.Post("http://charge:8080/charge", "text/plain", nil) // LOUD
		drop(resp, err)
		return err
	})
}

func main() {
	http.HandleFunc("GET /ask", ask)
	http.HandleFunc("GET /whole", whole)
	http.HandleFunc("GET /legacy", legacy)
	http.HandleFunc("POST /pay", pay)
	log.Fatal(http.ListenAndServe(":8080", nil))
}
-- bulk/main.go --
//coordlint:ignore missing-timeout all of this package
package main

import (
	"log"
	"net/http"
)

func main() {
	http.HandleFunc("GET /bulk", bulk)
	log.Fatal(http.ListenAndServe(":8082", nil))
}
-- bulk/bulk.go --
package main

import "net/http"

func bulk(w http.ResponseWriter, r *http.Request) {
	if resp, err := http.Get("http://file:8080/file"); err == nil {
		resp.Body.Close()
	}
}
-- web/legacy.go --
package main

import "net/http"

func legacy(w http.ResponseWriter, r *http.Request) { drop(http.Get("http://legacy:8080/legacy")) }
-- mail/main.go --
package main

import (
	"log"
	"net/http"
)

func main() {
	http.HandleFunc("POST /mail", func(w http.ResponseWriter, r *http.Request) {
		resp, err := http.Get("http://mail:8080/mail")
		if err == nil {
			resp.Body.Close()
		}
	})
	log.Fatal(http.ListenAndServe(":8081", nil))
}
-- deploy/db.yaml --
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: orders-db
spec:
  replicas: 1 # coordlint:ignore single-node-database a test cluster // SAYS silences nothing
  selector: {matchLabels: {app: orders-db}}
  template:
    metadata: {labels: {app: orders-db}}
    spec: {containers: [{name: postgres, image: "postgres:16"}]}
`

// Every way of silencing that the manual names, in one system.
func TestSilencing(t *testing.T) {
	ar := txtar.Parse([]byte(strings.TrimPrefix(silencing, "\n")))
	dir := t.TempDir()
	unpack(t, ar, dir, nil)
	r := analyze(t, dir)
	loud, says := map[string]bool{}, map[string]string{}
	for _, f := range ar.Files {
		n := 0
		for line := range strings.Lines(string(f.Data)) {
			n++
			site := fmt.Sprintf("%s:%d", f.Name, n)
			if strings.Contains(line, "// LOUD") {
				loud[site] = true
			}
			if _, text, ok := strings.Cut(strings.TrimSpace(line), "SAYS "); ok {
				says[site] = text
			}
		}
	}
	var reasonless []graph.Finding
	for _, f := range r.Findings {
		switch {
		case f.Rule == "missing-timeout":
			if !loud[place(f)] {
				t.Errorf("%s was to be silent: %s", place(f), f.Message)
			}
			delete(loud, place(f))
		case f.Rule == "retry-without-backoff" && strings.Contains(f.Message, "fixed wait"):
			delete(says, "retry")
		case f.Rule == "unretriable-retry":
			t.Errorf("%s: coordlint.yaml says that it may be tried again: %s", place(f), f.Message)
		case f.Rule == "directive" && strings.Contains(f.Message, "gives no reason"):
			reasonless = append(reasonless, f)
		case f.Rule == "directive":
			if text, ok := says[place(f)]; !ok || !strings.Contains(f.Message, strings.TrimSuffix(text, "\n")) {
				t.Errorf("unexpected %s: %s", place(f), f.Message)
			}
			delete(says, place(f))
			if strings.Contains(f.Message, "ended") && (f.Severity != graph.SeverityWarning || !strings.Contains(f.Message, "owner stock")) {
				t.Errorf("a lapsed one warns its owner: %s %s", f.Severity, f.Message)
			}
		}
	}
	for site := range loud {
		t.Errorf("%s: its finding was silenced", site)
	}
	for site, text := range says {
		t.Errorf("%s: nothing says %q", site, text)
	}
	if len(reasonless) != 1 {
		t.Errorf("%d directives without a reason", len(reasonless))
	}
	if !slices.ContainsFunc(r.Findings, func(f graph.Finding) bool { return f.Rule == "retry-without-backoff" }) {
		t.Error("the in-house wrapper of the catalog is not known")
	}
}

// An unknown key is an error that names its line.
func TestUnknownKey(t *testing.T) {
	dir := t.TempDir()
	unpack(t, txtar.Parse([]byte("-- go.mod --\nmodule example.com/x\n\ngo 1.22\n-- coordlint.yaml --\nversion: 1\nthreshold: {chain_length: 4}\n")), dir, nil)
	_, err := analyzer.Analyze(t.Context(), analyzer.Config{Root: dir})
	if err == nil || !strings.Contains(err.Error(), "coordlint.yaml:2") || !strings.Contains(err.Error(), "threshold") {
		t.Errorf("the error is %v", err)
	}
}
