package catalog

import (
	"strconv"
	"strings"
)

// bareSymbol removes type arguments and what stands before a vendor directory.
func bareSymbol(symbol string) string {
	if strings.IndexByte(symbol, '[') >= 0 {
		var b strings.Builder
		depth := 0
		for _, r := range symbol {
			switch {
			case r == '[':
				depth++
			case r == ']':
				depth--
			case depth == 0:
				b.WriteRune(r)
			}
		}
		symbol = b.String()
	}
	if i := strings.LastIndex(symbol, "/vendor/"); i >= 0 {
		return receiverMark(symbol) + symbol[i+len("/vendor/"):]
	}
	return symbol
}

// receiverMark returns the "(*" or "(" that a method's symbol starts with.
func receiverMark(symbol string) string {
	if strings.HasPrefix(symbol, "(*") {
		return "(*"
	}
	if strings.HasPrefix(symbol, "(") {
		return "("
	}
	return ""
}

// unversioned removes the elements /vN, and .vN of gopkg.in, from the import
// path in a symbol.
func unversioned(symbol string) string {
	if !strings.Contains(symbol, "/v") && !strings.Contains(symbol, ".v") {
		return symbol
	}
	out, _ := splitVersion(symbol)
	return out
}

// splitVersion returns a symbol without its major version, and the version: 1
// where none is written.
func splitVersion(symbol string) (bare string, version int) {
	version = 1
	var b strings.Builder
	for i := 0; i < len(symbol); {
		if n, v := versionAt(symbol, i); n > 0 {
			version = v
			i += n
			continue
		}
		b.WriteByte(symbol[i])
		i++
	}
	return b.String(), version
}

// versionAt returns the length and number of a version element at i, or 0.
func versionAt(s string, i int) (length, version int) {
	gopkg := s[i] == '.' && strings.Contains(s[:i], "gopkg.in/")
	if s[i] != '/' && !gopkg || i+1 >= len(s) || s[i+1] != 'v' {
		return 0, 0
	}
	end := i + 2
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	if end == i+2 || end < len(s) && s[end] != '/' && s[end] != '.' {
		return 0, 0
	}
	version, _ = strconv.Atoi(s[i+2 : end])
	return end - i, version
}

// nearest returns the candidate whose major version is nearest to the
// symbol's, the newer of two; "" if there is none.
func nearest(symbol string, candidates []string) string {
	_, want := splitVersion(symbol)
	best, dist := "", 0
	for _, c := range candidates {
		_, v := splitVersion(c)
		d := 2 * (v - want)
		if d < 0 {
			d = -d + 1
		}
		if best == "" || d < dist {
			best, dist = c, d
		}
	}
	return best
}

// renamed lists modules that moved and kept their API: a symbol of one is
// looked up under the other names too.
var renamed = [...][]string{
	{"github.com/IBM/sarama", "github.com/Shopify/sarama", "gopkg.in/Shopify/sarama.v1"},
	{"github.com/rabbitmq/amqp091-go", "github.com/streadway/amqp"},
	{"github.com/gomodule/redigo/redis", "github.com/garyburd/redigo/redis"},
	{"github.com/redis/go-redis", "github.com/go-redis/redis", "gopkg.in/redis.v5"},
	{"github.com/globalsign/mgo", "gopkg.in/mgo.v2", "github.com/go-mgo/mgo"},
	{"github.com/go-zookeeper/zk", "github.com/samuel/go-zookeeper/zk"},
	{"github.com/apache/cassandra-gocql-driver", "github.com/gocql/gocql"},
	{"github.com/zeromicro/go-zero", "github.com/tal-tech/go-zero"},
	{"go.etcd.io/etcd/client/v3", "go.etcd.io/etcd/clientv3", "github.com/coreos/etcd/clientv3", "go.etcd.io/etcd/v3/clientv3"},
	{"go.etcd.io/bbolt", "github.com/boltdb/bolt", "github.com/coreos/bbolt"},
	{"go-micro.dev/v6", "go-micro.dev/v5", "go-micro.dev/v4", "github.com/micro/go-micro", "github.com/asim/go-micro"},
	{"github.com/urfave/cli", "github.com/codegangsta/cli", "gopkg.in/urfave/cli.v1", "gopkg.in/urfave/cli.v2", "github.com/micro/cli"},
	{"github.com/alecthomas/kingpin", "gopkg.in/alecthomas/kingpin.v2", "gopkg.in/alecthomas/kingpin.v1"},
	{"github.com/olivere/elastic", "gopkg.in/olivere/elastic.v5", "gopkg.in/olivere/elastic.v6"},
	{"connectrpc.com/connect", "github.com/bufbuild/connect-go"},
	{"github.com/sirupsen/logrus", "github.com/Sirupsen/logrus"},
	{"github.com/valyala/fasthttp", "github.com/fasthttp/fasthttp"},
	{"github.com/go-kit/log", "github.com/go-kit/kit/log"},
	{"github.com/gofrs/uuid", "github.com/satori/go.uuid"},
	{"github.com/minio/minio-go", "github.com/minio/minio-go/v6"},
	{"golang.org/x/exp/slices", "slices"},
	{"golang.org/x/exp/maps", "maps"},
	{"golang.org/x/exp/slog", "log/slog"},
	{"golang.org/x/net/context", "context"},
	{"io/ioutil", "os"},
	{"sigs.k8s.io/yaml", "github.com/ghodss/yaml"},
	{"gopkg.in/yaml.v3", "gopkg.in/yaml.v2", "go.yaml.in/yaml/v3", "go.yaml.in/yaml/v2", "github.com/goccy/go-yaml"},
	{"github.com/redis/go-redis/v9", "github.com/redis/go-redis/v8"},
}

// OtherPaths returns the import paths, without major versions, under which a
// package is known too: those of its module before or after it moved.
func OtherPaths(importPath string) []string {
	bare := unversioned(importPath)
	var out []string
	for _, names := range renamed {
		for _, from := range names {
			tail, ok := strings.CutPrefix(bare, unversioned(from))
			if !ok || tail != "" && tail[0] != '/' {
				continue
			}
			for _, to := range names {
				if to = unversioned(to); to != unversioned(from) {
					out = append(out, to+tail)
				}
			}
		}
	}
	return out
}

// forks returns the symbol under the other names of its module.
func forks(symbol string) []string {
	mark := receiverMark(symbol)
	rest := symbol[len(mark):]
	var out []string
	for _, names := range renamed {
		for _, from := range names {
			tail, ok := strings.CutPrefix(rest, from)
			if !ok || tail == "" || tail[0] != '/' && tail[0] != '.' {
				continue
			}
			for _, to := range names {
				if to != from {
					out = append(out, mark+to+tail)
				}
			}
		}
	}
	return out
}
