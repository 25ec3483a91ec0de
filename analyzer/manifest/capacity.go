package manifest

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// capacity says how many connections a known store accepts: from its
// arguments, its environment and its mounted configuration; else the default
// of its technology.
func (w *Workload) capacity() {
	if w.Infra == "" {
		return
	}
	for _, c := range w.Containers {
		for _, m := range c.Mounts {
			if !m.Known || m.Content == "" || !slices.Contains([]string{".conf", ".cnf", ".ini", ".properties", ".cfg"}, path.Ext(m.Path)) {
				continue
			}
			site := m.Site
			for text := range strings.Lines(m.Content) {
				if k, v, ok := keyValue(text); ok {
					w.setting(k, v, site)
				}
				if w.pools() {
					for _, h := range upstream.FindAllStringSubmatch(text, -1) {
						w.Upstream = unique(append(w.Upstream, h[1]), "")
					}
				}
				site.Line++
			}
		}
		for _, e := range c.Env {
			w.setting(e.Name, e.Value, e.Site)
			if w.pools() && e.Known && slices.Contains([]string{"DB_HOST", "POSTGRESQL_HOST", "PGBOUNCER_DB_HOST", "DATABASES_HOST", "PGHOST"}, e.Name) {
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
	if w.Pool == nil && w.Infra == "pgbouncer" {
		w.Pool = graph.Exact(20, graph.Declared, w.Site, "the default of PgBouncer (default_pool_size)")
	}
	if w.MaxConnections == nil {
		if n, why := defaultConnections(w.Infra); n > 0 {
			w.MaxConnections = graph.Exact(n, graph.Declared, w.Site, why)
		}
	}
}

// upstream is a host in a pooler's configuration: host=db of PgBouncer,
// address="db" of ProxySQL, backend_hostname0 = 'db' of Pgpool.
var upstream = regexp.MustCompile(`(?:\bhost|\baddress|backend_hostname\d+)\s*=\s*["']?([A-Za-z][\w.-]*)`)

// pools reports whether the workload is a connection pooler.
func (w *Workload) pools() bool {
	return w.Infra == "pgbouncer" || w.Infra == "proxysql" || w.Infra == "pgpool"
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
	return strings.TrimSpace(k), strings.TrimSpace(v), ok
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
	}
	return 0, ""
}
