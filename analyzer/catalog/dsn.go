package catalog

import (
	"slices"
	"strings"
)

// Hole stands in a text for a part that is not known: the object replacement
// character, U+FFFC, which no real text holds.
const Hole = "\uFFFC"

// A DSN is what a data source name says. Passwords and other secrets are
// dropped. Any field may hold a Hole.
type DSN struct {
	Technology string    // "" if neither the text nor the hint tells
	Hosts      []Address // at least one, unless Path or Socket is set or the text names none
	Database   string    // database, schema, vhost, service name or number
	User       string    // name only
	Path       string    // file of an embedded database
	Memory     bool      // an embedded database that no file holds
	Socket     string    // path of a unix domain socket
	Options    []Option  // by key
}

// An Address is where a server listens. Port is the technology's own if the
// text has none and the technology has one.
type Address struct {
	Host string
	Port string
}

// String returns host:port, or the host if there is no port.
func (a Address) String() string {
	if a.Port == "" {
		return a.Host
	}
	return a.Host + ":" + a.Port
}

// An Option is a setting in a DSN, such as pool_max_conns.
type Option struct {
	Key   string // lower-case
	Value string
}

// Option returns the value of an option, ignoring case, or "".
func (d *DSN) Option(key string) string {
	key = strings.ToLower(key)
	for _, o := range d.Options {
		if o.Key == key {
			return o.Value
		}
	}
	return ""
}

// ParseDSN reads a data source name, URL or list of addresses in the dialect
// that it is written in: URLs, PostgreSQL's keywords, MySQL's user@net(addr)/db,
// ADO's semicolons, Oracle's user/password@host/service, paths of files, and
// host:port lists. Technology is a hint, such as what the driver's name stands
// for; "" if there is none. Parts that are not known are written as Hole.
// It returns false if the text names no place: it is empty or all one Hole.
func (c *Catalog) ParseDSN(text, technology string) (DSN, bool) {
	text = strings.TrimSpace(text)
	text = strings.TrimPrefix(text, "jdbc:")
	if text == "" || text == Hole {
		return DSN{Technology: technology}, false
	}
	d := DSN{Technology: technology}
	scheme, rest, isURL := strings.Cut(text, "://")
	switch {
	case isURL && isScheme(scheme):
		c.parseURL(&d, strings.ToLower(scheme), rest)
	case technology == "sqlite" || isSQLite(text):
		parseFile(&d, text)
	case technology != "postgres" && isMySQL(text):
		parseMySQL(&d, text)
	case strings.Contains(text, "=") && (strings.Contains(text, ";") || isADO(text)):
		parseADO(&d, text)
	case strings.Contains(text, "="):
		parseKeywords(&d, text)
	case technology == "oracle" || strings.Contains(text, "/") && strings.Contains(text, "@"):
		parseOracle(&d, text)
	default:
		parseHosts(&d, text)
	}
	c.finish(&d)
	return d, len(d.Hosts) > 0 || d.Path != "" || d.Memory || d.Socket != ""
}

// finish sets what follows from the rest: technology by port, port by
// technology, order of the options.
func (c *Catalog) finish(d *DSN) {
	if d.Technology == "" && len(d.Hosts) > 0 {
		if p, ok := c.Port(atoi(d.Hosts[0].Port)); ok && !p.Weak {
			d.Technology = p.Technology
		}
	}
	if port := defaultPort(d.Technology); port != "" && d.Option("srv") == "" {
		for i := range d.Hosts {
			if d.Hosts[i].Port == "" && d.Hosts[i].Host != Hole {
				d.Hosts[i].Port = port
			}
		}
	}
	slices.SortStableFunc(d.Options, func(a, b Option) int { return strings.Compare(a.Key, b.Key) })
}

// defaultPort returns the port that a client of a technology assumes.
func defaultPort(technology string) string {
	switch technology {
	case "postgres":
		return "5432"
	case "cockroachdb":
		return "26257"
	case "mysql", "mariadb":
		return "3306"
	case "tidb":
		return "4000"
	case "sqlserver":
		return "1433"
	case "oracle":
		return "1521"
	case "mongodb":
		return "27017"
	case "redis":
		return "6379"
	case "memcached":
		return "11211"
	case "rabbitmq":
		return "5672"
	case "nats":
		return "4222"
	case "kafka":
		return "9092"
	case "cassandra":
		return "9042"
	case "clickhouse":
		return "9000"
	case "elasticsearch":
		return "9200"
	case "pulsar":
		return "6650"
	case "neo4j":
		return "7687"
	}
	return ""
}

// isScheme reports whether s can be the scheme of a URL. A Hole cannot: the
// text may be of any dialect.
func isScheme(s string) bool {
	if s == "" {
		return false
	}
	for i := range len(s) {
		b := s[i] | 0x20
		letter := b >= 'a' && b <= 'z'
		if !letter && (i == 0 || (s[i] < '0' || s[i] > '9') && s[i] != '+' && s[i] != '-' && s[i] != '.' && s[i] != '_') {
			return false
		}
	}
	return true
}

// isSecret reports whether an option's value must not be kept.
func isSecret(key string) bool {
	for _, word := range [...]string{"password", "passwd", "pwd", "secret", "token", "sharedaccesskey", "accesskey", "apikey", "api_key", "credential"} {
		if strings.Contains(strings.ReplaceAll(key, " ", ""), word) {
			return true
		}
	}
	return false
}

// option keeps a setting unless it is a secret or no name: what was read wrong
// might be part of one.
func (d *DSN) option(key, value string) {
	key = strings.ToLower(strings.TrimSpace(key))
	odd := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune("_-. +", r)
	}
	if key != "" && !isSecret(key) && !strings.ContainsFunc(key, odd) {
		d.Options = append(d.Options, Option{key, strings.TrimSpace(value)})
	}
}

// host adds a host:port or a list of them.
func (d *DSN) host(list string) {
	for _, part := range strings.Split(list, ",") {
		part = strings.TrimSpace(part)
		if i := strings.Index(part, "://"); i >= 0 {
			part = part[i+3:]
			if j := strings.LastIndexByte(part, '@'); j >= 0 {
				part = part[j+1:]
			}
		}
		part, _, _ = strings.Cut(part, "/")
		if part != "" {
			d.Hosts = append(d.Hosts, splitAddress(part))
		}
	}
}

func splitAddress(s string) Address {
	if strings.HasPrefix(s, "[") {
		if i := strings.IndexByte(s, ']'); i > 0 {
			return Address{s[1:i], strings.TrimPrefix(s[i+1:], ":")}
		}
	}
	i := strings.LastIndexByte(s, ':')
	if i < 0 || strings.Count(s, ":") > 1 { // a bare IPv6 address
		return Address{Host: s}
	}
	return Address{s[:i], s[i+1:]}
}

func atoi(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' || n > 1<<16 {
			return 0
		}
		n = 10*n + int(s[i]-'0')
	}
	return n
}
