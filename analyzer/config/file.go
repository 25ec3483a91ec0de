package config

import (
	"gopkg.in/yaml.v3"

	"github.com/coordlint/coordlint/analyzer/catalog"
)

// A file is the configuration file as it is written. Its keys are described in
// schema.json.
type file struct {
	Version       int           `yaml:"version"`
	Environment   string        `yaml:"environment"`
	Limits        []limit       `yaml:"limits"`
	Times         []timing      `yaml:"times"`
	Load          []load        `yaml:"load"`
	Mix           []portion     `yaml:"mix"`
	Users         users         `yaml:"users"`
	Replicas      []replicas    `yaml:"replicas"`
	HitRatios     []hitRatio    `yaml:"hit_ratios"`
	Probabilities []probability `yaml:"probabilities"`
	Loops         []rounds      `yaml:"loops"`
	Failures      []failure     `yaml:"failures"`
	Thresholds    thresholds    `yaml:"thresholds"`
	Accepted      []accepted    `yaml:"accepted"`
	Idempotent    []string      `yaml:"idempotent"`
	Rules         []severity    `yaml:"rules"`
	Ignore        []ignore      `yaml:"ignore"`
	Gaps          []gap         `yaml:"gaps"`
	Aliases       []alias       `yaml:"aliases"`
	Catalog       []entry       `yaml:"catalog"`
	Teams         []team        `yaml:"teams"`
	Metrics       []metric      `yaml:"metrics"`
}

type limit struct {
	placed         `yaml:"-"`
	Resource       string `yaml:"resource"`
	Rate           *span  `yaml:"rate_per_s"`
	Concurrency    *span  `yaml:"concurrency"`
	MaxConnections *span  `yaml:"max_connections"`
}

type timing struct {
	placed    `yaml:"-"`
	Resource  string `yaml:"resource"`
	Service   string `yaml:"service"`
	Operation string `yaml:"operation"`
	At        string `yaml:"at"`
	MS        *span  `yaml:"ms"`
	CPU       *span  `yaml:"cpu_ms"`
}

type load struct {
	placed `yaml:"-"`
	Path   string  `yaml:"path"`
	Rate   float64 `yaml:"rate_per_s"`
}

type portion struct {
	placed `yaml:"-"`
	Path   string  `yaml:"path"`
	Share  float64 `yaml:"share"`
}

type users struct {
	ThinkMS float64 `yaml:"think_ms"`
	At      []int   `yaml:"at"`
}

type replicas struct {
	placed  `yaml:"-"`
	Service string `yaml:"service"`
	Count   *span  `yaml:"count"`
	Max     *span  `yaml:"max"`
	Cores   *span  `yaml:"cores"`
	Slots   *span  `yaml:"slots"`
}

type hitRatio struct {
	placed   `yaml:"-"`
	Service  string `yaml:"service"`
	Endpoint string `yaml:"endpoint"`
	At       string `yaml:"at"`
	Ratio    *span  `yaml:"ratio"`
}

type probability struct {
	placed  `yaml:"-"`
	Service string `yaml:"service"`
	At      string `yaml:"at"`
	P       *span  `yaml:"p"`
}

type rounds struct {
	placed  `yaml:"-"`
	Service string `yaml:"service"`
	At      string `yaml:"at"`
	Rounds  *span  `yaml:"rounds"`
}

type failure struct {
	placed   `yaml:"-"`
	Service  string `yaml:"service"`
	Resource string `yaml:"resource"`
	At       string `yaml:"at"`
	Share    *span  `yaml:"share"`
}

type thresholds struct {
	ChainLength    int     `yaml:"chain_length"`
	Amplification  float64 `yaml:"amplification"`
	JitterRequired *bool   `yaml:"jitter_required"`
}

type accepted struct {
	placed  `yaml:"-"`
	Fact    string `yaml:"fact"`
	Subject string `yaml:"subject"`
	Reason  string `yaml:"reason"`
}

type severity struct {
	placed   `yaml:"-"`
	Rule     string `yaml:"rule"`
	Severity string `yaml:"severity"`
	Reason   string `yaml:"reason"`
}

type ignore struct {
	placed  `yaml:"-"`
	Rule    string `yaml:"rule"`
	Service string `yaml:"service"`
	Path    string `yaml:"path"`
	Reason  string `yaml:"reason"`
	Until   string `yaml:"until"`
	Owner   string `yaml:"owner"`
}

type gap struct {
	placed  `yaml:"-"`
	Kind    string `yaml:"kind"`
	Service string `yaml:"service"`
	Path    string `yaml:"path"`
	Text    string `yaml:"text"`
	Reason  string `yaml:"reason"`
}

type alias struct {
	placed   `yaml:"-"`
	Address  string `yaml:"address"`
	Service  string `yaml:"service"`
	Resource string `yaml:"resource"`
}

type entry struct {
	placed        `yaml:"-"`
	catalog.Entry `yaml:",inline"`
}

type team struct {
	placed   `yaml:"-"`
	Team     string   `yaml:"team"`
	Services []string `yaml:"services"`
	Paths    []string `yaml:"paths"`
}

type metric struct {
	placed         `yaml:"-"`
	Metric         string `yaml:"metric"`
	Unit           string `yaml:"unit"`
	Service        string `yaml:"service"`
	ServiceLabel   string `yaml:"service_label"`
	Resource       string `yaml:"resource"`
	Operation      string `yaml:"operation"`
	OperationLabel string `yaml:"operation_label"`
}

// placed is the line of an entry.
type placed struct{ line int }

func (p *placed) put(line int) { p.line = line }

// place notes the lines of all entries.
func (c *Config) place(doc *yaml.Node) {
	if len(doc.Content) == 0 {
		return
	}
	top := doc.Content[0]
	put(top, "limits", c.file.Limits)
	put(top, "times", c.file.Times)
	put(top, "load", c.file.Load)
	put(top, "mix", c.file.Mix)
	put(top, "replicas", c.file.Replicas)
	put(top, "hit_ratios", c.file.HitRatios)
	put(top, "probabilities", c.file.Probabilities)
	put(top, "loops", c.file.Loops)
	put(top, "failures", c.file.Failures)
	put(top, "accepted", c.file.Accepted)
	put(top, "rules", c.file.Rules)
	put(top, "ignore", c.file.Ignore)
	put(top, "gaps", c.file.Gaps)
	put(top, "aliases", c.file.Aliases)
	put(top, "catalog", c.file.Catalog)
	put(top, "teams", c.file.Teams)
	put(top, "metrics", c.file.Metrics)
}

func put[T any, P interface {
	*T
	put(line int)
}](top *yaml.Node, key string, list []T) {
	items := child(top, key)
	for i := range list {
		if items != nil && i < len(items.Content) {
			P(&list[i]).put(items.Content[i].Line)
		}
	}
}

// child returns the value of a key of a mapping; nil if there is none.
func child(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}
