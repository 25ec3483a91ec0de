package manifest

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

var reference = regexp.MustCompile(`\$(\w+|\{\w+\})`)

// maxScripts is how deep shell scripts that call one another are followed.
const maxScripts = 4

// script returns the text of a shell script of the tree: FILE.sh, or one that
// begins with a shell's name.
func (t *tree) script(rel string) (string, bool) {
	src, err := t.read(rel)
	if err != nil || len(src) > 1<<18 {
		return "", false
	}
	first, _, _ := bytes.Cut(src, []byte("\n"))
	shebang := bytes.HasPrefix(first, []byte("#!")) && bytes.Contains(first, []byte("sh"))
	return string(src), shebang || path.Ext(rel) == ".sh"
}

// called returns the script that a command runs: NAME ..., sh NAME ..., or
// source NAME; and what follows its name.
func called(words []string) (name string, args []string) {
	if len(words) > 1 && slices.Contains([]string{"sh", "bash", "ash", "source", "."}, path.Base(words[0])) && !strings.HasPrefix(words[1], "-") {
		words = words[1:]
	}
	if len(words) == 0 || !strings.Contains(words[0], "/") && path.Ext(words[0]) != ".sh" {
		return "", nil
	}
	return words[0], words[1:]
}

// started finds the programs that the shell script at the start of a command
// line runs, and those that the scripts do that it calls. looked reports
// whether it is a script of the tree.
func (m *matcher) started(c *Container, img *image, argv []string, index int) (out []Program, looked bool) {
	run := scripted{matcher: m, container: c, image: img, index: index}
	looked = run.follow(argv, c.workdir(), 0)
	return run.found, looked
}

type scripted struct {
	*matcher
	container *Container
	image     *image
	index     int
	found     []Program
}

// follow reads a script with the arguments that it is called with.
func (s *scripted) follow(argv []string, dir string, depth int) bool {
	name, args := called(argv)
	rel, ok := s.container.InTree(join(dir, name))
	if name == "" || !ok || depth >= maxScripts {
		return false
	}
	text, ok := s.tree.script(rel)
	if !ok {
		return false
	}
	line := 0
	for text := range strings.Lines(joined(text)) {
		line++
		for _, words := range commands(text) {
			for len(words) > 0 && (assignment(words[0]) || slices.Contains([]string{"exec", "nohup", "env", "then", "do", "else", "sudo", "time", "{"}, words[0])) {
				words = words[1:]
			}
			words = s.container.withArguments(words, args)
			switch {
			case len(words) == 0:
			case words[0] == "cd" && len(words) > 1:
				dir = join(dir, words[1])
			case words[0] == "shift" && len(words) == 1 && len(args) > 0:
				args = args[1:]
			case words[0] == "set" && len(words) > 2 && words[1] == "--":
				args = words[2:]
			default:
				s.command(words, dir, graph.Site{File: rel, Line: line}, depth)
			}
		}
	}
	return true
}

// command notes the program that a command of a script runs.
func (s *scripted) command(words []string, dir string, site graph.Site, depth int) {
	if words = unwrap(words); len(words) == 0 {
		return
	}
	c := *s.container
	c.WorkDir = dir
	p := s.run(&c, s.image, words)
	if p == nil {
		s.follow(words, dir, depth+1)
		return
	}
	p.Container, p.Site, p.argv0 = s.index, site, path.Base(words[0])
	if at := slices.IndexFunc(p.Args, func(a string) bool { return strings.ContainsAny(a, "<>") }); at >= 0 {
		p.Args = slices.Clone(p.Args[:at]) // what follows is the shell's
	}
	if n := len(p.Args); n > 0 && (p.Args[n-1] == "1" || p.Args[n-1] == "2") && strings.Contains(strings.Join(words, " "), ">") {
		p.Args = p.Args[:n-1]
	}
	if !slices.ContainsFunc(s.found, func(o Program) bool { return o.Main == p.Main && slices.Equal(o.Args, p.Args) }) {
		s.found = append(s.found, *p)
	}
}

// withArguments puts a script's arguments in the place of "$@", "$*" and "$1",
// and variables that the container sets in the place of "$NAME".
func (c *Container) withArguments(words, args []string) []string {
	var out []string
	for _, w := range words {
		if before, ok := strings.CutSuffix(w, "$@"); ok && before != "" && len(args) > 0 {
			out = append(append(out, before+args[0]), args[1:]...)
			continue
		}
		if w == "$@" || w == "$*" || w == "${@}" {
			out = append(out, args...)
			continue
		}
		out = append(out, reference.ReplaceAllStringFunc(w, func(ref string) string {
			name := strings.Trim(ref, "${}")
			if n := int(name[0] - '0'); len(name) == 1 && n >= 1 && n <= len(args) {
				return args[n-1]
			}
			if v, ok := c.Lookup(name); ok && v.Known {
				return v.Value
			}
			return ref
		}))
	}
	return out
}

// joined puts lines that a backslash continues onto one, and leaves the
// number of lines as it is.
func joined(text string) string {
	var b strings.Builder
	owed := 0
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutSuffix(strings.TrimRight(line, "\r\n"), "\\"); ok {
			b.WriteString(rest + " ")
			owed++
			continue
		}
		b.WriteString(line)
		b.WriteString(strings.Repeat("\n", owed))
		owed = 0
	}
	return b.String()
}
