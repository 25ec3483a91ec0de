package catalog

import (
	"net/url"
	"strings"
)

// parseURL reads scheme://user:password@host:port,host:port/database?options.
// net/url is no help: it refuses lists of hosts, holes in ports, and passwords
// with reserved characters.
func (c *Catalog) parseURL(d *DSN, scheme, rest string) {
	if technology, ok := c.Scheme(scheme); ok && !isTransport(technology) {
		if d.Technology == "" || technology != "postgres" { // a PostgreSQL URL may name a database that speaks its protocol
			d.Technology = technology
		}
	} else if d.Technology == "" && technology != "tcp" {
		d.Technology = technology
	}
	if strings.HasSuffix(scheme, "+srv") {
		d.option("srv", "true")
	}
	rest, _, _ = strings.Cut(rest, "#")
	rest, query, _ := strings.Cut(rest, "?")
	for _, pair := range strings.FieldsFunc(query, func(r rune) bool { return r == '&' || r == ';' }) {
		key, value, _ := strings.Cut(pair, "=")
		d.option(unescape(key), unescape(value))
	}
	if d.Technology == "sqlite" || d.Technology == "libsql" && strings.HasPrefix(rest, "/") {
		d.Path = rest
		return
	}
	if strings.Contains(rest, "://") { // nats://a:1,nats://b:2 and similar
		d.host("x://" + rest)
		return
	}
	at := strings.LastIndexByte(rest, '@')
	if at >= 0 {
		user, _, _ := strings.Cut(rest[:at], ":")
		d.User = unescape(user)
		rest = rest[at+1:]
	}
	if strings.Contains(rest, "tcp(") || strings.Contains(rest, "unix(") {
		parseMySQL(d, rest)
		return
	}
	hosts, path, _ := strings.Cut(rest, "/")
	if scheme == "unix" || scheme == "redis+unix" || hosts == "" && d.Option("host") != "" && strings.HasPrefix(d.Option("host"), "/") {
		d.Socket = "/" + path
		if d.Option("host") != "" {
			d.Socket = d.Option("host")
		}
	} else {
		d.host(unescape(hosts))
	}
	d.Database = unescape(strings.TrimSuffix(path, "/"))
	for _, key := range [...]string{"database", "dbname", "db"} {
		if v := d.Option(key); v != "" && (d.Database == "" || d.Technology == "sqlserver") {
			d.Database = v
		}
	}
	if host := d.Option("host"); len(d.Hosts) == 0 && d.Socket == "" && host != "" {
		d.host(host)
		if port := d.Option("port"); port != "" {
			d.Hosts[0].Port = port
		}
	}
}

// isTransport reports whether a scheme's technology is a way to talk only: a
// database behind http:// is told by the hint or the port.
func isTransport(technology string) bool {
	return technology == "http" || technology == "tcp" || technology == "grpc" || technology == "memory"
}

func unescape(s string) string {
	if u, err := url.PathUnescape(s); err == nil {
		return u
	}
	return s
}

// parseKeywords reads PostgreSQL's "host=a port=5432 dbname='my db'".
// https://www.postgresql.org/docs/16/libpq-connect.html#LIBPQ-CONNSTRING
func parseKeywords(d *DSN, text string) {
	if d.Technology == "" {
		d.Technology = "postgres"
	}
	var host, port string
	for text != "" {
		var key, value string
		key, text, _ = strings.Cut(strings.TrimLeft(text, " \t\n"), "=")
		key = strings.ToLower(strings.TrimSpace(key))
		text = strings.TrimLeft(text, " \t\n")
		value, text = keywordValue(text)
		switch key {
		case "":
		case "host", "hostaddr":
			host = value
		case "port":
			port = value
		case "dbname", "database":
			d.Database = value
		case "user":
			d.User = value
		default:
			d.option(key, value)
		}
	}
	if strings.HasPrefix(host, "/") {
		d.Socket = host
		return
	}
	if host == "" {
		if port == "" && d.Database == "" {
			return
		}
		host = "localhost"
	}
	ports := strings.Split(port, ",")
	for i, h := range strings.Split(host, ",") {
		a := Address{Host: h, Port: ports[0]}
		if i < len(ports) {
			a.Port = ports[i]
		}
		d.Hosts = append(d.Hosts, a)
	}
}

// keywordValue cuts a value off the text: quoted, or up to a space.
func keywordValue(text string) (value, rest string) {
	if !strings.HasPrefix(text, "'") {
		i := strings.IndexAny(text, " \t\n")
		if i < 0 {
			return text, ""
		}
		return text[:i], text[i:]
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text):
			i++
			b.WriteByte(text[i])
		case text[i] == '\'' && strings.HasPrefix(text[i+1:], "'"): // not libpq's, but people write it
			i++
			b.WriteByte('\'')
		case text[i] == '\'':
			return b.String(), text[i+1:]
		default:
			b.WriteByte(text[i])
		}
	}
	return b.String(), ""
}

// isMySQL reports whether the text is of the form user:password@net(addr)/db.
func isMySQL(text string) bool {
	head, _, _ := strings.Cut(text, "?")
	if strings.Contains(head, "tcp(") || strings.Contains(head, "unix(") || strings.Contains(head, "@(") {
		return true
	}
	at := strings.LastIndexByte(head, '@')
	return at >= 0 && strings.HasPrefix(head[at+1:], "/") && strings.Contains(head[:at], ":")
}

