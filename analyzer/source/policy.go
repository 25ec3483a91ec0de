package source

import (
	"slices"
	"strings"
)

// A policy says of which packages of a unit the function bodies are kept.
type policy struct {
	root string
	dir  string          // of the unit, absolute
	orgs map[string]bool // first two elements of the module paths that are the system's own
}

func newPolicy(root string, u *unit) *policy {
	p := &policy{root: root, dir: u.dir, orgs: map[string]bool{}}
	for _, l := range u.pkgs {
		if p.own(l) {
			if org := orgOf(l.Module.Path); org != "" {
				p.orgs[org] = true
			}
		}
	}
	return p
}

// own reports whether l belongs to the unit's module itself.
func (p *policy) own(l *listed) bool {
	return !l.Standard && l.Module != nil && l.Module.Main && l.Module.Dir == p.dir
}

// bodies reports whether the bodies of l are kept: those of the module's own
// packages, of other packages of the tree, of packages of the same
// organisation, and of packages with generated RPC stubs. Modules that the
// catalog speaks for are never read, also where the system's owner made them.
func (p *policy) bodies(l *listed) bool {
	switch {
	case l.outline != nil:
		return l.outlineBodies
	case l.Standard || len(l.GoFiles)+len(l.CgoFiles) == 0:
		return false
	case p.own(l):
		return true
	case l.Module == nil:
		return false // found by directory: vendored or in GOPATH
	}
	if rel := inside(p.root, l.Dir); rel != "" && !strings.Contains("/"+rel+"/", "/vendor/") {
		return true
	}
	return !wellKnown(l.Module.Path) && (p.orgs[orgOf(l.Module.Path)] || isStub(l))
}

// public code hosts on which the second element of a path is the owner.
var codeHosts = []string{"github.com", "gitlab.com", "bitbucket.org", "gitee.com", "codeberg.org"}

// shared hosts whose second element says nothing of an owner.
var sharedHosts = []string{"google.golang.org", "golang.org", "gopkg.in", "k8s.io", "sigs.k8s.io", "go.uber.org", "cloud.google.com", "go.opentelemetry.io", "go.etcd.io"}

// orgOf returns the host and owner of a module path, "" if it does not tell:
// paths without a host, and hosts that publish for everybody.
func orgOf(path string) string {
	host, rest, ok := strings.Cut(path, "/")
	if !ok || !strings.Contains(host, ".") || slices.Contains(sharedHosts, host) {
		return ""
	}
	owner, _, deeper := strings.Cut(rest, "/")
	if slices.Contains(codeHosts, host) || deeper {
		return host + "/" + owner
	}
	return host // a private or vanity host: example.com/repo
}

// stubSuffixes end the names of files that RPC generators write.
var stubSuffixes = []string{
	".pb.go", ".connect.go", ".twirp.go", ".pb.gw.go", ".pb.micro.go", "_drpc.pb.go", ".triple.go", "_http.pb.go", ".kitex.go",
}

// stubImports begin the paths of what generated stubs are written against.
var stubImports = []string{
	"google.golang.org/grpc", "connectrpc.com/connect", "github.com/bufbuild/connect-go", "github.com/twitchtv/twirp",
	"github.com/cloudwego/kitex", "storj.io/drpc", "dubbo.apache.org/dubbo-go", "github.com/go-kratos/kratos",
	"go-micro.dev", "github.com/micro/go-micro", "github.com/asim/go-micro", "github.com/smallnest/rpcx", "trpc.group/trpc-go", "github.com/zeromicro/go-zero/zrpc",
}

func isStub(l *listed) bool {
	generated := slices.ContainsFunc(l.GoFiles, func(f string) bool {
		return slices.ContainsFunc(stubSuffixes, func(s string) bool { return strings.HasSuffix(f, s) })
	})
	generated = generated || slices.Contains(l.GoFiles, "client.go") && strings.Contains(l.ImportPath, "kitex_gen/")
	return generated && slices.ContainsFunc(l.Imports, func(imp string) bool {
		return slices.ContainsFunc(stubImports, func(s string) bool { return imp == s || strings.HasPrefix(imp, s+"/") })
	})
}

// publicModules begin the paths of modules whose stubs are of public services
// and infrastructure: what they do is for the catalog to say.
var publicModules = []string{
	"google.golang.org/", "cloud.google.com/", "github.com/googleapis/", "github.com/google/", "github.com/grpc/", "github.com/grpc-ecosystem/",
	"go.opentelemetry.io/", "go.opencensus.io", "github.com/census-instrumentation/", "github.com/open-telemetry/", "github.com/openzipkin/", "github.com/jaegertracing/",
	"github.com/envoyproxy/", "github.com/cncf/", "istio.io/", "k8s.io/", "sigs.k8s.io/", "github.com/kubernetes/", "github.com/containerd/", "github.com/moby/", "github.com/docker/",
	"go.etcd.io/", "github.com/coreos/", "github.com/hashicorp/", "github.com/prometheus/", "github.com/grafana/", "github.com/thanos-io/", "github.com/lyft/",
	"github.com/gogo/", "github.com/golang/", "github.com/dapr/", "github.com/spiffe/", "github.com/apache/", "go.temporal.io/", "github.com/planetscale/vtprotobuf",
	"github.com/zeromicro/", "github.com/go-kratos/", "github.com/cloudwego/", "github.com/bufbuild/", "buf.build/gen/go/", "connectrpc.com/", "storj.io/drpc", "github.com/twitchtv/",
	"github.com/asim/", "go-micro.dev/", "github.com/micro/", "dubbo.apache.org/", "github.com/polarismesh/", "github.com/nacos-group/",
}

func wellKnown(module string) bool {
	return slices.ContainsFunc(publicModules, func(p string) bool { return strings.HasPrefix(module+"/", p) })
}
