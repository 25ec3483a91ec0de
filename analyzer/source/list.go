package source

import (
	"context"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"
)

// A unit is what one go list was run for: a module, or all packages of a tree
// without go.mod.
type unit struct {
	mod  *Module
	dir  string // absolute
	pkgs []*listed
	gaps []Gap
	soft bool // its packages stand outside of any module: what they lack does not count
}

// list asks go for the packages of every module of the tree.
func list(ctx context.Context, cfg Config, w *walker) []*unit {
	tree := w.tree
	units := make([]*unit, len(w.mods))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, dir := range w.mods {
		g.Go(func() error {
			units[i] = listModule(ctx, cfg, w, dir)
			return nil
		})
	}
	_ = g.Wait() // the functions return no errors: they write gaps
	if u := listAbove(ctx, cfg, w); u != nil {
		units = append(units, u)
	} else if stray := strayDirs(w); len(stray) > 0 {
		u := &unit{mod: &Module{Dir: "."}, dir: tree.Root, soft: len(w.mods) > 0}
		u.mod.Path, u.pkgs, u.gaps = scan(ctx, cfg, tree.Root, tree.Root, "", stray)
		units = append(units, u)
	}
	for _, u := range units {
		u.inTree(ctx, cfg, w)
		u.outlines(ctx, cfg, tree.Protos)
		for i := range u.gaps {
			u.gaps[i].Hard = u.gaps[i].Hard && !u.soft
		}
		tree.gaps = append(tree.gaps, u.gaps...)
	}
	return units
}

// listModule lists one module: as it stands; failing that with a copy of its
// go.mod that this toolchain accepts; failing that by reading its directories,
// which finds no dependencies but the standard library and vendored ones.
func listModule(ctx context.Context, cfg Config, w *walker, dir string) *unit {
	root := w.tree.Root
	abs := filepath.Join(root, filepath.FromSlash(dir))
	info := readMod(root, dir)
	u := &unit{mod: &Module{Path: info.path, Dir: dir, GoVersion: info.goVers}, dir: abs, gaps: info.gaps}
	dirs := dirsOf(w, dir)
	if len(dirs) == 0 {
		return u
	}
	var err error
	lower := ""
	if newer(info.goVers) {
		lower = strings.TrimPrefix(local(), "go")
		u.pkgs, err = withModfile(ctx, cfg, abs, lower, w.home, nil)
	} else {
		u.pkgs, err = goList(ctx, cfg, abs, []string{"GOWORK=" + workspace(root, abs)}, []string{"./..."})
		siblings := w.siblings(dir, info.path, u.pkgs, err)
		if err != nil || len(siblings) > 0 || needsCopy(u.pkgs) {
			if pkgs, err2 := withModfile(ctx, cfg, abs, "", w.home, siblings); err2 == nil {
				if err != nil {
					gap := goListGap(dir, err)
					gap.Text, gap.Hard = gap.Text+": read with a copy of go.mod", false
					u.gaps = append(u.gaps, gap)
				}
				u.pkgs, err = pkgs, nil
			}
		}
	}
	if err != nil && ctx.Err() == nil {
		if len(info.gaps) == 0 || newer(info.goVers) {
			u.gaps = append(u.gaps, goListGap(dir, err))
		}
		_, pkgs, gaps := scan(ctx, cfg, root, abs, info.path, dirs)
		u.pkgs, u.gaps = pkgs, append(u.gaps, gaps...)
	}
	return u
}

// home returns the directory of the module of the tree that has a path, or "".
func (w *walker) home(path string) string {
	for _, dir := range w.mods {
		if readMod(w.tree.Root, dir).path == path {
			return filepath.Join(w.tree.Root, filepath.FromSlash(dir))
		}
	}
	return ""
}

// goListGap says why go list did not list the module in dir.
func goListGap(dir string, err error) Gap {
	gap := Gap{Kind: "package", File: joinRel(dir, "go.mod"), Text: "go list: " + firstLines(err.Error()), Hard: true}
	if m := goModLine.FindStringSubmatch(err.Error()); m != nil {
		gap.Line, _ = strconv.Atoi(m[1]) // digits
		gap.Text = "go list: " + m[2]
	}
	return gap
}

// needsCopy reports whether a copy of go.mod may find packages that go list
// does not: see withModfile.
func needsCopy(pkgs []*listed) bool {
	for _, p := range pkgs {
		if p.Error == nil {
			continue
		}
		for _, why := range []string{"missing go.sum entry", "updates to go.mod needed", "replacement directory"} {
			if strings.Contains(p.Error.Err, why) {
				return true
			}
		}
	}
	return false
}

// dirsOf returns the directories with Go files of the module in dir, without
// those of modules below it.
func dirsOf(w *walker, dir string) []string {
	var dirs []string
	for _, d := range w.goDirs {
		if moduleOf(w, d) == dir {
			dirs = append(dirs, d)
		}
	}
	return dirs
}

// strayDirs returns the directories with Go files that no module holds.
func strayDirs(w *walker) []string { return dirsOf(w, "") }

// moduleOf returns the directory of the module that holds dir, "" if none does.
func moduleOf(w *walker, dir string) string {
	best := ""
	for _, m := range w.mods {
		if (m == "." || dir == m || strings.HasPrefix(dir, m+"/")) && (best == "" || best == "." || len(m) > len(best)) {
			best = m
		}
	}
	return best
}

// position splits FILE:LINE:COL as go list prints it; file is made relative to
// the root if it is inside of it.
func position(root, dir, pos string) (file string, line, col int) {
	parts := strings.Split(pos, ":")
	var nums []int
	for len(parts) > 1 && len(nums) < 2 {
		n, err := strconv.Atoi(parts[len(parts)-1])
		if err != nil {
			break
		}
		nums = append([]int{n}, nums...)
		parts = parts[:len(parts)-1]
	}
	file = strings.Join(parts, ":")
	if !filepath.IsAbs(file) {
		file = filepath.Join(dir, file)
	}
	if rel := inside(root, file); rel != "" {
		file = rel
	}
	switch len(nums) {
	case 2:
		return file, nums[0], nums[1]
	case 1:
		return file, nums[0], 0
	}
	return file, 0, 0
}

var goModLine = regexp.MustCompile(`(?m)go\.mod:(\d+)(?::\d+)?: (.*)$`)

// firstLines returns the beginning of what go had to say, on one line.
func firstLines(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	if len(lines) > 4 {
		lines = append(lines[:4], "...")
	}
	return strings.Join(lines, " ")
}
