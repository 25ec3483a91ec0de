package catalog_test

import (
	"testing"

	"github.com/coordlint/coordlint/analyzer/catalog"
)

func loaded(t testing.TB) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The entry that a symbol gets, by its own name or by a rule.
func TestFunc(t *testing.T) {
	tests := []struct {
		symbol string
		want   string // symbol of the entry; "" for the same, "-" for none
		role   catalog.Role
		op     string
	}{
		{"net/http.Get", "", catalog.HTTPCall, ""},
		{"(*database/sql.DB).QueryContext", "", catalog.DBQuery, ""},
		{"fmt.Sprintf", "", catalog.Text, "sprintf"},
		{"os.Getenv", "", catalog.Env, "get"},
		{"fmt.Unknown", "-", "", ""},
		// Type arguments.
		{"(*github.com/hashicorp/golang-lru/v2.Cache[K, V]).Get", "(*github.com/hashicorp/golang-lru/v2.Cache).Get", catalog.LocalCache, "read"},
		{"(*sync/atomic.Pointer[map[string]int]).Load", "(*sync/atomic.Pointer).Load", catalog.Wrap, ""},
		// Vendored packages.
		{"(*example.com/shop/vendor/github.com/jmoiron/sqlx.DB).Get", "(*github.com/jmoiron/sqlx.DB).Get", catalog.DBQuery, ""},
		// Other major versions: the nearest that has the symbol, the newer of two.
		{"(*github.com/labstack/echo.Echo).GET", "(*github.com/labstack/echo/v4.Echo).GET", catalog.HTTPRoute, "handle"},
		{"(*github.com/labstack/echo/v5.Echo).GET", "(*github.com/labstack/echo/v4.Echo).GET", catalog.HTTPRoute, "handle"},
		{"(github.com/go-redis/redis/v6.cmdable).Get", "(github.com/go-redis/redis/v7.cmdable).Get", catalog.CacheRead, ""},
		{"github.com/cenkalti/backoff/v3.Permanent", "github.com/cenkalti/backoff/v4.Permanent", catalog.BackoffSet, ""},
		// Commands of Redis that no row names.
		{"(github.com/redis/go-redis/v9.cmdable).ZRevRangeByScore", "", catalog.CacheRead, ""},
		{"(github.com/redis/go-redis/v9.SortedSetCmdable).ZRem", "", catalog.CacheWrite, ""},
		{"gopkg.in/mgo.v2.DialWithInfo", "github.com/globalsign/mgo.DialWithInfo", catalog.DBOpen, "open"},
		// Modules that moved.
		{"(github.com/Shopify/sarama.SyncProducer).SendMessages", "(github.com/IBM/sarama.SyncProducer).SendMessages", catalog.Publish, ""},
		{"github.com/boltdb/bolt.Open", "go.etcd.io/bbolt.Open", catalog.Embedded, "open"},
		{"(go.etcd.io/etcd/clientv3.KV).Get", "(go.etcd.io/etcd/client/v3.KV).Get", catalog.DBQuery, ""},
		// Families of generated clients.
		{"(*github.com/aws/aws-sdk-go-v2/service/kms.Client).Sign", "", catalog.HTTPCall, ""},
		{"(*cloud.google.com/go/kms/apiv1.KeyManagementClient).Encrypt", "", catalog.RPCCall, ""},
		{"(k8s.io/client-go/kubernetes/typed/core/v1.PodInterface).List", "", catalog.HTTPCall, ""},
	}
	c := loaded(t)
	for _, test := range tests {
		e := c.Func(test.symbol)
		want := test.want
		if want == "" {
			want = test.symbol
		}
		switch {
		case e == nil && want == "-":
		case e == nil:
			t.Errorf("Func(%s) = nil", test.symbol)
		case e.Symbol != want || e.Role != test.role || e.Op != test.op:
			t.Errorf("Func(%s) = %s %s:%s, want %s %s:%s", test.symbol, e.Symbol, e.Role, e.Op, want, test.role, test.op)
		}
	}
}

func TestKindsAreApart(t *testing.T) {
	c := loaded(t)
	if c.Field("net/http.Client.Timeout") == nil || c.Type("net/http.Client") == nil || c.Var("net/http.DefaultClient") == nil {
		t.Error("a field, type or variable is not found")
	}
	if c.Func("net/http.Client") != nil || c.Field("net/http.Client") != nil {
		t.Error("a type is found as something else")
	}
}

func TestArg(t *testing.T) {
	e := loaded(t).Func("(*database/sql.DB).QueryContext")
	if i, ok := e.Arg("query"); i != 1 || !ok {
		t.Errorf("Arg(query) = %d, %t", i, ok)
	}
	if _, ok := e.Arg("topic"); ok {
		t.Error("Arg(topic) is there")
	}
	if p := e.Package(); p != "database/sql" {
		t.Errorf("Package() = %q", p)
	}
}

// In-house rows come first, and are checked.
func TestWith(t *testing.T) {
	c := loaded(t)
	own := catalog.Entry{Symbol: "example.com/kit/rpc.Dial", Kind: catalog.Func, Role: catalog.RPCDial, Op: "dial", Args: catalog.Args{{Name: "addr", Index: 0}}}
	d, err := c.With([]catalog.Entry{own})
	if err != nil {
		t.Fatal(err)
	}
	if e := d.Func("example.com/kit/rpc.Dial"); e == nil || e.Role != catalog.RPCDial {
		t.Errorf("in-house entry: %v", e)
	}
	if c.Func("example.com/kit/rpc.Dial") != nil {
		t.Error("With changed its receiver")
	}
	if d.Func("net/http.Get") == nil {
		t.Error("With lost the rest")
	}
	own.Role = "dialling"
	if _, err := c.With([]catalog.Entry{own}); err == nil {
		t.Error("an unknown role is accepted")
	}
	own.Role, own.Op = catalog.RPCDial, "call"
	if _, err := c.With([]catalog.Entry{own}); err == nil {
		t.Error("an unknown op is accepted")
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		loaded(b)
	}
}

func BenchmarkMiss(b *testing.B) {
	c := loaded(b)
	for b.Loop() {
		c.Func("(*example.com/shop/v2/cart.Store).Get")
	}
}
