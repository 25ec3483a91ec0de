package graph

import (
	"slices"
	"testing"
)

// Two systems are drawn as one, in which each change is marked.
func TestChanges(t *testing.T) {
	two, three := 2, 3
	old := &System{
		Services:  []*Service{{ID: "a", Replicas: &two}, {ID: "b"}, {ID: "gone"}},
		Resources: []*Resource{{ID: "db", Kind: Datastore}},
		Edges: []*Edge{{From: "a", To: "b", Kind: EdgeGRPC, Operations: []string{"B/Get"}}, {From: "a", To: "gone", Kind: EdgeGRPC},
			{From: "b", To: "db", Kind: EdgeQuery}},
	}
	now := &System{
		Services:  []*Service{{ID: "a", Replicas: &three}, {ID: "b"}, {ID: "new"}},
		Resources: []*Resource{{ID: "db", Kind: Datastore}},
		Edges: []*Edge{{From: "a", To: "b", Kind: EdgeGRPC, Operations: []string{"B/Get", "B/Put"}}, {From: "a", To: "new", Kind: EdgeGRPC},
			{From: "b", To: "db", Kind: EdgeQuery}},
	}
	v := newView(now, Picture{Old: old})
	var got []string
	for _, n := range v.nodes {
		got = append(got, n.id+" "+n.change)
	}
	for _, l := range v.links {
		got = append(got, l.from+"->"+l.to+" "+l.change)
	}
	want := []string{"db ", "a changed", "b ", "new added", "gone removed", "a->b changed", "a->gone removed", "a->new added", "b->db "}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
