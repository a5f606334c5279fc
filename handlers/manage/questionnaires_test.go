package manage_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/interchange"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// broken is one of our questionnaires with two faults in it.
func broken(t *testing.T) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(ours(t, "dienstverlening-balie")))
	must(t, err)
	defer func() { _ = f.Close() }()
	must(t, f.SetCellValue("survey", "A3", "select_one bestaat_niet"))
	rows, err := f.GetRows("survey")
	must(t, err)
	for n, header := range rows[0] {
		if header == "relevant" {
			cell, err := excelize.CoordinatesToCellName(n+1, 5)
			must(t, err)
			must(t, f.SetCellValue("survey", cell, "${kanaal = 'balie'"))
		}
	}
	var out bytes.Buffer
	must(t, f.Write(&out))
	return out.Bytes()
}

func TestAQuestionnaireComesInAndGoesOutAsAFile(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "")
	in := w.upload("/beheer/vragenlijsten/inlezen", "bestand", "balie.xlsx", ours(t, "dienstverlening-balie")).wants(http.StatusOK)
	if !strings.Contains(in.text(".utrecht-alert--ok"), "ingelezen als concept") || in.Find(".wk-side li").Length() < 8 {
		t.Errorf("after importing: %s, %d questions", in.text(".utrecht-alert"), in.Find(".wk-side li").Length())
	}
	out := w.get(in.path + "/xlsx").wants(http.StatusOK)
	d, problems := interchange.ReadXLSForm(bytes.NewReader(out.body), int64(len(out.body)))
	if d == nil || d.Item("gesprek_luisteren_ervaren") == nil || d.Item("servicepunt").Prefill != "collector" {
		t.Errorf("what was downloaded is not what came in: %v", problems)
	}
	if got := out.head.Get("Content-Disposition"); !strings.Contains(got, "dienstverlening-balie.xlsx") {
		t.Errorf("file name: %s", got)
	}
}

func TestAFaultyFileIsListedAndNothingIsStored(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "")
	for name, file := range map[string][]byte{
		"two faults": broken(t), "no workbook": []byte("dit is geen werkmap, maar een brief"), "an old workbook": {0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := w.upload("/beheer/vragenlijsten/inlezen", "bestand", "lijst.xlsx", file).complains("bestand")
			rows := s.Find("table tbody tr")
			if rows.Length() == 0 || squeeze(rows.First().Find("td").First().Text()) == "" || squeeze(rows.First().Find("td").Last().Text()) == "" {
				t.Errorf("no list of what is wrong and how to mend it: %s", s.text("main"))
			}
			if name == "two faults" && (rows.Length() != 2 || !strings.Contains(s.text("table"), "rij 3") || !strings.Contains(s.text("table"), "kolom relevant")) {
				t.Errorf("the list does not name row and column: %s", s.text("table"))
			}
		})
	}
	w.post("/beheer/vragenlijsten/inlezen", nil).complains("bestand")
	list, err := w.programme.ListQuestionnaires(t.Context(), org)
	must(t, err)
	if len(list) != 0 {
		t.Errorf("%d questionnaires were stored", len(list))
	}
}

func TestATooLargeFileIsRefused(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "")
	w.upload("/beheer/vragenlijsten/inlezen", "bestand", "groot.xlsx", make([]byte, 11<<20)).wants(http.StatusRequestEntityTooLarge)
}

