package graph

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var updateDot = flag.Bool("update-dot", false, "rewrite the golden pictures")

// sample is a system of 12 services and 9 resources, and its findings.
func sample(t *testing.T) (*System, []Finding) {
	t.Helper()
	data, err := os.ReadFile("../analyzer/report/testdata/shop.json")
	if err != nil {
		t.Fatal(err)
	}
	sys := new(System)
	var rest struct{ Findings []Finding }
	if err := errors.Join(json.Unmarshal(data, sys), json.Unmarshal(data, &rest)); err != nil {
		t.Fatal(err)
	}
	return sys, rest.Findings
}

func TestPictureGoldens(t *testing.T) {
	sys, findings := sample(t)
	path := Picture{Findings: findings, Path: "web http POST /checkout", Marks: []Mark{{"bank", "ceiling 1000/s"}}}
	mermaid, err := Mermaid(sys, path)
	if err != nil {
		t.Fatal(err)
	}
	for file, got := range map[string]string{
		"testdata/shop.dot": DOT(sys, Picture{Findings: findings}),
		"testdata/path.dot": DOT(sys, path),
		"testdata/path.mmd": mermaid,
	} {
		if *updateDot {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s differs; got:\n%s", file, got)
		}
	}
}

func TestPictureShows(t *testing.T) {
	sys, findings := sample(t)
	for _, c := range []struct {
		name    string
		picture Picture
		want    []string // ids of the nodes
	}{
		{"what is one edge away", Picture{Focus: "tickets"}, []string{"gateway", "inventory-lock", "orders-db", "tickets"}},
		{"what is two edges away", Picture{Focus: "mail-jobs", Depth: 2}, []string{"mail-jobs", "mailer", "order-placed"}},
		{"what findings are about", Picture{Findings: findings, Rule: "global-lock", OnlyFindings: true}, []string{"inventory-lock", "tickets"}},
		{"nothing near what does not exist", Picture{Focus: "nobody"}, nil},
	} {
		var got []string
		for _, n := range newView(sys, c.picture).nodes {
			got = append(got, n.id)
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestLinkStyles(t *testing.T) {
	for _, c := range []struct {
		name string
		edge Edge
		want string
	}{
		{"a request waits", Edge{Sync: true, FromEndpoints: []string{"GET /"}}, "solid"},
		{"nobody waits", Edge{FromEndpoints: []string{"GET /"}}, "dashed"},
		{"only at start-up", Edge{Sync: true, Startup: true}, "dotted"},
		{"only in the background", Edge{Sync: true, Background: true}, "dotted"},
		{"at start-up and by a request", Edge{Sync: true, Startup: true, FromEndpoints: []string{"GET /"}}, "solid"},
	} {
		l := &link{idle: true}
		l.add(&c.edge)
		if got := linkStyle(l); got != c.want {
			t.Errorf("%s: drawn %s, want %s", c.name, got, c.want)
		}
	}
}

// large is a system of n services in two namespaces, each calling the next.
func large(n int) *System {
	sys := &System{Root: "large"}
	for i := range n {
		id := fmt.Sprintf("s%03d", i)
		sys.Services = append(sys.Services, &Service{ID: id, Language: "go", Namespace: []string{"even", "odd"}[i%2]})
		sys.Endpoints = append(sys.Endpoints, &Endpoint{Service: id, Kind: "grpc", Name: "p.S" + id + "/Do"})
		if i > 0 {
			from := sys.Services[i-1].ID
			sys.Edges = append(sys.Edges, &Edge{From: from, To: id, Kind: "grpc", Sync: true,
				Operations: []string{"p.S" + id + "/Do"}, FromEndpoints: []string{"p.S" + from + "/Do"}})
		}
	}
	return sys
}

func TestLargeSystemsAreSummarised(t *testing.T) {
	v := newView(large(61), Picture{})
	if !v.overview || len(v.nodes) != 2 || len(v.links) != 2 || v.note == "" {
		t.Errorf("overview %t of %d nodes, %d links, note %q", v.overview, len(v.nodes), len(v.links), v.note)
	}
	if v := newView(large(60), Picture{}); v.overview || len(v.nodes) != 60 {
		t.Errorf("60 nodes: overview %t of %d nodes", v.overview, len(v.nodes))
	}
	if v := newView(large(100), Picture{Path: "s090 grpc p.Ss090/Do"}); v.overview || len(v.nodes) != 10 {
		t.Errorf("a path in a large system: overview %t of %d nodes, want 10", v.overview, len(v.nodes))
	}
	if v := newView(large(100), Picture{Focus: "s050", Depth: 2}); v.overview || len(v.nodes) != 5 {
		t.Errorf("a focus in a large system: overview %t of %d nodes, want 5", v.overview, len(v.nodes))
	}
}

func TestCrowdedPicturesHaveNoTextsAtArrows(t *testing.T) {
	sys := large(20)
	labelled := func() int { return strings.Count(DOT(sys, Picture{}), "labeltooltip") }
	if got := labelled(); got != 19 {
		t.Errorf("%d of 19 arrows have a text", got)
	}
	for i := range 20 {
		for j := range i {
			sys.Edges = append(sys.Edges, &Edge{From: sys.Services[i].ID, To: sys.Services[j].ID, Kind: "http"})
		}
	}
	if got := labelled(); got != 0 {
		t.Errorf("%d of 209 arrows have a text", got)
	}
}

func TestMermaidRefusesWhatIsNotShown(t *testing.T) {
	sys := large(40)
	for i := range 40 {
		for j := range i {
			sys.Edges = append(sys.Edges, &Edge{From: sys.Services[i].ID, To: sys.Services[j].ID, Kind: "http"})
		}
	}
	if _, err := Mermaid(sys, Picture{}); err == nil || !strings.Contains(err.Error(), "edges") {
		t.Errorf("error %v, want one about edges", err)
	}
	sys = large(40)
	sys.Services[0].ID = strings.Repeat("x", MermaidText)
	if _, err := Mermaid(sys, Picture{}); err == nil || !strings.Contains(err.Error(), "characters") {
		t.Errorf("error %v, want one about characters", err)
	}
}

func TestWrap(t *testing.T) {
	for in, want := range map[string][]string{
		"orders": {"orders"},
		"payments-database/payments-of-customers":        {"payments-database/payments-", "of-customers"},
		"nothing1to2break3here4because5it6has7none":      {"nothing1to2break3here4because5it6has7none"},
		"a-nothing1to2break3here4because5it6has7none":    {"a-nothing1to2break3here4because5it6has7none"},
		"setting-redis.pool.maxidle-setting-redis.pool.": {"setting-redis.pool.maxidle-", "setting-redis.pool."},
	} {
		if got := wrap(in); !slices.Equal(got, want) {
			t.Errorf("wrap(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestQuote(t *testing.T) {
	for in, want := range map[string]string{
		`a`:      `"a"`,
		`a"b`:    `"a\"b"`,
		`a\nb`:   `"a\\nb"`,
		"a\nb":   `"a\nb"`,
		"R&D":    `"R&amp;D"`,
		"{id}<>": `"{id}<>"`,
	} {
		if got := quote(in); got != want {
			t.Errorf("quote(%q) = %s, want %s", in, got, want)
		}
	}
}
