package link

import "testing"

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		tech, pattern, topic string
		want                 bool
	}{
		{"redis", "Gate.*", "Gate.Entered", true},
		{"redis", "Gate.*.in", "Gate.7.in", true},
		{"redis", "Gate.*", "Door.Entered", false},
		{"redis", "Gate", "Gate", false},
		{"nats", "orders.*.paid", "orders.eu.paid", true},
		{"nats", "orders.*.paid", "orders.paid", false},
		{"nats", "orders.>", "orders.eu.paid", true},
		{"nats", "orders.>", "orders", false},
		{"mqtt", "site/+/level", "site/*/level", true},
		{"mqtt", "site/#", "site", true},
		{"mqtt", "site/#", "site/1/level", true},
		{"mqtt", "site/+", "site/1/level", false},
		{"kafka", "orders.*", "orders.eu", false},
	} {
		if got := matches(c.tech, c.pattern, c.topic); got != c.want {
			t.Errorf("matches(%s, %s, %s) = %v", c.tech, c.pattern, c.topic, got)
		}
	}
}
