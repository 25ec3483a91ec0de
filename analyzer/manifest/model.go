package manifest

import (
	"github.com/coordlint/coordlint/graph"
)

// A Set is everything that the deployment descriptions under a root say, in a
// fixed order. Workloads and all other objects come from the sources that are
// used: the deployment of record first, then those that add what it lacks.
type Set struct {
	Sources     []Source      // what was found; the used ones first, the deployment of record at 0
	Workloads   []*Workload   // by source, then in the order of files
	Services    []*Service    // likewise
	Routes      []*Route      // Ingress, Gateway API, Istio, Linkerd
	Policies    []*Policy     // Istio DestinationRule
	Externals   []*External   // Istio ServiceEntry
	Configs     []*Config     // ConfigMap and Secret
	Claims      []*Claim      // PersistentVolumeClaim
	Classes     []*Class      // StorageClass
	Budgets     []*Budget     // PodDisruptionBudget
	Quotas      []*Quota      // ResourceQuota and LimitRange
	Topics      []*Topic      // that the deployment makes, with their partitions
	Dockerfiles []*Dockerfile // every Dockerfile under the root, by path

	hooks []*Workload // jobs that run beside a release, for what they set up
}

// A Source is one deployment description of the root.
type Source struct {
	Name     string // KIND:PATH, such as "helm:deploy/chart", "kustomize:deploy/prod", "compose:docker-compose.yml", "yaml:k8s"
	Kind     string // helm, kustomize, yaml, compose, stdin, helmfile, argocd, flux
	Path     string // relative to the root; "." is the root itself
	Used     bool   // its objects are in the Set
	Record   bool   // it is the deployment of record
	Why      string // why it is used, or why not
	Programs int    // programs of the system that it runs
}

// A Label is a label, an annotation or a selector's pair.
type Label struct{ Key, Value string }

// A Workload is something that runs containers, or a cluster of a data store
// that an operator runs.
type Workload struct {
	Kind        string // Deployment, StatefulSet, DaemonSet, Job, CronJob, Pod, Rollout, Compose, ... as in the manifest
	Name        string
	Namespace   string  // "default" if nothing says
	Labels      []Label // of its pods, by key; of itself if it has no pod template
	Annotations []Label // of its pods, by key
	Site        graph.Site
	Source      int             // index into Set.Sources
	Replicas    *graph.Quantity // nil: nothing says (DaemonSet: one a node)
	Scaler      *graph.Scaler
	Strategy    string // RollingUpdate, Recreate, OnDelete, Canary, ...; "" if nothing says
	StrategyAt  graph.Site
	Schedule    string          // of a CronJob, as written
	Forbid      bool            // a CronJob whose runs may not overlap
	Concurrency *graph.Quantity // requests that one replica accepts at once (Knative)
	Containers  []*Container    // init containers are in Init
	Init        []*Container
	Volumes     []Volume
	Hosts       []string  // names that it answers to beside its services': compose aliases, container and host names, by name
	DependsOn   []string  // compose services that it waits for at its start, by name
	HostNetwork bool      // its containers have the network of the machine that they run on
	Programs    []Program // the system's own programs that it runs; none: another language, or see Infra and Platform
	Infra       string    // technology, when it is a known store, cache, broker or coordinator
	Platform    string    // why it is no part of the application; "" if it is

	ReadReplicas   *graph.Quantity // nodes that only answer reads (operators' clusters)
	MaxConnections *graph.Quantity // that the data store accepts, if anything says or its technology has a default
	Partitions     *graph.Quantity // default partitions of a topic (brokers)
	Upstream       []string        // of a pooler: the hosts that it connects to, by name
	reserve        float64         // of a pooler: connections beside Pool when that is used up
	Pool           *graph.Quantity // of a pooler: connections that one replica opens to a database for one user at most
	PoolMost       *graph.Quantity // of a pooler: connections that one replica opens to a database for all users; nil: no bound
}

// ID returns KIND/NAME, such as "Deployment/cart".
func (w *Workload) ID() string { return w.Kind + "/" + w.Name }

// Main returns the directory of the only program that w runs, or "".
func (w *Workload) Main() string {
	if len(w.Programs) == 1 {
		return w.Programs[0].Main
	}
	return ""
}

