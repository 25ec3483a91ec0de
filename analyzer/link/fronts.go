package link

import (
	"slices"

	"github.com/coordlint/coordlint/analyzer/manifest"
)

// A frontKey is what a workload must have for a Service to select it: the
// namespace, and the first label of the selector.
type frontKey struct {
	namespace string
	label     manifest.Label
}

// inFront returns the Services that select a workload, in the order of the
// manifests.
func (l *linker) inFront(w *manifest.Workload) []*manifest.Service {
	services := l.in.Manifests.Services
	if l.fronts == nil {
		l.fronts = map[frontKey][]int{}
		for i, s := range services {
			if len(s.Selector) > 0 {
				k := frontKey{s.Namespace, s.Selector[0]}
				l.fronts[k] = append(l.fronts[k], i)
			}
		}
	}
	var found []int
	for _, label := range w.Labels {
		for _, i := range l.fronts[frontKey{w.Namespace, label}] {
			if selects(services[i].Selector, w.Labels) {
				found = append(found, i)
			}
		}
	}
	slices.Sort(found)
	out := make([]*manifest.Service, 0, len(found))
	for _, i := range slices.Compact(found) {
		out = append(out, services[i])
	}
	return out
}

func selects(selector, labels []manifest.Label) bool {
	for _, s := range selector {
		if !slices.Contains(labels, s) {
			return false
		}
	}
	return true
}
