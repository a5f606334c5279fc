package manage

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/interchange"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// mostList is how large a list of people may be, in bytes.
const mostList = 10 << 20

// mostUnpacked bounds what the hidden field of a checked list unpacks to.
const mostUnpacked = 64 << 20

// inviteListPage shows a list as it was read, before anything is stored.
type inviteListPage struct {
	page.Base
	ID       surveys.ID
	Title    surveys.Text
	File     string
	Faults   []faultRow
	More     int
	Ignored  []string
	Missing  []string
	Repeated int
	Counted  bool
	People   int // who will be invited, cards included
	ByMail   int
	Cards    int
	First    []personRow
	Heading  []string // names of the breakdowns
	Groups   []groupRow
	LeftOut  int // people whose values are left out in part
	Least    int
	Named    bool
	Draw     string // how many to draw, as it was typed
	Drawn    bool
	Adds     bool   // to a list that is there
	Already  int    // who stand on it, and are left out
	Sealed   string // the list that was read, to be stored when it is confirmed
}

type faultRow struct {
	Row    int
	Column string
	Text   string // what to do about it
}

type personRow struct {
	Name, Email string
	Values      []string
}

// checkedList travels in the page between checking and confirming, so that nothing of
// anybody is stored before somebody confirms it.
type checkedList struct {
	File    string             `json:"f"`
	Sum     string             `json:"s"` // SHA-256 of the file
	Seed    string             `json:"z,omitempty"`
	Of      int                `json:"of,omitempty"`
	Counted bool               `json:"c,omitempty"`
	People  []responses.Person `json:"p"`
}

// readList handles POST /beheer/uitvragen/:id/uitnodigingen/lijst: check a file, or store
// the list that was checked.
func (p *invitePages) readList(c *gin.Context) error {
	s, err := p.findInviting(c)
	if err != nil {
		return err
	}
	if s.OpenedAt.IsZero() || s.Phase(page.Today(c)) == surveys.Closed {
		return p.renderInvitations(c, http.StatusUnprocessableEntity, s, surveys.Invalid{{Field: "bestand", Key: "invite.open_first"}})
	}
	form, err := p.formOf(c, s)
	if err != nil {
		return err
	}
	if sealed := c.PostForm("lijst"); sealed != "" {
		return p.confirm(c, s, form, sealed)
	}
	header, err := c.FormFile("bestand")
	if err != nil || header.Size == 0 {
		return p.renderInvitations(c, http.StatusUnprocessableEntity, s, surveys.Invalid{{Field: "bestand", Key: "invite.no_file"}})
	}
	raw, err := content(header)
	if err != nil {
		return err
	}
	rows, problem := interchange.ReadRows(bytes.NewReader(raw), int64(len(raw)))
	if problem != nil {
		return p.renderInvitations(c, http.StatusUnprocessableEntity, s, surveys.Invalid{{Field: "bestand", Key: problem.Key, Args: problem.Args}})
	}
	attributes := attributesOf(s, form)
	list := responses.ReadList(rows.Cells, attributes, rows.Formula)
	sum := sha256.Sum256(raw)
	checked := checkedList{File: header.Filename, Sum: hex.EncodeToString(sum[:]), People: list.People, Counted: list.Counted}
	v := inviteListPage{Base: p.kit.StaffBase(c), ID: s.ID, Title: s.Title, File: header.Filename, More: list.More, Ignored: list.Ignored,
		Missing: p.labels(attributes, list.Missing, page.Language(c)), Repeated: list.Repeated, Counted: list.Counted, Draw: trimmed(c, "loten")}
	for _, f := range list.Faults {
		v.Faults = append(v.Faults, faultRow{f.Row, f.Column, p.kit.Text(v.Lang, f.Key, f.Args)})
	}
	if len(v.Faults) > 0 {
		if _, err := p.deps.Ledger.FindInvitations(c.Request.Context(), s.Org, s.ID); err != nil && !errors.Is(err, surveys.ErrNotFound) {
			return err
		} else if err == nil {
			v.Adds = true
		}
		v.Problems.AddWith("bestand", "invite.list.wrong", map[string]any{"Count": len(v.Faults) + list.More})
		return p.check.Render(c, http.StatusUnprocessableEntity, v)
	}
	var refused surveys.Invalid
	if err := p.takesMore(c, s, v.Draw != ""); errors.As(err, &refused) {
		return p.renderInvitations(c, http.StatusUnprocessableEntity, s, refused)
	} else if err != nil {
		return err
	}
	if v.Draw != "" {
		n, err := strconv.Atoi(v.Draw)
		if err != nil || n < 1 || n > len(list.People) || list.Counted {
			return p.renderInvitations(c, http.StatusUnprocessableEntity, s, surveys.Invalid{{Field: "loten", Key: "invite.bad_draw"}})
		}
		// The seed comes after the list: whoever made the list could not choose who is drawn.
		checked.Seed, checked.Of = rand.Text(), len(list.People)
		places := make([]int, len(list.People))
		for i := range list.People {
			places[i] = list.People[i].Row
		}
		var drawn []responses.Person
		for _, at := range responses.Draw(checked.Seed, places, n) {
			drawn = append(drawn, list.People[at])
		}
		checked.People, v.Drawn = drawn, true
	}
	return p.preview(c, http.StatusOK, s, form, v, &checked)
}

