package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"weerklank.nl/weerklank/surveys/interchange"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// written is a form in a file of its own: one question, with a relevance.
func written(t *testing.T, name, relevant string) string {
	t.Helper()
	var b bytes.Buffer
	err := interchange.WriteXLSForm(&b, &questionnaire.Definition{FormID: "proef", Items: []*questionnaire.Item{
		{Kind: questionnaire.Question, Name: "leeftijd", Type: questionnaire.TypeInteger, Label: questionnaire.Texts{"": "Leeftijd?"}},
		{Kind: questionnaire.Question, Name: "waarom", Type: questionnaire.TypeText, Label: questionnaire.Texts{"": "Waarom?"}, Relevant: relevant},
	}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCheckSaysWhatIsWrongAndHowToMendIt(t *testing.T) {
	good, bad := written(t, "goed.xlsx", "${leeftijd} > 17"), written(t, "fout.xlsx", "${leeftjid} > 17")
	var out bytes.Buffer
	err := (&CheckCmd{Files: []string{good, bad}, Lang: "nl", out: &out}).Run()
	var code exitCode
	if !errors.As(err, &code) || code != exitInvalid {
		t.Errorf("Run() = %v, want exit %d", err, exitInvalid)
	}
	want := good + ": ok\n" + bad + ":survey:3:relevant: error: In de formule, bij teken 1: er is geen vraag met de naam ‘leeftjid’. Bedoelt u ${leeftijd}?\n"
	if out.String() != want {
		t.Errorf("printed\n%swant\n%s", out.String(), want)
	}
}

func TestCheckPrintsOneJSONObjectAFile(t *testing.T) {
	good, bad := written(t, "goed.xlsx", ""), written(t, "fout.xlsx", "${leeftijd} >")
	var out bytes.Buffer
	err := (&CheckCmd{Files: []string{good, bad, filepath.Join(t.TempDir(), "weg.xlsx")}, JSON: true, Lang: "en", out: &out}).Run()
	if !errors.Is(err, exitUnreadable) {
		t.Errorf("Run() = %v, want exit %d", err, exitUnreadable)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 3 {
		t.Fatalf("printed %d lines, want 3: %s", len(lines), out.String())
	}
	var got [3]checkedFile
	for i, l := range lines {
		if err := json.Unmarshal([]byte(l), &got[i]); err != nil {
			t.Fatal(err)
		}
	}
	if !got[0].Valid || len(got[0].Problems) != 0 || got[1].Valid || got[1].Problems[0].Row != 3.0 || got[1].Problems[0].Column != "relevant" || got[2].Valid {
		t.Errorf("printed %s", out.String())
	}
}

func TestCheckNamesGroupAndQuestionOfALimeSurvey(t *testing.T) {
	const survey = `<document><LimeSurveyDocType>Survey</LimeSurveyDocType>
<surveys><rows><row><sid>1</sid><language>nl</language></row></rows></surveys>
<groups><rows><row><gid>1</gid><group_name>Over u</group_name><language>nl</language></row></rows></groups>
<questions><rows><row><qid>1</qid><gid>1</gid><type>S</type><title>naam</title><question>Hoe heet u?</question><relevance>niemand == 1</relevance><language>nl</language></row></rows></questions>
</document>`
	path := filepath.Join(t.TempDir(), "vragen.lss")
	if err := os.WriteFile(path, []byte(survey), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := (&CheckCmd{Files: []string{path}, Lang: "nl", out: &out}).Run(); err != nil {
		t.Errorf("Run() = %v: a warning leaves a file valid", err)
	}
	want := path + ":Over u:naam:relevant: warning: De regel niemand == 1 is niet overgenomen. niemand is geen vraag in dit bestand (teken 1). De vraag is nu altijd te zien. Schrijf de voorwaarde zelf.\n"
	if out.String() != want {
		t.Errorf("printed\n%swant\n%s", out.String(), want)
	}
}
