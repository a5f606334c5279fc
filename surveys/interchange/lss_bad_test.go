package interchange_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"weerklank.nl/weerklank/surveys/interchange"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

func TestAFileIsRefused(t *testing.T) {
	good := lssFile(questions("question", "q1¦S¦Name"))
	for name, c := range map[string]struct{ file, key string }{
		"that is empty":                      {"", "lss.not_limesurvey"},
		"that is a page":                     {"<html><body>Hi</body></html>", "lss.not_limesurvey"},
		"that is text":                       {"Dear all", "lss.not_limesurvey"},
		"that stops halfway":                 {good[:len(good)/2], "lss.bad_xml"},
		"whose elements cross":               {"<document><groups></document></groups>", "lss.bad_xml"},
		"with a document type":               {`<!DOCTYPE document [<!ENTITY a "b">]>` + good, "lss.doctype"},
		"that reads another file":            {`<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hosts">]><document>&x;</document>`, "lss.doctype"},
		"with an entity that XML has not":    {"<document><groups>&lol;</groups></document>", "lss.bad_xml"},
		"in another character set":           {`<?xml version="1.0" encoding="ISO-8859-1"?><document/>`, "lss.charset"},
		"with a character that XML has not":  {"<document><LimeSurveyDocType>\x01</LimeSurveyDocType></document>", "lss.bad_xml"},
		"that goes too deep":                 {"<document>" + strings.Repeat("<a>", 100) + strings.Repeat("</a>", 100) + "</document>", "lss.too_deep"},
		"with too many rows":                 {"<document><LimeSurveyDocType>Survey</LimeSurveyDocType><x><rows>" + strings.Repeat("<row></row>", 200_001) + "</rows></x></document>", "lss.too_many_rows"},
		"with too many fields":               {"<document><x><rows><row>" + fields(300) + "</row></rows></x></document>", "lss.too_many_fields"},
		"that is a group":                    {"<document><LimeSurveyDocType>Group</LimeSurveyDocType></document>", "lss.not_survey"},
		"without questions":                  {lssFile(), "lss.no_questions"},
		"that is a broken archive":           {"PK\x03\x04 and no more", "lss.bad_archive"},
		"that is an archive of other things": {zipped(t, map[string]string{"a.txt": "Hi"}), "lss.archive_without_survey"},
	} {
		t.Run(name, func(t *testing.T) {
			d, problems := interchange.ReadLSS(strings.NewReader(c.file), 0)
			if d != nil || len(problems) != 1 || problems[0].Key != c.key || problems[0].Severity != questionnaire.Error {
				t.Errorf("definition %v, problems %+v, want the error %s", d != nil, problems, c.key)
			}
		})
	}
}

func fields(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<f%d>x</f%d>", i, i)
	}
	return b.String()
}

func TestAFileLargerThanTheLimitIsRefusedBeforeItIsRead(t *testing.T) {
	endless := io.MultiReader(strings.NewReader("<document>"), nulls{})
	d, problems := interchange.ReadLSS(endless, 1<<20)
	if d != nil || len(problems) != 1 || problems[0].Key != "lss.too_large" {
		t.Errorf("problems %v", keys(problems))
	}
}

type nulls struct{}

func (nulls) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestAnArchiveThatUnpacksWithoutEndIsRefused(t *testing.T) {
	bomb := zipped(t, map[string]string{"survey_1.lss": "<document>" + strings.Repeat(" ", 40<<20) + "</document>"})
	if len(bomb) > 100_000 {
		t.Fatalf("the bomb is %d bytes", len(bomb))
	}
	if _, problems := interchange.ReadLSS(strings.NewReader(bomb), 0); len(problems) != 1 || problems[0].Key != "lss.too_large" {
		t.Errorf("problems %v", keys(problems))
	}
}

func TestAnArchiveIsReadAndItsPeopleAreLeftIn(t *testing.T) {
	archive := zipped(t, map[string]string{"survey_1.lss": lssFile(questions("question", "q1¦S¦Name")), "survey_1_tokens.lst": "<document/>"})
	d, problems := interchange.ReadLSS(strings.NewReader(archive), 0)
	if d == nil || len(problems) != 1 || problems[0].Key != "lss.archive_rest" || problems[0].Args["Files"] != "survey_1_tokens.lst" {
		t.Errorf("definition %v, problems %+v", d != nil, problems)
	}
}

// zippedSeed is a small archive.
func zippedSeed() string {
	return zipped(nil, map[string]string{"survey_1.lss": lssFile(questions("question", "q1¦S¦Name"))})
}

func zipped(t testing.TB, files map[string]string) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTextsLoseTheirHTMLAndKeepTheirWords(t *testing.T) {
	for html, want := range map[string]string{
		`Plain`:                                        "Plain",
		`<p>One &amp; two</p><p>Three&nbsp;</p>`:       "One & two\n\nThree",
		`a<br/>b<br>c`:                                 "a\nb\nc",
		`<ul><li>one</li><li>two</li></ul>`:            "- one\n- two",
		`<script>alert(1)</script>Hi`:                  "Hi",
		`<style>p{color:red}</style><b>Hi</b>`:         "Hi",
		`See <a href="https://example.org/x">this</a>`: "See this (https://example.org/x)",
		`See <a href="javascript:alert(1)">this</a>`:   "See this",
		"1 < 2": "1 < 2",
		`<table><tr><td>a</td><td>b</td></tr></table>`: "a b",
		"costs ${ 5 }": "costs $ { 5 }",
		"&lt;b&gt;":    "<b>",
	} {
		d, _ := readLSS(t, questions("question", "q1¦S¦"+html))
		if got := d.In(inGroup(d)[0].Label, "en"); got != want {
			t.Errorf("%s becomes %q, want %q", html, got, want)
		}
	}
}
