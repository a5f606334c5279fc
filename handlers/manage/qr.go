package manage

import (
	"fmt"
	"strings"

	"weerklank.nl/weerklank/handlers/page"
)

// QR is a QR code as one SVG path, in modules, with the quiet zone that readers need.
type QR struct {
	Side int    // of the square, in modules
	Path string // of the dark modules
	Text string // what it says, without the scheme, for who cannot see it
}

// NewQR makes the code of an address.
func NewQR(address string) (QR, error) {
	side, path, err := page.QRPath(address)
	return QR{Side: side, Path: path, Text: withoutScheme(address)}, err
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
