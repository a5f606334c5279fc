package main

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"weerklank.nl/weerklank/cmd/weerklank/internal/demo"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
)

// typedBefore is what somebody types before the disk turns out to be full.
const typedBefore = "Dit schreef ik net voordat de schijf vol was."

// losesNothingOnAFullDisk sends every form of staff that takes text while the disk
// under the database is full: each answers in words, with all that was typed, and the
// log holds nothing of it.
func (r *running) losesNothingOnAFullDisk(t *testing.T) {
	t.Helper()
	type form struct {
		client *http.Client
		action string
		fields *goquery.Selection
	}
	var forms []form
	seen := map[string]bool{}
	for _, role := range []surveys.Role{surveys.ProgrammeManager, surveys.Administrator} {
		client := r.staff(t, role)
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		for queue := []string{"/beheer", "/beheer/account"}; len(queue) > 0; queue = queue[1:] {
			doc := read(t, client, r.url+queue[0])
			doc.Find("main a[href^='/beheer'], nav a[href^='/beheer']").Each(func(_ int, a *goquery.Selection) {
				to, _, _ := strings.Cut(a.AttrOr("href", ""), "#")
				if shape := randomID.ReplaceAllString(to, ":id"); !seen[shape] && !strings.ContainsAny(shape, "?") {
					seen[shape] = true
					queue = append(queue, to)
				}
			})
			doc.Find(`form[method="post"]`).Each(func(_ int, f *goquery.Selection) {
				action := f.AttrOr("action", queue[0])
				if shape := "POST " + randomID.ReplaceAllString(action, ":id"); !seen[shape] && takesText(f) {
					seen[shape] = true
					forms = append(forms, form{client, action, f})
				}
			})
		}
	}
	r.fillDisk(t)
	full := 0
	for _, f := range forms {
		resp := sendTyped(t, f.client, r.url+f.action, f.fields)
		page, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		switch resp.StatusCode {
		case http.StatusServiceUnavailable:
			full++
			fallthrough
		case http.StatusUnprocessableEntity:
			if !strings.Contains(string(page), typedBefore) {
				t.Errorf("POST %s: %s, and what was typed is gone:\n%s", f.action, resp.Status, page)
			}
		default:
			t.Errorf("POST %s on a full disk: %s", f.action, resp.Status)
		}
	}
	resp, err := visitor(t).PostForm(r.url+"/beheer/inloggen", url.Values{"gebruiker": {r.emailOf(t, surveys.ProgrammeManager)}, "wachtwoord": {demo.Password}})
	fatal(t, err)
	resp.Body.Close()
	if resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("signing in on a full disk: %s at %s", resp.Status, resp.Request.URL.Path)
	}
	if full < 5 {
		t.Errorf("of %d forms only %d came as far as the disk", len(forms), full)
	}
	if log := r.log.String(); strings.Contains(log, typedBefore) || strings.Contains(log, "level=ERROR") {
		t.Errorf("the log says: %s", log)
	}
	t.Logf("%d forms, of which %d met the full disk", len(forms), full)
}

// takesText tells whether something can be typed in a form that is no password.
func takesText(f *goquery.Selection) bool {
	return f.Find(`input[type="password"]`).Length() == 0 && f.Find(`textarea[name], input[type="text"][name], input[name]:not([type])`).Length() > 0
}

// sendTyped sends a form as a browser does, with typedBefore where there is room for
// a text of one's own.
func sendTyped(t *testing.T, client *http.Client, address string, f *goquery.Selection) *http.Response {
	t.Helper()
	fields := filled(f)
	texts := f.Find("textarea[name]")
	if texts.Length() == 0 {
		texts = f.Find(`input[type="text"][name], input[name]:not([type])`).First()
	}
	texts.Each(func(_ int, s *goquery.Selection) { fields.Set(s.AttrOr("name", ""), typedBefore) })
	f.Find(`input[type="radio"][name]`).Each(func(_ int, s *goquery.Selection) {
		if name := s.AttrOr("name", ""); !fields.Has(name) {
			fields.Set(name, s.AttrOr("value", ""))
		}
	})
	return sendFields(t, client, address, f, fields)
}

// sendFields sends the fields of a form as the form says.
func sendFields(t *testing.T, client *http.Client, address string, f *goquery.Selection, fields url.Values) *http.Response {
	t.Helper()
	var body bytes.Buffer
	kind := "application/x-www-form-urlencoded"
	if f.AttrOr("enctype", kind) == kind {
		body.WriteString(fields.Encode())
	} else {
		w := multipart.NewWriter(&body)
		kind = w.FormDataContentType()
		for name, values := range fields {
			for _, value := range values {
				fatal(t, w.WriteField(name, value))
			}
		}
		fatal(t, w.Close())
	}
	resp, err := client.Post(address, kind, &body)
	fatal(t, err)
	return resp
}

func read(t *testing.T, client *http.Client, address string) *goquery.Document {
	t.Helper()
	resp, err := client.Get(address)
	fatal(t, err)
	defer resp.Body.Close()
	doc, err := goquery.NewDocumentFromReader(resp.Body)
	fatal(t, err)
	return doc
}

// fillDisk makes the database refuse every write as it does when the disk is full. On
// SQLite the file may not grow, and every write wants it to. PostgreSQL cannot be
// bounded so; there every write ends in the error that it gives then.
func (r *running) fillDisk(t *testing.T) {
	t.Helper()
	tables, err := r.database.Tables(t.Context(), r.database.Reader())
	fatal(t, err)
	fatal(t, r.database.Transact(t.Context(), func(tx *db.Tx) error {
		var all []string
		if r.database.Name() == "sqlite" {
			all = append(all, `CREATE TABLE filler (b BLOB)`)
			for _, table := range tables {
				for _, act := range []string{"INSERT", "UPDATE"} {
					all = append(all, `CREATE TRIGGER full_`+table+act+` BEFORE `+act+` ON `+table+` BEGIN INSERT INTO filler VALUES (zeroblob(20000000)); END`)
				}
			}
			all = append(all, `PRAGMA max_page_count = 4000`)
		} else {
			all = append(all, `CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE disk_full; END$$`)
			for _, table := range tables {
				all = append(all, `CREATE TRIGGER disk_full BEFORE INSERT OR UPDATE ON `+table+` EXECUTE FUNCTION disk_full()`)
			}
		}
		for _, statement := range all {
			if _, err := tx.Exec(t.Context(), statement); err != nil {
				return err
			}
		}
		return nil
	}))
}
