package calibrate

import (
	"bufio"
	_ "embed" // for Manual
	"fmt"
	"io"
	"strings"
)

//go:embed manual.md
var manual string

// Manual returns the manual page, Markdown.
func Manual() string { return manual }

// Text writes what was measured and where recording and graph differ, for
// people; name is the file that the times are in. Long lists are cut unless all
// is asked for, and say so.
func (r *Result) Text(w io.Writer, name string, all bool) error {
	b := bufio.NewWriter(w)
	spans, series := 0, 0
	var files []string
	for _, s := range r.File.Sources {
		spans, series, files = spans+s.Spans, series+s.Series, append(files, s.File)
	}
	var of []string
	if spans > 0 {
		of = append(of, fmt.Sprintf("%s in %s", plural(spans, "span"), plural(r.Traces, "trace")))
	}
	if series > 0 {
		of = append(of, counted(series, "series", "series"))
	}
	if len(of) == 0 {
		of = []string{"nothing"}
	}
	fmt.Fprintf(b, "%s: %s of %s", name, plural(len(r.File.Times), "time"), strings.Join(of, " and "))
	if len(files) > 0 {
		fmt.Fprintf(b, " (%s)", strings.Join(files, ", "))
	}
	fmt.Fprintln(b)
	cut := lists{b, all}
	fmt.Fprintf(b, "edges of the graph that were seen: %d of %d\n", len(r.Seen), len(r.Seen)+len(r.Unseen))
	lines := make([]string, 0, len(r.Missed))
	for _, m := range r.Missed {
		to := m.To
		if to == "" {
			to = "?"
		}
		lines = append(lines, fmt.Sprintf("%s -> %s %s, %s: %s", m.From, to, strings.TrimSpace(m.Kind+" "+m.Operation), times(m.Count), m.Reason))
	}
	cut.write("seen at run time, and not in the graph:", lines)
	lines = nil
	for _, u := range r.Unseen {
		place := ""
		if !u.Site.IsZero() {
			place = u.Site.String() + ": "
		}
		lines = append(lines, fmt.Sprintf("%s%s -> %s %s: %s", place, u.From, u.To, u.Kind, u.Reason))
	}
	cut.write("in the graph, and never seen:", lines)
	lines = nil
	for _, c := range r.Unmatched {
		lines = append(lines, fmt.Sprintf("%d: %s", c.N, c.Text))
	}
	cut.write("spans and series that match nothing:", lines)
	lines = nil
	for _, c := range r.LeftOut {
		lines = append(lines, fmt.Sprintf("%d: %s", c.N, c.Text))
	}
	cut.write("not used as recorded:", lines)
	if len(r.Silent) > 0 {
		fmt.Fprintf(b, "services that recorded nothing: %s\n", strings.Join(r.Silent, ", "))
	}
	return b.Flush()
}

// lists writes lists of lines.
type lists struct {
	w   io.Writer
	all bool
}

func (l lists) write(title string, lines []string) {
	const most = 20
	if len(lines) == 0 {
		return
	}
	fmt.Fprintln(l.w, title)
	for i, line := range lines {
		if i == most && !l.all {
			fmt.Fprintf(l.w, "    and %d more: -v shows them\n", len(lines)-most)
			break
		}
		fmt.Fprintf(l.w, "    %s\n", line)
	}
}

func plural(n int, what string) string { return counted(n, what, what+"s") }

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
