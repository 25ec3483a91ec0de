package manifest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSettled reads a compose file with several errors again and again: the
// same one must be reported.
func TestSettled(t *testing.T) {
	root := t.TempDir()
	const text = `services:
  shop:
    image: example/shop
    zeta: 1
    alpha: 2
    build: {context: ., nothing: 1, anything: 2, something: 3}
  depot:
    image: example/depot
    ports: {a: b}
    omega: 1
`
	if err := os.WriteFile(filepath.Join(root, "compose.yaml"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for range 20 {
		_, gaps := Discover(root, Options{})
		var out []string
		for _, g := range gaps {
			out = append(out, g.Text)
		}
		seen[strings.Join(out, "\n")] = true
	}
	if len(seen) != 1 {
		t.Errorf("%d different answers: %v", len(seen), seen)
	}
	for text := range seen {
		if !strings.Contains(text, "services.depot additional properties 'omega' not allowed") {
			t.Errorf("not the first error: %s", text)
		}
	}
}

func TestSortProperties(t *testing.T) {
	got := sortProperties("validating compose.yaml: services.a additional properties 'z', 'b', 'm' not allowed")
	if want := "validating compose.yaml: services.a additional properties 'b', 'm', 'z' not allowed"; got != want {
		t.Errorf("got %q", got)
	}
}
