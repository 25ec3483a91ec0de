package link

import "slices"

// combined reports whether a command runs what at least two other commands of
// its program run too: an all-in-one that stands for the others on one machine
// and talks to itself.
func (l *linker) combined(d *deployment) bool {
	if d.pkg == nil || d.svc.Command == "" {
		return false
	}
	parts := 0
	for _, o := range l.all {
		if o == d || o.pkg != d.pkg || len(o.ports) == 0 || len(o.ports) >= len(d.ports) {
			continue
		}
		if !slices.ContainsFunc(o.ports, func(port string) bool { return !slices.Contains(d.ports, port) }) {
			parts++
		}
	}
	return parts >= 2
}

// apart drops the all-in-ones among what may answer a caller that is none;
// an all-in-one answers itself.
func (l *linker) apart(d *deployment, found []*deployment) []*deployment {
	if slices.Contains(found, d) && l.combined(d) {
		return []*deployment{d}
	}
	var out []*deployment
	for _, o := range found {
		if o == d || !l.combined(o) {
			out = append(out, o)
		}
	}
	if len(out) == 0 {
		return found
	}
	return out
}
