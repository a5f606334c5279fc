package main

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"testing"

	"github.com/chromedp/chromedp"

	"weerklank.nl/weerklank/handlers/page/pagetest"
	"weerklank.nl/weerklank/surveys"
)

var picture = flag.String("picture", "", "write the picture of the README to this file")

// TestPictureOfTheReadme makes the picture of the README from the running product:
// a survey on a phone, its results for a manager, and the promises for everybody.
func TestPictureOfTheReadme(t *testing.T) {
	if *picture == "" {
		t.Skip("made by make picture")
	}
	r := onSQLite(t)
	manager := r.staff(t, surveys.ProgrammeManager)
	var results string
	for _, p := range r.crawl(t, manager, "/beheer/uitvragen") {
		if kindOf(mustParse(t, p.path)) == "/beheer/uitvragen/:id/resultaten?" {
			results = p.path
			break
		}
	}
	const height, gap = 860, 24
	var shots []image.Image
	width := gap
	for _, view := range []struct {
		path  string
		width int
	}{{"/s/" + r.filled.Open, 400}, {results, 1000}, {"/beloften", 700}} {
		tab := pagetest.Tab(t, view.width)
		withCookies(t, tab, manager, r.url)
		if err := chromedp.Do(tab, chromedp.EmulateViewport(int64(view.width), height), chromedp.Navigate(r.url+view.path)); err != nil {
			t.Fatal(err)
		}
		body, err := chromedp.Run(tab, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		shot, err := png.Decode(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		shots = append(shots, shot)
		width += shot.Bounds().Dx() + gap
	}
	whole := image.NewRGBA(image.Rect(0, 0, width, height+2*gap))
	draw.Draw(whole, whole.Bounds(), image.NewUniform(color.RGBA{0x46, 0x56, 0x60, 0xff}), image.Point{}, draw.Src)
	at := gap
	for _, shot := range shots {
		draw.Draw(whole, image.Rect(at, gap, at+shot.Bounds().Dx(), gap+height), shot, shot.Bounds().Min, draw.Src)
		at += shot.Bounds().Dx() + gap
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, whole); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(*picture, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
