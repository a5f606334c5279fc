package main

import (
	"weerklank.nl/weerklank/handlers/jobs"
	"weerklank.nl/weerklank/surveys"
)

// keptIn are the tables that hold a kind of what is kept of people, with those that hold
// keys to it. After a deletion none of them holds a row of the survey. Texts stand among
// the answers, and are looked for there.
var keptIn = map[surveys.Kept][]string{
	surveys.KeptAnswers:  {"responses", "text_reviews", "theme_memories", "batches", "mixing_touched"},
	surveys.KeptNamed:    {"responses", "text_reviews", "theme_memories", "batches", "mixing_touched", "invitees", "ballots"},
	surveys.KeptTexts:    {"text_reviews", "theme_memories"},
	surveys.KeptLists:    {"invitees", "ballots", "mixing_touched"},
	surveys.KeptContacts: {"contacts", "deliveries", "mixing_touched"},
}

// rewritten are the tables from which something is deleted and that no mixing writes anew.
var rewritten = []string{"invitees", "deliveries", "audit", "accounts", "account_mails", "unusual_days", "release_memories", "text_reviews", "theme_memories"}

// erasing is what the clock deletes with.
func (p *product) erasing() *jobs.Erasing {
	return &jobs.Erasing{Answers: p.answers, Ledger: p.ledger, Vault: p.vault, Days: p.programme, Releases: p.aggregates, Files: p.database,
		Tables: keptIn, Rewritten: rewritten}
}
