package manage_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/xuri/excelize/v2"

	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// secret stands in every text, so that a page which shows one that it may not is found.
const secret = "zeegroen"

// wrote is what people wrote at the desk: two of them say who they are.
func wrote() []string {
	list := []string{"Bel mij op 06-12345678, " + secret + ".", "Bij de balie hielp Karin mij. Ik wachtte te lang, " + secret + "."}
	for i := len(list); i < 14; i++ {
		list = append(list, fmt.Sprintf("Ik wachtte %d minuten, %s.", i, secret))
	}
	return list
}

// readable is a closed survey of which the last release was made, with those texts; the
// desk is then a text reviewer's.
func (w *desk) readable(list []string) *surveys.Survey {
	w.t.Helper()
	w.as(surveys.ProgrammeManager)
	s := w.survey(w.published("dienstverlening-balie"), func(s *surveys.Survey) {
		s.Opens, s.Closes, s.Promise.On = "2026-09-01", "2026-10-31", "2026-12-15"
		s.Councils = []string{"clientenraad"}
	})
	writer, err := answers.NewWriter(w.t.Context(), w.answers)
	must(w.t, err)
	defer func() { must(w.t, writer.Close(context.WithoutCancel(w.t.Context()))) }()
	var all []responses.Response
	for i, text := range list {
		all = append(all, responses.Response{Org: org, Survey: s.ID, Version: 1, Day: s.Opens, Key: responses.Key{byte(i*89 + 3), byte(i)},
			Answers: questionnaire.Answers{"kanaal": "balie", "open_verbeteren": text}})
	}
	must(w.t, writer.LoadHistory(w.t.Context(), all))
	w.get(results(s)).send("/stand").wants(200)
	w.as(surveys.TextReviewer)
	return s
}

// as makes somebody of another role of who is signed in.
func (w *desk) as(role surveys.Role) {
	w.t.Helper()
	must(w.t, w.vault.ChangeAccount(w.t.Context(), org, "manager", func(a *surveys.Account, _ []surveys.Account) error {
		a.Role, a.Council = role, ""
		if role == surveys.CouncilMember {
			a.Council = "clientenraad"
		}
		return nil
	}))
}

func textsOf(s *surveys.Survey) string { return "/beheer/uitvragen/" + string(s.ID) + "/teksten" }

// one opens the text in which some words stand.
func (w *desk) one(s *surveys.Survey, words string) *seen {
	w.t.Helper()
	list := w.get(textsOf(s)+"/open_verbeteren").send("/zoeken", "zoek", words).wants(200)
	link := list.Find(".wk-rows a")
	if link.Length() != 1 {
		w.t.Fatalf("%d texts have %q", link.Length(), words)
	}
	return w.get(link.AttrOr("href", "")).wants(200)
}

// choose sends the form of a text with several values of a field.
func (s *seen) choose(fields url.Values) *seen {
	s.w.t.Helper()
	action, values := s.form(s.Find(`main form[method="post"]`).First().AttrOr("action", "?"))
	for name, chosen := range fields {
		values[name] = chosen
	}
	return s.w.post(action, values)
}

