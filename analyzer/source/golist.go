package source

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// listed is a package as go list prints it.
type listed struct {
	Dir            string
	ImportPath     string
	Name           string
	GoFiles        []string
	CgoFiles       []string
	IgnoredGoFiles []string
	Imports        []string
	ImportMap      map[string]string
	Module         *listedModule
	Standard       bool
	DepOnly        bool
	Error          *listedError

	outline       []byte // source of its one file, if an outline stands for the package
	outlineBodies bool   // with bodies that count
}

type listedModule struct {
	Path      string
	Version   string
	Dir       string
	Main      bool
	GoVersion string
	Replace   *listedModule
}

type listedError struct {
	ImportStack []string
	Pos         string // FILE:LINE:COL or less; relative to the directory of the run
	Err         string
}

const listFields = "-json=Dir,ImportPath,Name,GoFiles,CgoFiles,IgnoredGoFiles,Imports,ImportMap,Module,Standard,DepOnly,Error"

// goList runs go list in dir. The error carries what go had to say. What it
// could print before it went wrong is returned too.
func goList(ctx context.Context, cfg Config, dir string, env, args []string) ([]*listed, error) {
	argv := []string{"list", "-e", "-deps", "-buildvcs=false", listFields}
	if len(cfg.Tags) > 0 {
		argv = append(argv, "-tags="+strings.Join(cfg.Tags, ","))
	}
	cmd := exec.CommandContext(ctx, "go", append(argv, args...)...)
	cmd.Dir = dir
	cmd.Env = append(environ(cfg), env...)
	cmd.Env = append(cmd.Env, "PWD="+dir)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	runErr := cmd.Run()
	var pkgs []*listed
	dec := json.NewDecoder(&stdout)
	for {
		p := new(listed)
		err := dec.Decode(p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return pkgs, err
		}
		pkgs = append(pkgs, p)
	}
	if runErr != nil {
		if text := strings.TrimSpace(stderr.String()); text != "" {
			return pkgs, errors.New(text)
		}
		return pkgs, runErr
	}
	return pkgs, nil
}

// standard lists packages of the standard library, and what they import, with
// a gap at file if go cannot. It starts nothing where there are none.
func standard(ctx context.Context, cfg Config, dir, file string, paths []string) ([]*listed, []Gap) {
	if len(paths) == 0 {
		return nil, nil
	}
	pkgs, err := goList(ctx, cfg, dir, []string{"GO111MODULE=off", "GOWORK=off", "GOFLAGS=-buildvcs=false"}, paths)
	if err != nil && ctx.Err() == nil {
		return pkgs, []Gap{{Kind: "package", File: file, Text: "go list of the standard library: " + firstLines(err.Error()), Hard: true}}
	}
	return pkgs, nil
}

// environ is the environment that go list runs in. No toolchain is fetched, no
// driver or wrapper is started, and cgo packages list all of their files.
func environ(cfg Config) []string {
	env := []string{"GOFLAGS=-buildvcs=false"} // whatever go env -w has set
	for _, kv := range append(os.Environ(), cfg.Env...) {
		if flags, ok := strings.CutPrefix(kv, "GOFLAGS="); ok {
			kv = "GOFLAGS=" + safeFlags(flags)
		}
		env = append(env, kv)
	}
	return append(env, "GOTOOLCHAIN=local", "CGO_ENABLED=1", "GOPACKAGESDRIVER=off", "GIT_TERMINAL_PROMPT=0")
}

// safeFlags drops the flags that write go.mod or start programs.
func safeFlags(flags string) string {
	kept := []string{"-buildvcs=false"}
	for _, f := range strings.Fields(flags) {
		name, _, _ := strings.Cut(strings.TrimLeft(f, "-"), "=")
		switch name {
		case "tags", "modcacherw":
			kept = append(kept, f)
		case "mod":
			if f != "-mod=mod" {
				kept = append(kept, f)
			}
		}
	}
	return strings.Join(kept, " ")
}

// value returns the last setting of name in an environment.
func value(env []string, name string) string {
	v := ""
	for _, kv := range env {
		if rest, ok := strings.CutPrefix(kv, name+"="); ok {
			v = rest
		}
	}
	return v
}

// withModfile lists dir under a copy of its go.mod that this toolchain can
// read, see lowered, with what is missing from go.sum taken from the module
// cache. The tree is not written to.
func withModfile(ctx context.Context, cfg Config, dir, version string, homes func(string) string, siblings []string) ([]*listed, error) {
	tmp, err := os.MkdirTemp("", "coordlint-mod-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)
	data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return nil, err
	}
	if data, err = lowered(data, dir, version, homes, siblings); err != nil {
		return nil, err
	}
	file := filepath.Join(tmp, "go.mod")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		return nil, err
	}
	if sum, err := os.ReadFile(filepath.Join(dir, "go.sum")); err == nil {
		if err := os.WriteFile(filepath.Join(tmp, "go.sum"), sum, 0o600); err != nil {
			return nil, err
		}
	}
	args := []string{"-modfile=" + file}
	env := []string{"GOWORK=off"}
	if _, err := os.Stat(filepath.Join(dir, "vendor", "modules.txt")); err == nil {
		args = append(args, "-mod=vendor")
	} else {
		args = append(args, "-mod=mod")
		env = append(env, "GOPROXY=off", "GOSUMDB=off")
	}
	return goList(ctx, cfg, dir, env, append(args, "./..."))
}
