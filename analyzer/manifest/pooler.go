package manifest

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// A configText is a configuration file of a container.
type configText struct {
	text string
	site graph.Site // of its first line
}

// configExts are the endings of stores' configuration files.
func configExts() []string {
	return []string{".conf", ".cnf", ".ini", ".properties", ".cfg", ".toml", ".xml", ".yaml", ".yml"}
}

// mounted returns the configuration files that a mount holds: the content of
// a ConfigMap, a file of the tree, or those right in a directory of it.
func (t *tree) mounted(m Mount) []configText {
	if !m.Known {
		return nil
	}
	if m.Source == "" {
		if m.Content == "" || !slices.Contains(configExts(), path.Ext(m.Path)) {
			return nil
		}
		return []configText{{m.Content, m.Site}}
	}
	names := []string{m.Source}
	if m.Dir {
		names = t.list(m.Source)
	}
	var out []configText
	for _, name := range names {
		if !slices.Contains(configExts(), path.Ext(name)) {
			continue
		}
		if src, err := t.read(name); err == nil && len(src) < 1<<18 {
			out = append(out, configText{string(src), graph.Site{File: name, Line: 1}})
		}
	}
	return out
}

// configured reads a store's or a pooler's configuration file.
func (w *Workload) configured(f configText) {
	site := f.site
	section := ""
	for text := range strings.Lines(f.text) {
		line := strings.TrimSpace(text)
		if m := sectionName.FindStringSubmatch(line); m != nil {
			section = m[1] + m[2]
		}
		switch {
		case w.Infra == "proxysql":
			w.proxySQL(line, section, site)
		default:
			if k, v, ok := keyValue(text); ok {
				w.setting(k, v, site)
			}
		}
		if w.Pools() {
			for _, h := range upstream.FindAllStringSubmatch(line, -1) {
				w.Upstream = unique(append(w.Upstream, h[1]+h[2]), "")
			}
			if m := poolSize.FindStringSubmatch(line); m != nil {
				w.setting("pool_size", m[1], site)
			}
		}
		site.Line++
	}
}

// proxySQL reads a line of a ProxySQL file: max_connections is what it opens
// to a server where the line is of mysql_servers, else what it accepts.
func (w *Workload) proxySQL(line, section string, site graph.Site) {
	for _, m := range maxConnections.FindAllStringSubmatch(line, -1) {
		if section == "mysql_servers" || section == "pgsql_servers" {
			w.setting("max_db_connections", m[1], site)
		} else {
			w.setting("max_connections", m[1], site)
		}
	}
}

var (
	// sectionName begins a section of a ProxySQL file.
	sectionName = regexp.MustCompile(`^([a-z_]+)\s*[:=]?\s*[({]\s*$|^([a-z_]+)\s*[:=]\s*$`)
	// maxConnections is the setting anywhere on a line.
	maxConnections = regexp.MustCompile(`\bmax_connections\s*[=:]\s*(\d+)`)
	// upstream is a host in a pooler's configuration: host=db of PgBouncer,
	// address="db" of ProxySQL, backend_hostname0 = 'db' of Pgpool, host "db" of
	// Odyssey, ["db", 5432, "primary"] of PgCat.
	upstream = regexp.MustCompile(`(?:\bhost|\baddress|backend_hostname\d+)\s*[=: ]\s*["']?([A-Za-z][\w.-]*)|\[\s*"([A-Za-z][\w.-]*)"\s*,\s*\d+\s*,\s*"(?:primary|replica|auto)"`)
	// poolSize is a pool's size of one database or user: pool_size=20 on
	// PgBouncer's line of a database, pool_size 20 of Odyssey, of PgCat's users.
	poolSize = regexp.MustCompile(`\bpool_size\s*[= ]\s*(\d+)`)
)

// Pools reports whether the workload is a connection pooler.
func (w *Workload) Pools() bool {
	switch w.Infra {
	case "pgbouncer", "proxysql", "pgpool", "pgcat", "odyssey":
		return true
	}
	return false
}

// defaultPool is how many connections a pooler opens to a database for one
// user if nothing is set.
func defaultPool(technology string) (float64, string) {
	switch technology {
	case "pgbouncer":
		return 20, "the default of PgBouncer (default_pool_size)"
	}
	return 0, ""
}
