package interchange

import (
	_ "embed"
	"encoding/json"
	"strings"
	"sync"
)

// The choices of LimeSurvey's fixed questions (yes and no, increase, gender …)
// are not in its files: its program words them in each respondent's language. We
// word them ourselves, in the languages in lss_words.json.
//
//go:embed lss_words.json
var lssWordsFile []byte

// lssWords are the words by language and key.
var lssWords = sync.OnceValue(func() map[string]map[string]string {
	words := map[string]map[string]string{}
	if err := json.Unmarshal(lssWordsFile, &words); err != nil {
		panic("lss_words.json: " + err.Error())
	}
	return words
})

// fixedWord is the word in the language, or in English; found tells which.
func fixedWord(lang, key string) (word string, found bool) {
	base, _, _ := strings.Cut(lang, "-")
	if w := lssWords()[base][key]; w != "" {
		return w, true
	}
	return lssWords()["en"][key], false
}
