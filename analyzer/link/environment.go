package link

import (
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// An Environment is what a program finds when it starts: what a workload sets
// for it. The zero Environment knows nothing: variables and arguments then
// stay symbols.
type Environment struct {
	Vars     []Var    // variables that are set, by name; the last of a name wins
	Complete bool     // variables that Vars lacks are not set
	Args     []string // command line, the program's name first
	HasArgs  bool     // Args is all of it
	Each     bool     // nothing runs the program: what words of the command line choose is evaluated one by one
	Files    []File   // files mounted into the container
	Binds    []Bind   // files and directories of the tree that are mounted
	Dir      string   // directory of the main package
	Module   string   // directory of the module
}

// A Var is an environment variable.
type Var struct {
	Name, Value string
	Known       bool // the value is in the manifests; a secret's may not be
	Site        graph.Site
}

// A Bind mounts a file or directory of the tree.
type Bind struct {
	Path   string // as the program sees it
	Source string // relative to the root
}

// A File is a file that the program may read.
type File struct {
	Path    string // as the program sees it
	Content string
	Site    graph.Site
}

// lookup returns a variable, and whether it is known to be set or unset.
func (e *Environment) lookup(name string) (v Var, set, known bool) {
	for i := len(e.Vars) - 1; i >= 0; i-- {
		if e.Vars[i].Name == name {
			return e.Vars[i], true, e.Vars[i].Known
		}
	}
	return Var{}, false, e.Complete
}

// commandWords returns the arguments that may name a command: those before the
// first flag.
func (e *Environment) commandWords() []string {
	var words []string
	for _, a := range e.Args[min(1, len(e.Args)):] {
		if strings.HasPrefix(a, "-") {
			break
		}
		words = append(words, a)
	}
	return words
}

// positional returns the arguments that are neither flags nor their values.
// A word after a flag without "=" is its value, unless it is the last word.
func (e *Environment) positional() []string {
	if words := e.commandWords(); len(words) > 0 {
		return words
	}
	args := e.Args[min(1, len(e.Args)):]
	for i := 0; i < len(args); i++ {
		switch {
		case args[i] == "--":
			return args[i+1:]
		case !strings.HasPrefix(args[i], "-"):
			return args[i:]
		case !strings.Contains(args[i], "=") && i+2 < len(args) && !strings.HasPrefix(args[i+1], "-"):
			i++
		}
	}
	return nil
}

// flag returns the value that the arguments give a flag.
func (e *Environment) flag(name string) (val string, set bool) {
	for i, a := range e.Args {
		if i == 0 || !strings.HasPrefix(a, "-") {
			continue
		}
		key, v, eq := strings.Cut(strings.TrimLeft(a, "-"), "=")
		if key != name {
			continue
		}
		if eq {
			return v, true
		}
		if i+1 < len(e.Args) && !strings.HasPrefix(e.Args[i+1], "-") {
			return e.Args[i+1], true
		}
		return "true", true
	}
	return "", false
}
