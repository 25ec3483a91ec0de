package telemetry

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// An input is a stream of JSON values that knows its lines.
type input struct {
	*json.Decoder
	name string
	src  *lineCounter
	base int64 // where in the file the decoder began
	sink Sink
}

func newInput(r io.Reader, name string, sink Sink) *input {
	src := &lineCounter{r: r, line: 1}
	return &input{Decoder: json.NewDecoder(src), name: name, src: src, sink: sink}
}

// offset is where in the file the next value is looked for.
func (in *input) offset() int64 { return in.base + in.InputOffset() }

// bad reports what cannot be read from here on. More lines lie between here and
// the mistake.
func (in *input) bad(more int, format string, args ...any) {
	at := in.offset()
	in.sink.Problem(Problem{Site: graph.Site{File: in.name, Line: in.src.at(at) + more}, Offset: at, Text: fmt.Sprintf(format, args...)})
}

// fail reports an error of the decoder.
func (in *input) fail(err error) {
	var syntax *json.SyntaxError
	var typ *json.UnmarshalTypeError
	switch {
	case in.src.err != nil:
		in.bad(0, "%v", in.src.err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		in.bad(0, "the file ends in the middle of a value that begins here: it is cut off")
	case errors.As(err, &syntax):
		in.bad(0, "no JSON: %v", err)
	case errors.As(err, &typ):
		in.bad(0, "%s is no %s", typ.Value, strings.TrimPrefix(typ.Type.String(), "telemetry."))
	default:
		in.bad(0, "%v", err)
	}
}

var protoPlace = regexp.MustCompile(` ?\(line (\d+):\d+\)(: )?`)

// failProto reports an error of protojson, in an element that ends here and has
// some lines. Its texts hold a space that differs from build to build.
func (in *input) failProto(err error, raw []byte) {
	text := strings.TrimPrefix(strings.ReplaceAll(err.Error(), "\u00a0", " "), "proto: ")
	line := 0
	if m := protoPlace.FindStringSubmatch(text); m != nil {
		line, _ = strconv.Atoi(m[1]) // digits
		text = strings.TrimPrefix(strings.Replace(text, m[0], ": ", 1), ": ")
		line--
	}
	in.bad(line-strings.Count(string(raw), "\n"), "no spans of OTLP: %s", text)
}

// resume goes on after a document that failed: with the next line, if the
// document began in this one. It reports whether there is one.
func (in *input) resume(began int) bool {
	at := in.offset()
	if in.src.err != nil {
		return false
	}
	if line := in.src.at(at); line != began {
		if at != in.src.begin || line != began+1 {
			return false
		}
		in.base = at // it was cut off, and the next line is what surprised
		in.Decoder = json.NewDecoder(io.MultiReader(in.Buffered(), in.src))
		return true
	}
	rest := io.MultiReader(in.Buffered(), in.src)
	one := make([]byte, 4096)
	for {
		n, err := rest.Read(one)
		if i := slices.Index(one[:n], '\n'); i >= 0 {
			in.base = at + int64(i) + 1
			in.Decoder = json.NewDecoder(io.MultiReader(strings.NewReader(string(one[i+1:n])), rest))
			return true
		}
		if at += int64(n); err != nil {
			return false
		}
	}
}

// list calls each once an element of the list that comes next, until it says no.
func (in *input) list(each func() bool) bool {
	for in.More() {
		if !each() {
			return false
		}
	}
	_, err := in.Token()
	if err != nil {
		in.fail(err)
	}
	return err == nil
}

// object calls each once a key of the object that was opened.
func (in *input) object(each func(key string) bool) bool {
	return in.list(func() bool {
		tok, err := in.Token()
		if err != nil {
			in.fail(err)
			return false
		}
		key, _ := tok.(string) // a key is one
		return each(key)
	})
}

// decode reads the next value.
func (in *input) decode(to any) bool {
	err := in.Decode(to)
	if err != nil {
		in.fail(err)
	}
	var typ *json.UnmarshalTypeError
	return err == nil || errors.As(err, &typ) // the value is behind us
}

func (in *input) skip() bool {
	var raw json.RawMessage
	return in.decode(&raw)
}

// open reads what comes next. It returns the delimiter that it is, or 0 for a
// value that is neither an object nor a list.
func (in *input) open() (json.Delim, bool) {
	tok, err := in.Token()
	if err != nil {
		in.fail(err)
		return 0, false
	}
	d, _ := tok.(json.Delim)
	return d, true
}

// A lineCounter passes bytes on and remembers where the lines end that nobody
// has asked for yet.
type lineCounter struct {
	r    io.Reader
	read int64
	ends []int64 // offsets of line ends, ascending
	line int     // the line before the first of ends

	begin int64 // where that line begins
	err   error // why nothing more can be read, if it is not the end
}

func (c *lineCounter) Read(p []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.r.Read(p)
	if err != nil && err != io.EOF {
		c.err = err
	}
	for i, b := range p[:n] {
		if b == '\n' {
			c.ends = append(c.ends, c.read+int64(i))
		}
	}
	c.read += int64(n)
	return n, err
}

// at returns the line of an offset. Offsets must not decrease from call to call.
func (c *lineCounter) at(offset int64) int {
	i, _ := slices.BinarySearch(c.ends, offset)
	if i > 0 {
		c.line += i
		c.begin = c.ends[i-1] + 1
	}
	c.ends = slices.Delete(c.ends, 0, i)
	return c.line
}
