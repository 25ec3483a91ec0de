package outline_test

import (
	"strings"
	"testing"

	"github.com/coordlint/coordlint/analyzer/outline"
)

func TestNear(t *testing.T) {
	for _, c := range []struct {
		path    string
		others  []string
		of, has string
		module  string
	}{
		{"google.golang.org/grpc/v2/health/grpc_health_v1", nil, "google.golang.org/grpc", `"google.golang.org/grpc/v2"`, "google.golang.org/grpc/v2"},
		{"github.com/micro/go-micro/v2/client", []string{"go-micro.dev/client"}, "go-micro.dev/v4", `"github.com/micro/go-micro/v2/registry"`, "github.com/micro/go-micro/v2"},
		{"gopkg.in/gomail.v2", nil, "", "", ""},
		{"example.com/nobody/v3", []string{"example.com/somebody"}, "", "", ""},
	} {
		p, ok := outline.Near(c.path, c.others)
		if ok != (c.of != "") || p.Of != c.of || p.Module != c.module || !strings.Contains(string(p.Source), c.has) {
			t.Errorf("%s: found %v in %q for %q:\n%.600s", c.path, ok, p.Of, p.Module, p.Source)
		}
	}
}
