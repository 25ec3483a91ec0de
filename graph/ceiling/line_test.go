package ceiling

import (
	"math"
	"testing"
)

func TestTrimmed(t *testing.T) {
	for _, c := range []struct {
		v    float64
		want string
	}{
		{0, "0"}, {1, "1"}, {1000, "1000"}, {1333.3, "1300"}, {45454, "45000"}, {999, "1000"}, {9.96, "10"}, {2.25, "2.3"}, {0.2425, "0.24"},
		{0.1, "0.1"}, {0.0996, "0.1"}, {33.3333, "33"}, {5, "5"}, {243000, "240000"}, {123456789012, "1.2e+11"}, {0.00001234, "1.2e-05"}, {math.Inf(1), "+Inf"},
	} {
		if got := trimmed(c.v); got != c.want {
			t.Errorf("trimmed(%v) = %s, want %s", c.v, got, c.want)
		}
	}
}

func TestUnqualified(t *testing.T) {
	for _, c := range [][2]string{
		{"example.com/shop/services/inventory/internal/inventory.Tickets.mu", "inventory.Tickets.mu"},
		{"main.mu", "main.mu"},
		{"lock/orders", "lock/orders"},
		{"services/web/main.go:3:5", "services/web/main.go:3:5"},
		{"a lock", "a lock"},
	} {
		if got := unqualified(c[0]); got != c[1] {
			t.Errorf("unqualified(%q) = %q, want %q", c[0], got, c[1])
		}
	}
}
