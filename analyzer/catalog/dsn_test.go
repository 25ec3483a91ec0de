package catalog_test

import (
	"strings"
	"testing"

	"github.com/coordlint/coordlint/analyzer/catalog"
)

// Dialects of data source names. A result is written as technology, hosts,
// database, user, then path, socket or options that matter. "*" is a hole.
func TestParseDSN(t *testing.T) {
	tests := []struct{ text, hint, want string }{
		// URLs.
		{"postgres://shop:secret@db:5432/orders?sslmode=disable&pool_max_conns=20&connect_timeout=3", "", "postgres db:5432 orders shop connect_timeout=3 pool_max_conns=20 sslmode=disable"},
		{"postgresql://db/orders", "", "postgres db:5432 orders"},
		{"postgres://u:p@ss/w@rd@db/orders", "", "postgres db:5432 orders u"},
		{"postgres://*:*@*:*/*?sslmode=*", "", "postgres *:* * * sslmode=*"},
		{"postgres://root@crdb:26257/bank", "cockroachdb", "cockroachdb crdb:26257 bank root"},
		{"postgres://a:5432,b:5433/orders?target_session_attrs=read-write", "", "postgres a:5432,b:5433 orders target_session_attrs=read-write"},
		{"postgres:///orders?host=/var/run/postgresql", "", "postgres orders socket=/var/run/postgresql host=/var/run/postgresql"},
		{"jdbc:postgresql://db:5432/orders", "", "postgres db:5432 orders"},
		{"mysql://root:pw@db/shop", "", "mysql db:3306 shop root"},
		{"mysql://root:pw@tcp(db:3307)/shop?multiStatements=true", "", "mysql db:3307 shop root multistatements=true"},
		{"mongodb://u:p@m1:27017,m2/shop?maxPoolSize=50&replicaSet=rs0", "", "mongodb m1:27017,m2:27017 shop u maxpoolsize=50 replicaset=rs0"},
		{"mongodb+srv://u:p@cluster.example.net/shop", "", "mongodb cluster.example.net shop u srv=true"},
		{"redis://:pw@cache:6379/2", "", "redis cache:6379 2"},
		{"rediss://cache?db=3", "", "redis cache:6379 3 db=3"},
		{"amqp://guest:guest@rabbit:5672/prod", "", "rabbitmq rabbit:5672 prod guest"},
		{"nats://n1:4222,nats://n2:4222", "", "nats n1:4222,n2:4222"},
		{"sqlserver://sa:pw@db:1433?database=shop&connection+timeout=30", "", "sqlserver db:1433 shop sa connection+timeout=30 database=shop"},
		{"sqlserver://sa@db/SQLEXPRESS?database=shop", "", "sqlserver db:1433 shop sa database=shop"},
		{"oracle://scott:tiger@db:1521/ORCL", "", "oracle db:1521 ORCL scott"},
		{"clickhouse://ch:9000/events?dial_timeout=1s", "", "clickhouse ch:9000 events dial_timeout=1s"},
		{"tcp://ch:9000?database=events&username=x&password=y", "clickhouse", "clickhouse ch:9000 events database=events username=x"},
		{"http://es:9200", "elasticsearch", "elasticsearch es:9200"},
		{"http://es:9200", "", "http es:9200"},
		{"[::1]:5432", "", "postgres ::1:5432"},
		// PostgreSQL's keywords.
		{"host=db port=5432 user=shop password=secret dbname=orders sslmode=disable", "", "postgres db:5432 orders shop sslmode=disable"},
		{"host=db user=shop password='it''s' dbname='my orders'", "", "postgres db:5432 my orders shop"},
		{"host=* port=* user=* dbname=* password=*", "postgres", "postgres *:* * *"},
		{"host=a,b port=5432,5433 dbname=orders", "", "postgres a:5432,b:5433 orders"},
		{"host=/var/run/postgresql dbname=orders", "", "postgres orders socket=/var/run/postgresql"},
		{"dbname=orders", "postgres", "postgres localhost:5432 orders"},
		// MySQL.
		{"shop:secret@tcp(db:3306)/orders?charset=utf8mb4&parseTime=True&timeout=5s", "mysql", "mysql db:3306 orders shop charset=utf8mb4 parsetime=True timeout=5s"},
		{"shop:p@ss/w0rd@tcp(db)/orders", "", "mysql db:3306 orders shop"},
		{"root@unix(/tmp/mysql.sock)/shop", "", "mysql shop root socket=/tmp/mysql.sock"},
		{"root:@/shop", "", "mysql 127.0.0.1:3306 shop root"},
		{"*:*@tcp(*)/*?charset=utf8", "", "mysql * * * charset=utf8"},
		{"*:*@tcp(*:*)/shop", "", "mysql *:* shop *"},
		{"root:pw@(db:3306)/shop", "", "mysql db:3306 shop root"},
		// ADO.
		{"server=db,1444;user id=sa;password=pw;database=shop", "", "sqlserver db:1444 shop sa"},
		{`Data Source=db\EXPRESS;Initial Catalog=shop`, "", "sqlserver db:1433 shop instance=EXPRESS"},
		{"Endpoint=sb://bus.example.net/;SharedAccessKeyName=n;SharedAccessKey=k;EntityPath=orders", "", "azure-servicebus bus.example.net orders"},
		// Oracle.
		{"scott/tiger@db:1521/ORCL", "", "oracle db:1521 ORCL scott"},
		// Files.
		{":memory:", "", "sqlite memory"},
		{"file:shop.db?cache=shared&mode=rwc", "", "sqlite path=shop.db cache=shared mode=rwc"},
		{"file::memory:?cache=shared", "", "sqlite memory cache=shared"},
		{"/data/shop.sqlite", "", "sqlite path=/data/shop.sqlite"},
		{"shop", "sqlite", "sqlite path=shop"},
		{"sqlite:///data/shop.db", "", "sqlite path=/data/shop.db"},
		// Lists of addresses.
		{"k1:9092,k2:9092", "", "kafka k1:9092,k2:9092"},
		{"k1,k2", "kafka", "kafka k1:9092,k2:9092"},
		{"cache:6379", "", "redis cache:6379"},
		{"127.0.0.1:8080", "", " 127.0.0.1:8080"},
		{"cass", "cassandra", "cassandra cass:9042"},
		{"*:6379", "redis", "redis *:6379"},
		// Nothing known.
		{"", "mysql", "none"},
		{"*", "mysql", "none"},
	}
	c := loaded(t)
	for _, test := range tests {
		d, ok := c.ParseDSN(strings.ReplaceAll(test.text, "*", catalog.Hole), test.hint)
		got := "none"
		if ok {
			got = strings.ReplaceAll(render(d), catalog.Hole, "*")
		}
		if got != test.want {
			t.Errorf("ParseDSN(%q, %q)\n got %s\nwant %s", test.text, test.hint, got, test.want)
		}
	}
}

