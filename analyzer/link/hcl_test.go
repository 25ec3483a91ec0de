package link

import (
	"encoding/json"
	"testing"
)

// What says a plain value is read, the rest of the file all the same.
func TestParseHCL(t *testing.T) {
	const text = `
# a comment
listen-on = ":8080" // another
on = true
tries = 3
hosts = ["a", "b"]
url = "http://${var.host}/"
size = max(1, 2)
service "tides" "main" {
  addr = "tides:9090"
  limits { rate = 10 }
}
map = { key = "#value" }
`
	v, ok := parseHCL(text)
	if !ok {
		t.Fatal("not read")
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"hosts":["a","b"],"listen-on":":8080","map":{"key":"#value"},"on":true,"service":{"$label":"tides","addr":"tides:9090","limits":{"rate":10}},"tries":3}`
	if string(b) != want {
		t.Errorf("read %s\nwant %s", b, want)
	}
	for _, bad := range []string{"a b", "= 1", "x {", `x = "`, "{}", "[[["} {
		if v, ok := parseHCL(bad); ok {
			t.Errorf("%q is read as %v", bad, v)
		}
	}
}
