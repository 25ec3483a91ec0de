package graph

import (
	"slices"
	"testing"
)

// Services stand with their team, else their namespace, else their folder; a
// resource with its users.
func TestClusters(t *testing.T) {
	edges := []*Edge{{From: "a", To: "db", Kind: EdgeQuery}, {From: "a", To: "b", Kind: EdgeGRPC}, {From: "b", To: "c", Kind: EdgeGRPC}}
	store := []*Resource{{ID: "db", Kind: Datastore}}
	for _, c := range []struct {
		name     string
		services []*Service
		want     []string // CLUSTER NODE, in order
	}{
		{"teams", []*Service{{ID: "a", Team: "core", Namespace: "x"}, {ID: "b", Team: "web"}, {ID: "c"}},
			[]string{"core a", "core db", "no team c", "web b"}},
		{"namespaces", []*Service{{ID: "a", Namespace: "x"}, {ID: "b"}, {ID: "c"}}, []string{"default b", "default c", "x a", "x db"}},
		{"folders", []*Service{{ID: "a", Main: "x/a"}, {ID: "b", Main: "y/b"}, {ID: "c", Main: "y/c"}, {ID: "d"}},
			[]string{"elsewhere d", "x a", "x db", "y b", "y c"}},
		{"one folder and services that are not Go", []*Service{{ID: "a", Main: "x/a"}, {ID: "b", Main: "x/b"}, {ID: "c"}, {ID: "d"}},
			[]string{"data db", "services a", "services b", "services c", "services d"}},
	} {
		var got []string
		for _, cluster := range newView(&System{Services: c.services, Resources: store, Edges: edges}, Picture{}).clusters {
			for _, n := range cluster.nodes {
				got = append(got, cluster.name+" "+n.id)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
