package catalog_test

import (
	"testing"

	"github.com/coordlint/coordlint/analyzer/catalog"
)

func TestFacts(t *testing.T) {
	c := loaded(t)
	if p, ok := c.Port(5432); !ok || p.Technology != "postgres" || p.Weak {
		t.Errorf("Port(5432) = %+v", p)
	}
	if _, ok := c.Port(8080); ok {
		t.Error("Port(8080) is known")
	}
	if s, _ := c.Scheme("postgres+asyncpg"); s != "postgres" {
		t.Errorf("Scheme = %q", s)
	}
	if d, _ := c.Driver("pgx"); d != "postgres" {
		t.Errorf("Driver = %q", d)
	}
	for technology, want := range map[string]string{"postgres": "datastore", "redis": "cache", "kafka": "queue", "etcd": "coordinator", "sausage": ""} {
		if got := c.ResourceKind(technology); got != want {
			t.Errorf("ResourceKind(%s) = %q, want %q", technology, got, want)
		}
	}
	for command, want := range map[string]string{"get": "read", "HSET": "write", "Incr": "sequence", "SETNX": "cas", "nope": ""} {
		if got := c.RedisCommand(command); got != want {
			t.Errorf("RedisCommand(%s) = %q, want %q", command, got, want)
		}
	}
}

// Every default names its source, and is found from a package of the library.
func TestDefault(t *testing.T) {
	tests := []struct {
		library, what string
		value         float64
		perCPU        int
	}{
		{"database/sql", "pool", 0, 0},
		{"github.com/jackc/pgx/v5/pgxpool", "pool", 4, 1},
		{"github.com/redis/go-redis/v9", "pool", 0, 10},
		{"go.mongodb.org/mongo-driver/mongo/options", "pool", 100, 0},
		{"github.com/zeromicro/go-zero/zrpc", "client-deadline", 2, 0},
		{"github.com/aws/aws-sdk-go-v2/service/s3", "attempts", 3, 0},
		{"postgres", "max-connections", 100, 0},
		{"github.com/segmentio/kafka-go", "attempts", 10, 0},
		{"github.com/go-redis/redis/v7", "attempts", 1, 0},
		{"github.com/go-redis/redis/v8", "attempts", 4, 0},
		{"github.com/gocql/gocql", "client-deadline", 11, 0},
		{"go-micro.dev/v4/client", "client-deadline", 30, 0},
		{"github.com/elastic/go-elasticsearch/v7", "attempts", 4, 0},
	}
	c := loaded(t)
	for _, test := range tests {
		d, ok := c.Default(test.library, test.what)
		if !ok || d.Value != test.value || d.PerCPU != test.perCPU || d.Source == "" || d.Unit == "" {
			t.Errorf("Default(%s, %s) = %+v, %t", test.library, test.what, d, ok)
		}
	}
	if d, ok := c.Default("example.com/none", "pool"); ok {
		t.Errorf("Default of an unknown library: %+v", d)
	}
}

func TestIsDouble(t *testing.T) {
	tests := []struct {
		file, typ string
		want      bool
	}{
		{"store/store.go", "Store", false},
		{"store/store_mock.go", "", true},
		{"store/mock_store.go", "", true},
		{"store/mocks/store.go", "Store", true},
		{"store/store.go", "MockStore", true},
		{"store/store.go", "FakeStore", true},
		{"store/store.go", "StoreMock", true},
		{"store/mockup.go", "Mockup", false},
		{"billing/faker.go", "Faker", false},
	}
	for _, test := range tests {
		if got := catalog.IsDouble(test.file, test.typ); got != test.want {
			t.Errorf("IsDouble(%s, %s) = %t", test.file, test.typ, got)
		}
	}
}

func TestPatterns(t *testing.T) {
	patterns, err := catalog.Patterns()
	if err != nil || len(patterns) < 25 {
		t.Fatalf("%d patterns, %v", len(patterns), err)
	}
	for _, p := range patterns {
		if p.Generator == "" || p.Matches == "" || p.Role != "" && !p.Role.Valid() {
			t.Errorf("%+v", p)
		}
	}
}
