package notices

import (
	"slices"
	"strings"
	"unicode"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/decisions"
)

// Draft makes the concept of a follow-up out of the words that people gave before:
// the survey's purpose, the findings, and the decisions in force with what happens
// next. Somebody makes it one story afterwards.
func Draft(id surveys.ID, s *surveys.Survey, findings []decisions.Finding, all []decisions.Decision) *Notice {
	n := &Notice{ID: id, Org: s.Org, Survey: s.ID, Kind: FollowUp}
	n.Asked = paragraphs([]surveys.Text{s.Title, s.Purpose})
	var said, decided, next []surveys.Text
	for _, f := range findings {
		said = append(said, f.Statement)
	}
	for _, d := range decisions.InForce(all) {
		n.Decisions = append(n.Decisions, d.ID)
		decided = append(decided, sentences(d.What, d.Reason))
		next = append(next, d.Next)
	}
	n.Said, n.Decided, n.Next = paragraphs(said), paragraphs(decided), paragraphs(next)
	return n
}

func paragraphs(texts []surveys.Text) surveys.Text { return join(texts, "\n\n") }

func sentences(texts ...surveys.Text) surveys.Text { return join(texts, " ") }

func join(texts []surveys.Text, between string) surveys.Text {
	var nl, en []string
	for _, t := range texts {
		if t.NL != "" && !slices.Contains(nl, t.NL) {
			nl = append(nl, t.NL)
		}
		if t.EN != "" && !slices.Contains(en, t.EN) {
			en = append(en, t.EN)
		}
	}
	return surveys.Text{NL: strings.Join(nl, between), EN: strings.Join(en, between)}
}

// MostWords is the longest sentence that most people still read easily (B1).
const MostWords = 20

// LongestSentence is the number of words of the longest Dutch sentence.
func (n *Notice) LongestSentence() int {
	longest := 0
	for _, part := range []surveys.Text{n.Asked, n.Said, n.Decided, n.Next} {
		for line := range strings.Lines(part.NL) {
			longest = max(longest, longestIn(line))
		}
	}
	return longest
}

func longestIn(line string) int {
	longest, words := 0, 0
	for word := range strings.FieldsSeq(line) {
		if strings.IndexFunc(word, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) >= 0 {
			words++
		}
		longest = max(longest, words)
		if strings.ContainsAny(word[len(word)-1:], ".!?:") {
			words = 0
		}
	}
	return longest
}

// Complete tells whether what we asked, what you said, what we decided and what
// happens next all have words.
func (n *Notice) Complete() bool {
	return !n.Asked.Empty() && !n.Said.Empty() && !n.Decided.Empty() && !n.Next.Empty()
}

// Change says whether the notice may still be changed or thrown away: while it is
// a concept.
func (n *Notice) Change() error {
	var wrong surveys.Invalid
	wrong.Require(n.PublishedAt.IsZero(), "notice", "notice.published")
	return wrong.Err()
}
