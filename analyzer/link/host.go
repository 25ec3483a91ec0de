package link

import "github.com/coordlint/coordlint/analyzer/manifest"

// A hostKey is a question to the manifests.
type hostKey struct{ host, port, namespace string }

// A hostAnswer is what they know.
type hostAnswer struct {
	target manifest.Target
	ok     bool
}

// host says what a host and port mean to a pod of a namespace, each only once:
// the manifests look through all that they hold.
func (l *linker) host(host, port, namespace string) (manifest.Target, bool) {
	key := hostKey{host, port, namespace}
	a, known := l.hosts[key]
	if !known {
		a.target, a.ok = l.in.Manifests.Resolve(host, port, namespace)
		if l.hosts == nil {
			l.hosts = map[hostKey]hostAnswer{}
		}
		l.hosts[key] = a
	}
	return a.target, a.ok
}
