package source

import "testing"

func TestOrgOf(t *testing.T) {
	for path, want := range map[string]string{
		"github.com/acme/shop/cart": "github.com/acme",
		"github.com/acme":           "github.com/acme",
		"git.acme.io/team/shop":     "git.acme.io/team",
		"acme.dev/shop":             "acme.dev",
		"shop":                      "",
		"shop/cart":                 "",
		"google.golang.org/grpc":    "",
		"gopkg.in/yaml.v3":          "",
	} {
		if got := orgOf(path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

func TestBodies(t *testing.T) {
	own := &listed{ImportPath: "github.com/acme/shop", Dir: "/r/shop", GoFiles: []string{"a.go"}, Module: &listedModule{Path: "github.com/acme/shop", Dir: "/r/shop", Main: true}}
	dep := func(module, dir string, imports []string, files ...string) *listed {
		return &listed{ImportPath: module + "/p", Dir: dir, GoFiles: files, Imports: imports, Module: &listedModule{Path: module, Dir: dir}}
	}
	grpc := []string{"context", "google.golang.org/grpc"}
	tests := []struct {
		name string
		pkg  *listed
		want bool
	}{
		{"own", own, true},
		{"standard library", &listed{ImportPath: "net/http", Standard: true, GoFiles: []string{"server.go"}}, false},
		{"library", dep("github.com/other/lib", "/mod/lib", nil, "a.go"), false},
		{"in-house library", dep("github.com/acme/kit", "/mod/kit", nil, "a.go"), true},
		{"replaced by a directory of the tree", dep("example.com/common", "/r/common", nil, "a.go"), true},
		{"vendored", dep("example.com/lib", "/r/shop/vendor/example.com/lib", nil, "a.go"), false},
		{"stubs", dep("buf.acme.dev/gen", "/mod/gen", grpc, "api.pb.go", "api_grpc.pb.go"), true},
		{"messages alone", dep("buf.acme.dev/gen", "/mod/gen", []string{"fmt"}, "api.pb.go"), false},
		{"a user of grpc without stubs", dep("example.com/lib", "/mod/lib", grpc, "a.go"), false},
		{"public stubs", dep("go.etcd.io/etcd/api/v3", "/mod/etcd", grpc, "rpc.pb.go"), false},
		{"connect stubs", dep("buf.acme.dev/gen", "/mod/gen", []string{"connectrpc.com/connect"}, "api.connect.go"), true},
		{"a framework of the system's owner", dep("github.com/go-kratos/kratos/v2", "/mod/kratos", nil, "app.go"), false},
		{"no files", dep("github.com/acme/kit", "/mod/kit", nil), false},
	}
	framework := &listed{ImportPath: "github.com/go-kratos/shop", Dir: "/r/shop", Module: &listedModule{Path: "github.com/go-kratos/shop", Dir: "/r/shop", Main: true}}
	p := newPolicy("/r", &unit{dir: "/r/shop", pkgs: []*listed{own, framework}})
	for _, test := range tests {
		if got := p.bodies(test.pkg); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}
