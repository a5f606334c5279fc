package surveys

// Lang is a language of the interface, as in BCP 47: "nl" or "en".
type Lang string

// The languages of the interface. Dutch is the first and the one to fall back on.
const (
	Dutch   Lang = "nl"
	English Lang = "en"
)

// Text is a text that people wrote in the languages of the interface.
type Text struct {
	NL string `json:"nl"`
	EN string `json:"en"`
}

// In is the text in the language, or in the other one where it is missing.
func (t Text) In(lang Lang) string {
	if lang == English && t.EN != "" || t.NL == "" {
		return t.EN
	}
	return t.NL
}

// Empty tells whether there is no text in any language.
func (t Text) Empty() bool { return t.NL == "" && t.EN == "" }
