package questionnaire_test

import (
	"strings"
	"testing"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

func TestAnAnonymousSurveyStoresNoMoment(t *testing.T) {
	d := form(t, `
		type      | name    | calculation                                        | default | read_only
		start     | start   |                                                    |         |
		end       | end     |                                                    |         |
		today     | dag     |                                                    |         |
		username  | wie     |                                                    |         |
		deviceid  | waarmee |                                                    |         |
		date      | geboren |                                                    |         |
		calculate | nu      | now()                                              |         |
		calculate | netjes  | format-date-time(now(), '%H:%M')                   |         |
		calculate | dagen   | decimal-date-time(now())                           |         |
		calculate | langs   | concat('op ', ${dag})                              |         |
		calculate | verder  | concat(${nu}, '')                                  |         |
		calculate | leeftijd | int((today() - ${geboren}) div 365.25)            |         |
		calculate | volwassen | ${leeftijd} > 17                                 |         |
		calculate | woord   | if(today() > '2026-11-01', 'laat', 'vroeg')        |         |
		calculate | anders  | concat('geboren ', ${geboren})                     |         |
		text      | vast    |                                                    | now()   | yes
		date      | bezoek  |                                                    | today() |
	`, "")
	f, problems := questionnaire.Compile(d)
	if f == nil {
		t.Fatal(problems)
	}
	s := f.Evaluate(questionnaire.Answers{"geboren": "1990-05-01", "bezoek": "2026-11-25"}, env())
	want := map[string]string{"geboren": "1990-05-01", "leeftijd": "36", "volwassen": "true", "woord": "laat", "anders": "geboren 1990-05-01", "bezoek": "2026-11-25"}
	got := s.RecordWithoutMoment()
	for name, v := range want {
		if got[name] != v {
			t.Errorf("%s is stored as %q, want %q", name, got[name], v)
		}
	}
	for name, v := range got {
		if want[name] == "" {
			t.Errorf("%s is stored: %q", name, v)
		}
	}
	named := s.Record()
	for _, name := range []string{"start", "end", "dag", "wie", "waarmee"} {
		if v, ok := named[name]; ok {
			t.Errorf("the named mode stores %s: %q", name, v)
		}
	}
	if !strings.HasPrefix(named["nu"], "2026-11-25") || named["langs"] != "op 2026-11-25" {
		t.Errorf("the named mode stores %v", named)
	}
}
