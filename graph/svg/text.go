package svg

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"io"
	"strconv"
	"strings"

	"github.com/go-fonts/liberation/liberationsansregular"
	"github.com/srwiley/oksvg"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// A text is one text element of an SVG: a line of writing. Lengths are points
// from the picture's left upper corner.
type text struct {
	x, y   float64 // the baseline's anchor
	size   float64
	anchor string // start, middle or end
	fill   color.Color
	line   string
}

// readTexts returns the texts of an SVG that Graphviz wrote: it moves all of
// them by the translation of the one group that has a transformation.
func readTexts(data []byte) ([]text, error) {
	var list []text
	var dx, dy float64
	inside := false
	for d := xml.NewDecoder(bytes.NewReader(data)); ; {
		tok, err := d.Token()
		switch {
		case errors.Is(err, io.EOF):
			return list, nil
		case err != nil:
			return nil, err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			inside = tok.Name.Local == "text"
			if move := attribute(tok, "transform"); move != "" && tok.Name.Local == "g" {
				if dx, dy, err = translation(move); err != nil {
					return nil, err
				}
			}
			if inside {
				t, err := textOf(tok)
				if err != nil {
					return nil, err
				}
				t.x, t.y = t.x+dx, t.y+dy
				list = append(list, t)
			}
		case xml.CharData:
			if inside {
				list[len(list)-1].line += string(tok)
			}
		case xml.EndElement:
			inside = false
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// translation reads "scale(1 1) rotate(0) translate(X Y)", which Graphviz
// writes for a graph without the attributes size and rotate.
func translation(transform string) (dx, dy float64, err error) {
	if _, err := fmt.Sscanf(transform, "scale(1 1) rotate(0) translate(%g %g)", &dx, &dy); err != nil {
		return 0, 0, fmt.Errorf("transform %q: %w", transform, err)
	}
	return dx, dy, nil
}

func textOf(e xml.StartElement) (text, error) {
	t := text{anchor: attribute(e, "text-anchor"), fill: color.Black}
	for _, number := range []struct {
		name string
		to   *float64
	}{{"x", &t.x}, {"y", &t.y}, {"font-size", &t.size}} {
		v, err := strconv.ParseFloat(attribute(e, number.name), 64)
		if err != nil {
			return t, fmt.Errorf("text's %s: %w", number.name, err)
		}
		*number.to = v
	}
	if fill := attribute(e, "fill"); fill != "" {
		c, err := oksvg.ParseSVGColor(fill)
		if err != nil {
			return t, fmt.Errorf("text's fill: %w", err)
		}
		t.fill = c
	}
	return t, nil
}

// drawTexts draws in Liberation Sans, whose letters are as wide as those of
// Arial and Helvetica, for which the layout left room.
func drawTexts(img draw.Image, texts []text, scale float64) error {
	letters, err := opentype.Parse(liberationsansregular.TTF)
	if err != nil {
		return fmt.Errorf("font: %w", err)
	}
	faces := map[float64]font.Face{}
	for _, t := range texts {
		face := faces[t.size]
		if face == nil {
			face, err = opentype.NewFace(letters, &opentype.FaceOptions{Size: t.size * scale, DPI: 72})
			if err != nil {
				return fmt.Errorf("font: %w", err)
			}
			faces[t.size] = face
		}
		d := font.Drawer{Dst: img, Src: image.NewUniform(t.fill), Face: face}
		line := strings.ReplaceAll(t.line, "\u00a0", " ")
		at := t.x * scale
		switch wide := float64(d.MeasureString(line)) / 64; t.anchor {
		case "middle":
			at -= wide / 2
		case "end":
			at -= wide
		}
		d.Dot = fixed.Point26_6{X: fixed.Int26_6(at * 64), Y: fixed.Int26_6(t.y * scale * 64)}
		d.DrawString(line)
	}
	return nil
}
