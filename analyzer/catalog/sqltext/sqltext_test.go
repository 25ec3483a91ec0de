package sqltext_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/coordlint/coordlint/analyzer/catalog/sqltext"
)

// What texts do. "*" is a hole. A result is written as verb, r:tables read,
// w:tables written, and what else there is.
func TestParse(t *testing.T) {
	tests := []struct{ sql, want string }{
		// Reads.
		{"SELECT * FROM orders WHERE id = $1", "select r:orders varying"},
		{"select o.id, l.sku from orders o join lines l on l.order_id = o.id where o.state = 'open'", "select r:lines,orders constant(o . state = 'open')"},
		{"SELECT a FROM t1, t2 AS x, (SELECT b FROM t3) y WHERE x.a = ?", "select r:t1,t2,t3 varying"},
		{"SELECT 1", "select"},
		{`SELECT "id" FROM "public"."Orders"`, "select r:public.Orders"},
		{"SELECT `id` FROM `shop`.`orders` LIMIT ?", "select r:shop.orders"},
		{"SELECT TOP 1 [id] FROM [dbo].[orders] WITH (UPDLOCK, ROWLOCK) WHERE id = @p1", "select r:dbo.orders varying for-update"},
		{"WITH recent AS (SELECT * FROM orders WHERE at > $1), big (id) AS (SELECT id FROM recent) SELECT * FROM big JOIN users u ON u.id = big.id", "select r:orders,users"},
		{"SELECT extract(year FROM at) FROM orders WHERE a IS DISTINCT FROM b", "select r:orders constant(a IS DISTINCT FROM b)"},
		{"SELECT * FROM generate_series(1, 10) g", "select"},
		{"SELECT count(*) FROM a UNION ALL SELECT count(*) FROM b", "select r:a,b"},
		{"(SELECT id FROM a) UNION (SELECT id FROM b)", "select r:a,b"},
		{"-- name: GetOrder :one\nSELECT id /* from x */ FROM orders WHERE id = :id", "select r:orders varying"},
		{"SELECT * FROM orders WHERE id IN (SELECT order_id FROM lines WHERE sku = ?)", "select r:lines,orders varying"},
		{"SELECT a::text FROM t WHERE b = 'it''s; from x'", "select r:t constant(b = 'it's; from x')"},
		// Writes.
		{"INSERT INTO orders (id, name) VALUES ($1, $2) RETURNING id", "insert w:orders"},
		{"insert ignore into orders(id) select id from staging", "insert r:staging w:orders"},
		{"INSERT INTO t (a) VALUES (?) ON CONFLICT (a) DO UPDATE SET a = excluded.a", "insert w:t on-conflict"},
		{"INSERT INTO t (a) VALUES (?) ON DUPLICATE KEY UPDATE n = n + 1", "insert w:t on-conflict"},
		{"REPLACE INTO t VALUES (?)", "insert w:t"},
		{"UPDATE orders SET state = ? WHERE id = ?", "update w:orders varying"},
		{"UPDATE ONLY orders o SET state = s.state FROM staging s WHERE s.id = o.id", "update r:staging w:orders constant(s . id = o . id)"},
		{"DELETE FROM orders WHERE id = $1", "delete w:orders varying"},
		{"DELETE FROM orders USING users u WHERE u.id = orders.user_id", "delete r:users w:orders constant(u . id = orders . user_id)"},
		{"WITH moved AS (DELETE FROM jobs WHERE id = $1 RETURNING *) INSERT INTO archive SELECT * FROM moved", "insert w:archive,jobs"},
		{"MERGE INTO stock s USING deliveries d ON s.sku = d.sku WHEN MATCHED THEN UPDATE SET n = 1", "merge r:deliveries w:stock"},
		{"TRUNCATE TABLE a, b", "truncate w:a,b"},
		{"COPY orders (id) FROM STDIN", "copy w:orders"},
		// Locks.
		{"SELECT n FROM counters WHERE name = 'orders' FOR UPDATE", "select r:counters constant(name = 'orders') for-update"},
		{"SELECT * FROM accounts WHERE id = $1 FOR NO KEY UPDATE NOWAIT", "select r:accounts varying for-update nowait"},
		{"SELECT * FROM jobs WHERE state = 'new' ORDER BY id LIMIT 1 FOR UPDATE OF jobs SKIP LOCKED", "select r:jobs constant(state = 'new') for-update skip-locked"},
		{"SELECT * FROM a LOCK IN SHARE MODE", "select r:a for-share"},
		{"LOCK TABLE orders IN EXCLUSIVE MODE", "lock w:orders"},
		{"LOCK TABLES a READ, b WRITE", "lock w:a,b"},
		{"UNLOCK TABLES", "unlock"},
		{"SELECT pg_advisory_lock(42)", "select advisory=acquire(42,const,session)"},
		{"SELECT pg_advisory_xact_lock(hashtext('jobs'))", "select advisory=acquire(hashtext ( 'jobs' ),const)"},
		{"SELECT pg_try_advisory_lock(hashtext($1))", "select advisory=try(hashtext ( $1 ),session)"},
		{"SELECT pg_advisory_unlock($1)", "select advisory=release($1,session)"},
		{"SELECT GET_LOCK('orders', 10)", "select advisory=acquire('orders',const,session)"},
		{"SELECT pg_advisory_xact_lock(id) FROM accounts WHERE id = 1", "select r:accounts constant(id = 1) advisory=acquire(id)"},
		// Numbers.
		{"SELECT nextval('orders_id_seq')", "select sequence=nextval"},
		{"SELECT MAX(id) + 1 FROM orders", "select r:orders sequence=max"},
		{"SELECT MAX(price) FROM orders", "select r:orders"},
		{"UPDATE counters SET n = n + 1 WHERE name = 'orders' RETURNING n", "update w:counters constant(name = 'orders') sequence=increment"},
		{"UPDATE seq SET id = LAST_INSERT_ID(id + 1)", "update w:seq sequence=last-insert-id"},
		{"CREATE TABLE IF NOT EXISTS orders (id BIGSERIAL PRIMARY KEY)", "ddl w:orders sequence=auto-increment"},
		{"CREATE TABLE orders (id INT NOT NULL AUTO_INCREMENT, PRIMARY KEY (id))", "ddl w:orders sequence=auto-increment"},
		{"CREATE SEQUENCE s", "ddl sequence=auto-increment"},
		{"CREATE UNIQUE INDEX orders_no ON orders (number)", "ddl w:orders index=orders,unique"},
		// Transactions.
		{"BEGIN", "begin"},
		{"PREPARE TRANSACTION 'x'", "other two-phase"},
		{"XA START 'x'", "other two-phase"},
		{"COMMIT PREPARED 'x'", "commit two-phase"},
		// CQL.
		{"INSERT INTO locks (name, owner) VALUES (?, ?) IF NOT EXISTS USING TTL 30", "insert w:locks cas"},
		{"UPDATE seats SET owner = ? WHERE id = ? IF owner = null", "update w:seats varying cas"},
		// Holes.
		{"SELECT * FROM * WHERE id = ?", "select r:* varying partial"},
		{"SELECT * FROM orders_* WHERE id = 1", "select r:orders_* constant(id = 1) partial"},
		{"SELECT id FROM orders WHERE name IN (*)", "select r:orders varying"},
		{"select * from `orders` *", "select r:orders varying"},
		{"select %s from %s where id = 1", "select r:* constant(id = 1) partial"},
		{"* FROM orders", " r:orders partial"},
		{"insert into * (*) values (?, ?)", "insert w:* partial"},
		// Nothing.
		{"", "none"},
		{"hello world", ""},
		{"SELECT 1; DELETE FROM a", "select | delete w:a"},
	}
	for _, test := range tests {
		in := test.sql
		if i := strings.Index(test.want, "*"); i >= 0 || strings.HasPrefix(test.want, " r:") || strings.Contains(in, "(*)") && !strings.Contains(in, "count(") || strings.HasSuffix(in, " *") {
			in = strings.ReplaceAll(in, "SELECT * ", "SELECT 1 ")
			in = strings.ReplaceAll(in, "select * ", "select 1 ")
			in = strings.ReplaceAll(in, "*", string(sqltext.Hole))
		}
		var parts []string
		for _, s := range sqltext.Parse(in) {
			parts = append(parts, render(s))
		}
		got := strings.ReplaceAll(strings.Join(parts, " | "), string(sqltext.Hole), "*")
		if len(parts) == 0 {
			got = "none"
		}
		if got != test.want {
			t.Errorf("Parse(%q)\n got %s\nwant %s", test.sql, got, test.want)
		}
	}
}