func content(header *multipart.FileHeader) ([]byte, error) {
	file, err := header.Open()
	if err != nil {
		return nil, fmt.Errorf("open uploaded list: %w", err)
	}
	defer func() { _ = file.Close() }() // only read
	raw, err := io.ReadAll(io.LimitReader(file, mostList+1))
	if err != nil {
		return nil, fmt.Errorf("read uploaded list: %w", err)
	}
	return raw, nil
}

func (p *invitePages) labels(attributes []responses.Attribute, names []string, lang page.Lang) []string {
	var all []string
	for _, name := range names {
		for _, a := range attributes {
			if a.Name == name {
				all = append(all, a.Label.In(lang))
			}
		}
	}
	return all
}

// preview shows a list that is right, with the groups that its ballots will carry.
func (p *invitePages) preview(c *gin.Context, status int, s *surveys.Survey, form *questionnaire.Form, v inviteListPage, checked *checkedList) error {
	n, err := p.invitationsOf(c, s, checked)
	var wrong surveys.Invalid
	if errors.As(err, &wrong) {
		return p.renderInvitations(c, http.StatusUnprocessableEntity, s, surveys.Invalid{{Field: "bestand", Key: wrong[0].Key, Args: wrong[0].Args}})
	}
	if err != nil {
		return err
	}
	d, list, people := form.Definition, n.list, n.people
	v.Groups, v.Least, v.Named, v.People = groupRows(list, d, v.Lang), s.SmallestGroup, s.Mode == surveys.Named, len(n.ballots)
	v.Adds, v.Already = n.adds, n.already
	for _, name := range list.Breakdowns {
		if i := d.Item(name); i != nil {
			v.Heading = append(v.Heading, d.In(i.Label, string(v.Lang)))
		}
	}
	for i := range people {
		if people[i].Email != "" {
			v.ByMail++
		}
	}
	v.Cards = v.People - v.ByMail
	for n := range list.Groups {
		for _, from := range list.Groups[n].From {
			for b, name := range list.Breakdowns {
				if from.Values[b] != list.Groups[n].Values[name] {
					v.LeftOut += from.People + from.Cards
					break
				}
			}
		}
	}
	for i := range n.taken[:min(len(n.taken), firstShown)] {
		each := &n.taken[i]
		row := personRow{Name: each.Name, Email: each.Email}
		for b, name := range list.Breakdowns {
			row.Values = append(row.Values, spokenValue(d, name, each.Values[b], v.Lang))
		}
		if each.Heads > 0 {
			row.Name = strconv.Itoa(each.Heads)
		}
		v.First = append(v.First, row)
	}
	if v.Sealed, err = packed(checked); err != nil {
		return err
	}
	return p.check.Render(c, status, v)
}

// firstShown is how many rows of a list are shown.
const firstShown = 10

// fits tells whether a list that comes back was checked for this survey as it is: another
// breakdown may have been declared since.
func (p *invitePages) fits(s *surveys.Survey, form *questionnaire.Form, checked *checkedList) bool {
	attributes := attributesOf(s, form)
	for i := range checked.People {
		each := &checked.People[i]
		if len(each.Values) != len(attributes) || each.Heads < 0 || len(each.Email) > 254 || len(each.Name) > 1000 {
			return false
		}
	}
	return len(checked.People) > 0
}

func packed(l *checkedList) (string, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := json.NewEncoder(z).Encode(l); err != nil {
		return "", fmt.Errorf("pack a checked list: %w", err)
	}
	if err := z.Close(); err != nil {
		return "", fmt.Errorf("pack a checked list: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b.Bytes()), nil
}

func unpacked(field string) (*checkedList, error) {
	raw, err := base64.RawURLEncoding.DecodeString(field)
	if err != nil {
		return nil, fmt.Errorf("unpack a checked list: %w", err)
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("unpack a checked list: %w", err)
	}
	var l checkedList
	if err := json.NewDecoder(io.LimitReader(z, mostUnpacked)).Decode(&l); err != nil {
		return nil, fmt.Errorf("unpack a checked list: %w", err)
	}
	return &l, nil
}
