package catalog_test

import (
	"flag"
	"fmt"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/catalog/internal/load"
	"github.com/coordlint/coordlint/analyzer/outline"
	"github.com/coordlint/coordlint/testdata/stubs"
)

var long = flag.Bool("long", os.Getenv("COORDLINT_LONG") != "", "compare the catalog with the real modules, which are downloaded")

// newer names what the catalog knows of later versions than those of
// analyzer/outline/real/go.mod.
var newer = []string{
	"(*connectrpc.com/connect.Client).CallUnarySimple",
	"(*github.com/ThreeDotsLabs/watermill/message.Router).AddConsumerHandler",
	"(github.com/redis/rueidis.CommandClient).Do",
	"(github.com/redis/rueidis.CommandClient).DoMulti",
	"(k8s.io/client-go/util/workqueue.TypedRateLimitingInterface).AddRateLimited",
	"connectrpc.com/connect.NewUnaryHandlerSimple",
	"github.com/avast/retry-go/v4.FullJitterBackoffDelay",
	"github.com/grpc-ecosystem/go-grpc-middleware/v2/interceptors/retry.BackoffExponentialWithJitterBounded",
	"github.com/sony/gobreaker/v2.NewDistributedCircuitBreaker",
	"github.com/zeromicro/go-zero/core/stores/sqlx.MustNewConn",
	"github.com/zeromicro/go-zero/core/stores/sqlx.NewConn",
	"github.com/zeromicro/go-zero/rest.WithFileServer",
	"github.com/zeromicro/go-zero/rest.WithSSE",
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc.WithEndpointURL",
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp.WithEndpointURL",
	"gorm.io/gorm.G",
	"k8s.io/client-go/util/workqueue.NewTypedItemExponentialFailureRateLimiter",
	"k8s.io/client-go/util/workqueue.NewTypedRateLimitingQueue",
	"k8s.io/client-go/util/workqueue.NewTypedRateLimitingQueueWithConfig",
}

// Every row names what is there, in the standard library and the stubs; in
// long mode in the real modules that the stubs were made of.
func TestRowsDoNotRot(t *testing.T) {
	if testing.Short() {
		t.Skip("type-checks 900 packages")
	}
	rows, err := catalog.All()
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, e := range rows {
		path := e.Package()
		first, _, _ := strings.Cut(path, "/")
		if _, ok := outline.Find(path); ok || !strings.Contains(first, ".") {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	paths = slices.Compact(paths)
	at, env := "../outline/real", []string{"GOFLAGS=-mod=readonly"}
	if !*long {
		at, env = consumer(t), []string{"GOFLAGS=-mod=readonly", "GOPROXY=off"}
	}
	pkgs, err := load.Packages(at, env, paths...)
	if err != nil {
		t.Fatal(err)
	}
	byPath := map[string]*types.Package{}
	for _, p := range pkgs {
		byPath[p.Path] = p.Types
		if !*long && !p.Standard && len(p.Errors) > 0 {
			t.Errorf("stub %s: %v", p.Path, p.Errors[0])
		}
	}
	looked := 0
	for _, e := range rows {
		pkg := byPath[e.Package()]
		if pkg == nil || slices.Contains(newer, e.Symbol) {
			continue
		}
		looked++
		if problem := compare(&e, pkg); problem != "" {
			t.Errorf("%s %s: %s", e.Kind, e.Symbol, problem)
		}
	}
	t.Logf("%d of %d rows compared, in %d packages", looked, len(rows), len(paths))
	if looked < 5000 {
		t.Errorf("only %d rows could be compared", looked)
	}
}

// compare says what a row has wrong, or nothing.
func compare(e *catalog.Entry, pkg *types.Package) string {
	o := load.Lookup(pkg, e.Symbol, e.Kind == catalog.Field)
	if o == nil {
		return "is not there"
	}
	var kind catalog.Kind
	switch x := o.Object.(type) {
	case *types.Func:
		kind = catalog.Func
		if x.Signature().Recv() != nil {
			kind = catalog.Method
		}
		if o.Interface {
			kind = catalog.InterfaceMethod
		}
		params := x.Signature().Params()
		for _, a := range e.Args {
			if a.Index >= params.Len() {
				return fmt.Sprintf("argument %d, %s: it has %d", a.Index, a.Name, params.Len())
			}
			if a.Index < 0 {
				continue
			}
			ctx := strings.HasSuffix(params.At(a.Index).Type().String(), "/workflow.Context") || params.At(a.Index).Type().String() == "context.Context"
			if a.Name == "ctx" && !ctx || ctx && a.Name != "ctx" && a.Name != "of" {
				return fmt.Sprintf("argument %d, %s, is a %s", a.Index, a.Name, params.At(a.Index).Type())
			}
		}
	case *types.TypeName:
		kind = catalog.Type
	case *types.Const:
		kind = catalog.Var
	case *types.Var:
		kind = catalog.Var
		if x.IsField() {
			kind = catalog.Field
		}
	}
	if kind != e.Kind {
		return fmt.Sprintf("is a %s", kind)
	}
	return ""
}

// consumer makes a module that requires all stubs and returns its directory.
func consumer(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("module example.com/consumer\n\ngo 1.26.0\n")
	for _, m := range outline.Modules() {
		version := "v0.0.0"
		if i := strings.LastIndex(m, "/v"); i >= 0 && strings.Trim(m[i+2:], "0123456789") == "" {
			version = m[i+1:] + ".0.0"
		} else if i := strings.LastIndex(m, ".v"); i >= 0 && strings.HasPrefix(m, "gopkg.in/") {
			version = m[i+1:] + ".0.0"
		}
		fmt.Fprintf(&b, "require %s %s\n", m, version)
	}
	mod, err := stubs.At(t.TempDir()).Replace([]byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	at := t.TempDir()
	if err := os.WriteFile(filepath.Join(at, "go.mod"), mod, 0o644); err != nil {
		t.Fatal(err)
	}
	return at
}
