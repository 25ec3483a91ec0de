package manifest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/template"
	"github.com/compose-spec/compose-go/v2/types"

	"github.com/coordlint/coordlint/graph"
)

// load loads the project. What is missing outside of the files themselves,
// such as an env_file, is a gap, and the rest is loaded without it.
func (c *composer) load(cd types.ConfigDetails, profiles []string) (*types.Project, error) {
	name := loader.NormalizeProjectName(filepath.Base(cd.WorkingDir))
	if name == "" {
		name = "project"
	}
	seen := map[string]bool{}
	safe := true
	for _, f := range c.nodes {
		safe = c.reach(f, cd.Environment, seen) && safe
	}
	options := func(lax, alone bool) func(*loader.Options) {
		return func(o *loader.Options) {
			o.SetProjectName(name, false)
			o.Profiles = profiles
			o.SkipResolveEnvironment = true // files are read below, within the root
			o.SkipResolveLabels = true
			o.SkipConsistencyCheck = lax
			o.SkipExtends = alone
			o.SkipInclude = alone
			o.Interpolate.Substitute = func(s string, m template.Mapping) (string, error) {
				out, err := template.SubstituteWithOptions(s, m, template.WithoutLogging)
				if err != nil && lax {
					return s, nil
				}
				return out, err
			}
		}
	}
	try := func(lax, alone bool) (p *types.Project, err error) {
		defer func() {
			if e := recover(); e != nil {
				p, err = nil, fmt.Errorf("cannot be read: %v", e)
			}
		}()
		return loader.LoadWithContext(context.Background(), cd, options(lax, alone))
	}
	p, err := try(false, !safe)
	if err == nil {
		c.envFiles(p, cd.Environment)
		return p, nil
	}
	err = c.settled(err, func() (map[string]any, error) {
		return loader.LoadModelWithContext(context.Background(), cd, options(true, !safe), loader.WithSkipValidation)
	})
	lax, again := try(true, !safe)
	if again != nil {
		if lax, again = try(true, true); again != nil {
			return nil, err
		}
	}
	c.gap(c.errorSite(err), "compose: %s", brief(c.relative(err.Error())))
	c.envFiles(lax, cd.Environment)
	return lax, nil
}

// envFiles resolves the env files of the services. One that is not there, or
// that lies outside of the root, is a gap.
func (c *composer) envFiles(p *types.Project, env types.Mapping) {
	for _, name := range slices.Sorted(maps.Keys(p.Services)) {
		s := p.Services[name]
		vars := types.MappingWithEquals{}
		for _, f := range s.EnvFiles {
			rel, ok := c.tree.within("", f.Path)
			if !ok {
				c.gap(c.at(name, "env_file"), "compose: env_file lies outside of the root")
				continue
			}
			src, err := c.tree.read(rel)
			for _, b := range EnvExamples(path.Base(rel)) {
				if err == nil {
					break
				}
				stand := path.Join(path.Dir(rel), b)
				if src, err = c.tree.read(stand); err == nil {
					c.gap(c.at(name, "env_file"), "compose: env_file %s is not there: %s stands for it", rel, stand)
				}
			}
			if err != nil {
				if f.Required {
					c.gap(c.at(name, "env_file"), "compose: env_file %s: %v", rel, err)
				}
				continue
			}
			got, err := dotenv.UnmarshalWithLookup(string(src), func(k string) (string, bool) { v, ok := env[k]; return v, ok })
			if err != nil {
				c.gap(graph.Site{File: rel}, "compose: not a valid env file: %v", err)
			}
			for k, v := range got {
				vars[k] = &v
			}
		}
		for k, v := range s.Environment {
			if v == nil {
				if e, ok := env[k]; ok {
					v = &e
				}
			}
			vars[k] = v
		}
		s.Environment = vars
		p.Services[name] = s
	}
}

func (c *composer) relative(msg string) string {
	msg = strings.ReplaceAll(msg, c.tree.root+string(filepath.Separator), "")
	return strings.ReplaceAll(msg, c.tree.root, ".")
}

var quoted = regexp.MustCompile(`services\.([\w-]+)|service "([\w-]+)"|env file \S*?([\w.-]+) not found`)

// errorSite finds the place that an error of the library is about.
func (c *composer) errorSite(err error) graph.Site {
	site := graph.Site{File: c.main}
	if m := quoted.FindStringSubmatch(err.Error()); m != nil {
		name := cmp.Or(m[1], m[2])
		for _, f := range c.nodes {
			for _, s := range pairs(field(f.node, "services")) {
				if s.key.Value == name {
					return graph.Site{File: f.name, Line: s.key.Line, Col: s.key.Column}
				}
				for _, e := range append(items(field(s.value, "env_file")), field(s.value, "env_file")) {
					if e != nil && m[3] != "" && path.Base(cmp.Or(e.Value, text(e, "path"))) == m[3] {
						return graph.Site{File: f.name, Line: e.Line, Col: e.Column}
					}
				}
			}
		}
	}
	return site
}
