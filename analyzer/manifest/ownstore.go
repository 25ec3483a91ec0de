package manifest

import (
	"slices"
	"strings"
)

// serverVariables are variables that only the images of database servers read,
// where they set up their first database: a client has no use for them.
// Sources: the "Environment Variables" sections of the official images' pages.
var serverVariables = map[string]string{
	"POSTGRES_HOST_AUTH_METHOD": "postgres", "POSTGRES_INITDB_ARGS": "postgres", "POSTGRES_INITDB_WALDIR": "postgres",
	"MYSQL_ROOT_PASSWORD": "mysql", "MYSQL_ROOT_HOST": "mysql", "MYSQL_RANDOM_ROOT_PASSWORD": "mysql", "MYSQL_ALLOW_EMPTY_PASSWORD": "mysql",
	"MARIADB_ROOT_PASSWORD": "mysql", "MARIADB_RANDOM_ROOT_PASSWORD": "mysql", "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD": "mysql",
	"MONGO_INITDB_ROOT_USERNAME": "mongodb", "MONGO_INITDB_ROOT_PASSWORD": "mongodb", "MONGO_INITDB_DATABASE": "mongodb",
}

// sharedVariables are variables that images of database servers read and that
// clients read just as often: they say what a container is only together with
// the server's port or its name.
var sharedVariables = map[string]string{
	"POSTGRES_DB": "postgres", "POSTGRES_USER": "postgres", "POSTGRES_PASSWORD": "postgres",
	"MYSQL_DATABASE": "mysql", "MYSQL_USER": "mysql", "MYSQL_PASSWORD": "mysql",
}

// storePorts are the ports that the servers listen at, by IANA's registry.
var storePorts = map[string]int{"postgres": 5432, "mysql": 3306, "mongodb": 27017, "redis": 6379, "memcached": 11211, "rabbitmq": 5672, "kafka": 9092, "nats": 4222, "etcd": 2379}

// ownStore returns the technology of a workload that runs a database from an
// image of the system's own, as its variables, its ports and its name show it;
// else "". Variables that name a host belong to a client of a database.
func (w *Workload) ownStore() string {
	for _, c := range w.Containers {
		found := map[string]bool{}
		client := false
		for _, v := range c.Env {
			if t := serverVariables[v.Name]; t != "" {
				found[t] = true
			}
			if t := sharedVariables[v.Name]; t != "" {
				found[t] = found[t] || c.listens(storePorts[t]) || storeName(w.Name)
			}
			client = client || strings.HasSuffix(v.Name, "_HOST") || strings.HasSuffix(v.Name, "_URL") || strings.HasSuffix(v.Name, "_ADDR")
		}
		for _, t := range []string{"postgres", "mysql", "mongodb"} {
			if found[t] && (!client || c.listens(storePorts[t])) {
				return t
			}
		}
	}
	// NAME-redis that has storage, as a StatefulSet has, or listens where Redis does.
	last := w.Name[strings.LastIndexByte(w.Name, '-')+1:]
	if infra, _ := known(last); infra != "" && last != w.Name {
		if w.Kind == "StatefulSet" || slices.ContainsFunc(w.Containers, func(c *Container) bool { return c.listens(storePorts[infra]) }) {
			return infra
		}
	}
	return ""
}

// listens reports whether a container declares a port.
func (c *Container) listens(number int) bool {
	if number == 0 {
		return false
	}
	for _, p := range c.Ports {
		if p.Number == number || p.Target == itoa(number) {
			return true
		}
	}
	return false
}

// storeName reports whether a name is one that people give a database.
func storeName(name string) bool {
	for _, word := range []string{"db", "database", "postgres", "postgresql", "mysql", "mariadb", "mongo", "mongodb"} {
		if name == word || strings.HasSuffix(name, "-"+word) || strings.HasSuffix(name, "_"+word) {
			return true
		}
	}
	return false
}
