package link

import "github.com/coordlint/coordlint/analyzer/catalog"

// noteShared says which functions were called in more contexts than are told
// apart. Generated code that does nothing outside of the program, such as what
// describes a schema to those who ask for it, loses nothing by that.
func (m *machine) noteShared() {
	for _, inst := range m.shared {
		if !m.prog.generated[inst.fn.Site.File] || m.operates(inst) {
			m.gap("bound", inst.fn.Site, "more than 16 contexts of "+inst.fn.Symbol+": further calls share one")
		}
	}
}

// operates reports whether an instance, or one that it calls, uses a library
// for more than to wait for its own goroutines.
func (m *machine) operates(inst *instance) bool {
	for _, in := range append(walk(inst, nil).order, inst) {
		for _, events := range in.lib {
			for _, ev := range events {
				if ev.entry.Role != catalog.Spawn && ev.entry.Role != catalog.Wait {
					return true
				}
			}
		}
	}
	return false
}
