// Package rules finds coordination anti-patterns. A rule is a function of the
// system's graph and of nothing else: it sees no syntax, no types and no YAML.
// The package imports package graph only.
package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/coordlint/coordlint/graph"
)

// Dimensions of rules: what the anti-pattern couples.
const (
	Compute      = "compute"
	Data         = "data"
	Coordination = "coordination"
	Time         = "time"
	Dependency   = "dependency"
)

// A Rule looks for one anti-pattern.
type Rule struct {
	Name      string // kebab-case
	Dimension string // one of the dimensions above
	Severity  string // of a finding on a request's path; others are less severe
	check     func(ix *graph.Index, opt *Options) []graph.Finding
}

// All returns every rule, the five that matter most first.
func All() []*Rule {
	return []*Rule{
		{"sync-chain", Coordination, graph.SeverityError, syncChain},
		{"shared-database", Data, graph.SeverityError, sharedDatabase},
		{"global-lock", Coordination, graph.SeverityError, globalLock},
		{"stateful-service", Compute, graph.SeverityError, statefulService},
		{"retry-without-backoff", Time, graph.SeverityError, retryWithoutBackoff},
		{"sync-cycle", Coordination, graph.SeverityError, syncCycle},
		{"lock-across-call", Coordination, graph.SeverityWarning, lockAcrossCall},
		{"distributed-transaction", Coordination, graph.SeverityWarning, distributedTransaction},
		{"single-node-database", Data, graph.SeverityWarning, singleNodeDatabase},
		{"connection-budget", Data, graph.SeverityError, connectionBudget},
		{"sequence-id", Data, graph.SeverityWarning, sequenceID},
		{"hot-partition", Data, graph.SeverityWarning, hotPartition},
		{"global-index", Data, graph.SeverityWarning, globalIndex},
		{"local-cache", Compute, graph.SeverityWarning, localCache},
		{"missing-timeout", Time, graph.SeverityWarning, missingTimeout},
		{"unbounded-concurrency", Time, graph.SeverityWarning, unboundedConcurrency},
		{"retry-amplification", Time, graph.SeverityWarning, retryAmplification},
		{"unretriable-retry", Time, graph.SeverityWarning, unretriableRetry},
		{"cpu-autoscaling", Time, graph.SeverityWarning, cpuAutoscaling},
		{"call-in-loop", Coordination, graph.SeverityWarning, callInLoop},
		{"sequential-calls", Coordination, graph.SeverityWarning, sequentialCalls},
		{"unused-answer", Coordination, graph.SeverityWarning, unusedAnswer},
		{"unguarded-dependency", Dependency, graph.SeverityWarning, unguardedDependency},
	}
}

// Find returns the rule of that name, or nil.
func Find(name string) *Rule {
	all := All()
	if i := slices.IndexFunc(all, func(r *Rule) bool { return r.Name == name }); i >= 0 {
		return all[i]
	}
	return nil
}

// Run returns what the rule finds in sys, sorted by site. A nil opt stands for
// the defaults.
func (r *Rule) Run(sys *graph.System, opt *Options) []graph.Finding {
	ix := graph.NewIndex(sys)
	return r.run(ix, holders(ix), opt)
}

// Run returns what the given rules find in sys, sorted by site, rule and
// message. A nil opt stands for the defaults. Rules only read the system, and
// run side by side.
func Run(sys *graph.System, opt *Options, rules []*Rule) []graph.Finding {
	ix := graph.NewIndex(sys)
	held := holders(ix)
	found := make([][]graph.Finding, len(rules))
	var wg sync.WaitGroup
	for i, r := range rules {
		wg.Go(func() { found[i] = r.run(ix, held, opt) })
	}
	wg.Wait()
	out := slices.Concat(found...)
	slices.SortStableFunc(out, compare)
	return out
}

func (r *Rule) run(ix *graph.Index, held map[string][]string, opt *Options) []graph.Finding {
	if opt == nil {
		opt = &Options{}
	}
	found := withoutHolders(held, r.check(ix, opt))
	for i := range found {
		home(&found[i])
	}
	found = slices.DeleteFunc(found, func(f graph.Finding) bool { return opt.accepts(r.Name, &f) })
	for i := range found {
		f := &found[i]
		f.Rule = r.Name
		f.Identity = r.Name + "|" + f.Identity
		f.Sites = sortSites(append(slices.Clone(f.Sites), f.Site))
	}
	slices.SortStableFunc(found, compare)
	number(found)
	return found
}

// number tells findings of one identity apart by their order in the files.
func number(found []graph.Finding) {
	seen := map[string]int{}
	for i := range found {
		id := found[i].Identity
		seen[id]++
		if n := seen[id]; n > 1 {
			found[i].Identity = fmt.Sprintf("%s#%d", id, n)
		}
	}
}

func compare(a, b graph.Finding) int {
	return cmp.Or(a.Site.Compare(b.Site), strings.Compare(a.Rule, b.Rule), strings.Compare(a.Message, b.Message))
}

// sortSites sorts sites and removes the zero ones and repetitions.
func sortSites(sites []graph.Site) []graph.Site {
	sites = slices.DeleteFunc(sites, graph.Site.IsZero)
	slices.SortFunc(sites, graph.Site.Compare)
	return slices.Compact(sites)
}
