package manage

import (
	"crypto/rand"
	"strings"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// sought is what somebody looks for in texts or among people. It may be a name, so it is
// sent in a form, and stands sealed in the address of what was found: there Sealed is all
// that histories and logs keep.
type sought struct{ Words, Sealed string }

// soughtField is the name of the sealed words, in an address and in a form.
const soughtField = "gezocht"

// soughtIn opens the words in an address or in a form.
func soughtIn(keys *responses.Keys, s *surveys.Survey, value func(string) string) sought {
	sealed := value(soughtField)
	words := keys.OpenSought(sealed, s.Org, s.ID)
	if words == "" {
		return sought{}
	}
	return sought{words, sealed}
}

// soughtTyped seals the words that were typed in the form.
func soughtTyped(keys *responses.Keys, s *surveys.Survey, c *gin.Context) sought {
	words := strings.TrimSpace(c.PostForm("zoek"))
	var nonce [12]byte
	_, _ = rand.Read(nonce[:]) // never fails: crypto/rand ends the program instead
	return sought{words, keys.SealSought(words, s.Org, s.ID, nonce)}
}