// A Program is a Go main package that a workload runs.
type Program struct {
	Main      string   // directory relative to the root
	Command   string   // what selects its part of the program: sub-command, argv[0], NAME=value; "" if nothing does
	Args      []string // of the process, without its name
	WorkDir   string   // in the container; "" if nothing says
	Container int      // index into Workload.Containers
	Certain   bool     // false: only names agree
	Why       string   // how it was found
	Site      graph.Site

	argv0 string // its own name on a command line that a script holds; "": the container's
}

// A Container is one container of a workload.
type Container struct {
	Name    string
	Image   string   // as written
	Command []string // after expansion of $(VAR); the image's ENTRYPOINT if the manifest has none
	Args    []string // likewise; the image's CMD if the manifest has neither
	Env     []EnvVar // by name; the image's, then env_file or envFrom, then env
	Ports   []Port
	Mounts  []Mount         // by path
	CPU     *graph.Quantity // cores, its limit
	CPUAsk  *graph.Quantity // cores, its request
	Memory  *graph.Quantity // bytes, its limit
	WorkDir string
	Site    graph.Site

	Dockerfile string // the Dockerfile that builds its image, relative to the root; "" if none was found
	Context    string // the directory that it is built in, relative to the root

	// Open lists sources of variables that are not in the tree: any name may come from them.
	Open []EnvVar

	plan *plan
}

// Lookup returns the environment variable of a name.
func (c *Container) Lookup(name string) (EnvVar, bool) {
	for _, e := range c.Env {
		if e.Name == name {
			return e, true
		}
	}
	return EnvVar{}, false
}

// An EnvVar is an environment variable of a container.
type EnvVar struct {
	Name  string
	Value string // after expansion
	Known bool   // false: something outside of the tree sets it; Value is then ""
	From  string // what sets it, if not the manifest itself: configmap NAME, secret NAME, image, env_file PATH, field metadata.name, service NAME
	Site  graph.Site

	raw bool // $(VAR) is not expanded yet
}

// A Mount puts files into a container.
type Mount struct {
	Path    string     // in the container
	Source  string     // file or directory relative to the root; "" if Content is the file itself
	Content string     // the file's content, when Source is "" and Known
	Known   bool       // false: its content is not in the tree
	From    string     // configmap NAME, secret NAME, bind, config NAME, image, volume
	Dir     bool       // Source is a directory
	Site    graph.Site // of the content's first line, where that is known
	Volume  string     // name of the volume, if any
}

// A Volume is storage of a workload that outlives a container.
type Volume struct {
	Name    string
	Kind    string          // claim, template, hostPath, emptyDir, named (compose), bind
	Claim   string          // of kind claim: the claim's name
	Modes   []string        // access modes, such as ReadWriteOnce
	PerPod  bool            // every replica has its own (a StatefulSet's template)
	Class   string          // storage class; "" if nothing says
	OnNode  bool            // the storage class keeps it on one node's disk
	Storage *graph.Quantity // bytes
	Site    graph.Site
}

// A Class is a StorageClass.
type Class struct {
	Name        string
	Provisioner string
	Binding     string  // volumeBindingMode, as written
	Default     bool    // claims that name no class get it
	Parameters  []Label // by key
	Site        graph.Site
	Source      int
}

// A Config is a ConfigMap or a Secret.
type Config struct {
	Kind            string // ConfigMap or Secret
	Name, Namespace string
	Items           []Item // by key
	Site            graph.Site
	Source          int
}

// Item returns the item of a key.
func (c *Config) Item(key string) (Item, bool) {
	for _, i := range c.Items {
		if i.Key == key {
			return i, true
		}
	}
	return Item{}, false
}

// An Item is one key of a Config. Values of Secrets are decoded.
type Item struct {
	Key, Value string
	Binary     bool       // Value is no text and left out
	Site       graph.Site // of the value
}

// A Claim is a PersistentVolumeClaim.
type Claim struct {
	Name, Namespace string
	Modes           []string
	Class           string
	Storage         *graph.Quantity // bytes
	Site            graph.Site
	Source          int
}

// A Budget is a PodDisruptionBudget.
type Budget struct {
	Name, Namespace              string
	Selector                     []Label
	MinAvailable, MaxUnavailable string // as written
	Site                         graph.Site
	Source                       int
}

// A Quota is what a ResourceQuota lets a namespace have, or what a LimitRange
// gives a container that says nothing.
type Quota struct {
	Kind            string // ResourceQuota or LimitRange
	Name, Namespace string
	Hard            []Label // by key; quantities as written
	Site            graph.Site
	Source          int
}
