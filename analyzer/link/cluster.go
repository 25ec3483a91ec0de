package link

import (
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// kubernetes is the technology of the clients of a cluster's API server. All
// of them in a system talk to the cluster that it runs in.
const kubernetes = "kubernetes"

// clusterTargets resolves a call of a Kubernetes client: to the API server,
// the one coordinator of all its programs. Readers of controller-runtime may
// answer from their cache.
func (l *linker) clusterTargets(ev *event) []target {
	t := target{kind: graph.EdgeQuery, operation: clusterOperation(ev.sym), effect: graph.Write, certain: true}
	switch verb, _, _ := strings.Cut(t.operation, " "); verb {
	case "Get", "List", "Watch":
		t.effect = graph.Read
		t.certain = !strings.Contains(ev.sym, "controller-runtime")
	}
	t.to = l.make(kubernetes, graph.Coordinator, kubernetes, "API server of the cluster", "", "", kubernetes, nil).ID
	return []target{t}
}

// clusterOperation names a call by its verb and the kind of object, which the
// interface of a typed client has its name of.
func clusterOperation(sym string) string {
	dot := strings.LastIndexByte(sym, '.')
	typ := strings.Trim(sym[:dot], "()*")
	typ = typ[strings.LastIndexByte(typ, '.')+1:]
	if kind, ok := strings.CutSuffix(typ, "Interface"); ok && kind != "" && kind != "Resource" {
		return sym[dot+1:] + " " + kind
	}
	return sym[dot+1:]
}
