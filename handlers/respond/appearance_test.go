package respond_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/xuri/excelize/v2"

	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys/interchange"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// sheets reads a form that is written as little tables, through a real workbook. Each
// begins with the name of its sheet; cells are parted by |.
func sheets(t testing.TB, tables ...string) *questionnaire.Definition {
	t.Helper()
	book := excelize.NewFile()
	must(t, book.SetSheetName("Sheet1", "survey"))
	for _, table := range tables {
		name, rest, _ := strings.Cut(strings.TrimSpace(table), "\n")
		if name != "survey" {
			_, err := book.NewSheet(name)
			must(t, err)
		}
		for i, line := range strings.Split(rest, "\n") {
			var cells []any
			for cell := range strings.SplitSeq(line, "|") {
				cells = append(cells, strings.TrimSpace(cell))
			}
			at, err := excelize.CoordinatesToCellName(1, i+1)
			must(t, err)
			must(t, book.SetSheetRow(name, at, &cells))
		}
	}
	var b bytes.Buffer
	must(t, book.Write(&b))
	d, problems := interchange.ReadXLSForm(bytes.NewReader(b.Bytes()), int64(b.Len()))
	for _, p := range problems {
		if p.Severity == questionnaire.Error {
			t.Fatalf("%+v", p)
		}
	}
	return d
}

func (a *answer) texts(selector string) string {
	return strings.Join(a.Find(selector).Map(func(_ int, s *goquery.Selection) string { return squeeze(s.Text()) }), ", ")
}

const wegen = "choices\nlist_name|name|label\nk|a|Auto\nk|f|Fiets"

func TestALockedQuestionIsShownAndTakesNoAnswer(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("slot", sheets(t, `survey
		type|name|label|read_only|default|appearance
		integer|aantal|Hoeveel mensen?||
		text|straat|Welke straat?|${aantal} > 2|Kade
		begin_group|g|Nog twee|||field-list
		select_one k|hoe|Hoe komt u?||
		text|merk|Welk merk?|${hoe} = 'f'|geen
		end_group`, wegen), nil)
	a := w.get("/s/slot").press("ga=beginnen").press("ga=volgende", "aantal", "2")
	if a.Find("label[for=straat]").Length() != 1 || a.Find("input#straat").AttrOr("value", "") != "Kade" {
		t.Fatalf("while the condition does not hold there is no field: %s", a.texts("form"))
	}
	a = a.press("ga=volgende", "straat", "Plein")
	a = a.press("ga=vorige").press("ga=vorige").press("ga=volgende", "aantal", "3")
	if a.Find("#straat").Length() != 0 || a.texts("form strong") != "Plein" {
		t.Fatalf("locked it shows %q", a.texts("form"))
	}
	// Who sends the field all the same changes nothing.
	a = a.press("ga=volgende", "straat", "Brug").wants(200, "Nog twee")
	if a.Find("#merk").Length() != 1 {
		t.Fatal("the question below is locked before anything was answered")
	}
	a = a.press("ga=volgende", "hoe", "f", "merk", "Batavus").wants(200, "Klopt alles?")
	a = a.press("naar=hoe").wants(200, "Nog twee")
	if a.Find("#merk").Length() != 0 || a.texts("form strong") != "Batavus" {
		t.Errorf("locked by an answer on its own page it shows %q", a.texts("form"))
	}
	a = a.press("ga=volgende", "hoe", "a").wants(200, "Nog twee")
	if a.Find("input#merk").AttrOr("value", "") != "Batavus" {
		t.Errorf("unlocked by this page it cannot be answered: %s", a.texts("form"))
	}
	a = a.press("ga=volgende", "merk", "Gazelle").wants(200, "Klopt alles?")
	r := w.stored(a.press("ga=versturen").receipt())
	for key, want := range map[string]string{"aantal": "3", "straat": "Plein", "hoe": "a", "merk": "Gazelle"} {
		if r.Answers[key] != want {
			t.Errorf("%s is stored as %q, want %q", key, r.Answers[key], want)
		}
	}
}