func TestNobodyButTheReviewerSeesATextThatWasNotApproved(t *testing.T) {
	w := givenDesk(t, surveys.TextReviewer, "")
	s := w.readable(wrote())
	if page := w.get(textsOf(s) + "/open_verbeteren").wants(200); strings.Count(string(page.body), secret) != 14 {
		t.Fatalf("the reviewer sees %d texts", strings.Count(string(page.body), secret))
	}
	handle := w.get(textsOf(s)+"/open_verbeteren").Find(".wk-rows a").AttrOr("href", "")
	at := "/beheer/uitvragen/" + string(s.ID)
	pages := []string{results(s), at + "/geschreven", at + "/geschreven?gezocht=" + w.keys.SealSought(secret, org, s.ID, [12]byte{1}), at + "/export", at + "/export/csv", at + "/export/excel", at + "/export/xlsx", at + "/export/json",
		at, at + "/bevinding?vraag=open_verbeteren", textsOf(s), textsOf(s) + "/open_verbeteren", textsOf(s) + "/open_verbeteren/themas", handle,
		"/beheer/raad/" + string(s.ID), "/beheer/raad/" + string(s.ID) + "/geschreven", "/beheer/raad"}
	look := func(want int) {
		t.Helper()
		for _, role := range []surveys.Role{surveys.ProgrammeManager, surveys.Reader, surveys.CouncilMember, surveys.Administrator, surveys.Guest} {
			w.as(role)
			for _, path := range pages {
				p := w.get(path)
				got, may := strings.Count(string(p.body), secret), 0
				if p.code == 200 && strings.HasSuffix(p.path, "/geschreven") && p.Find(".wk-rows").Length() > 0 {
					may = want
				}
				if got > may && !strings.Contains(path, "gezocht=") || strings.Contains(string(p.body), "06-12345678") || strings.Contains(string(p.body), "Karin") {
					t.Errorf("%s reads %d texts on %s (%d), may read %d", role, got, path, p.code, may)
				}
			}
			for _, form := range []string{handle, textsOf(s) + "/open_verbeteren/goedkeuren", textsOf(s) + "/open_verbeteren/publiceren", textsOf(s) + "/open_verbeteren/themas"} {
				w.post(form, nil).wants(http.StatusForbidden)
			}
		}
		w.as(surveys.TextReviewer)
	}
	look(0)
	phone := w.one(s, "06-12345678")
	if got := phone.text("blockquote mark"); got != "06-12345678" || !strings.Contains(phone.text("blockquote"), "(telefoonnummer)") {
		t.Errorf("marked: %q in %s", got, phone.text("blockquote"))
	}
	phone.choose(url.Values{"besluit": {"goed"}}).wants(200)
	w.one(s, "Karin").choose(url.Values{"besluit": {"goed"}, "woord": {"Karin"}, "woorden": {"balie"}}).wants(200)
	look(2)
	w.as(surveys.Reader)
	if got := w.get(at + "/geschreven").wants(200).text(".wk-rows"); !strings.Contains(got, "Bel mij op [telefoonnummer], "+secret) || !strings.Contains(got, "Bij de [weggelaten] hielp [weggelaten] mij.") {
		t.Errorf("a reader reads: %s", got)
	}
	w.as(surveys.CouncilMember)
	if got := w.get("/beheer/raad/" + string(s.ID) + "/geschreven").wants(200); got.Find(".wk-rows li").Length() != 2 {
		t.Errorf("a council reads %d texts", got.Find(".wk-rows li").Length())
	}
}

func TestTextsComeInViewWhenTheyMay(t *testing.T) {
	w := givenDesk(t, surveys.TextReviewer, "")
	s := w.readable(wrote()[:9])
	if page := w.get(textsOf(s)).wants(200); !strings.Contains(page.text("main"), "Minder dan tien mensen") {
		t.Errorf("of nine writers it says: %s", page.text("main"))
	}
	w.get(textsOf(s) + "/open_verbeteren").wants(http.StatusNotFound)
	w.get(textsOf(s) + "/kanaal").wants(http.StatusNotFound)
	w.get(textsOf(s) + "/open_verbeteren/themas").wants(http.StatusNotFound)
	if page := w.get("/beheer/uitvragen/" + string(s.ID) + "/geschreven").wants(200); strings.Contains(string(page.body), secret) || !strings.Contains(page.text("main"), "ten minste tien mensen") {
		t.Errorf("what others read: %s", page.text("main"))
	}
}

