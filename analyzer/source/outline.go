package source

import (
	"context"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
)

// An Outline is the exported API of a package that is not on the machine, as
// one Go file without bodies; or what a generator would write, with bodies.
type Outline struct {
	Module string // path of the module that holds the package; "" for generated code
	Of     string // path of the module that the outline was made of, if it is another
	Source []byte
	Bodies bool // the bodies count
}

// outlines lets outlines stand for the packages that those of u import and
// that are not on the machine, and for what these import in turn. Each stays a
// gap, one that does not count.
func (u *unit) outlines(ctx context.Context, cfg Config, protos []string) {
	if cfg.Outline == nil {
		return
	}
	known := make(map[string]*listed, len(u.pkgs))
	for _, p := range u.pkgs {
		known[p.ImportPath] = p
	}
	var std, modules []string
	like := map[string]string{} // modules whose outline is that of another
	queue := slices.Clone(u.pkgs)
	for len(queue) > 0 {
		p := queue[0]
		queue = queue[1:]
		for _, imp := range p.Imports {
			dep := known[imp]
			switch {
			case imp == "C" || imp == "unsafe" || dep != nil && !missing(dep) && !lost(dep):
			case !strings.Contains(strings.Split(imp, "/")[0], ".") && !strings.HasPrefix(imp, u.mod.Path+"/"):
				if dep == nil && p.outline != nil && !slices.Contains(std, imp) {
					std = append(std, imp)
				}
			default:
				o, ok := cfg.Outline(imp, protos)
				if !ok {
					continue
				}
				if dep == nil {
					dep = &listed{ImportPath: imp, DepOnly: true}
					known[imp] = dep
					u.pkgs = append(u.pkgs, dep)
				}
				dep.outlined(o)
				queue = append(queue, dep)
				if o.Bodies {
					u.gaps = append(u.gaps, Gap{Kind: "package", File: u.mod.Dir, Text: imp + " is not in the tree: what its proto files say stands for it"})
				} else if !slices.Contains(modules, o.Module) {
					modules = append(modules, o.Module)
					like[o.Module] = o.Of
				}
			}
		}
	}
	for _, m := range modules {
		gap := Gap{Kind: "package", File: u.mod.Dir, Text: m + " is not on this machine: an outline of its API stands for it"}
		if of := like[m]; of != "" {
			gap.Text = m + " is not on this machine: the outline of " + of + " stands for it"
		}
		if u.mod.GoVersion != "" {
			gap.File = joinRel(u.mod.Dir, "go.mod")
		}
		u.gaps = append(u.gaps, gap)
	}
	slices.Sort(std)
	pkgs, gaps := standard(ctx, cfg, u.dir, u.mod.Dir, std)
	u.gaps = append(u.gaps, gaps...)
	for _, p := range pkgs {
		if known[p.ImportPath] == nil {
			u.pkgs = append(u.pkgs, p)
		}
	}
}

// lost reports whether p is of a module that is required, but is not on the
// machine.
func lost(p *listed) bool {
	return p.Error != nil && p.outline == nil && !p.Standard && len(p.GoFiles)+len(p.CgoFiles) == 0 && (p.Module == nil || !p.Module.Main && p.Dir == "")
}

// outlined makes p the package of an outline.
func (p *listed) outlined(o Outline) {
	f, err := parser.ParseFile(token.NewFileSet(), "", o.Source, parser.ImportsOnly)
	if err != nil {
		return
	}
	p.outline, p.outlineBodies, p.Name, p.Error = o.Source, o.Bodies, f.Name.Name, nil
	p.GoFiles, p.Dir = []string{outlineFile}, ""
	p.Module = &listedModule{Path: o.Module, GoVersion: "1.22"}
	p.Imports = nil
	for _, spec := range f.Imports {
		if imp, err := strconv.Unquote(spec.Path.Value); err == nil {
			p.Imports = append(p.Imports, imp)
		}
	}
}

const outlineFile = "outline.go"

// outlineName is the name of an outline's file in positions.
func outlineName(p *listed) string { return path.Join("outline:"+p.ImportPath, outlineFile) }
