package graph

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"
)

func exported() *System {
	return &System{
		Root:      "bakery",
		Services:  []*Service{{ID: "oven", Language: "go", Team: "heat"}},
		Resources: []*Resource{{ID: "flour", Kind: Datastore, Technology: "postgres"}},
		Edges: []*Edge{{
			From: "oven", To: "flour", Kind: EdgeQuery, Sync: true, Certain: true, Operations: []string{`SELECT "a,b" <sacks>`},
			FromEndpoints: []string{"GET /bread", "POST /bread"}, Sites: []Site{{File: "a.go", Line: 3, Col: 4}, {File: "b.go", Line: 5}},
		}},
	}
}

func TestGraphML(t *testing.T) {
	var b strings.Builder
	if err := GraphML(&b, exported()); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	dec := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := dec.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
	}
	for _, want := range []string{
		`<graphml xmlns="http://graphml.graphdrawing.org/xmlns">`,
		`<key id="edge_sync" for="edge" attr.name="sync" attr.type="boolean"></key>`,
		`<graph id="bakery" edgedefault="directed">`,
		`<node id="oven">`, `<data key="team">heat</data>`, `<data key="kind">datastore</data>`,
		`<edge source="oven" target="flour">`,
		`<data key="edge_operations">SELECT &#34;a,b&#34; &lt;sacks&gt;</data>`,
		`<data key="edge_sites">a.go:3:4 b.go:5</data>`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
}

func TestEdgesCSV(t *testing.T) {
	var b strings.Builder
	if err := EdgesCSV(&b, exported()); err != nil {
		t.Fatal(err)
	}
	const want = `from,to,kind,sync,operations,from_endpoints,in_loop,certain,sites
oven,flour,query,true,"SELECT ""a,b"" <sacks>",GET /bread; POST /bread,false,true,a.go:3:4 b.go:5
`
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}
