package svg

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"math"
	"regexp"
	"slices"

	"github.com/srwiley/oksvg"
	"github.com/srwiley/rasterx"
)

// density is how many pixels a point of the SVG becomes, and most how many
// pixels a picture has at most: a larger one is drawn with fewer a point.
const (
	density = 2.0
	most    = 64 << 20
)

// PNG draws an SVG of lines, filled shapes and texts, such as a plot, as PNG. It
// returns an error if the text is no SVG.
func PNG(svg []byte, w io.Writer) error { return raster(svg, w) }

// raster draws an SVG that Graphviz wrote as PNG. Graphviz's own backend for
// PNG, as go-graphviz 0.2.10 has it, fills the curves that it should only
// stroke. Shapes are drawn by oksvg, which leaves out texts; those are drawn
// after them, as Graphviz itself puts nothing over a text.
func raster(data []byte, w io.Writer) error {
	icon, err := oksvg.ReadIconStream(bytes.NewReader(prepared(data)), oksvg.IgnoreErrorMode)
	if err != nil {
		return fmt.Errorf("read SVG: %w", err)
	}
	points := icon.ViewBox
	if points.W <= 0 || points.H <= 0 {
		return fmt.Errorf("read SVG: size of %g by %g points", points.W, points.H)
	}
	scale := min(density, math.Sqrt(most/(points.W*points.H)))
	width, height := int(math.Ceil(points.W*scale)), int(math.Ceil(points.H*scale))
	for i := range icon.SVGPaths {
		thicken(&icon.SVGPaths[i].PathStyle, scale)
	}
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(img, img.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	icon.SetTarget(0, 0, points.W*scale, points.H*scale)
	scanner := rasterx.NewScannerGV(width, height, img, img.Bounds())
	icon.Draw(rasterx.NewDasher(width, height, scanner), 1)
	texts, err := readTexts(data)
	if err != nil {
		return fmt.Errorf("read SVG: %w", err)
	}
	if err := drawTexts(img, texts, scale); err != nil {
		return err
	}
	return png.Encode(w, img)
}

var polyline = regexp.MustCompile(`<polyline ([^>]*)points="([^"]*)"`)

// prepared returns the SVG as oksvg understands it: oksvg leaves out a polyline
// of two points, and takes lines of no width given to be 2 points wide, where
// SVG says 1.
func prepared(data []byte) []byte {
	data = polyline.ReplaceAll(data, []byte(`<path ${1}d="M$2"`))
	return bytes.Replace(data, []byte(`class="graph"`), []byte(`class="graph" stroke-width="1"`), 1)
}

// thicken scales the widths of lines and their dashes, which oksvg takes to be
// pixels whatever the size of the picture.
func thicken(s *oksvg.PathStyle, scale float64) {
	s.LineWidth *= scale
	s.Dash = slices.Clone(s.Dash)
	for i := range s.Dash {
		s.Dash[i] *= scale
	}
}
