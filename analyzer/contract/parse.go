package contract

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"text/scanner"
	"time"

	"github.com/emicklei/proto"

	"github.com/coordlint/coordlint/graph"
)

// parseTime bounds the parsing of one file. The parser needs milliseconds for
// the largest; it is known not to end on some broken input.
const parseTime = 5 * time.Second

// Parse parses one file. name is the file's path relative to the root. Syntax
// errors are gaps; declarations before the first are kept. Imports are not
// resolved.
func Parse(name string, src []byte) (File, []graph.Gap) {
	f := File{Path: name}
	var gaps []graph.Gap
	gap := func(line, col int, text string) {
		gaps = append(gaps, graph.Gap{Kind: "proto", Site: graph.Site{File: name, Line: line, Col: col}, Text: text, Hard: true})
	}
	// An rpc body without its closing brace makes the parser loop for ever.
	if line, missing := unclosed(src); missing > 0 {
		gap(line, 0, "brace is not closed")
		src = append(bytes.Clone(src), "\n"+strings.Repeat("}", missing)...)
	}
	parsed, err := parse(src)
	if err != nil && len(gaps) == 0 {
		line, col, text := position(err.Error())
		gap(line, col, text)
	}
	if parsed == nil {
		return f, gaps
	}
	for _, e := range parsed.Elements {
		switch e := e.(type) {
		case *proto.Package:
			f.Package = e.Name
		case *proto.Option:
			if e.Name == "go_package" {
				f.GoPackage = e.Constant.Source
			}
		case *proto.Import:
			f.Imports = append(f.Imports, Import{Path: e.Filename, Site: site(name, e.Position)})
		}
	}
	for _, e := range parsed.Elements {
		if s, ok := e.(*proto.Service); ok {
			f.Services = append(f.Services, service(&f, s))
		}
	}
	return f, gaps
}

func service(f *File, s *proto.Service) Service {
	full := s.Name
	if f.Package != "" {
		full = f.Package + "." + s.Name
	}
	out := Service{Name: full, Site: site(f.Path, s.Position)}
	for _, e := range s.Elements {
		rpc, ok := e.(*proto.RPC)
		if !ok {
			continue
		}
		m := Method{
			Name: full + "/" + rpc.Name, Request: rpc.RequestType, Response: rpc.ReturnsType,
			StreamsIn: rpc.StreamsRequest, StreamsOut: rpc.StreamsReturns, Site: site(f.Path, rpc.Position),
		}
		for _, e := range rpc.Elements {
			if o, ok := e.(*proto.Option); ok {
				m.Routes = append(m.Routes, routes(f.Path, o)...)
			}
		}
		out.Methods = append(out.Methods, m)
	}
	return out
}

type result struct {
	proto *proto.Proto
	err   error
}

// parse runs the parser under a time limit and turns its panics into errors.
func parse(src []byte) (*proto.Proto, error) {
	done := make(chan result, 1)
	go func() {
		var r result
		defer func() {
			if p := recover(); p != nil {
				r = result{err: fmt.Errorf("syntax that the parser does not know: %v", p)}
			}
			done <- r
		}()
		r.proto, r.err = proto.NewParser(bytes.NewReader(src)).Parse()
	}()
	limit := time.NewTimer(parseTime)
	defer limit.Stop()
	select {
	case r := <-done:
		return r.proto, r.err
	case <-limit.C:
		return nil, fmt.Errorf("parsing took more than %s", parseTime)
	}
}

var positioned = regexp.MustCompile(`^(?:go scanner error at )?(?:<input>:)?(\d+):(\d+)(?:: | = )(.*)`)

// position splits LINE:COL off the parser's message.
func position(msg string) (line, col int, text string) {
	m := positioned.FindStringSubmatch(msg)
	if m == nil {
		return 0, 0, strings.TrimSpace(msg)
	}
	line, _ = strconv.Atoi(m[1])
	col, _ = strconv.Atoi(m[2])
	return line, col, m[3]
}

func site(file string, p scanner.Position) graph.Site {
	return graph.Site{File: file, Line: p.Line, Col: p.Column}
}

// unclosed counts the braces that are not closed, outside of comments and
// strings, and returns the line of the innermost.
func unclosed(src []byte) (line, missing int) {
	var open []int
	at := 1
	for i := 0; i < len(src); i++ {
		switch c := src[i]; c {
		case '\n':
			at++
		case '{':
			open = append(open, at)
		case '}':
			if len(open) > 0 {
				open = open[:len(open)-1]
			}
		case '"', '\'':
			for i++; i < len(src) && src[i] != c && src[i] != '\n'; i++ {
				if src[i] == '\\' {
					i++
				}
			}
			if i < len(src) && src[i] == '\n' {
				at++
			}
		case '/':
			end := ""
			if bytes.HasPrefix(src[i:], []byte("//")) {
				end = "\n"
			} else if bytes.HasPrefix(src[i:], []byte("/*")) {
				end = "*/"
			} else {
				continue
			}
			n := bytes.Index(src[i+2:], []byte(end))
			if n < 0 {
				n = len(src) - i - 2
				end = ""
			}
			stop := i + 2 + n + len(end)
			at += bytes.Count(src[i:stop], []byte("\n"))
			i = stop - 1
		}
	}
	if len(open) == 0 {
		return 0, 0
	}
	return open[len(open)-1], len(open)
}
