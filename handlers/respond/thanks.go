package respond

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// thanksPage is the thank-you page with two marks in it: it is filled once per
// survey and language, and then only cut and spliced.
type thanksPage struct {
	page.Base
	speech
	Promise surveys.Date
	Changed bool          // who sent it again had changed something, which is not kept
	Where   string        // the address of the code page, to write down
	Code    template.HTML // the mark of the receipt code
	Profile bool          // who answered about themselves may open their profile
	Slug    string
	Contact bool   // an answer is mailed to who asks for it
	Close   bool   // says to close the tab: the browser keeps the pages before this one
	Sealed  string // the mark of the sealed sitting
}

// thanksSheet is the filled page, cut at the code and at the sealed sitting.
type thanksSheet struct {
	head, middle, foot []byte
	profile            bool
}

type thanksKey struct {
	shellKey
	profile bool
	changed bool
	contact bool
	kiosk   bool
}

// showThanks answers with the receipt code. It shows once; a retry shows the same.
func (p *pages) showThanks(c *gin.Context, v *visit, code responses.ReceiptCode, changed bool) error {
	ts, err := p.thanksOf(c, v, changed)
	if err != nil {
		return err
	}
	buf := pageBytes.Get().(*[]byte)
	defer func() { pageBytes.Put(buf) }()
	b := append((*buf)[:0], ts.head...)
	for i, group := range code.Groups() {
		if i > 0 {
			b = append(b, ' ')
		}
		b = append(append(append(b, "<span>"...), group...), "</span>"...)
	}
	b = append(b, ts.middle...)
	if ts.profile {
		if b, err = p.appendSealed(b, c, v); err != nil {
			*buf = b[:0]
			return err
		}
	}
	b = append(b, ts.foot...)
	p.noStore(c, v.sitting)
	page.Write(c, http.StatusOK, "text/html; charset=utf-8", b)
	*buf = b[:0]
	return nil
}

func (p *pages) thanksOf(c *gin.Context, v *visit, changed bool) (*thanksSheet, error) {
	org, s, lang := page.Org(c), v.survey, v.sitting.Lang
	key := thanksKey{shellKey{org.ID, org.Revision, s.ID, s.Revision, lang, v.form.informal}, len(v.form.profile) > 0, changed, !v.sitting.Kiosk && p.takesContacts(c, s), v.sitting.Kiosk}
	if ts, ok := p.thanks.get(key); ok {
		return ts, nil
	}
	where := strings.TrimPrefix(strings.TrimPrefix(org.Address, "https://"), "http://")
	filled, err := p.renderThanks(lang, thanksPage{
		Base: p.stepBase(c, lang), speech: speech{v.form.informal}, Promise: s.Promise.Expected(), Changed: changed, Where: where + "/code",
		Code: markOne, Profile: key.profile, Slug: s.Slug, Contact: key.contact, Sealed: markTwo, Close: !key.kiosk,
	})
	if err != nil {
		return nil, fmt.Errorf("fill the thank-you page: %w", err)
	}
	head, rest, ok := bytes.Cut(filled, []byte(markOne))
	if !ok {
		return nil, fmt.Errorf("fill the thank-you page: its mark is gone")
	}
	ts := &thanksSheet{head: head, middle: rest}
	if middle, foot, cut := bytes.Cut(rest, []byte(markTwo)); cut {
		ts.middle, ts.foot, ts.profile = middle, foot, true
	}
	p.thanks.put(key, ts)
	return ts, nil
}
