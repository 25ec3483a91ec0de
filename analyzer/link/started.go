package link

import (
	"path"
	"strings"

	"github.com/coordlint/coordlint/analyzer/manifest"
)

// startedBy returns the workloads whose image nothing explains and whose
// arguments begin with the name of a command that they bear: they run it. Of
// variants of one service the first is returned; all of them count as run.
func (l *linker) startedBy(command string) []*manifest.Workload {
	var out []*manifest.Workload
	for _, w := range l.in.Manifests.Workloads {
		if len(w.Programs) > 0 || w.Infra != "" || w.Platform != "" || len(w.Containers) != 1 || w.Kind == "Job" || w.Kind == "CronJob" {
			continue
		}
		if words := w.Containers[0].Args; len(w.Containers[0].Command) == 0 && len(words) > 0 && words[0] == command && strings.Contains(w.Name, command) {
			out = append(out, w)
			l.started[w] = true
		}
	}
	if len(out) > 1 && l.variants(out) {
		out = out[:1]
	}
	return out
}

// variants reports whether one service's name leads to all of the workloads.
func (l *linker) variants(ws []*manifest.Workload) bool {
	for _, s := range l.in.Manifests.Services {
		all := true
		for _, w := range ws {
			all = all && s.Namespace == w.Namespace && len(s.Selector) > 0 && selects(s.Selector, w.Labels)
		}
		if all {
			return true
		}
	}
	return false
}

// command returns the root of a command that a workload starts, or, if that
// is nil, nothing that was read, and its environment. It is not evaluated.
func (r *deployment) command(name string, w *manifest.Workload) (*deployment, Environment) {
	c := *r
	c.m = nil
	if w != nil {
		c.workload = w
		c.program = manifest.Program{Main: r.pkg.Dir, Command: name, Args: w.Containers[0].Args, Certain: true,
			Why: "its arguments begin with the name of a command", Site: w.Containers[0].Site}
		return &c, c.environment()
	}
	env := c.environment()
	env.Each = false
	env.Args = append([]string{path.Base(r.pkg.Dir)}, strings.Fields(name)...)
	return &c, env
}

// addCommands makes the services of the commands of a program.
func (l *linker) addCommands(r *deployment, names []string) {
	var runs []*deployment
	var envs []Environment
	var of []string
	for _, name := range names {
		ws := l.startedBy(name)
		if len(ws) == 0 {
			ws = []*manifest.Workload{nil}
		}
		for _, w := range ws {
			c, env := r.command(name, w)
			runs, envs, of = append(runs, c), append(envs, env), append(of, name)
		}
	}
	atOnce(len(runs), func(i int) { l.evaluate(runs[i], envs[i]) })
	for i, c := range runs {
		l.add(c, of[i])
	}
}
