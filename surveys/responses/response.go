// Package responses knows what a respondent hands in: the response without an
// identity, the receipt code that opens it to its holder alone, the participation
// ledger of who was invited and the sealed contact. Nothing in it leads from an
// answer to a person, except in the named mode.
package responses

import (
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// Key is the random key of a response: 128 bits that say nothing about when it
// came in or who sent it.
type Key [16]byte

// Response is one submission. It holds no identity and no moment.
type Response struct {
	Org       surveys.OrgID
	Survey    surveys.ID
	Key       Key
	Version   int          // of the questionnaire that was answered
	Collector surveys.ID   // the way in; "" for none
	Day       surveys.Date // what the mode keeps of the day; "" for nothing
	Receipt   ReceiptHash  // finds the response for the holder of the code, and makes a retry harmless
	Answers   questionnaire.Answers
}

// ReceiptHash is the keyed hash of a receipt code, which is all that is stored of it.
type ReceiptHash [32]byte