func TestADraftIsEditedInAPlainForm(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "")
	start := w.upload("/beheer/vragenlijsten/inlezen", "bestand", "balie.xlsx", ours(t, "dienstverlening-balie"))
	at := start.path
	q := w.get(at + "/vraag/kanaal").wants(http.StatusOK)
	q.send("/vraag/kanaal", "tekst", "", "tekst_en", "").complains("tekst")
	kept := q.send("/vraag/kanaal", "tekst", "Waar sprak u ons?", "hulp", "Kies wat het laatst gebeurde.").wants(http.StatusOK)
	if _, form := kept.form("/vraag/kanaal"); form.Get("tekst") != "Waar sprak u ons?" || form.Get("hulp") != "Kies wat het laatst gebeurde." {
		t.Errorf("what was typed is not kept: %v", form)
	}

	added := kept.send(at+"/vraag", "soort", "scale").wants(http.StatusOK)
	if !strings.HasSuffix(added.path, "/vraag/vraag_1") || added.Find(`input[name="keuze[]"]`).Length() < 6 {
		t.Fatalf("a new scale stands at %s with %d choices", added.path, added.Find(`input[name="keuze[]"]`).Length())
	}
	action, scale := added.form("/vraag/vraag_1")
	last := len(scale["keuze[]"]) - 1
	scale["keuze[]"][last], scale["keuze_telt[]"][last] = "Heel bijzonder", "6"
	refused := w.post(action, scale).complains("telt-" + strconv.Itoa(last+1))
	if _, typed := refused.form("/vraag/vraag_1"); typed["keuze_telt[]"][last] != "6" || !strings.Contains(refused.text("#vraag"), "telt als 5") {
		t.Errorf("what was typed came back as %v", typed["keuze_telt[]"])
	}
	scale["keuze_telt[]"][last] = "5"
	w.post(action, scale).wants(http.StatusOK)
	if list := w.draft(at).ListNamed(w.draft(at).Item("vraag_1").List); *list.Choices[len(list.Choices)-1].Score != 5 {
		t.Errorf("the new choice: %+v", list.Choices[len(list.Choices)-1])
	}
	added = w.get(at + "/vraag/vraag_1")
	named := added.send("/vraag/vraag_1", "tekst", "Hoe was de wachttijd?", "naam", "wachttijd", "wanneer", "als", "als", "kanaal=balie", "verplicht", "ja").wants(http.StatusOK)
	if !strings.HasSuffix(named.path, "/vraag/wachttijd") {
		t.Fatalf("the new name is not in the address: %s", named.path)
	}
	named.send("/vraag/wachttijd", "naam", "kanaal").complains("naam")
	named.send("/vraag/wachttijd", "wanneer", "formule", "formule", "${kanaal} = ").wants(http.StatusOK).complainsNot()
	faulty := w.get(at + "/vraag/wachttijd")
	if faulty.Find(`a[href="#formule"]`).Length() != 1 {
		t.Errorf("a formula that cannot be read is not told at the question: %s", faulty.text("main"))
	}
	faulty.send("/vraag/wachttijd", "wanneer", "als", "als", "kanaal=balie").wants(http.StatusOK)

	q = w.get(at + "/vraag/wachttijd")
	action, form := q.form("/vraag/wachttijd")
	form["keuze[]"][0] = "Veel te lang"
	form.Set("ga", "omhoog")
	w.post(action, form).wants(http.StatusOK)
	d := w.draft(at)
	if i := d.Item("wachttijd"); i.Relevant != "${kanaal} = 'balie'" || i.Required != "yes" || d.In(d.ListNamed(i.List).Choices[0].Label, "nl") != "Veel te lang" {
		t.Errorf("stored: %+v", i)
	}

	used := w.get(at + "/vraag/kanaal")
	used.send("/vraag/kanaal", "ga", "verwijderen").complains("ga")
	w.get(at+"/vraag/wachttijd").send("/vraag/wachttijd", "ga", "verwijderen").wants(http.StatusOK)
	if w.draft(at).Item("wachttijd") != nil {
		t.Error("the question was not removed")
	}
	w.get(at + "/vraag/wachttijd").wants(http.StatusNotFound)
}

func TestWhoIsSecondIsToldSo(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "")
	at := w.upload("/beheer/vragenlijsten/inlezen", "bestand", "balie.xlsx", ours(t, "dienstverlening-balie")).path
	mine, theirs := w.get(at+"/vraag/kanaal"), w.get(at+"/vraag/kanaal")
	theirs.send("/vraag/kanaal", "tekst", "Hun tekst").wants(http.StatusOK)
	mine.send("/vraag/kanaal", "tekst", "Mijn tekst").wants(http.StatusConflict)
	if got := w.draft(at).In(w.draft(at).Item("kanaal").Label, "nl"); got != "Hun tekst" {
		t.Errorf("stored: %s", got)
	}
}