func render(d catalog.DSN) string {
	parts := []string{d.Technology}
	var hosts []string
	for _, h := range d.Hosts {
		hosts = append(hosts, h.String())
	}
	for _, s := range []string{strings.Join(hosts, ","), d.Database, d.User} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if d.Memory {
		parts = append(parts, "memory")
	}
	if d.Path != "" {
		parts = append(parts, "path="+d.Path)
	}
	if d.Socket != "" {
		parts = append(parts, "socket="+d.Socket)
	}
	for _, o := range d.Options {
		parts = append(parts, o.Key+"="+o.Value)
	}
	return strings.Join(parts, " ")
}

// No dialect lets a password through.
func TestParseDSNDropsSecrets(t *testing.T) {
	c := loaded(t)
	for _, text := range []string{
		"postgres://u:hunter2@db/x?sslpassword=hunter2", "host=db password=hunter2", "host=db password='hunter2 x' dbname=y",
		"u:hunter2@tcp(db)/x?password=hunter2", "server=db;pwd=hunter2;password=hunter2", "u/hunter2@db/x", "redis://:hunter2@c/1",
		"Endpoint=sb://b/;SharedAccessKey=hunter2", "u:hunter2@db:1234", "amqp://u:hunter2@r/", "mongodb://u:hunter2@m/?authMechanismProperties=AWS_SESSION_TOKEN:x&awsToken=hunter2",
	} {
		d, _ := c.ParseDSN(text, "")
		if strings.Contains(render(d), "hunter2") {
			t.Errorf("ParseDSN(%q) kept the secret: %s", text, render(d))
		}
	}
}

func FuzzParseDSN(f *testing.F) {
	f.Add("postgres://a:b@c:1/d?e=f", "")
	f.Add("a:b@tcp(c)/d", "mysql")
	f.Add("host='a", "postgres")
	c := loaded(f)
	f.Fuzz(func(t *testing.T, text, hint string) { c.ParseDSN(text, hint) })
}
