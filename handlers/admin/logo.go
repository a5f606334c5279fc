package admin

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image/png"
	"io"
	"regexp"
	"strings"
)

// logo is a picture that is safe to serve from our own address.
type logo struct {
	kind    string // its media type
	content []byte
}

var errLogo = errors.New("neither an SVG nor a PNG that can be used")

// mostPixels bounds a side of a PNG, so that a small file cannot unfold into much memory.
const mostPixels = 2000

// cleanLogo keeps of an uploaded picture what a picture needs: a PNG is decoded
// and written anew, without anything that travelled beside its pixels; an SVG is
// written anew from a short list of elements and attributes.
func cleanLogo(content []byte) (*logo, error) {
	if bytes.HasPrefix(content, []byte("\x89PNG\r\n\x1a\n")) {
		return cleanPNG(content)
	}
	return cleanSVG(content)
}

func cleanPNG(content []byte) (*logo, error) {
	size, err := png.DecodeConfig(bytes.NewReader(content))
	if err != nil || size.Width > mostPixels || size.Height > mostPixels {
		return nil, errLogo
	}
	picture, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, errLogo
	}
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		return nil, fmt.Errorf("write logo: %w", err)
	}
	return &logo{"image/png", out.Bytes()}, nil
}

// What an SVG may hold: shapes, their groups, gradients and a title. No script,
// no style, no link, no picture inside the picture, nothing from elsewhere.
var (
	svgElements   = words("svg g path rect circle ellipse line polyline polygon defs linearGradient radialGradient stop clipPath mask title desc")
	svgAttributes = words("viewBox width height x y x1 y1 x2 y2 cx cy r rx ry fx fy d points transform fill fill-rule fill-opacity " +
		"stroke stroke-width stroke-linecap stroke-linejoin stroke-opacity stroke-dasharray stroke-miterlimit opacity clip-rule clip-path mask " +
		"offset stop-color stop-opacity gradientUnits gradientTransform spreadMethod clipPathUnits maskUnits maskContentUnits preserveAspectRatio id version")
	svgTexts = words("title desc")
	// svgReference is the only way in which a value may refer to something: to a
	// part of the same picture.
	svgReference = regexp.MustCompile(`^url\(#[A-Za-z][\w.-]*\)$`)
)

const (
	svgSpace    = "http://www.w3.org/2000/svg"
	mostDepth   = 32
	mostPieces  = 20_000
	svgSafeText = `\<>{}&@`
)

func words(list string) map[string]bool {
	m := map[string]bool{}
	for _, word := range strings.Fields(list) {
		m[word] = true
	}
	return m
}

func cleanSVG(content []byte) (*logo, error) {
	in := xml.NewDecoder(bytes.NewReader(content))
	in.Strict = true
	var out bytes.Buffer
	var open []string
	skip, pieces := 0, 0
	for {
		token, err := in.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if pieces++; err != nil || pieces > mostPieces {
			return nil, errLogo
		}
		switch t := token.(type) {
		case xml.StartElement:
			if len(open) == 0 && (t.Name.Local != "svg" || out.Len() > 0) || len(open) >= mostDepth {
				return nil, errLogo
			}
			if skip > 0 || t.Name.Space != svgSpace || !svgElements[t.Name.Local] {
				skip++
				continue
			}
			openSVG(&out, t, len(open) == 0)
			open = append(open, t.Name.Local)
		case xml.EndElement:
			if skip > 0 {
				skip--
				continue
			}
			out.WriteString("</" + open[len(open)-1] + ">")
			open = open[:len(open)-1]
		case xml.CharData:
			if skip == 0 && len(open) > 0 && svgTexts[open[len(open)-1]] {
				_ = xml.EscapeText(&out, t) // a buffer takes everything
			}
		}
	}
	if out.Len() == 0 || len(open) > 0 {
		return nil, errLogo
	}
	return &logo{"image/svg+xml", out.Bytes()}, nil
}

func openSVG(out *bytes.Buffer, t xml.StartElement, root bool) {
	out.WriteString("<" + t.Name.Local)
	if root {
		out.WriteString(` xmlns="` + svgSpace + `"`)
	}
	for _, a := range t.Attr {
		if a.Name.Space != "" || !svgAttributes[a.Name.Local] || !svgValue(a.Value) {
			continue
		}
		out.WriteString(" " + a.Name.Local + `="`)
		_ = xml.EscapeText(out, []byte(a.Value))
		out.WriteString(`"`)
	}
	out.WriteString(">")
}

// svgValue tells whether an attribute's value is plain: a number, a colour, a path,
// or a reference within the same picture.
func svgValue(value string) bool {
	if strings.Contains(strings.ToLower(value), "url") {
		return svgReference.MatchString(value)
	}
	return !strings.ContainsAny(value, svgSafeText) && !strings.Contains(value, ":")
}
