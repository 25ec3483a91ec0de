package manifest

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"

	"github.com/coordlint/coordlint/graph"
)

func (c *composer) volumes(p *types.Project, s types.ServiceConfig, w *Workload, ct *Container) {
	for i, v := range s.Volumes {
		site := c.at(s.Name, "volumes", itoa(i))
		rel, inside := c.tree.within("", v.Source)
		if v.Type != "bind" {
			if v.Source != "" {
				w.Volumes = append(w.Volumes, Volume{Name: v.Source, Kind: "named", Site: site})
			}
			ct.Mounts = append(ct.Mounts, Mount{Path: v.Target, From: "volume", Volume: v.Source, Dir: true, Site: site})
			continue
		}
		if !inside {
			ct.Mounts = append(ct.Mounts, Mount{Path: v.Target, From: "bind", Dir: true, Site: site})
			continue
		}
		dir, exists := c.tree.stat(rel)
		ct.Mounts = append(ct.Mounts, Mount{Path: v.Target, Source: rel, From: "bind", Known: exists, Dir: dir || !exists, Site: site})
		if !exists {
			w.Volumes = append(w.Volumes, Volume{Name: rel, Kind: "bind", Site: site})
		}
	}
	file := func(kind, source, target, file, content string, site graph.Site) {
		m := Mount{Path: target, From: kind + " " + source, Site: site}
		if rel, ok := c.tree.within("", file); ok && file != "" {
			m.Source = rel
			m.Dir, m.Known = c.tree.stat(rel)
		} else if content != "" {
			m.Content, m.Known = content, true
		}
		ct.Mounts = append(ct.Mounts, m)
	}
	for i, f := range s.Configs {
		cfg := p.Configs[f.Source]
		file("config", f.Source, cmp.Or(f.Target, "/"+f.Source), cfg.File, cfg.Content, c.at(s.Name, "configs", itoa(i)))
	}
	for i, f := range s.Secrets {
		sec := p.Secrets[f.Source]
		target := cmp.Or(f.Target, f.Source)
		if !path.IsAbs(target) {
			target = path.Join("/run/secrets", target)
		}
		file("secret", f.Source, target, sec.File, sec.Content, c.at(s.Name, "secrets", itoa(i)))
	}
	slices.SortStableFunc(ct.Mounts, func(a, b Mount) int { return cmp.Compare(a.Path, b.Path) })
}

// build notes how the service's image is built.
func (c *composer) build(s types.ServiceConfig, ct *Container) {
	site := c.at(s.Name, "build")
	if strings.Contains(s.Build.Context, "://") || strings.HasPrefix(s.Build.Context, "git@") {
		c.gap(site, "compose: the build context %s is remote", s.Build.Context)
		return
	}
	rel, ok := c.tree.within("", s.Build.Context)
	if !ok {
		c.gap(site, "compose: the build context of %s lies outside of the root", s.Name)
		return
	}
	ct.plan = &plan{context: rel, target: s.Build.Target, site: site, inline: s.Build.DockerfileInline}
	for k, v := range s.Build.Args {
		if v != nil {
			ct.plan.args = append(ct.plan.args, Label{k, *v})
		}
	}
	slices.SortFunc(ct.plan.args, func(a, b Label) int { return cmp.Compare(a.Key, b.Key) })
	ct.plan.dockerfile = path.Join(rel, cmp.Or(s.Build.Dockerfile, "Dockerfile"))
	if d, ok := c.tree.within(rel, s.Build.Dockerfile); ok && s.Build.Dockerfile != "" {
		ct.plan.dockerfile = d
	}
	ct.Context = rel
}
