package responses

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"strconv"
)

// Lot says how people were drawn from a list where not everybody is asked. It is
// published: whoever has the list can draw again and find the same people.
type Lot struct {
	Seed string `json:"seed"` // made by chance after the list was fixed
	List string `json:"list"` // SHA-256 of the file, in hexadecimal: it was fixed first
	Of   int    `json:"of"`   // people on the list
	Drew int    `json:"drew"` // people drawn
}

// Draw draws n of the rows, fairly: the ticket of a row is SHA-256(seed ":" row), and
// the lowest tickets win. It gives their places in rows, in the order of the list.
func Draw(seed string, rows []int, n int) []int {
	type ticket struct {
		at  int
		sum [sha256.Size]byte
	}
	tickets := make([]ticket, len(rows))
	for i, row := range rows {
		tickets[i] = ticket{i, sha256.Sum256([]byte(seed + ":" + strconv.Itoa(row)))}
	}
	slices.SortFunc(tickets, func(a, b ticket) int { return bytes.Compare(a.sum[:], b.sum[:]) })
	drawn := make([]int, 0, min(n, len(tickets)))
	for _, t := range tickets[:min(max(n, 0), len(tickets))] {
		drawn = append(drawn, t.at)
	}
	slices.Sort(drawn)
	return drawn
}
