package graph

import (
	"fmt"
	"strconv"
	"strings"
)

// A Site is a place in a file. It prints and serialises as FILE:LINE:COL;
// the zero Site prints as "".
type Site struct {
	File string // relative to the root, with forward slashes
	Line int    // 1-based; 0 means the file as a whole
	Col  int    // 1-based; counts bytes; 0 means the line as a whole
}

// IsZero reports whether the site names no file.
func (s Site) IsZero() bool { return s.File == "" }

// String returns FILE:LINE:COL, without the parts that are not known.
func (s Site) String() string {
	switch {
	case s.File == "" || s.Line == 0:
		return s.File
	case s.Col == 0:
		return fmt.Sprintf("%s:%d", s.File, s.Line)
	}
	return fmt.Sprintf("%s:%d:%d", s.File, s.Line, s.Col)
}

// Compare orders sites by file, line and column.
func (s Site) Compare(t Site) int {
	if c := strings.Compare(s.File, t.File); c != 0 {
		return c
	}
	if s.Line != t.Line {
		return s.Line - t.Line
	}
	return s.Col - t.Col
}

// MarshalText implements encoding.TextMarshaler.
func (s Site) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler. It never fails: text
// that carries no line is a file.
func (s *Site) UnmarshalText(text []byte) error {
	*s = ParseSite(string(text))
	return nil
}

// ParseSite reads FILE, FILE:LINE or FILE:LINE:COL.
func ParseSite(text string) Site {
	file, last, ok := cutNumber(text)
	if !ok {
		return Site{File: text}
	}
	if f, line, ok := cutNumber(file); ok {
		return Site{File: f, Line: line, Col: last}
	}
	return Site{File: file, Line: last}
}

func cutNumber(text string) (before string, n int, ok bool) {
	i := strings.LastIndexByte(text, ':')
	if i < 0 {
		return text, 0, false
	}
	n, err := strconv.Atoi(text[i+1:])
	return text[:i], n, err == nil && n >= 0
}
