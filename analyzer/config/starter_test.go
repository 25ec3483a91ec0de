package config

import (
	"strings"
	"testing"

	"github.com/coordlint/coordlint/graph"
)

// The starter is valid as it stands, and with every comment switched on.
func TestStarter(t *testing.T) {
	sys := &graph.System{Resources: []*graph.Resource{
		{ID: "api.pay.example.com", Kind: graph.External},
		{ID: "db/orders", Kind: graph.Datastore},
		{ID: "jobs", Kind: graph.Topic},
		{ID: "metered.example.com", Kind: graph.External, Rate: &graph.Quantity{}},
	}}
	text := Starter(sys, []string{"POST /orders", "shop.Orders/Get: all"})
	if _, err := Parse("coordlint.yaml", []byte(text)); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if i > 0 {
			lines[i] = strings.TrimPrefix(strings.TrimPrefix(l, "# "), "#")
		}
	}
	c, err := Parse("coordlint.yaml", []byte(strings.Join(lines, "\n")))
	if err != nil {
		t.Fatalf("%v in\n%s", err, strings.Join(lines, "\n"))
	}
	if n := len(c.file.Limits); n != 1 || c.file.Limits[0].Resource != "api.pay.example.com" {
		t.Errorf("limits: %+v", c.file.Limits)
	}
	if len(c.file.Times) != 1 || len(c.file.Load) != 2 || c.file.Load[1].Path != "shop.Orders/Get: all" {
		t.Errorf("times %+v, load %+v", c.file.Times, c.file.Load)
	}
}
