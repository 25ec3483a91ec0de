package link

import (
	"path"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// leaveOut drops the programs that are no part of the system: those that
// nothing deploys where most programs are deployed, and tools and tests. Each
// is named in a gap.
func (l *linker) leaveOut() {
	deployed, total := map[string]bool{}, map[string]bool{}
	for _, d := range l.all {
		total[d.pkg.Dir] = true
		if d.workload != nil && !toolDir(d.pkg.Dir) {
			deployed[d.pkg.Dir] = true
		}
	}
	covered := len(deployed) >= 2 && 2*len(deployed) >= len(total)
	kept := l.all[:0]
	for _, d := range l.all {
		why := ""
		switch {
		case deployed[d.pkg.Dir]:
		case covered && d.serving() && alike(d.pkg.Dir, deployed) && !toolDir(d.pkg.Dir):
			// one of the services, whose deployment is not written down here
		case covered:
			why = "nothing in the deployment runs this program: it is left out"
		case toolDir(d.pkg.Dir) && len(total) > 1 && !l.allTools():
			why = "its directory says that this program is a tool or a test: it is left out"
		}
		if why == "" {
			kept = append(kept, d)
			continue
		}
		main := d.prog.body(d.pkg.Path + ".main")
		l.sys.Gaps = append(l.sys.Gaps, graph.Gap{Kind: "main", Site: gsite(main.Site), Text: why})
	}
	l.all = kept
}

// serving reports whether a program registers something that it answers or consumes.
func (d *deployment) serving() bool {
	return slices.ContainsFunc(d.m.entries, func(e *entry) bool {
		return e.kind == "http" || e.kind == "grpc" || e.kind == "consume"
	})
}

// alike reports whether a program lies where deployed ones lie: as deep, and
// in a directory beside theirs, or below the same first directory and with the
// same last.
func alike(dir string, deployed map[string]bool) bool {
	parts := strings.Split(dir, "/")
	for other := range deployed {
		at := strings.Split(other, "/")
		if len(at) != len(parts) || len(parts) < 2 || at[0] != parts[0] {
			continue
		}
		if path.Dir(dir) == path.Dir(other) || at[len(at)-1] == parts[len(parts)-1] {
			return true
		}
	}
	return false
}

func (l *linker) allTools() bool {
	return !slices.ContainsFunc(l.all, func(d *deployment) bool { return !toolDir(d.pkg.Dir) })
}

// toolDir reports whether a directory's name says that what is in it serves no
// users: tests of scale and load, tools, tutorials.
func toolDir(dir string) bool {
	for _, part := range strings.Split(dir, "/") {
		word, _, _ := strings.Cut(part, "-")
		switch word {
		case "tool", "tools", "hack", "script", "scripts", "test", "tests", "testing", "e2e", "scale", "loadtest", "load", "loadgen", "bench", "benchmark", "stress", "tutorial", "tutorials", "mock", "mocks", "fake":
			return true
		}
	}
	return false
}

// otherServices names the Go services, then adds the workloads that no program
// matches: resources that are deployed, platform, and services in other
// languages.
func (l *linker) otherServices() {
	l.nameServices()
	for _, w := range l.in.Manifests.Workloads {
		switch {
		case len(w.Programs) > 0 || l.started[w]:
		case w.Platform != "":
			l.sys.Platform = append(l.sys.Platform, &graph.Platform{ID: w.Name, Workload: w.ID(), Why: w.Platform, Site: w.Site})
		case w.Infra != "":
		default:
			if w.Kind == "Job" || w.Kind == "CronJob" {
				continue
			}
			svc := &graph.Service{ID: w.Name, Language: "other", Certain: true, Reason: "no program of the tree runs in it"}
			l.deployed(svc, w)
			for l.byID[svc.ID] != nil {
				svc.ID += "-" + strings.ToLower(w.Kind)
			}
			r := &deployment{svc: svc, workload: w}
			l.byID[svc.ID] = r
			l.all = append(l.all, r)
		}
	}
}

// nameServices gives every Go service an id: its workload's name where that is
// its own, else the name of its directory, longer where several would be the same.
func (l *linker) nameServices() {
	shared := map[string]int{}
	for _, r := range l.all {
		if r.workload != nil {
			shared[r.workload.ID()]++
		}
	}
	for _, r := range l.all {
		switch {
		case r.workload != nil && shared[r.workload.ID()] == 1:
			r.svc.ID = r.workload.Name
		default:
			r.svc.ID = programName(r.pkg.Dir, r.module.Path)
			if r.svc.Command != "" && r.workload == nil {
				r.svc.ID += "-" + strings.ReplaceAll(r.svc.Command, " ", "-")
			}
		}
	}
	for depth := 2; depth < 8; depth++ {
		count := map[string]int{}
		for _, r := range l.all {
			count[r.svc.ID]++
		}
		for _, r := range l.all {
			if count[r.svc.ID] < 2 {
				continue
			}
			parts := nameParts(r.pkg.Dir)
			r.svc.ID = strings.Join(parts[max(0, len(parts)-depth):], "-")
			if r.workload != nil && shared[r.workload.ID()] == 1 && depth > 2 {
				r.svc.ID += "-" + r.workload.Name
			}
		}
	}
	for _, r := range l.all {
		for l.byID[r.svc.ID] != nil {
			r.svc.ID += "-2"
		}
		l.byID[r.svc.ID] = r
	}
}

// nameParts returns the directories of a program that say what it is.
func nameParts(dir string) []string {
	var out []string
	for _, p := range strings.Split(dir, "/") {
		switch p {
		case "", ".", "cmd", "src", "internal", "app", "apps", "pkg", "services", "service", "main", "go", "golang":
			continue
		}
		out = append(out, p)
	}
	return out
}

func programName(dir, module string) string {
	if parts := nameParts(dir); len(parts) > 0 {
		last := parts[len(parts)-1]
		switch last {
		case "rpc", "api", "server", "client", "worker", "http", "grpc", "web", "job", "mq", "scheduler", "consumer", "gateway":
			if len(parts) > 1 {
				return parts[len(parts)-2] + "-" + last
			}
		}
		return last
	}
	if base := path.Base(module); base != "" && base != "." {
		return base
	}
	return "main"
}
