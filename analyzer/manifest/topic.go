package manifest

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// A Topic is a topic of a broker that the deployment makes.
type Topic struct {
	Name       string
	Broker     string          // the cluster's name, where the topic names one
	Partitions *graph.Quantity // messages that the consumers of one group work on at once
	Site       graph.Site
	Source     int
}

// kafkaTopic reads a topic that Strimzi's operator makes
// (documentation/api, KafkaTopicSpec). Without partitions the broker's default
// holds.
func (r *reader) kafkaTopic(o object) {
	t := &Topic{Name: or(text(o.node, "spec", "topicName"), o.name), Broker: text(o.node, "metadata", "labels", "strimzi.io/cluster"), Site: o.site(), Source: r.source}
	if n := field(o.node, "spec", "partitions"); n != nil {
		if t.Partitions = r.count(o, n); t.Partitions != nil {
			t.Partitions.Note = "KafkaTopic " + o.name
		}
	}
	if t.Partitions != nil {
		r.set.Topics = append(r.set.Topics, t)
	}
}

// topics adds the topics that the containers of a workload make: what their
// command lines and the scripts that these run ask the broker's own tools for,
// and what the broker's image makes by itself.
func (s *Set) topics(t *tree, w *Workload) {
	for _, c := range append(slices.Clone(w.Init), w.Containers...) {
		m := topicMaker{set: s, tree: t, container: c, source: w.Source}
		// The image of wurstmeister/kafka: NAME:PARTITIONS:REPLICAS[:POLICY], ...
		if e, ok := c.Lookup("KAFKA_CREATE_TOPICS"); ok && e.Known {
			for _, entry := range strings.FieldsFunc(e.Value, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' }) {
				if f := strings.Split(entry, ":"); len(f) > 1 {
					m.add(f[0], f[1], e.Site)
				}
			}
		}
		argv := append(slices.Clone(c.Command), c.Args...)
		m.line(argv, c.Site)
		if at := shellText(argv); at >= 0 {
			m.script(argv[at], c.Site)
		}
		for _, a := range argv {
			if rel, ok := c.InTree(a); ok {
				if src, ok := t.script(rel); ok {
					m.script(src, graph.Site{File: rel, Line: 1})
				}
			}
		}
	}
}

// shellText returns the index of the program text that a command line gives a
// shell, or -1.
func shellText(argv []string) int {
	for i, a := range argv {
		if i > 0 && len(a) > 1 && a[0] == '-' && strings.HasSuffix(a, "c") && !strings.HasPrefix(a, "--") && i+1 < len(argv) {
			if b := path.Base(argv[i-1]); b == "sh" || b == "bash" || b == "ash" || strings.HasPrefix(argv[i-1], "-") {
				return i + 1
			}
		}
	}
	if len(argv) == 1 && strings.ContainsAny(argv[0], " \n") {
		return 0
	}
	return -1
}

// A topicMaker reads the commands of one container.
type topicMaker struct {
	set       *Set
	tree      *tree
	container *Container
	source    int
}

var (
	forWords  = regexp.MustCompile(`(?:^|[\s;&])for\s+(\w+)\s+in\s+([^;\n]+?)\s*(?:;|$)`)
	variables = regexp.MustCompile(`\$\$?(?:\{(\w+)\}|(\w+))`)
)

// script reads the commands of a shell text. A loop over words stands for
// each of them.
func (m *topicMaker) script(src string, site graph.Site) {
	vars := map[string][]string{}
	for text := range strings.Lines(joined(src)) {
		for _, f := range forWords.FindAllStringSubmatch(text, -1) {
			vars[f[1]] = strings.Fields(strings.NewReplacer(`"`, "", `'`, "").Replace(f[2]))
		}
		for _, words := range commands(text) {
			for _, line := range m.expanded(words, vars) {
				m.line(line, site)
			}
		}
	}
}

