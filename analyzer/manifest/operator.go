package manifest

import (
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/coordlint/coordlint/graph"
)

// An operated kind is a cluster of a data store that an operator runs: where
// its specification says how many nodes there are.
type operated struct {
	group, kind string
	technology  string
	nodes       string   // keys of the number of all nodes, separated by dots
	otherwise   float64  // nodes if nothing says
	one         bool     // one of the nodes takes writes, the others reads
	config      string   // keys of a mapping of the store's own settings, or of a text of them
	suffixes    []string // names that it answers to: NAME and these
}

// operatedKinds come from the custom resource definitions of the operators:
// CloudNativePG v1 (docs/src/cloudnative-pg.v1.md), Zalando postgresql v1
// (manifests/postgresql.crd.yaml), Crunchy v1beta1, Percona pxc, psmdb, pg
// (deploy/crd.yaml), MySQL operator v2, MariaDB operator, MongoDB community,
// Strimzi v1beta2 (documentation/api), OT-Container-Kit and Spotahome redis,
// RabbitMQ cluster operator, ECK, NATS, etcd, ScyllaDB, K8ssandra.
func operatedKinds() []operated {
	return []operated{
		{"postgresql.cnpg.io", "Cluster", "postgres", "spec.instances", 1, true, "spec.postgresql.parameters", []string{"-rw", "-ro", "-r"}},
		{"postgresql.cnpg.io", "Pooler", "pgbouncer", "spec.instances", 1, false, "spec.pgbouncer.parameters", nil},
		{"acid.zalan.do", "postgresql", "postgres", "spec.numberOfInstances", 1, true, "spec.postgresql.parameters", []string{"-repl", "-pooler"}},
		{"postgres-operator.crunchydata.com", "PostgresCluster", "postgres", "spec.instances.0.replicas", 1, true, "spec.patroni.dynamicConfiguration.postgresql.parameters", []string{"-primary", "-replicas", "-pgbouncer", "-ha"}},
		{"pgv2.percona.com", "PerconaPGCluster", "postgres", "spec.instances.0.replicas", 1, true, "spec.patroni.dynamicConfiguration.postgresql.parameters", []string{"-primary", "-replicas", "-pgbouncer", "-ha"}},
		{"pxc.percona.com", "PerconaXtraDBCluster", "mysql", "spec.pxc.size", 3, false, "spec.pxc.configuration", []string{"-haproxy", "-proxysql", "-pxc", "-haproxy-replicas"}},
		{"ps.percona.com", "PerconaServerMySQL", "mysql", "spec.mysql.size", 3, true, "spec.mysql.configuration", []string{"-haproxy", "-router", "-mysql", "-mysql-primary"}},
		{"psmdb.percona.com", "PerconaServerMongoDB", "mongodb", "spec.replsets.0.size", 3, true, "", []string{"-rs0", "-mongos"}},
		{"mysql.oracle.com", "InnoDBCluster", "mysql", "spec.instances", 3, true, "spec.mycnf", []string{"-instances"}},
		{"k8s.mariadb.com", "MariaDB", "mysql", "spec.replicas", 1, true, "spec.myCnf", []string{"-primary", "-secondary", "-internal"}},
		{"mongodbcommunity.mongodb.com", "MongoDBCommunity", "mongodb", "spec.members", 3, true, "", []string{"-svc"}},
		{"kafka.strimzi.io", "Kafka", "kafka", "spec.kafka.replicas", 1, false, "spec.kafka.config", []string{"-kafka-bootstrap", "-kafka-brokers"}},
		{"redis.redis.opstreelabs.in", "Redis", "redis", "", 1, false, "spec.redisConfig", nil},
		{"redis.redis.opstreelabs.in", "RedisCluster", "redis", "spec.clusterSize", 3, false, "", []string{"-leader", "-follower", "-master"}},
		{"redis.redis.opstreelabs.in", "RedisReplication", "redis", "spec.clusterSize", 3, true, "", []string{"-master", "-replica"}},
		{"redis.redis.opstreelabs.in", "RedisSentinel", "redis", "spec.clusterSize", 3, false, "", []string{"-sentinel"}},
		{"databases.spotahome.com", "RedisFailover", "redis", "spec.redis.replicas", 3, true, "", nil},
		{"app.redislabs.com", "RedisEnterpriseCluster", "redis", "spec.nodes", 3, false, "", nil},
		{"dragonflydb.io", "Dragonfly", "redis", "spec.replicas", 1, true, "", nil},
		{"rabbitmq.com", "RabbitmqCluster", "rabbitmq", "spec.replicas", 1, false, "", []string{"-nodes"}},
		{"elasticsearch.k8s.elastic.co", "Elasticsearch", "elasticsearch", "spec.nodeSets.0.count", 1, false, "", []string{"-es-http"}},
		{"etcd.database.coreos.com", "EtcdCluster", "etcd", "spec.size", 3, false, "", []string{"-client"}},
		{"nats.io", "NatsCluster", "nats", "spec.size", 3, false, "", nil},
		{"cassandra.datastax.com", "CassandraDatacenter", "cassandra", "spec.size", 1, false, "", []string{"-service"}},
		{"k8ssandra.io", "K8ssandraCluster", "cassandra", "spec.cassandra.datacenters.0.size", 1, false, "", []string{"-service"}},
		{"scylla.scylladb.com", "ScyllaCluster", "cassandra", "spec.datacenter.racks.0.members", 1, false, "", []string{"-client"}},
		{"clickhouse.altinity.com", "ClickHouseInstallation", "clickhouse", "", 1, false, "", nil},
		{"pingcap.com", "TidbCluster", "tidb", "spec.tikv.replicas", 3, false, "", []string{"-tidb"}},
		{"crdb.cockroachlabs.com", "CrdbCluster", "cockroachdb", "spec.nodes", 3, false, "", []string{"-public"}},
		{"memcached.com", "Memcached", "memcached", "spec.replicas", 1, false, "", nil},
		{"minio.min.io", "Tenant", "minio", "spec.pools.0.servers", 1, false, "", []string{"-hl"}},
		{"zookeeper.pravega.io", "ZookeeperCluster", "zookeeper", "spec.replicas", 3, false, "", []string{"-client", "-headless"}},
	}
}

