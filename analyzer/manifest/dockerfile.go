package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"

	"github.com/coordlint/coordlint/graph"
)

// A Dockerfile is a parsed Dockerfile.
type Dockerfile struct {
	Path string // relative to the root

	stages []instructions.Stage
	args   []instructions.ArgCommand // before the first FROM
	escape rune
}

// parseDockerfile parses a Dockerfile. An error names the line.
func parseDockerfile(name string, src []byte) (*Dockerfile, *graph.Gap) {
	bad := func(err error) *graph.Gap {
		site := graph.Site{File: name}
		var at *parser.LocationError
		if errors.As(err, &at) && len(at.Locations) > 0 && len(at.Locations[0]) > 0 {
			site.Line = at.Locations[0][0].Start.Line
		}
		return &graph.Gap{Kind: "manifest", Site: site, Text: "Dockerfile: " + err.Error(), Hard: true}
	}
	res, err := parser.Parse(bytes.NewReader(src))
	if err != nil {
		return nil, bad(err)
	}
	stages, args, err := instructions.Parse(res.AST, nil)
	if err != nil {
		return nil, bad(err)
	}
	if len(stages) == 0 {
		return nil, bad(errors.New("it has no FROM"))
	}
	return &Dockerfile{Path: name, stages: stages, args: args, escape: res.EscapeToken}, nil
}

// An image is what building a Dockerfile leads to.
type image struct {
	file    *Dockerfile
	context string
	base    string // the image that its last stage starts from
	env     []EnvVar
	workdir string
	entry   []string
	cmd     []string
	files   []placed
	builds  bool // some stage runs go build or go install
}

// A placed thing is a file, a directory or a program inside of an image.
type placed struct {
	path   string   // in the image
	source string   // relative to the root; "" for programs
	dir    bool     // source is a directory
	mains  []string // directories of the main packages that the program at path is built of
	named  string   // of a file that is not in the tree: its base name in the context
	site   graph.Site
}

// build follows a Dockerfile's instructions as far as they say which file of
// the tree, and which program, lies where in the image. context is relative
// to the root, target names the last stage to build ("" for the last).
func (t *tree) build(d *Dockerfile, context, target string, args []Label, mains []string) *image {
	b := &builder{tree: t, file: d, context: context, mains: mains, lex: shell.NewLex(d.escape), global: map[string]string{}}
	given := map[string]string{"TARGETOS": "linux", "TARGETARCH": "amd64", "TARGETPLATFORM": "linux/amd64", "BUILDPLATFORM": "linux/amd64"}
	for _, a := range args {
		given[a.Key] = a.Value
	}
	b.given = given
	for _, a := range d.args {
		b.declare(b.global, a)
	}
	stop := len(d.stages) - 1
	for i, s := range d.stages {
		if target != "" && strings.EqualFold(s.Name, target) {
			stop = i
		}
	}
	for i := range d.stages[:stop+1] {
		b.stage(&d.stages[i])
	}
	return b.done[stop]
}

type builder struct {
	tree          *tree
	file          *Dockerfile
	context       string
	mains         []string
	lex           *shell.Lex
	given, global map[string]string
	done          []*image
	at            map[string]string // arguments and variables of the current stage
}

func (b *builder) declare(vars map[string]string, a instructions.ArgCommand) {
	for _, kv := range a.Args {
		if v, ok := b.given[kv.Key]; ok {
			vars[kv.Key] = v
		} else if kv.Value != nil {
			vars[kv.Key] = b.word(*kv.Value, vars)
		} else if v, ok := b.global[kv.Key]; ok {
			vars[kv.Key] = v
		}
	}
}

// word expands variables in a word; a word that cannot be expanded stays.
func (b *builder) word(s string, vars map[string]string) string {
	var env []string
	for k, v := range vars {
		env = append(env, k+"="+v)
	}
	out, _, err := b.lex.ProcessWord(s, shell.EnvsFromSlice(env))
	if err != nil {
		return s
	}
	return out
}

// find returns the image of a stage by name or number, or nil.
func (b *builder) find(name string) *image {
	for i := len(b.done) - 1; i >= 0; i-- {
		if strings.EqualFold(b.file.stages[i].Name, name) || itoa(i) == name {
			return b.done[i]
		}
	}
	return nil
}

func (b *builder) stage(s *instructions.Stage) {
	img := &image{file: b.file, context: b.context, base: b.word(s.BaseName, b.global), workdir: "/"}
	b.at = map[string]string{}
	if from := b.find(img.base); from != nil {
		*img = *from
		img.files, img.env = slices.Clone(from.files), slices.Clone(from.env)
		for _, e := range img.env {
			b.at[e.Name] = e.Value
		}
	}
	b.done = append(b.done, img)
	for _, c := range s.Commands {
		site := graph.Site{File: b.file.Path}
		if l := c.Location(); len(l) > 0 {
			site.Line = l[0].Start.Line
		}
		switch c := c.(type) {
		case *instructions.ArgCommand:
			b.declare(b.at, *c)
		case *instructions.EnvCommand:
			before := maps.Clone(b.at)
			for _, kv := range c.Env {
				v := EnvVar{Name: kv.Key, Value: b.word(kv.Value, before), Known: true, From: "image", Site: site}
				img.env = slices.DeleteFunc(img.env, func(e EnvVar) bool { return e.Name == kv.Key })
				img.env = append(img.env, v)
				b.at[kv.Key] = v.Value
			}
		case *instructions.WorkdirCommand:
			img.workdir = img.abs(b.word(c.Path, b.at))
		case *instructions.CopyCommand:
			b.copy(img, c.From, c.SourcePaths, c.DestPath, site)
		case *instructions.AddCommand:
			b.copy(img, "", c.SourcePaths, c.DestPath, site)
		case *instructions.RunCommand:
			script := strings.Join(c.CmdLine, " ")
			if !c.PrependShell {
				script = quote(c.CmdLine)
			}
			for _, f := range c.Files {
				script += "\n" + f.Data
			}
			b.run(img, script, site)
		case *instructions.EntrypointCommand:
			img.entry, img.cmd = commandLine(c.ShellDependantCmdLine), nil
		case *instructions.CmdCommand:
			img.cmd = commandLine(c.ShellDependantCmdLine)
		}
	}
}

func (i *image) abs(p string) string {
	if path.IsAbs(p) {
		return path.Clean(p)
	}
	return path.Join(i.workdir, p)
}

// commandLine is the argument list of CMD or ENTRYPOINT. The shell form is
// kept as sh -c TEXT.
func commandLine(c instructions.ShellDependantCmdLine) []string {
	if c.PrependShell {
		return []string{"/bin/sh", "-c", strings.Join(c.CmdLine, " ")}
	}
	return slices.Clone(c.CmdLine)
}

func quote(args []string) string {
	var out []string
	for _, a := range args {
		out = append(out, fmt.Sprintf("%q", a))
	}
	return strings.Join(out, " ")
}
