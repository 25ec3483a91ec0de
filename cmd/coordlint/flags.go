package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/measured"
	"github.com/coordlint/coordlint/analyzer/report"
)

// flags are the command line, read.
type flags struct {
	command  string   // one of commands, or ""
	patterns []string // of diff: the two files; of calibrate: the recordings; of help: the command; of cache and config: what to do

	dir    string
	tags   string
	format string
	outs   []output
	failOn string
	k8s    []string
	env    string
	report string

	explain string
	why     string
	path    string
	focus   string
	rule    string
	only    bool
	depth   int
	load    float64
	copies  int

	measured string
	baseline string
	since    *report.Report // of diff: the old report; set by it

	noCache bool
	notes   bool
	verbose bool
	version bool
}

// An output is one -out: a format and the file that it is written to.
type output struct{ format, file string }

var errUsage = errors.New("usage")

const usage = `usage: coordlint [flags] [patterns]
       coordlint ceiling [flags]       the ceiling of every request path
       coordlint graph [flags]         the picture of the system, as DOT, SVG, PNG or Mermaid, or its data as GraphML or CSV
       coordlint explain [RULE]        the manual of a rule, or the list of rules
       coordlint diff [flags] OLD NEW  what changed between two reports that were saved as JSON
       coordlint baseline [flags] write
                                       write all findings to the file of -baseline, as known
       coordlint config init|verify    write a first coordlint.yaml; say the mistakes in the one that is there
       coordlint cache status|clean    what the cache of earlier runs holds; empty it
       coordlint calibrate [flags] [METRIC=]FILE...
                                       take times from traces and metrics for the ceilings of later runs
       coordlint help [COMMAND]        this, or the manual of a command

Patterns choose which packages findings are reported for; the whole root is
read. The root is the nearest directory upwards with coordlint.yaml, else .git,
else go.work, else go.mod.

Exit status: 0 no finding at or above -fail-on; 1 findings; 2 usage,
configuration, or nothing could be analysed; 3 no findings, but something could
not be read.

Flags:
`

// commands lists what may stand before or between the flags.
func commands() []string {
	return []string{"ceiling", "graph", "explain", "diff", "baseline", "calibrate", "config", "cache", "help"}
}

// parse reads the command line. It returns errUsage, flag.ErrHelp or an error
// that says what is wrong; what explains it was written to stderr.
func parse(args []string, stderr io.Writer) (*flags, error) {
	f := &flags{}
	set := flag.NewFlagSet("coordlint", flag.ContinueOnError)
	set.SetOutput(stderr)
	set.Usage = func() {} // what was wrong is enough; -h writes all
	set.StringVar(&f.dir, "C", "", "change to `dir` first")
	set.StringVar(&f.tags, "tags", "", "comma-separated build `tags`")
	set.StringVar(&f.format, "format", "", "what is written to stdout: "+strings.Join(formats(), ", "))
	set.Func("out", "also write `format:file`; may be repeated", f.addOut)
	set.StringVar(&f.failOn, "fail-on", "error", "least `severity` that makes the exit status 1: error, warning, note, none")
	set.Func("k8s", "read the manifests at `path`, - being stdin; may be repeated", func(s string) error {
		f.k8s = append(f.k8s, s)
		return nil
	})
	set.StringVar(&f.env, "env", "", "deployment `environment` to analyse, such as an overlay's name")
	set.StringVar(&f.report, "report", "", "write a report that was saved as JSON in `file` instead of analysing, - being stdin")
	set.StringVar(&f.explain, "explain", "", "print the manual of `rule`")
	set.StringVar(&f.why, "why", "", "print why there is an edge between `from,to`")
	set.StringVar(&f.path, "path", "", "show the path of the endpoint `method`: its name or the end of it")
	set.Float64Var(&f.load, "load", 0, "ceilings: say what breaks at `rate` requests per second of a path, and at 2, 5 and 10 times of it")
	set.IntVar(&f.copies, "copies", 0, "ceilings: as if each service had `n` replicas")
	set.StringVar(&f.focus, "focus", "", "pictures: draw only what is near the service or resource `id`")
	set.IntVar(&f.depth, "depth", 0, "pictures: how many edges away from -focus (default 1)")
	set.StringVar(&f.rule, "rule", "", "pictures: mark only findings of `rule`")
	set.BoolVar(&f.only, "only-findings", false, "pictures: draw only what findings are about")
	set.StringVar(&f.measured, "measured", "", "`file` of what was measured, calibrate writes it; none for no file (default "+measured.Name+" at the root)")
	set.StringVar(&f.baseline, "baseline", "", "leave out the findings that `file` knows; baseline write writes it")
	set.BoolVar(&f.noCache, "no-cache", false, "neither use nor fill the cache of earlier runs")
	set.BoolVar(&f.notes, "notes", false, "write findings of severity note too")
	set.BoolVar(&f.verbose, "v", false, "write notes, every gap, and on stderr how long each phase takes")
	set.BoolVar(&f.version, "version", false, "print the version")
	if err := set.Parse(args); err != nil {
		return nil, usageError(err, set)
	}
	rest := set.Args()
	if len(rest) > 0 && slices.Contains(commands(), rest[0]) {
		f.command = rest[0]
		if err := set.Parse(rest[1:]); err != nil {
			return nil, usageError(err, set)
		}
		rest = set.Args()
	}
	return f, f.check(rest)
}

