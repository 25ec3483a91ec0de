package manifest

import (
	"path"
	"slices"
	"strings"
)

// module returns the path of the module whose root is a directory, or "".
func (t *tree) module(dir string) string {
	src, err := t.read(path.Join(dir, "go.mod"))
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(src)) {
		if f := strings.Fields(line); len(f) == 2 && f[0] == "module" {
			return f[1]
		}
	}
	return ""
}

// unversioned returns the path of a module without the version at its end.
func unversioned(module string) string {
	base, version := path.Split(module)
	if len(version) > 1 && version[0] == 'v' && strings.Trim(version[1:], "0123456789") == "" {
		return path.Clean(base)
	}
	return module
}

// own reports whether an image bears the owner and the name of one of the
// system's modules: the system publishes it, whatever is known of the name.
func (m *matcher) own(image string) bool {
	parts := strings.Split(repository(image), "/")
	return len(parts) > 1 && m.publishes(parts[len(parts)-2:])
}

// part reports whether an image is one of several that a module of the
// system's publishes, OWNER/MODULE/NAME.
func (m *matcher) part(image string) bool {
	parts := strings.Split(repository(image), "/")
	return len(parts) > 2 && m.publishes(parts[len(parts)-3:len(parts)-1])
}

func (m *matcher) publishes(name []string) bool {
	return slices.ContainsFunc(m.modules, func(module string) bool { return strings.HasSuffix(module, "/"+strings.Join(name, "/")) })
}