func TestARowOfLabelsHeadsQuestionsWithoutLabels(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("tabel", sheets(t, `survey
		type|name|label|appearance
		begin_group|g|Uw reis|field-list
		select_one k|kop|Hoe gaat u?|label
		select_one k|werk|Naar uw werk|list-nolabel
		select_one k|winkel|Naar de winkel|list-nolabel
		end_group`, wegen), nil)
	a := w.get("/s/tabel").press("ga=beginnen").wants(200, "Uw reis")
	if a.Find("input[name=kop]").Length() != 0 || !strings.Contains(a.texts("form p"), "Hoe gaat u?") {
		t.Errorf("the row of labels is asked: %s", a.texts("form"))
	}
	if got := a.texts(".wk-matrix__words span"); got != ", Auto, Fiets" {
		t.Errorf("above the table stand %q", got)
	}
	if got := a.texts(".wk-matrix legend"); got != "Naar uw werk, Naar de winkel" {
		t.Errorf("the rows are %q", got)
	}
	a.Find(".wk-matrix input").Each(func(_ int, s *goquery.Selection) { // also where the words above are not seen
		if label := squeeze(a.Find(`label[for="` + s.AttrOr("id", "") + `"]`).Text()); label != "Auto" && label != "Fiets" {
			t.Errorf("a control is called %q", label)
		}
	})
	r := w.stored(a.press("ga=volgende", "werk", "f", "winkel", "a").wants(200, "Klopt alles?").press("ga=versturen").receipt())
	if _, kept := r.Answers["kop"]; kept || r.Answers["werk"] != "f" || r.Answers["winkel"] != "a" {
		t.Errorf("stored is %v", r.Answers)
	}
}

func TestChoicesOfASheetOfTheirOwnFollowTheAnswerBefore(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("plaats", sheets(t, `survey
		type|name|label|choice_filter
		select_one deel|deel|Welk deel?|
		select_one_external straten|straat|Welke straat?|deel=${deel}`,
		"choices\nlist_name|name|label\ndeel|n|Noord\ndeel|z|Zuid",
		"external_choices\nlist_name|name|label|deel\nstraten|kade|Kade|n\nstraten|plein|Plein|z\nstraten|brug|Brug|z"), nil)
	a := w.get("/s/plaats").press("ga=beginnen").press("ga=volgende", "deel", "z").wants(200, "Welke straat?")
	if got := a.texts(".utrecht-form-field--radio label"); got != "Plein, Brug" {
		t.Errorf("the choices are %q", got)
	}
	a.press("ga=volgende", "straat", "kade").wants(422, "Welke straat?") // of another part of town
	if r := w.stored(a.press("ga=volgende", "straat", "brug").press("ga=versturen").receipt()); r.Answers["straat"] != "brug" {
		t.Errorf("stored is %v", r.Answers)
	}
}

func TestSearchTakesTheChoicesFromATable(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	d := sheets(t, `survey
		type|name|label|appearance
		text|deel|Welk deel?|
		select_one straten|straat|Welke straat?|search('straten', 'matches', 'deel', ${deel})
		select_one alles|ooit|Waar woonde u?|minimal search('straten')
		select_one zoek|met|Waarmee begint het?|search('straten', 'startswith', 'naam', 'B')`,
		`choices
		list_name|name|label
		straten|code|naam,deel
		straten|99|Een andere straat
		alles|code|naam
		zoek|code|naam`)
	d.Files = []*questionnaire.File{{Name: "straten.csv", Text: "code,naam,deel\nkade,Kade,n\nplein,Plein,z\nbrug,brug,z\n"}}
	w.survey("zoek", d, nil)
	a := w.get("/s/zoek").press("ga=beginnen").press("ga=volgende", "deel", "z").wants(200, "Welke straat?")
	if got := a.texts(".utrecht-form-field--radio label"); got != "Een andere straat, Plein, z, brug, z" {
		t.Errorf("the choices are %q", got)
	}
	a = a.press("ga=volgende", "straat", "brug").wants(200, "Waar woonde u?")
	if got := a.texts("select option"); !strings.HasSuffix(got, ", Kade, Plein, brug") {
		t.Errorf("the list holds %q", got)
	}
	a = a.press("ga=volgende", "ooit", "kade").wants(200, "Waarmee begint het?")
	if got := a.texts(".utrecht-form-field--radio label"); got != "brug" {
		t.Errorf("what begins with a B is %q", got)
	}
	r := w.stored(a.press("ga=volgende").wants(200, "Klopt alles?").press("ga=versturen").receipt())
	if r.Answers["straat"] != "brug" || r.Answers["ooit"] != "kade" {
		t.Errorf("stored is %v", r.Answers)
	}
}

