package page

import (
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
)

// Bar is a share with its 95 % interval, all between 0 and 1: the number as text
// and a decorative bar beside it. Low and High are both 0 without an interval.
type Bar struct{ Share, Low, High float64 }

// Path is the filled part of the bar.
func (b Bar) Path() string { return "M0 3h" + tenth(b.Share) + "v12H0z" }

// Range is the bracket of the interval; "" without one.
func (b Bar) Range() string {
	if b.Low == 0 && b.High == 0 {
		return ""
	}
	low, high := tenth(b.Low), tenth(b.High)
	return fmt.Sprintf("M%s 9H%sM%s 5v8M%s 5v8", low, high, low, high)
}

// tenth is a share as a position on a bar of 100 wide, to a tenth.
func tenth(share float64) string {
	return strconv.FormatFloat(math.Round(min(max(share, 0), 1)*1000)/10, 'f', -1, 64)
}

// measure SHARE, or measure SHARE LOW HIGH: a Bar for the part "bar".
func measure(share float64, interval ...float64) (Bar, error) {
	switch len(interval) {
	case 0:
		return Bar{Share: share}, nil
	case 2:
		return Bar{share, interval[0], interval[1]}, nil
	}
	return Bar{}, fmt.Errorf("measure takes a share, or a share and its interval")
}

// steps of the loop, from asking to measuring again.
const loopSteps = 7

// Track is the part "track": the loop as seven blocks.
type Track struct{ Done, Now string }

// track NOW: the steps before now (1 to 7) are done; 8 says that all are.
func track(now int) Track {
	var t Track
	var done strings.Builder
	for i := range loopSteps {
		block := fmt.Sprintf("M%d 0h12v10h-12z", i*14+1)
		switch {
		case i+1 < now:
			done.WriteString(block)
		case i+1 == now:
			t.Now = block
		}
	}
	t.Done = done.String()
	return t
}

// LoopStep is a step of the part "loop".
type LoopStep struct {
	Key  string
	Done bool
	Now  bool
}

var loopKeys = [loopSteps]string{"loop.asked", "loop.answered", "loop.learned", "loop.decided", "loop.told", "loop.train", "loop.again"}

// loop NOW: the seven steps in words, with now (1 to 7) as the current one.
func loop(now int) []LoopStep {
	steps := make([]LoopStep, loopSteps)
	for i, key := range loopKeys {
		steps[i] = LoopStep{Key: key, Done: i+1 < now, Now: i+1 == now}
	}
	return steps
}

// Pagination is the part "pagination": Path with its query, and the page shown
// (from 1) out of Last.
type Pagination struct {
	Path string
	Page int
	Last int
}

// Paginate gives the part of a list that stands on the page that the request asks for, with
// so many on a page.
func Paginate[T any](c *gin.Context, path string, list []T, on int) (Pagination, []T) {
	p := Pagination{Path: path, Last: (len(list) + on - 1) / on}
	p.Page, _ = strconv.Atoi(c.Query("pagina"))
	p.Page = max(1, min(p.Page, p.Last))
	return p, list[min(len(list), (p.Page-1)*on):min(len(list), p.Page*on)]
}

type pageLink struct {
	Number  int
	Href    string
	Current bool
	Gap     bool // pages are left out before this one
}

// pagesAround are the first, the last and the pages around the one that is shown.
func pagesAround(p Pagination) []pageLink {
	var links []pageLink
	sign := "?"
	if strings.Contains(p.Path, "?") {
		sign = "&"
	}
	last := 0
	for n := 1; n <= p.Last; n++ {
		if n != 1 && n != p.Last && (n < p.Page-1 || n > p.Page+1) {
			continue
		}
		links = append(links, pageLink{n, p.Path + sign + "pagina=" + strconv.Itoa(n), n == p.Page, n > last+1})
		last = n
	}
	return links
}

// badge is the part "badge": a state as a word with a colour.
type badge struct {
	Tone string
	Text template.HTML
}

// badge TONE KEY and the placeholders of KEY. Tones: success, warning, danger,
// neutral, or "" for the accent.
func (k *Kit) badge(lang Lang, tone, key string, args []any) (badge, error) {
	m, err := pairs(args)
	if err != nil {
		return badge{}, err
	}
	return badge{tone, k.catalogue.html(lang, key, m)}, nil
}

// Crumb is a step of the part "breadcrumb"; the last one has no Href.
type Crumb struct{ Text, Href string }

// Alert is the part "alert": Tone info, ok, warning or error, always with words.
type Alert struct {
	Tone  string
	Title template.HTML
	Text  template.HTML
}

// Datum is a row of the part "data-list".
type Datum struct {
	Key   template.HTML
	Value template.HTML
}