// expanded puts the values of variables into a command: of each turn of a
// loop, and of the container's environment.
func (m *topicMaker) expanded(words []string, vars map[string][]string) [][]string {
	turns := 1
	for name, values := range vars {
		if strings.Contains(strings.Join(words, " "), "$"+name) || strings.Contains(strings.Join(words, " "), "${"+name) {
			turns = max(turns, min(len(values), 100))
		}
	}
	var out [][]string
	for turn := range turns {
		var line []string
		for _, w := range words {
			line = append(line, variables.ReplaceAllStringFunc(w, func(s string) string {
				name := strings.Trim(s, "${}")
				if v := vars[name]; turn < len(v) {
					return v[turn]
				}
				if e, ok := m.container.Lookup(name); ok && e.Known {
					return e.Value
				}
				return s
			}))
		}
		out = append(out, line)
	}
	return out
}

// line notes the topics that a command makes: kafka-topics --create of Kafka,
// rpk topic create of Redpanda.
func (m *topicMaker) line(words []string, site graph.Site) {
	tool := slices.IndexFunc(words, func(w string) bool {
		b := strings.TrimSuffix(path.Base(w), ".sh")
		return b == "kafka-topics" || b == "rpk"
	})
	if tool < 0 {
		return
	}
	redpanda := path.Base(words[tool]) == "rpk"
	args := words[tool+1:]
	if redpanda && (len(args) < 2 || args[0] != "topic" || args[1] != "create") || !redpanda && !slices.Contains(args, "--create") {
		return
	}
	var names []string
	partitions := ""
	for i := 0; i < len(args); i++ {
		name, value, joined := strings.Cut(args[i], "=")
		if !joined && i+1 < len(args) {
			value = args[i+1]
		}
		switch {
		case name == "--partitions", redpanda && name == "-p":
			partitions = value
		case !redpanda && name == "--topic":
			names = append(names, value)
		}
		if redpanda && i > 1 && !strings.HasPrefix(args[i], "-") && !strings.HasPrefix(args[i-1], "-") {
			names = append(names, args[i])
		}
	}
	for _, n := range names {
		m.add(n, partitions, site)
	}
}

// add notes a topic, once.
func (m *topicMaker) add(name, partitions string, site graph.Site) {
	n, err := strconv.Atoi(partitions)
	if err != nil || n < 1 || name == "" || strings.ContainsAny(name, "$`") {
		return
	}
	site = m.tree.mention(site, name)
	if slices.ContainsFunc(m.set.Topics, func(t *Topic) bool { return t.Name == name && t.Partitions.Low == float64(n) }) {
		return
	}
	q := graph.Exact(float64(n), graph.Declared, site, "made with the broker's tools")
	m.set.Topics = append(m.set.Topics, &Topic{Name: name, Partitions: q, Site: site, Source: m.source})
}

// mention returns the first line, from a place on, that has a word; the place
// itself if none has.
func (t *tree) mention(site graph.Site, word string) graph.Site {
	src, err := t.read(site.File)
	if err != nil {
		return site
	}
	line := 0
	for text := range strings.Lines(string(src)) {
		if line++; line < site.Line {
			continue
		}
		if slices.Contains(strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\r\n\"',:=[];", r) }), word) {
			return graph.Site{File: site.File, Line: line}
		}
	}
	return site
}

// Topic returns what is known of a topic: of the cluster of that name, if the
// topics of the same name differ. It returns nil if nothing says, or if they
// do.
func (s *Set) Topic(name, broker string) *Topic {
	var found *Topic
	for _, t := range s.Topics {
		if t.Name != name || broker != "" && t.Broker != "" && t.Broker != broker && !strings.HasPrefix(broker, t.Broker+"-kafka-") {
			continue
		}
		if found != nil && found.Partitions.Low != t.Partitions.Low {
			return nil
		}
		if found == nil {
			found = t
		}
	}
	return found
}