// usageError hides an error that the flag package has already printed, and
// answers -h.
func usageError(err error, set *flag.FlagSet) error {
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(set.Output(), usage)
		set.PrintDefaults()
		return err
	}
	fmt.Fprintln(set.Output(), "coordlint -h lists the flags")
	return errUsage
}

func (f *flags) addOut(s string) error {
	format, file, ok := strings.Cut(s, ":")
	if !ok || file == "" {
		return fmt.Errorf("want format:file")
	}
	if !slices.Contains(formats(), format) {
		return fmt.Errorf("no format %q; there are %s", format, strings.Join(formats(), ", "))
	}
	f.outs = append(f.outs, output{format, file})
	return nil
}

// check completes the flags with the arguments that are left.
func (f *flags) check(rest []string) error {
	if f.command == "explain" {
		if len(rest) > 1 {
			return fmt.Errorf("explain wants one rule, got %d arguments", len(rest))
		}
		if len(rest) == 1 {
			f.explain = rest[0]
		}
		return nil
	}
	if does, ok := map[string][2]string{"cache": {"status", "clean"}, "config": {"init", "verify"}}[f.command]; ok {
		if len(rest) != 1 || !slices.Contains(does[:], rest[0]) {
			return fmt.Errorf("%[1]s wants to know what to do: %[1]s %[2]s or %[1]s %[3]s", f.command, does[0], does[1])
		}
		f.patterns = rest
		return nil
	}
	if f.command == "baseline" {
		if len(rest) == 0 || rest[0] != "write" {
			return fmt.Errorf("baseline wants to know what to do: baseline write")
		}
		rest = rest[1:]
		if len(rest) > 0 {
			return fmt.Errorf("baseline write takes all findings; flags stand before write")
		}
	}
	if f.command == "diff" {
		if len(rest) != 2 {
			return fmt.Errorf("diff wants two reports, got %d arguments", len(rest))
		}
		f.patterns = rest
		f.format = cmp.Or(f.format, "text")
		return nil
	}
	if f.command == "calibrate" || f.command == "help" {
		f.patterns = rest
		return f.checkCalibrate()
	}
	for _, p := range rest {
		if strings.HasPrefix(p, "-") {
			return fmt.Errorf("flag %s after a pattern; flags come first", p)
		}
		if !strings.ContainsAny(p, "./") && p != "..." {
			return fmt.Errorf("no command %q; there are %s; a pattern starts with ./", p, strings.Join(commands(), ", "))
		}
	}
	f.patterns = rest
	if len(f.patterns) == 0 {
		f.patterns = []string{"./..."}
	}
	if f.format == "" {
		f.format = "text"
		if f.command == "graph" {
			f.format = "dot"
		}
	}
	if !slices.Contains(formats(), f.format) {
		return fmt.Errorf("no format %q; there are %s", f.format, strings.Join(formats(), ", "))
	}
	if !slices.Contains([]string{"error", "warning", "note", "none"}, f.failOn) {
		return fmt.Errorf("-fail-on %s: want error, warning, note or none", f.failOn)
	}
	if f.copies < 0 || f.copies > 0 && (f.command != "ceiling" && f.path == "" || f.report != "") {
		return fmt.Errorf("-copies %d: want a number above 0, of ceiling or -path, without -report", f.copies)
	}
	if !(f.load >= 0) || math.IsInf(f.load, 0) || f.load > 0 && f.command != "ceiling" && f.path == "" {
		return fmt.Errorf("-load %g: want a rate above 0, of ceiling or -path", f.load)
	}
	if f.why != "" && strings.Count(f.why, ",") != 1 {
		return fmt.Errorf("-why %s: want FROM,TO", f.why)
	}
	return nil
}