// parseMySQL reads [user[:password]@][net[(addr)]]/db[?options], as
// go-sql-driver/mysql's dsn.go does: the last slash ends the address.
func parseMySQL(d *DSN, text string) {
	if d.Technology == "" {
		d.Technology = "mysql"
	}
	text, query, _ := strings.Cut(text, "?")
	for _, pair := range strings.Split(query, "&") {
		key, value, _ := strings.Cut(pair, "=")
		d.option(unescape(key), unescape(value))
	}
	if i := strings.LastIndexByte(text, '/'); i >= 0 {
		text, d.Database = text[:i], unescape(text[i+1:])
	}
	if at := strings.LastIndexByte(text, '@'); at >= 0 {
		user, _, _ := strings.Cut(text[:at], ":")
		d.User, text = user, text[at+1:]
	}
	network, addr, _ := strings.Cut(strings.TrimSuffix(text, ")"), "(")
	switch {
	case network == "unix":
		d.Socket = addr
	case addr == "":
		d.host("127.0.0.1")
	default:
		d.host(addr)
	}
}

// isADO reports whether a text with "=" is one pair of ADO's, not PostgreSQL's.
func isADO(text string) bool {
	key, _, _ := strings.Cut(strings.ToLower(text), "=")
	switch strings.TrimSpace(key) {
	case "server", "data source", "endpoint":
		return true
	}
	return false
}

// parseADO reads "server=host,1433;database=db;user id=sa".
func parseADO(d *DSN, text string) {
	var host, port string
	for _, pair := range strings.Split(text, ";") {
		key, value, _ := strings.Cut(pair, "=")
		key, value = strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value)
		switch key {
		case "":
		case "server", "data source", "addr", "address", "network address", "host", "endpoint":
			host = value
			if d.Technology == "" && key != "host" && key != "endpoint" {
				d.Technology = "sqlserver"
			}
			if strings.HasPrefix(value, "sb://") {
				d.Technology = "azure-servicebus"
			}
		case "port":
			port = value
		case "database", "initial catalog", "dbname", "entitypath":
			d.Database = value
		case "user id", "uid", "user", "username":
			d.User = value
		default:
			d.option(key, value)
		}
	}
	if host == "" {
		return
	}
	host = strings.TrimPrefix(strings.TrimPrefix(host, "tcp:"), "sb://")
	host = strings.TrimSuffix(host, "/")
	host, instance, named := strings.Cut(host, `\`)
	if named {
		d.option("instance", instance)
	}
	if name, p, ok := strings.Cut(host, ","); ok {
		host, port = name, p
	}
	a := splitAddress(host)
	if port != "" {
		a.Port = port
	}
	d.Hosts = append(d.Hosts, a)
}

// parseOracle reads user/password@host:port/service.
func parseOracle(d *DSN, text string) {
	if at := strings.LastIndexByte(text, '@'); at >= 0 {
		user, _, slash := strings.Cut(text[:at], "/")
		if !slash {
			user, _, _ = strings.Cut(user, ":")
		} else if d.Technology == "" {
			d.Technology = "oracle"
		}
		d.User, text = user, text[at+1:]
	}
	text, query, _ := strings.Cut(strings.TrimPrefix(text, "//"), "?")
	for _, pair := range strings.Split(query, "&") {
		key, value, _ := strings.Cut(pair, "=")
		d.option(key, value)
	}
	hosts, database, _ := strings.Cut(text, "/")
	d.host(hosts)
	d.Database = database
}

// isSQLite reports whether a text names a file of SQLite.
func isSQLite(text string) bool {
	name, _, _ := strings.Cut(strings.ToLower(text), "?")
	if strings.HasPrefix(name, "file:") || name == ":memory:" {
		return true
	}
	return strings.HasSuffix(name, ".db") || strings.HasSuffix(name, ".sqlite") || strings.HasSuffix(name, ".sqlite3")
}

// parseFile reads SQLite's path, file:path?options and :memory:.
// https://www.sqlite.org/uri.html
func parseFile(d *DSN, text string) {
	d.Technology = "sqlite"
	text, query, _ := strings.Cut(text, "?")
	for _, pair := range strings.Split(query, "&") {
		key, value, _ := strings.Cut(pair, "=")
		d.option(key, value)
	}
	text = strings.TrimPrefix(text, "file:")
	if strings.HasPrefix(text, "//") {
		text = text[2:]
	}
	d.Memory = text == ":memory:" || d.Option("mode") == "memory"
	if !d.Memory {
		d.Path = text
	}
}

// parseHosts reads a list of addresses, maybe with a database behind a slash.
func parseHosts(d *DSN, text string) {
	if strings.HasPrefix(text, "/") {
		d.Socket = text
		return
	}
	if at := strings.LastIndexByte(text, '@'); at >= 0 {
		user, _, _ := strings.Cut(text[:at], ":")
		d.User, text = user, text[at+1:]
	}
	text = strings.TrimPrefix(text, "tcp:")
	hosts, database, _ := strings.Cut(text, "/")
	d.host(hosts)
	d.Database = database
}
