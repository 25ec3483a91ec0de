package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"time"
)

// A progress says on stderr what the command is doing: on a terminal in one
// line that disappears, with -v in one line a phase with its time.
type progress struct {
	w        io.Writer
	verbose  bool
	terminal bool
	name     string
	start    time.Time
}

func newProgress(w io.Writer, verbose bool) *progress {
	return &progress{w: w, verbose: verbose, terminal: isTerminal(w)}
}

// phase ends the current phase and begins another.
func (p *progress) phase(name string) {
	p.end()
	p.name, p.start = name, time.Now()
	if p.terminal {
		fmt.Fprintf(p.w, "\r\x1b[K%s...", name)
	}
}

func (p *progress) end() {
	if p.terminal && p.name != "" {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
	if p.verbose && p.name != "" {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		fmt.Fprintf(p.w, "%-12s %6.2fs %5d MB\n", p.name, time.Since(p.start).Seconds(), m.Sys>>20)
	}
}

func (p *progress) done() {
	p.end()
	p.name = ""
}

// isTerminal reports whether what is written is read by a person.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}
