package report

import (
	"slices"
	"testing"

	"github.com/coordlint/coordlint/graph/ceiling"
)

func TestLoadLines(t *testing.T) {
	for _, c := range []struct {
		name   string
		breaks []ceiling.Break
		load   float64
		storm  *ceiling.Storm
		want   []string
	}{
		{"nothing is known", nil, 100, nil, nil},
		{"in order, each once", []ceiling.Break{{Label: "lock", Factor: 0.5, Scales: true}, {Label: "db", Factor: 1.25}, {Label: "pool", Factor: 2, Scales: true}, {Label: "bank", Factor: 11}}, 100, nil, []string{
			"at that load, 100/s: breaks lock (from 0.5 times on)",
			"at 2 times the load, 200/s: breaks db (from 1.3 times on; more replicas do not help), then pool (from 2 times on)",
			"at 5 times the load, 500/s: nothing more breaks",
			"at 10 times the load, 1000/s: nothing more breaks",
		}},
		{"several paths have no single rate", []ceiling.Break{{Label: "db", Factor: 5}}, 0, nil, []string{
			"at that load: nothing breaks",
			"at 2 times the load: nothing breaks",
			"at 5 times the load: breaks db (from 5 times on; more replicas do not help)",
			"at 10 times the load: nothing more breaks",
		}},
		{"a branch is not taken by all", []ceiling.Break{{Label: "mu", Factor: 1.5, OnlyIf: "if every request takes the branch at main.go:7"}}, 100, nil, []string{
			"at that load, 100/s: nothing breaks",
			"at 2 times the load, 200/s: breaks mu (from 1.5 times on, if every request takes the branch at main.go:7; more replicas do not help)",
			"at 5 times the load, 500/s: nothing more breaks",
			"at 10 times the load, 1000/s: nothing more breaks",
		}},
		{"a storm is possible before anything breaks", []ceiling.Break{{Label: "bank", Factor: 2, Scales: true}}, 100, &ceiling.Storm{Vulnerable: [2]ceiling.Value{80, 200}}, []string{
			"at that load, 100/s: nothing breaks; one disturbance can become lasting overload: a retry storm ends by itself below 80/s only",
			"at 2 times the load, 200/s: breaks bank (from 2 times on)",
			"at 5 times the load, 500/s: nothing more breaks",
			"at 10 times the load, 1000/s: nothing more breaks",
		}},
	} {
		if got := loadLines(c.breaks, c.load, c.storm); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

func TestAlike(t *testing.T) {
	got := alike([]string{"db hangs: at a.go", "capacity not known: x", "db hangs: at b.go", "db hangs: at c.go"})
	want := []string{"db hangs: at a.go; and 2 more such", "capacity not known: x"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