func TestSearchWithoutItsTableIsNotAskedAndThatIsSaid(t *testing.T) {
	d := sheets(t, "survey\ntype|name|label|appearance\ntext|deel|Welk deel?|\nselect_one straten|straat|Welke straat?|search('straten')",
		"choices\nlist_name|name|label\nstraten|code|naam")
	form, problems := questionnaire.Compile(d)
	if form == nil || len(problems) != 1 || problems[0].Severity != questionnaire.Warning || problems[0].Key != "form.file_missing" || problems[0].Row != 3 {
		t.Fatalf("problems = %+v", problems)
	}
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("zoek", d, nil)
	w.get("/s/zoek").press("ga=beginnen").press("ga=volgende", "deel", "z").wants(200, "Klopt alles?")
}

func TestARepeatThatIsNotRelevantIsPassedOverInEachInstance(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("gezin", sheets(t, `survey
		type|name|label|relevant|repeat_count
		integer|aantal|Hoeveel kinderen?||
		begin_repeat|kind|Kind|${aantal} > 0|${aantal}
		integer|leeftijd|Hoe oud?||
		begin_group|school|School|${leeftijd} > 3|
		text|welke|Welke school?||
		end_group
		begin_repeat|vriend|Vriend|${leeftijd} > 10|1
		text|naam|Hoe heet de vriend?||
		end_repeat
		end_repeat
		text|klaar|Nog iets?||`), nil)
	w.get("/s/gezin").press("ga=beginnen").press("ga=volgende", "aantal", "0").wants(200, "Nog iets?")
	a := w.get("/s/gezin").press("ga=beginnen").press("ga=volgende", "aantal", "3").wants(200, "Hoe oud?")
	a = a.press("ga=volgende", "leeftijd", "2").wants(200, "Hoe oud?") // no school, no friend
	a = a.press("ga=volgende", "leeftijd", "12").wants(200, "Welke school?").press("ga=volgende", "welke", "Brug").wants(200, "Hoe heet de vriend?")
	a = a.press("ga=volgende", "naam", "Bo").wants(200, "Hoe oud?").press("ga=volgende", "leeftijd", "5").wants(200, "Welke school?")
	a = a.press("ga=volgende", "welke", "Kade").wants(200, "Nog iets?").press("ga=volgende").wants(200, "Klopt alles?")
	r := w.stored(a.press("ga=versturen").receipt())
	for key, want := range map[string]string{"kind": "3", "kind[2]/welke": "Brug", "kind[2]/vriend[1]/naam": "Bo", "kind[3]/welke": "Kade"} {
		if r.Answers[key] != want {
			t.Errorf("%s is stored as %q, want %q: %v", key, r.Answers[key], want, r.Answers)
		}
	}
	for _, key := range []string{"kind[1]/welke", "kind[1]/vriend[1]/naam", "kind[3]/vriend[1]/naam"} {
		if _, there := r.Answers[key]; there {
			t.Errorf("%s is stored", key)
		}
	}
}

func TestAListThatHangsSaysToo(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("leeg", sheets(t, `survey
		type|name|label|choice_filter|appearance
		text|deel|Welk deel?||
		select_one straten|een|Welke straat?|deel=${deel}|
		select_one straten|twee|Welke nog meer?|deel=${deel}|minimal`,
		"choices\nlist_name|name|label|deel\nstraten|kade|Kade|n"), nil)
	a := w.get("/s/leeg").press("ga=beginnen").press("ga=volgende", "deel", "nergens").wants(200, "Welke straat?")
	said := a.texts("form .utrecht-form-fieldset p")
	a = a.press("ga=volgende").wants(200, "Welke nog meer?")
	if got := a.texts("form .utrecht-form-field p"); said == "" || got != said {
		t.Errorf("a list that hangs says %q, one that stands %q", got, said)
	}
	a = a.press("ga=vorige").press("ga=vorige").press("ga=volgende", "deel", "n").press("ga=volgende").wants(200, "Welke nog meer?")
	if got := a.texts("form .utrecht-form-field p"); got != "" {
		t.Errorf("with a choice it says %q", got)
	}
}
