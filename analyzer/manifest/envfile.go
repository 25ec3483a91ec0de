package manifest

import (
	"path"
	"strings"
)

// examples are the ends that repositories give a file of variables that stands
// for one that they do not hold.
var examples = []string{"example", "sample", "dist", "template", "default", "defaults", "tmpl"}

// IsEnvFile reports whether a file's base name is that of a file of variables,
// NAME=value lines.
func IsEnvFile(base string) bool {
	base = strings.ToLower(base)
	if base == ".env" || path.Ext(base) == ".env" || strings.HasPrefix(base, ".env.") || strings.HasPrefix(base, ".env-") {
		return true
	}
	for _, e := range examples {
		if base == "env."+e || strings.HasSuffix(base, ".env."+e) {
			return true
		}
	}
	return false
}

// EnvExamples returns the base names of the files that may stand for a file of
// variables, such as .env.example for .env, the likeliest first; none if base
// is no such file or is an example itself.
func EnvExamples(base string) []string {
	if !IsEnvFile(base) {
		return nil
	}
	var out []string
	for _, e := range examples {
		if strings.HasSuffix(base, e) {
			return nil
		}
		out = append(out, base+"."+e, base+"-"+e, strings.TrimPrefix(base, ".")+"."+e, e+base)
	}
	return out
}