func TestAPublishedVersionStaysAndNamesAreFixed(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "")
	in := w.upload("/beheer/vragenlijsten/inlezen", "bestand", "balie.xlsx", ours(t, "dienstverlening-balie"))
	at := in.path
	first := w.get(at).sendButton("publiceren").wants(http.StatusOK)
	if !strings.Contains(first.text(".utrecht-alert--ok"), "Versie 1 is gepubliceerd") {
		t.Fatalf("publishing: %s", first.text(".utrecht-alert"))
	}
	q := w.get(at + "/vraag/kanaal")
	if q.Find(`input[name="naam"]`).Length() != 0 {
		t.Error("the name of a published question can still be changed")
	}
	q.send("/vraag/kanaal", "tekst", "Waar sprak u ons?").wants(http.StatusOK)
	before, err := w.programme.FindVersion(t.Context(), org, surveys.ID(at[strings.LastIndex(at, "/")+1:]), 1)
	must(t, err)
	w.get(at).sendButton("publiceren").wants(http.StatusOK)
	after, err := w.programme.FindVersion(t.Context(), org, before.Questionnaire, 1)
	must(t, err)
	if !bytes.Equal(before.Definition, after.Definition) {
		t.Error("version 1 changed")
	}
	w.get(at + "/proberen").wants(http.StatusOK)
	if len(w.tried) != 1 {
		t.Error("the questionnaire could not be tried")
	}
}

func TestAFaultyDraftIsNotPublished(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "")
	at := w.upload("/beheer/vragenlijsten/inlezen", "bestand", "balie.xlsx", ours(t, "dienstverlening-balie")).path
	w.get(at+"/vraag/servicepunt").send("/vraag/servicepunt", "wanneer", "formule", "formule", "${weg} = 'x'").wants(http.StatusOK)
	w.get(at).sendButton("publiceren").complains("vraag-servicepunt")
	list, err := w.programme.ListQuestionnaires(t.Context(), org)
	must(t, err)
	if list[0].Published != 0 {
		t.Error("a faulty draft was published")
	}
}

func TestOnlyWhoManagesSurveysComesIn(t *testing.T) {
	w := givenDesk(t, surveys.Reader, "")
	w.get("/beheer").wants(http.StatusOK)
	w.get("/beheer/uitvragen").wants(http.StatusOK)
	w.get("/beheer/vragenlijsten").wants(http.StatusForbidden)
	w.get("/beheer/uitvragen/nieuw").wants(http.StatusForbidden)
}

// limeSurvey is a survey as LimeSurvey exports it: two questions, of which one has
// a condition about a question that is not there.
const limeSurvey = `<document><LimeSurveyDocType>Survey</LimeSurveyDocType>
<surveys><rows><row><sid>1</sid><language>nl</language></row></rows></surveys>
<groups><rows><row><gid>1</gid><group_name>Over u</group_name><language>nl</language></row></rows></groups>
<questions><rows>
<row><qid>1</qid><gid>1</gid><type>S</type><title>naam</title><question>Hoe heet u?</question><language>nl</language></row>
<row><qid>2</qid><gid>1</gid><type>N</type><title>leeftijd</title><question>Hoe oud bent u?</question><relevance>niemand == 1</relevance><language>nl</language></row>
</rows></questions>
</document>`

