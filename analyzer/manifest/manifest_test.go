package manifest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/coordlint/coordlint/graph"
)

var update = flag.Bool("update", false, "rewrite the goldens")

// TestDiscover compares what is found in each archive with the archive's file
// "want". Lines of the archive's comment that start with "mains:", "env:",
// "k8s:" and "resolve:" set the options and the hosts that are resolved; a
// file named stdin is standard input.
func TestDiscover(t *testing.T) {
	archives, _ := filepath.Glob("testdata/*.txtar")
	if len(archives) == 0 {
		t.Fatal("no archives")
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			root, want := unpackArchive(t, ar)
			opt, hosts := options(ar)
			got := render(root, opt, hosts)
			if again := render(root, restart(opt, ar), hosts); again != got {
				t.Errorf("a second run differs:\n%s\nfirst:\n%s", again, got)
			}
			if *update {
				if want < 0 {
					ar.Files = append(ar.Files, txtar.File{Name: "want"})
					want = len(ar.Files) - 1
				}
				ar.Files[want].Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(ar), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want < 0 || got != string(ar.Files[want].Data) {
				t.Errorf("got:\n%s", got)
			}
		})
	}
}

func unpackArchive(t *testing.T, ar *txtar.Archive) (root string, want int) {
	t.Helper()
	root, want = t.TempDir(), -1
	for i, f := range ar.Files {
		if f.Name == "want" {
			want = i
			continue
		}
		file := filepath.Join(root, f.Name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return root, want
}

func options(ar *txtar.Archive) (opt Options, hosts []string) {
	for line := range strings.Lines(string(ar.Comment)) {
		key, value, _ := strings.Cut(line, ":")
		switch key {
		case "mains":
			opt.Mains = strings.Fields(value)
		case "env":
			opt.Env = strings.TrimSpace(value)
		case "k8s":
			opt.Paths = strings.Fields(value)
		case "resolve":
			hosts = append(hosts, strings.Fields(value)...)
		}
	}
	return restart(opt, ar), hosts
}

// restart makes standard input readable again.
func restart(opt Options, ar *txtar.Archive) Options {
	for _, f := range ar.Files {
		if f.Name == "stdin" {
			opt.Stdin = strings.NewReader(string(f.Data))
		}
	}
	return opt
}

// render writes a Set as text, one fact a line.
func render(root string, opt Options, hosts []string) string {
	s, gaps := Discover(root, opt)
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	for i, src := range s.Sources {
		p("source %d %s used=%t record=%t: %s", i, src.Name, src.Used, src.Record, src.Why)
	}
	for _, w := range s.Workloads {
		renderWorkload(p, w)
	}
	for _, x := range s.Services {
		p("%s: service %s.%s %s%s%s", x.Site, x.Name, x.Namespace, x.Type, list(" selector ", x.Selector), after(" -> ", x.ExternalName))
		for _, port := range x.Ports {
			p("  port %s %d -> %q %s%s", port.Name, port.Number, port.Target, port.Protocol, after(" ", port.App))
		}
		if !x.Affinity.IsZero() {
			p("  sticky %s", x.Affinity)
		}
	}
	for _, x := range s.Routes {
		p("%s: %s %s hosts=%v outside=%t", x.Site, x.Kind, x.Name, x.Hosts, x.Outside)
		for _, r := range x.Rules {
			p("  %s: %v -> %v%s%s%s%s%s%s%s", r.Site, r.Match, r.To, amount(" timeout ", r.Timeout), amount(" attempts ", r.Attempts), amount(" per-try ", r.PerTry),
				after(" on ", r.RetryOn), amount(" rate ", r.Rate), amount(" budget ", r.Budget), after(" sticky ", r.Sticky.String()))
		}
	}
	for _, x := range s.Policies {
		p("%s: policy %s for %s%s%s%s%s%s breaker=%s%s sticky=%s", x.Site, x.Name, x.Host, amount(" connections ", x.Connections), amount(" pending ", x.Pending), amount(" requests ", x.Requests),
			amount(" retries ", x.Retries), amount(" connect ", x.ConnectTimeout), x.Breaker, amount(" errors ", x.Errors), x.Sticky)
	}
	for _, x := range s.Externals {
		p("%s: external %v inside=%t", x.Site, x.Hosts, x.Inside)
	}
	for _, x := range s.Configs {
		p("%s: %s %s.%s", x.Site, x.Kind, x.Name, x.Namespace)
		for _, i := range x.Items {
			p("  %s: %s = %q binary=%t", i.Site, i.Key, i.Value, i.Binary)
		}
	}
	for _, x := range s.Claims {
		p("%s: claim %s %v%s%s", x.Site, x.Name, x.Modes, amount(" ", x.Storage), after(" class ", x.Class))
	}
	for _, x := range s.Classes {
		p("%s: storage class %s by %s %s default=%t%s", x.Site, x.Name, x.Provisioner, x.Binding, x.Default, list(" ", x.Parameters))
	}
	for _, x := range s.Budgets {
		p("%s: budget %s min=%s max=%s%s", x.Site, x.Name, x.MinAvailable, x.MaxUnavailable, list(" selector ", x.Selector))
	}
	for _, x := range s.Quotas {
		p("%s: %s %s%s", x.Site, x.Kind, x.Name, list(" ", x.Hard))
	}
	for _, x := range s.Topics {
		p("%s: topic %s%s partitions %v (%s)", x.Site, x.Name, after(" of ", x.Broker), x.Partitions.Low, x.Partitions.Note)
	}
	for _, h := range hosts {
		host, port, _ := strings.Cut(h, ":")
		host, from, _ := strings.Cut(host, "@") // HOST@NAMESPACE:PORT
		target, ok := s.Resolve(host, port, from)
		var ids []string
		for _, w := range target.Workloads {
			ids = append(ids, w.ID())
		}
		p("resolve %s: %t %v port=%d external=%q", h, ok, ids, target.Port, target.External)
	}
	for _, g := range gaps {
		p("gap %s: %s hard=%t", g.Site, g.Text, g.Hard)
	}
	return b.String()
}

func renderWorkload(p func(string, ...any), w *Workload) {
	p("%s: %s.%s source=%d%s%s%s%s%s%s", w.Site, w.ID(), w.Namespace, w.Source, list(" labels ", w.Labels), amount(" x", w.Replicas),
		after(" strategy ", w.Strategy), after(" schedule ", w.Schedule), after(" infra ", w.Infra), after(" platform ", w.Platform))
	if w.Forbid {
		p("  runs do not overlap")
	}
	for _, q := range []struct {
		name string
		q    *graph.Quantity
	}{{"concurrency", w.Concurrency}, {"read replicas", w.ReadReplicas}, {"max connections", w.MaxConnections}, {"partitions", w.Partitions}, {"pool", w.Pool}, {"pool of all users", w.PoolMost}} {
		if q.q != nil {
			p("  %s%s %s %s", q.name, amount(" ", q.q), q.q.Site, q.q.Note)
		}
	}
	if w.Scaler != nil {
		p("  %s: %s %d..%d %v", w.Scaler.Site, w.Scaler.Kind, w.Scaler.Min, w.Scaler.Max, w.Scaler.Metrics)
	}
	if len(w.Hosts)+len(w.DependsOn) > 0 {
		p("  hosts=%v after=%v", w.Hosts, w.DependsOn)
	}
	if len(w.Upstream) > 0 {
		p("  upstream %v", w.Upstream)
	}
	for _, x := range w.Programs {
		p("  runs %s command=%q args=%q certain=%t %s: %s", x.Main, x.Command, x.Args, x.Certain, x.Site, x.Why)
	}
	for _, v := range w.Volumes {
		p("  %s: volume %s %s %s%v per-pod=%t%s%s%s", v.Site, v.Name, v.Kind, after("", v.Claim), v.Modes, v.PerPod, amount(" ", v.Storage), after(" class ", v.Class), map[bool]string{true: " on one node"}[v.OnNode])
	}
	for i, c := range append(slices.Clone(w.Init), w.Containers...) {
		kind := "container"
		if i < len(w.Init) {
			kind = "init"
		}
		p("  %s: %s %s image=%s%s%s%s%s%s%s", c.Site, kind, c.Name, c.Image, after(" command ", strings.Join(c.Command, " ")), after(" args ", strings.Join(c.Args, " ")),
			after(" in ", c.WorkDir), amount(" cpu ", c.CPU), amount(" memory ", c.Memory), after(" from ", c.Dockerfile))
		for _, e := range c.Env {
			p("    %s: %s=%q known=%t%s", e.Site, e.Name, e.Value, e.Known, after(" from ", e.From))
		}
		for _, e := range c.Open {
			p("    %s: any from %s", e.Site, e.From)
		}
		for _, x := range c.Ports {
			p("    port %s %d %s host=%d", x.Name, x.Number, x.Protocol, x.Host)
		}
		for _, m := range c.Mounts {
			p("    %s: %s is %s%q from %s known=%t dir=%t", m.Site, m.Path, after("", m.Source), m.Content, m.From, m.Known, m.Dir)
		}
	}
}

func after(before, s string) string {
	if s == "" {
		return ""
	}
	return before + s
}

func amount(before string, q *graph.Quantity) string {
	if q == nil {
		return ""
	}
	return fmt.Sprintf("%s%v", before, q.Low)
}

func list(before string, ls []Label) string {
	if len(ls) == 0 {
		return ""
	}
	var out []string
	for _, l := range ls {
		out = append(out, l.Key+"="+l.Value)
	}
	return before + strings.Join(out, ",")
}