func TestATextIsReviewedAndThatIsUndone(t *testing.T) {
	w := givenDesk(t, surveys.TextReviewer, "")
	s := w.readable(wrote())
	state := func(words string) string { return w.one(s, words).text(".utrecht-status-badge") }

	first := w.one(s, "06-12345678")
	first.choose(url.Values{"besluit": {"weg"}}).complains("reden")
	first.choose(url.Values{"besluit": {"goed"}, "woorden": {"Petra, 06-12345678"}}).complains("woorden")
	if wrong := first.choose(url.Values{"besluit": {"goed"}, "woorden": {"Petra"}}); wrong.Find(`[name="woorden"]`).AttrOr("value", "") != "Petra" || wrong.Find(`[name="besluit"][checked]`).AttrOr("value", "") != "goed" {
		t.Error("what was typed is gone")
	}
	first.choose(url.Values{"besluit": {"weg"}, "reden": {"recognisable"}}).wants(200)
	if got := state("06-12345678"); got != "Weggehouden" {
		t.Errorf("it is %s", got)
	}
	w.one(s, "06-12345678").choose(url.Values{"besluit": {"goed"}, "maskeren": nil}).wants(200) // a false hit
	if got := w.one(s, "06-12345678"); got.text(".utrecht-status-badge") != "Goedgekeurd" || got.Find("blockquote mark").Length() != 0 || got.Find(`[name="maskeren"][checked]`).Length() != 0 {
		t.Errorf("it is %s, with %d masks", got.text(".utrecht-status-badge"), got.Find("blockquote mark").Length())
	}
	w.one(s, "06-12345678").choose(url.Values{"besluit": {"later"}}).wants(200)
	if got := state("06-12345678"); !strings.HasPrefix(got, "Nog te beoordelen") {
		t.Errorf("it is %s", got)
	}

	t.Run("and taking back the mask of a word shows nothing that was found in it", func(t *testing.T) {
		w.one(s, "06-12345678").choose(url.Values{"besluit": {"goed"}, "woorden": {"op 06-12345678"}}).wants(200)
		both := w.one(s, "06-12345678")
		if got := both.text("blockquote mark"); got != "op 06-12345678" {
			t.Fatalf("masked is %q", got)
		}
		phone := both.Find(`[name="maskeren"]`).Last()
		if got := both.Find(`[name="maskeren"][checked]`).Length(); got != 2 || !strings.Contains(phone.Parent().Text(), "‘06-12345678’") {
			t.Fatalf("%d pieces are ticked, the last one is %s", got, squeeze(phone.Parent().Text()))
		}
		both.choose(url.Values{"besluit": {"goed"}, "maskeren": {phone.AttrOr("value", "")}}).wants(200)
		if got := w.one(s, "06-12345678").text("blockquote mark"); got != "06-12345678" {
			t.Errorf("without the word %q is masked", got)
		}
		w.one(s, "06-12345678").choose(url.Values{"besluit": {"later"}}).wants(200)
	})

	t.Run("and nobody overwrites what another did", func(t *testing.T) {
		mine, theirs := w.one(s, "Karin"), w.one(s, "Karin")
		theirs.choose(url.Values{"besluit": {"weg"}, "reden": {"about_other"}}).wants(200)
		late := mine.choose(url.Values{"besluit": {"goed"}, "woorden": {"balie"}}).wants(http.StatusConflict)
		if late.Find(`[name="woorden"]`).AttrOr("value", "") != "balie" || late.Find(`[name="besluit"][checked]`).AttrOr("value", "") != "goed" || late.text(".utrecht-status-badge") != "Weggehouden" {
			t.Errorf("shown: %s", late.text("main"))
		}
		late.choose(nil).wants(200)
		if got := state("Karin"); got != "Goedgekeurd" {
			t.Errorf("sent again it is %s", got)
		}
	})

	t.Run("and what was seen is approved at once", func(t *testing.T) {
		list := w.get(textsOf(s) + "/open_verbeteren?staat=ongelezen")
		if n := list.Find(`input[name="tekst"]`).Length(); n != 12 {
			t.Fatalf("%d texts without anything found, want 12", n)
		}
		action, _ := list.form("/goedkeuren")
		var handles []string
		list.Find(`input[name="tekst"]`).Each(func(_ int, in *goquery.Selection) { handles = append(handles, in.AttrOr("value", "")) })
		w.post(action, url.Values{"tekst": append(handles, "nergens")}).wants(200)
		if got := w.get(textsOf(s)).wants(200).text("main"); !strings.Contains(got, "13 van de 14 teksten zijn beoordeeld. Goedgekeurd: 13.") {
			t.Errorf("progress: %s", got)
		}
		if got := state("06-12345678"); !strings.HasPrefix(got, "Nog te beoordelen") {
			t.Errorf("a text with a phone number is %s", got)
		}
	})
}

