package analyzer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/coordlint/coordlint/graph"
)

// silenceForms is one system whose findings of three rules have one cause at
// many places, stand in manifests, or are silenced by the file of settings. A
// line that says LOUD RULE keeps a finding; one that says SAYS TEXT carries a
// warning about its directive. All else is silent.
const silenceForms = `
-- go.mod --
module example.com/quiet

go 1.22
-- coordlint.yaml --
version: 1
ignore:
  - {rule: single-node-database, service: notes-db, reason: a copy of what is elsewhere}
  - {rule: "single-node-database,missing-timeout", service: drafts-db, reason: it went, until: 2020-01-31, owner: press} # SAYS (owner press) ended on 2020-01-31
  - {rule: missing-timeout, path: nowhere/, reason: moved long ago} # SAYS ignore of missing-timeout silences nothing
  - {rule: missing-timeout, path: "press/print.go", service: press, reason: a printer takes its time}
-- press/main.go --
package main

import (
	"context"
	"database/sql"
	"log"
	"net/http"
)

type press struct{ db, notes, drafts, proofs, plates *sql.DB }

func (p *press) pages(ctx context.Context, id string) error {
	var text string
	for _, query := range []func() error{
		func() error { return p.db.QueryRowContext(ctx, "SELECT text FROM pages WHERE id = $1", id).Scan(&text) }, // LOUD missing-timeout
		//coordlint:ignore missing-timeout covers are few
		func() error { return p.db.QueryRowContext(ctx, "SELECT text FROM covers WHERE id = $1", id).Scan(&text) },
		func() error { return p.db.QueryRowContext(ctx, "SELECT text FROM spines WHERE id = $1", id).Scan(&text) }, //nolint:coordlint // one spine a book
	} {
		if err := query(); err != nil {
			return err
		}
	}
	return nil
}

//nolint:coordlint // it answers at once
func (p *press) all(w http.ResponseWriter, r *http.Request) {
	ctx := context.Background()
	for _, db := range []*sql.DB{p.notes, p.drafts, p.proofs, p.plates} {
		var n int
		if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sheets").Scan(&n); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
	}
}

func (p *press) none(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusNoContent) //nolint:coordlint // nothing to see // SAYS nolint silences nothing
}

func open(dsn string) *sql.DB {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		log.Fatal(err)
	}
	db.SetMaxOpenConns(2)
	return db
}

func main() {
	p := &press{
		db: open("postgres://press@pages-db/pages"), notes: open("postgres://press@notes-db/notes"), drafts: open("postgres://press@drafts-db/drafts"),
		proofs: open("postgres://press@proofs-db/proofs"), plates: open("postgres://press@plates-db/plates"),
	}
	http.HandleFunc("GET /pages", func(w http.ResponseWriter, r *http.Request) {
		if err := p.pages(r.Context(), r.FormValue("id")); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	http.HandleFunc("GET /print", p.print)
	http.HandleFunc("GET /all", p.all)
	http.HandleFunc("GET /none", p.none)
	log.Fatal(http.ListenAndServe(":8080", nil))
}
-- press/print.go --
package main

import "net/http"

func (p *press) print(w http.ResponseWriter, r *http.Request) {
	if _, err := p.db.ExecContext(r.Context(), "UPDATE pages SET printed = true"); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}
-- deploy/services.yaml --
apiVersion: v1
kind: Service
metadata: {name: pages-db}
spec: {selector: {app: pages-db}, ports: [{port: 5432}]}
---
apiVersion: v1
kind: Service
metadata: {name: notes-db}
spec: {selector: {app: notes-db}, ports: [{port: 5432}]}
---
apiVersion: v1
kind: Service
metadata: {name: drafts-db}
spec: {selector: {app: drafts-db}, ports: [{port: 5432}]}
---
apiVersion: v1
kind: Service
metadata: {name: proofs-db}
spec: {selector: {app: proofs-db}, ports: [{port: 5432}]}
---
apiVersion: v1
kind: Service
metadata: {name: plates-db}
spec: {selector: {app: plates-db}, ports: [{port: 5432}]}
-- deploy/pages.yaml --
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: pages-db}
spec:
  selector: {matchLabels: {app: pages-db}} // LOUD single-node-database
  template:
    metadata: {labels: {app: pages-db}}
    spec: {containers: [{name: postgres, image: "postgres:16"}]}
-- deploy/notes.yaml --
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: notes-db}
spec:
  selector: {matchLabels: {app: notes-db}}
  template:
    metadata: {labels: {app: notes-db}}
    spec: {containers: [{name: postgres, image: "postgres:16"}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: drafts-db}
spec:
  selector: {matchLabels: {app: drafts-db}}
  template:
    metadata: {labels: {app: drafts-db}}
    spec: {containers: [{name: postgres, image: "postgres:16"}]}
-- deploy/proofs.yaml --
# coordlint:ignore single-node-database proofs are thrown away until=2199-12-31 owner=press
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: proofs-db}
spec:
  selector: {matchLabels: {app: proofs-db}}
  template:
    metadata: {labels: {app: proofs-db}}
    spec: {containers: [{name: postgres, image: "postgres:16"}]}
-- deploy/plates.yaml --
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: plates-db
  annotations:
    coordlint.dev/ignore: "single-node-database,connection-budget backed up every minute until=2020-12-31" # SAYS ended on 2020-12-31
    coordlint.dev/ignore-2: "sync-chain there is none" # SAYS silences nothing
    coordlint.dev/ignore-3: "single-node-database" # SAYS gives no reason, and silences nothing
spec:
  selector: {matchLabels: {app: plates-db}}
  template:
    metadata: {labels: {app: plates-db}}
    spec: {containers: [{name: postgres, image: "postgres:16"}]}
`

func TestSilenceForms(t *testing.T) {
	ar := txtar.Parse([]byte(strings.TrimPrefix(silenceForms, "\n")))
	loud, says := map[string]string{}, map[string]string{}
	for i, f := range ar.Files {
		var clean []string
		for n, line := range strings.Split(string(f.Data), "\n") {
			site := fmt.Sprintf("%s:%d", f.Name, n+1)
			if text, rule, ok := strings.Cut(line, " // LOUD "); ok {
				loud[site], line = rule, text
			}
			for _, sign := range []string{" // SAYS ", " # SAYS "} {
				if text, says1, ok := strings.Cut(line, sign); ok {
					says[site], line = says1, text
				}
			}
			clean = append(clean, line)
		}
		ar.Files[i].Data = []byte(strings.Join(clean, "\n"))
	}
	dir := t.TempDir()
	unpack(t, ar, dir, nil)
	for _, f := range analyze(t, dir).Findings {
		switch {
		case f.Rule == "directive":
			if !strings.HasSuffix(f.Message, says[place(f)]) || says[place(f)] == "" {
				t.Errorf("%s says %q", place(f), f.Message)
			}
			if f.Severity != graph.SeverityWarning {
				t.Errorf("%s: %s is a %s", place(f), f.Message, f.Severity)
			}
			delete(says, place(f))
		case slices.Contains([]string{"missing-timeout", "single-node-database"}, f.Rule):
			if loud[place(f)] != f.Rule {
				t.Errorf("%s was to be silent: %s", place(f), f.Message)
			}
			delete(loud, place(f))
		}
	}
	for site, rule := range loud {
		t.Errorf("%s: its finding of %s was silenced", site, rule)
	}
	for site, text := range says {
		t.Errorf("%s: nothing says %q", site, text)
	}
}
