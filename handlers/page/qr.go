package page

import (
	"fmt"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// Quiet is the white edge around a QR code, in modules (ISO/IEC 18004).
const Quiet = 4

// QRPath is a QR code as one SVG path, in a square of so many modules with the quiet
// edge that readers need, and with the correction level that survives a scratch.
func QRPath(text string) (side int, path string, err error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return 0, "", fmt.Errorf("make QR code: %w", err)
	}
	modules := code.Bounds().Dx()
	dark := func(x, y int) bool {
		r, _, _, _ := code.At(x, y).RGBA()
		return r == 0
	}
	var b strings.Builder
	for y := range modules {
		for x := 0; x < modules; x++ {
			if !dark(x, y) {
				continue
			}
			run := 1
			for x+run < modules && dark(x+run, y) {
				run++
			}
			fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", x+Quiet, y+Quiet, run, run)
			x += run
		}
	}
	return modules + 2*Quiet, b.String(), nil
}