// operator reads a cluster of a data store. It reports whether o is one.
func (r *reader) operator(w *Workload, o object) bool {
	for _, k := range operatedKinds() {
		if o.group != k.group || o.kind != k.kind {
			continue
		}
		w.Infra = k.technology
		w.Labels = nodeLabels(field(o.node, "metadata", "labels"))
		n := field(o.node, strings.Split(k.nodes, ".")...)
		total := graph.Exact(k.otherwise, graph.Declared, o.site("spec"), "the default of "+o.kind)
		if k.nodes != "" && n != nil {
			if q := r.count(o, n); q != nil {
				total = q
			}
		}
		w.Replicas = total
		if k.one {
			w.Replicas = graph.Exact(min(1, total.Low), total.Source, total.Site, "the node that takes writes")
			w.ReadReplicas = graph.Exact(max(0, total.Low-1), total.Source, total.Site, "")
		}
		for _, s := range k.suffixes {
			w.Hosts = append(w.Hosts, w.Name+s)
		}
		if c := text(o.node, "spec", "cluster", "name"); c != "" && w.Pools() {
			w.Upstream = []string{c + "-" + or(text(o.node, "spec", "type"), "rw")}
		}
		if k.config != "" {
			r.settings(w, o, field(o.node, strings.Split(k.config, ".")...))
		}
		for _, key := range []string{"spec.storage", "spec.volumeSpec", "spec.pxc.volumeSpec", "spec.kafka.storage", "spec.persistence", "spec.redis.storage"} {
			if s := field(o.node, strings.Split(key, ".")...); s != nil && text(s, "type") != "ephemeral" {
				w.Volumes = append(w.Volumes, Volume{Name: "data", Kind: "template", PerPod: true, Modes: []string{"ReadWriteOnce"}, Site: o.siteOf(s)})
				break
			}
		}
		return true
	}
	return false
}

// settings reads a store's own settings from a mapping, or from a text of
// KEY = VALUE lines.
func (r *reader) settings(w *Workload, o object, n *yaml.Node) {
	if n == nil {
		return
	}
	for _, p := range pairs(n) {
		w.setting(p.key.Value, p.value.Value, o.siteOf(p.value))
	}
	if n.Kind == yaml.ScalarNode {
		line := content(o, n)
		for text := range strings.Lines(n.Value) {
			if k, v, ok := strings.Cut(strings.TrimSpace(text), "="); ok {
				w.setting(strings.TrimSpace(k), strings.TrimSpace(v), line)
			}
			line.Line++
		}
	}
}

// setting takes over a setting that says how much a store can do at once.
func (w *Workload) setting(key, value string, site graph.Site) {
	v, err := strconv.ParseFloat(strings.Trim(value, `"' ;`), 64)
	if err != nil {
		return
	}
	switch strings.ReplaceAll(strings.ToLower(strings.TrimLeft(key, "-")), "-", "_") {
	case "maxconns": // of others it is how many they open themselves
		if w.Infra == "memcached" {
			w.MaxConnections = graph.Exact(v, graph.Declared, site, "")
		}
	case "max_connections", "maxclients", "max_client_conn", "mysql_max_connections", "postgresql_max_connections", "postgres_max_connections", "net.maxincomingconnections",
		"maxincomingconnections", "client_max", "num_init_children", "pgpool_num_init_children", "pgbouncer_max_client_conn":
		w.MaxConnections = graph.Exact(v, graph.Declared, site, "")
	case "default_pool_size", "pgbouncer_default_pool_size", "pool_size":
		if w.Pools() {
			w.Pool = graph.Exact(v, graph.Declared, site, "")
		}
	case "max_db_connections", "pgbouncer_max_db_connections":
		if w.Pools() && v > 0 { // 0: no bound
			w.PoolMost = graph.Exact(v, graph.Declared, site, "")
		}
	case "reserve_pool_size", "pgbouncer_reserve_pool_size":
		w.reserve = v
	case "num.partitions", "kafka_num_partitions", "kafka_cfg_num_partitions":
		w.Partitions = graph.Exact(v, graph.Declared, site, "")
	}
}
