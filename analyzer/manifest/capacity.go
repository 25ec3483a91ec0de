package manifest

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// capacity says how many connections a known store accepts: from its
// arguments, its environment and its mounted configuration; else the default
// of its technology.
func (w *Workload) capacity(t *tree) {
	if w.Infra == "" {
		return
	}
	for _, c := range w.Containers {
		for _, m := range c.Mounts {
			for _, f := range t.mounted(m) {
				w.configured(f)
			}
		}
		for _, e := range c.Env {
			w.setting(e.Name, e.Value, e.Site)
			if w.Pools() && e.Known && slices.Contains([]string{"DB_HOST", "POSTGRESQL_HOST", "PGBOUNCER_DB_HOST", "DATABASES_HOST", "PGHOST"}, e.Name) {
				w.Upstream = unique(append(w.Upstream, e.Value), "")
			}
		}
		var argv []string
		for _, a := range append(slices.Clone(c.Command), c.Args...) {
			argv = append(argv, strings.Fields(a)...)
		}
		for i, a := range argv {
			if k, v, ok := strings.Cut(a, "="); ok {
				w.setting(k, v, c.Site)
			} else if i+1 < len(argv) && strings.HasPrefix(a, "-") {
				w.setting(a, argv[i+1], c.Site)
				if w.Infra == "memcached" && a == "-c" {
					w.setting("maxconns", argv[i+1], c.Site)
				}
			}
		}
	}
	if n, why := defaultPool(w.Infra); w.Pool == nil && n > 0 {
		w.Pool = graph.Exact(n, graph.Declared, w.Site, why)
	}
	if w.Pool != nil && w.Pool.High == 0 {
		w.Pool = nil // no bound
	}
	if w.Pool != nil && w.reserve > 0 {
		w.Pool.Low, w.Pool.High, w.Pool.Note = w.Pool.Low+w.reserve, w.Pool.High+w.reserve, "with the reserve of the pool"
	}
	if w.Infra == "proxysql" && w.PoolMost == nil {
		w.PoolMost = graph.Exact(1000, graph.Declared, w.Site, "the default of ProxySQL (mysql_servers.max_connections)")
	}
	if w.MaxConnections == nil {
		if n, why := defaultConnections(w.Infra); n > 0 {
			w.MaxConnections = graph.Exact(n, graph.Declared, w.Site, why)
		}
	}
	if w.Infra == "pgpool" && w.MaxConnections != nil {
		w.Pool = graph.Exact(w.MaxConnections.Low, w.MaxConnections.Source, w.MaxConnections.Site, "one of each process (num_init_children)")
	}
}

// keyValue splits a line of a configuration file: "k = v" or "k v".
func keyValue(line string) (k, v string, ok bool) {
	line = strings.TrimSpace(line)
	if line == "" || strings.ContainsAny(line[:1], "#;[") {
		return "", "", false
	}
	if k, v, ok = strings.Cut(line, "="); !ok {
		k, v, ok = strings.Cut(line, " ")
	}
	v, _, _ = strings.Cut(v, "#")
	return strings.TrimSuffix(strings.TrimSpace(k), ":"), strings.TrimSpace(v), ok
}

// defaultConnections is what a store accepts if nothing is set.
func defaultConnections(technology string) (float64, string) {
	switch technology {
	case "postgres":
		return 100, "the default of PostgreSQL (postgresql.conf.sample, max_connections)"
	case "mysql":
		return 151, "the default of MySQL (server system variables, max_connections)"
	case "redis":
		return 10000, "the default of Redis (redis.conf, maxclients)"
	case "memcached":
		return 1024, "the default of memcached (-c)"
	case "pgbouncer":
		return 100, "the default of PgBouncer (max_client_conn)"
	case "proxysql":
		return 2048, "the default of ProxySQL (mysql-max_connections)"
	case "pgpool":
		return 32, "the default of Pgpool-II (num_init_children)"
	case "mongodb":
		return 65536, "the default of MongoDB (net.maxIncomingConnections)"
	case "nats":
		return 65536, "the default of NATS (max_connections)"
	case "clickhouse":
		return 4096, "the default of ClickHouse (max_connections)"
	case "mssql":
		return 32767, "the default of SQL Server (user connections)"
	}
	return 0, ""
}