func TestTextsAreSortedIntoThemes(t *testing.T) {
	w := givenDesk(t, surveys.TextReviewer, "")
	s := w.readable(wrote())
	at := textsOf(s) + "/open_verbeteren"
	w.get(at+"/themas").send("/themas", "naam", "").complains("naam")
	w.get(at+"/themas").send("/themas", "naam", "Wachten", "beschrijving", "Lang in de rij").wants(200)
	w.get(at+"/themas").send("/themas", "naam", "wachten").complains("naam")

	w.get(at).send("/zoeken", "zoek", "wachtte").send("/thema", "ga", "geven").complains("thema")
	w.get(at).send("/zoeken", "zoek", "wachtte").send("/thema", "thema", "wachten", "aantal", "3", "ga", "geven").complains("thema")
	w.one(s, "Karin").choose(url.Values{"themas": {"wachten"}}).wants(200)
	found := w.get(at).send("/zoeken", "zoek", "wachtte")
	given := found.send("/thema", "thema", "wachten", "ga", "geven").wants(200)
	if said := given.text("#terug ~ p"); !strings.Contains(said, "12 teksten kregen in één keer het thema ‘Wachten’") {
		t.Errorf("what can be undone is %q", said)
	}
	undone := given.send("/terug").wants(200)
	if got := w.get(at + "/themas").row("Wachten").Find("td").Last().Text(); !strings.HasPrefix(squeeze(got), "1 ") || undone.Find("#terug").Length() != 0 {
		t.Errorf("undone, %s texts have the theme, want the one that had it before: %s", squeeze(got), undone.text("main"))
	}
	if undone.Find(`[name="zoek"]`).AttrOr("value", "") != "wachtte" {
		t.Error("what was looked for is lost")
	}
	found.send("/thema", "thema", "wachten", "ga", "geven").wants(200)
	given.send("/terug").complains("thema") // of the time before, which was undone
	if got := w.get(at + "/themas").row("Wachten").Find("td").Last().Text(); !strings.HasPrefix(squeeze(got), "13") {
		t.Errorf("the theme has %s texts", got)
	}
	// One at a time: the next text that has none comes by itself, and a theme is made on the way.
	next := w.get(at + "?staat=zonder-thema").Find(".wk-rows a")
	if next.Length() != 1 {
		t.Fatalf("%d texts are left", next.Length())
	}
	done := w.get(next.AttrOr("href", "")).choose(url.Values{"nieuw_thema": {"Bereikbaarheid"}}).wants(200)
	if done.path != at {
		t.Errorf("after the last text one is at %s", done.path)
	}
	if got := w.one(s, "06-12345678"); got.Find(`[name="themas"][checked]`).AttrOr("value", "") != "bereikbaarheid" {
		t.Errorf("it has the theme %s", got.Find(`[name="themas"][checked]`).AttrOr("value", ""))
	}
	w.one(s, "Karin").choose(url.Values{"themas": {"wachten", "-"}}).complains("themas")

	t.Run("which are merged, removed and brought back", func(t *testing.T) {
		theme := w.get(at + "/themas/bereikbaarheid")
		theme.send("/bereikbaarheid", "ga", "samenvoegen").complains("met")
		theme.send("/bereikbaarheid", "ga", "samenvoegen", "met", "wachten").wants(200)
		if got := w.get(at + "/themas"); !strings.HasPrefix(squeeze(got.row("Wachten").Find("td").Last().Text()), "14") || !strings.Contains(got.text("#lijst ~ ul"), "Bereikbaarheid: samengevoegd met ‘Wachten’") {
			t.Errorf("after the merge: %s", got.text("main"))
		}
		if late := theme.send("/bereikbaarheid", "naam", "Mijn naam").wants(http.StatusConflict); !strings.Contains(string(late.body), "intussen") {
			t.Error("the second is not told")
		}
		w.get(at+"/themas/bereikbaarheid").send("/bereikbaarheid", "ga", "terug").wants(200)
		w.get(at+"/themas/bereikbaarheid").send("/bereikbaarheid", "ga", "weg").wants(200)
		w.get(at+"/themas/bereikbaarheid").send("/bereikbaarheid", "ga", "terug").wants(200)
		if got := w.get(at + "/themas").row("Bereikbaarheid").Find("td").Last().Text(); !strings.HasPrefix(squeeze(got), "1") {
			t.Errorf("brought back it has %s texts", got)
		}
	})

	t.Run("which stand among the results once they are published", func(t *testing.T) {
		if before := w.get(results(s)); strings.Contains(before.text("main"), "Thema's in de antwoorden") {
			t.Error("themes are shown that nobody published")
		}
		w.get(at + "/themas").send("/publiceren").wants(200)
		w.as(surveys.ProgrammeManager)
		shown := w.get(results(s)).wants(200)
		table := shown.Find(`[id="v-open_verbeteren~1"]`)
		if !strings.Contains(shown.text("main"), "Thema's in de antwoorden op:") || table.Length() != 1 || shown.row("Wachten").Length() != 1 {
			t.Fatalf("the results show: %s", shown.text("main"))
		}
		if files := string(w.get("/beheer/uitvragen/" + string(s.ID) + "/export/csv").body); !strings.Contains(files, "open_verbeteren~1") || !strings.Contains(files, "Wachten,13,14,93") {
			t.Errorf("the file: %s", files[max(0, strings.Index(files, "open_verbeteren")):][:400])
		}
		if files := string(w.get("/beheer/uitvragen/" + string(s.ID) + "/export/json").body); !strings.Contains(files, `"name":"open_verbeteren~1"`) {
			t.Error("the JSON file lacks the themes")
		}
		book, err := excelize.OpenReader(bytes.NewReader(w.get("/beheer/uitvragen/" + string(s.ID) + "/export/xlsx").wants(200).body))
		must(t, err)
		lines, err := book.GetRows("open_verbeteren~1", excelize.Options{RawCellValue: true})
		must(t, err)
		if !slices.ContainsFunc(lines, func(line []string) bool {
			return strings.HasPrefix(strings.Join(line, "|"), "Iedereen|antwoord|wachten|Wachten|13|14|93|")
		}) {
			t.Errorf("the workbook: %q", lines)
		}
		finding := w.get("/beheer/uitvragen/"+string(s.ID)+"/bevinding?vraag=open_verbeteren~1").wants(200).
			send("/bevinding", "statement", "Veel mensen wachten te lang.", "antwoord", "wachten").wants(200)
		if !strings.Contains(finding.text("main"), "Thema's in de antwoorden op:") || !strings.Contains(finding.text("main"), "13 van 14") {
			t.Errorf("the finding: %s", finding.text("main"))
		}
		w.as(surveys.TextReviewer)
		w.one(s, "06-12345678").choose(url.Values{"themas": {"wachten"}}).wants(200)
		again := w.get(at + "/themas")
		if !strings.Contains(again.text("#tonen ~ p"), "zonder getal") || !strings.Contains(again.text("#tonen ~ p"), "Wachten, Bereikbaarheid") {
			t.Errorf("one text sorted anew: %s", again.text("main"))
		}
		w.as(surveys.ProgrammeManager)
		if row := w.get(results(s)).row("Wachten"); !strings.Contains(row.Text(), "13") {
			t.Errorf("the results follow the reviewer: %s", squeeze(row.Text()))
		}
	})

	t.Run("and go with a withdrawal", func(t *testing.T) {
		key := responses.Key{3, 0} // who gave the telephone number
		must(t, w.answers.WithdrawResponse(t.Context(), org, []responses.Key{key}))
		w.as(surveys.TextReviewer)
		if list := w.get(at).send("/zoeken", "zoek", "06-12345678"); list.Find(".wk-rows a").Length() != 0 {
			t.Error("the text is still there")
		}
		left, err := w.answers.ListReviews(t.Context(), org, s.ID, "open_verbeteren")
		must(t, err)
		for _, r := range left {
			if r.Key == key || slices.Contains(r.Themes, "bereikbaarheid") {
				t.Error("what was made of the text is still there")
			}
		}
	})
}