func TestASurveyOfLimeSurveyComesInWithAListOfWhatStayedBehind(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "")
	in := w.upload("/beheer/vragenlijsten/inlezen", "bestand", "oud.lss", []byte(limeSurvey)).wants(http.StatusOK)
	row := in.Find("table tbody tr").First()
	if got := squeeze(row.Find("th .wk-meta").Text()); got != "groep Over u, vraag leeftijd, kolom relevant" {
		t.Errorf("the first point is at %q", got)
	}
	if got := squeeze(row.Find("td").First().Text()); !strings.Contains(got, "niemand") {
		t.Errorf("the first point says %q", got)
	}
	link, _ := in.Find("section[aria-labelledby=fouten-bestand] a").Attr("href")
	if draft := w.get(link).wants(http.StatusOK); !strings.Contains(draft.text(".wk-side"), "Hoe oud bent u?") {
		t.Errorf("%s lists %s", link, draft.text(".wk-side"))
	}
}

func TestAQuestionnaireComesInAsJSON(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "")
	w.upload("/beheer/vragenlijsten/inlezen", "bestand", "proef.json", []byte(`{"form_id":"proef","title":{"":"Proef"},"items":[{"kind":"question","name":"a","type":"text","label":{"":"Wat?"}}]}`)).wants(http.StatusOK)
	s := w.upload("/beheer/vragenlijsten/inlezen", "bestand", "kapot.json", []byte(`{"form_id":"proef","items":[{"kind":"question","name":"a","type":"text","label":{"":"Wat?"},"relevant":"${b} = 1"}]}`)).complains("bestand")
	if got := s.text("table tbody th .wk-meta"); got != "vraag a, kolom relevant" {
		t.Errorf("the fault is at %q", got)
	}
	list, err := w.programme.ListQuestionnaires(t.Context(), org)
	must(t, err)
	if len(list) != 1 || list[0].FormID != "proef" {
		t.Errorf("%d questionnaires were stored", len(list))
	}
}

func TestTableThatGoesWithAQuestionnaireIsReadAlong(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "")
	var form bytes.Buffer
	must(t, interchange.WriteXLSForm(&form, &questionnaire.Definition{FormID: "straten", Items: []*questionnaire.Item{
		{Kind: questionnaire.Question, Name: "straat", Type: questionnaire.TypeOneFromFile, List: "straten.csv", Label: questionnaire.Texts{"": "Welke straat?"}},
	}}))
	s := w.uploadWith("/beheer/vragenlijsten/inlezen", form.Bytes(), "straten.csv", []byte("name,label\nkade,Kade\nbrug,Brug\n")).wants(http.StatusOK)
	if !strings.HasPrefix(s.path, "/beheer/vragenlijsten/") || s.path == "/beheer/vragenlijsten/inlezen" {
		t.Fatalf("reading it along leads to %s", s.path)
	}
	bundle := w.get(s.path + "/xlsx").wants(http.StatusOK)
	if kind := bundle.head.Get("Content-Type"); kind != "application/zip" {
		t.Fatalf("the questionnaire is sent as %s", kind)
	}
	again := w.upload("/beheer/vragenlijsten/inlezen", "bestand", "straten.zip", bundle.body).wants(http.StatusOK)
	if !strings.HasPrefix(again.path, "/beheer/vragenlijsten/") || again.path == "/beheer/vragenlijsten/inlezen" {
		t.Errorf("reading the zip in again leads to %s", again.path)
	}
	if s := w.uploadWith("/beheer/vragenlijsten/inlezen", form.Bytes(), "straten.doc", []byte("x")); s.code != http.StatusUnprocessableEntity {
		t.Errorf("what is no table is answered with %d", s.code)
	}
}

// uploadWith sends a questionnaire and a table, as the browser's two file fields do.
func (w *desk) uploadWith(path string, form []byte, name string, table []byte) *seen {
	w.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for _, file := range []struct {
		field, name string
		data        []byte
	}{{"bestand", "vragen.xlsx", form}, {"bijlagen", name, table}} {
		part, err := m.CreateFormFile(file.field, file.name)
		must(w.t, err)
		_, err = part.Write(file.data)
		must(w.t, err)
	}
	must(w.t, m.Close())
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.url+path, &body)
	must(w.t, err)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return w.do(r)
}
