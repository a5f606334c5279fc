package manage

import (
	"fmt"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// QR is a QR code as one SVG path, in modules, with the quiet zone that readers need.
type QR struct {
	Side int    // of the square, in modules
	Path string // of the dark modules
	Text string // what it says, without the scheme, for who cannot see it
}

// quiet is the white edge around a QR code, in modules (ISO/IEC 18004).
const quiet = 4

// NewQR makes the code of an address, with the correction level that survives a
// scratched poster.
func NewQR(address string) (QR, error) {
	code, err := qr.Encode(address, qr.M, qr.Auto)
	if err != nil {
		return QR{}, fmt.Errorf("make QR code: %w", err)
	}
	side := code.Bounds().Dx()
	dark := func(x, y int) bool {
		r, _, _, _ := code.At(x, y).RGBA()
		return r == 0
	}
	var path strings.Builder
	for y := range side {
		for x := 0; x < side; x++ {
			if !dark(x, y) {
				continue
			}
			run := 1
			for x+run < side && dark(x+run, y) {
				run++
			}
			fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", x+quiet, y+quiet, run, run)
			x += run
		}
	}
	return QR{Side: side + 2*quiet, Path: path.String(), Text: withoutScheme(address)}, nil
}

// SVG is the code as a file of its own, to place in a letter or on a screen.
func (q QR) SVG() []byte {
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h%dv%dH0z"/><path d="%s"/></svg>`+"\n",
		q.Side, q.Side, q.Side, q.Side, q.Path)
}

// pieces are the parts of an address between which a narrow screen may break it.
func pieces(address string) []string {
	var out []string
	for address != "" {
		at := strings.IndexAny(address[1:], "/?-.")
		if at < 0 {
			return append(out, address)
		}
		out, address = append(out, address[:at+1]), address[at+1:]
	}
	return out
}

// withoutScheme is an address as people type it.
func withoutScheme(address string) string {
	return strings.TrimPrefix(strings.TrimPrefix(address, "https://"), "http://")
}
