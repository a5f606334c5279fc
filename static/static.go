// Package static holds the files that the program serves or reads as they are:
// the stylesheet, the icon, the little script, and the texts of the interface in
// every language (locales/AREA.LANG.json). They are embedded in the program.
package static

import "embed"

// Assets are the files that browsers ask for.
//
//go:embed weerklank.css weerklank.js icon.svg
var Assets embed.FS

// Locales are the catalogues: one file per area and language.
//
//go:embed locales/*.json
var Locales embed.FS
