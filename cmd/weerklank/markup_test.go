package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
)

// planted is what somebody on the staff could write into every text: markup, the
// end of an attribute and of a script, and something that a template would act on.
const planted = ` "'></title></textarea></script><img src=x onerror=alert(1)>{{.}}` + "\u2028"

// plant adds it to every text in two languages that the value holds: objects of
// which each key names a language.
func plant(v any) (any, bool) {
	changed := false
	switch v := v.(type) {
	case []any:
		for i := range v {
			one, did := plant(v[i])
			v[i], changed = one, changed || did
		}
	case map[string]any:
		for key, value := range v {
			text, isText := value.(string)
			if isText && text != "" && (key == "nl" || key == "en" || key == "" || strings.HasSuffix(key, " (nl)") || strings.HasSuffix(key, " (en)")) {
				v[key], changed = text+planted, true
				continue
			}
			one, did := plant(value)
			v[key], changed = one, changed || did
		}
	}
	return v, changed
}

// rowsOf gives every row of a table of SQLite, with where it lies as "place".
func (r *running) rowsOf(t *testing.T, table string) []map[string]any {
	t.Helper()
	rows, err := r.database.Reader().Query(t.Context(), `SELECT rowid AS place, * FROM `+table)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var stored []map[string]any
	for rows.Next() {
		row := map[string]any{}
		if err := rows.MapScan(row); err != nil {
			t.Fatal(err)
		}
		stored = append(stored, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return stored
}

// plantEverywhere changes every stored text of the programme, the organisation and
// the released figures, past all checks, and gives how many values it changed.
func (r *running) plantEverywhere(t *testing.T) int {
	t.Helper()
	changed := 0
	for _, table := range []string{"organisations", "accounts", "questionnaires", "versions", "surveys", "collectors", "findings", "decisions",
		"notices", "competences", "courses", "designs", "design_revisions", "editions", "releases"} {
		stored := r.rowsOf(t, table)
		err := r.database.Transact(t.Context(), func(tx *db.Tx) error {
			for _, row := range stored {
				for column, value := range row {
					text := fmt.Sprintf("%s", value)
					var v any
					if json.Unmarshal([]byte(text), &v) != nil {
						continue
					}
					v, did := plant(v)
					if !did {
						continue
					}
					body, err := json.Marshal(v)
					if err != nil {
						return err
					}
					var write any = string(body)
					if _, blob := value.([]byte); blob {
						write = body
					}
					changed++
					if _, err := tx.Exec(t.Context(), `UPDATE `+table+` SET `+column+` = ? WHERE rowid = ?`, write, row["place"]); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return changed
}

// inert fails when something planted became markup, and tells whether it stands on
// the page as text.
func inert(t *testing.T, where, html string) bool {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		t.Fatal(err)
	}
	if n := doc.Find(`[onerror], img[src="x"]`).Length(); n > 0 || strings.Contains(html, "<img src=x") {
		t.Errorf("%s: what somebody wrote became markup", where)
	}
	doc.Find("[href], [src], [action], [formaction]").Each(func(_ int, s *goquery.Selection) {
		for _, name := range []string{"href", "src", "action", "formaction"} {
			if v := strings.ToLower(strings.TrimSpace(s.AttrOr(name, ""))); strings.HasPrefix(v, "javascript:") || strings.HasPrefix(v, "data:") {
				t.Errorf("%s: an address is %.40s", where, v)
			}
		}
	})
	return strings.Contains(doc.Text(), "onerror=alert(1)") || strings.Contains(html, "onerror=alert(1)")
}

func TestAnOutsiderGetsNothing(t *testing.T) {
	r := onSQLite(t)
	if n := r.plantEverywhere(t); n < 500 {
		t.Fatalf("only %d values were changed", n)
	}
	seen := map[surveys.Role][]reached{}
	t.Run("by writing markup", func(t *testing.T) {
		looked, shown := 0, 0
		for _, audience := range audiences {
			seen[audience.role] = r.crawl(t, r.clientOf(t, audience.role), audience.start...)
			for _, p := range seen[audience.role] {
				looked++
				if inert(t, audience.name+" "+p.path, p.html) {
					shown++
				}
			}
		}
		if shown < looked*8/10 {
			t.Errorf("what was planted stands on %d of %d pages: the test looks past it", shown, looked)
		}
		r.answerPlanted(t, "/s/balie-najaar-2026")
	})
	t.Run("from another organisation", func(t *testing.T) { r.fromElsewhere(t, seen) })
}

// answerPlanted goes through a survey and types the same into every field.
func (r *running) answerPlanted(t *testing.T, path string) {
	t.Helper()
	client := visitor(t)
	resp, err := client.PostForm(r.url+path, url.Values{"ga": {"beginnen"}})
	for step := range 12 {
		if err != nil {
			t.Fatal(err)
		}
		doc, readErr := goquery.NewDocumentFromReader(resp.Body)
		resp.Body.Close()
		if readErr != nil {
			t.Fatal(readErr)
		}
		html, _ := doc.Html()
		if !inert(t, fmt.Sprintf("%s, step %d", path, step), html) {
			t.Errorf("%s, step %d: what was planted is not there", path, step)
		}
		if resp.StatusCode == http.StatusInternalServerError {
			t.Fatalf("step %d: %s", step, resp.Status)
		}
		typed := url.Values{"ga": {"volgende"}}
		doc.Find("form input, form textarea, form select").Each(func(_ int, s *goquery.Selection) {
			name := s.AttrOr("name", "")
			switch {
			case name == "tot-nu-toe":
				typed.Set(name, s.AttrOr("value", ""))
			case name == "":
			case s.AttrOr("type", "") == "radio" && !typed.Has(name):
				typed.Set(name, s.AttrOr("value", ""))
			case s.AttrOr("type", "") == "text" || goquery.NodeName(s) == "textarea":
				typed.Set(name, planted)
			}
		})
		if !typed.Has("tot-nu-toe") {
			t.Logf("ends after %d steps", step)
			return
		}
		if doc.Find(`button[value="versturen"]`).Length() > 0 {
			typed.Set("ga", "versturen")
		}
		resp, err = client.PostForm(r.url+path, typed)
	}
	t.Error("the survey does not end")
}
