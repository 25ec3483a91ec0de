package measured

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// Read reads the file of that name, which is relative to the root; "" is Name,
// which need not be there, and None no file. It returns an error that names the line if the file
// is not of the format. A File that says nothing stands for none.
func Read(root, name string) (*File, error) {
	wanted := name != ""
	switch name {
	case None:
		return &File{}, nil
	case "":
		name = Name
	}
	at := name
	if !filepath.IsAbs(at) {
		at = filepath.Join(root, filepath.FromSlash(name))
	}
	text, err := os.ReadFile(at)
	if errors.Is(err, fs.ErrNotExist) && !wanted {
		return &File{}, nil
	}
	if err != nil {
		return nil, err
	}
	return Parse(filepath.ToSlash(name), text)
}

// Parse is Read of a file's text; name is how errors and sites call it.
func Parse(name string, text []byte) (*File, error) {
	f := &File{name: name, text: text}
	p := parser{File: f, dec: json.NewDecoder(bytes.NewReader(text))}
	p.dec.DisallowUnknownFields()
	if err := p.file(); err != nil {
		return nil, fmt.Errorf("%s: %w", p.site(), err)
	}
	return f, nil
}

// FileName returns the file's name relative to the root; "" if there is none.
func (f *File) FileName() string { return f.name }

// Text returns the bytes that were read.
func (f *File) Text() []byte { return f.text }

// A parser reads a file and knows where it is.
type parser struct {
	*File
	dec *json.Decoder
	at  int64 // where the value begins that is read
}

func (p *parser) site() graph.Site {
	return graph.Site{File: p.name, Line: 1 + bytes.Count(p.text[:min(p.at, int64(len(p.text)))], []byte("\n"))}
}

// begin moves to where the next value begins.
func (p *parser) begin() {
	p.at = p.dec.InputOffset()
	for p.at < int64(len(p.text)) && strings.IndexByte(" \t\r\n,:", p.text[p.at]) >= 0 {
		p.at++
	}
}

func (p *parser) file() error {
	if err := p.delim('{'); err != nil {
		return err
	}
	for p.dec.More() {
		p.begin()
		key, err := p.dec.Token()
		if err != nil {
			return plain(err)
		}
		switch key {
		case "version":
			err = p.decode(&p.Version)
			if err == nil && p.Version != Version {
				err = fmt.Errorf("version %d is not known; this reads version %d", p.Version, Version)
			}
		case "sources":
			err = p.list(func() error {
				var s Source
				defer func() { p.Sources = append(p.Sources, s) }()
				return p.decode(&s)
			})
		case "times":
			err = p.list(func() error {
				var t Time
				if err := p.decode(&t); err != nil {
					return err
				}
				t.site = p.site()
				p.Times = append(p.Times, t)
				return t.check()
			})
		default:
			err = fmt.Errorf("unknown key %q", key)
		}
		if err != nil {
			return err
		}
	}
	if err := p.delim('}'); err != nil {
		return err
	}
	if _, err := p.dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one document")
	}
	if p.Version == 0 {
		return fmt.Errorf("version is missing; this is version: %d", Version)
	}
	return nil
}

func (p *parser) delim(want json.Delim) error {
	p.begin()
	tok, err := p.dec.Token()
	if err != nil {
		return plain(err)
	}
	if tok != want {
		return fmt.Errorf("want %s", want)
	}
	return nil
}

func (p *parser) list(each func() error) error {
	if err := p.delim('['); err != nil {
		return err
	}
	for p.dec.More() {
		if err := each(); err != nil {
			return err
		}
	}
	return p.delim(']')
}

func (p *parser) decode(to any) error {
	p.begin()
	return plain(p.dec.Decode(to))
}

// plain rewords an error of encoding/json.
func plain(err error) error {
	var typ *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the file is cut off")
	case errors.As(err, &typ):
		return errors.New(strings.TrimPrefix(fmt.Sprintf("%s: a %s is no %s", typ.Field, typ.Value, typ.Type), ": "))
	case err != nil:
		return errors.New(strings.TrimPrefix(err.Error(), "json: "))
	}
	return nil
}

// check returns what is wrong with an entry.
func (t *Time) check() error {
	switch {
	case !slices.Contains([]What{Own, Use, Network}, t.What):
		return fmt.Errorf("what: want own, use or network, not %q", t.What)
	case t.Service == "":
		return errors.New("service is missing")
	case t.What != Own && t.Target == "":
		return errors.New("target is missing")
	case t.What == Own && t.Target != "":
		return errors.New("own work has no target")
	case t.Mean.Low < 0 || t.Mean.High < t.Mean.Low:
		return errors.New("mean_ms: want a number that is not negative, or two: [least, greatest]")
	case t.Count < 1:
		return errors.New("count: want at least 1")
	}
	return nil
}

// MarshalJSON implements json.Marshaler.
func (s Span) MarshalJSON() ([]byte, error) {
	if s.Low == s.High {
		return json.Marshal(s.Low)
	}
	return json.Marshal([]float64{s.Low, s.High})
}

// UnmarshalJSON implements json.Unmarshaler.
func (s *Span) UnmarshalJSON(data []byte) error {
	if json.Unmarshal(data, &s.Low) == nil {
		s.High = s.Low
		return nil
	}
	var both []float64
	if json.Unmarshal(data, &both) != nil || len(both) != 2 {
		return errors.New("mean_ms: want a number, or two: [least, greatest]")
	}
	s.Low, s.High = both[0], both[1]
	return nil
}

// Round returns a number with six significant digits: no clock is better.
func Round(v float64) float64 {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return v
	}
	scale := math.Pow(10, 5-math.Floor(math.Log10(math.Abs(v))))
	if math.IsInf(scale, 0) || scale == 0 {
		return v
	}
	return math.Round(v*scale) / scale
}
