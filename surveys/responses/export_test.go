package responses

import (
	"crypto/hmac"
	"crypto/sha256"

	"weerklank.nl/weerklank/surveys"
)

// DeriveReceipt is the receipt code of a sitting under a secret.
func DeriveReceipt(secret []byte, survey surveys.ID, key SubmissionKey) ReceiptCode {
	return codeOf(hmac.New(sha256.New, secret), survey, key)
}