func render(s sqltext.Statement) string {
	out := string(s.Verb)
	add := func(ok bool, format string, args ...any) {
		if ok {
			out += " " + fmt.Sprintf(format, args...)
		}
	}
	flag := func(ok bool, text string) string {
		if ok {
			return "," + text
		}
		return ""
	}
	add(len(s.Reads) > 0, "r:%s", strings.Join(s.Reads, ","))
	add(len(s.Writes) > 0, "w:%s", strings.Join(s.Writes, ","))
	add(s.Predicate == sqltext.Varying, "varying")
	add(s.Predicate == sqltext.Constant, "constant(%s)", s.Where)
	add(s.ForUpdate, "for-update")
	add(s.ForShare, "for-share")
	add(s.SkipLocked, "skip-locked")
	add(s.NoWait, "nowait")
	add(s.Advisory.Op != "", "advisory=%s(%s%s%s)", s.Advisory.Op, s.Advisory.Key, flag(s.Advisory.Constant, "const"), flag(s.Advisory.Session, "session"))
	add(s.Sequence != "", "sequence=%s", s.Sequence)
	add(s.Index.Table != "", "index=%s%s", s.Index.Table, flag(s.Index.Unique, "unique"))
	add(s.TwoPhase, "two-phase")
	add(s.CompareAndSet, "cas")
	add(s.OnConflict, "on-conflict")
	add(s.Partial, "partial")
	return out
}

func TestWrite(t *testing.T) {
	for sql, want := range map[string]bool{
		"SELECT 1":                           false,
		"SELECT * FROM a FOR UPDATE":         true,
		"UPDATE a SET b = 1":                 true,
		"WITH x AS (DELETE FROM a) SELECT 1": true,
		"BEGIN":                              false,
		"CREATE INDEX i ON a (b)":            true,
	} {
		if got := sqltext.Parse(sql)[0]; got.Write() != want {
			t.Errorf("%s: Write() = %t", sql, got.Write())
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("SELECT a FROM b WHERE c = $1 FOR UPDATE")
	f.Add("with a as (select 1) insert into b(c) values ('d")
	f.Fuzz(func(t *testing.T, sql string) { sqltext.Parse(sql) })
}
