package responses

import (
	"encoding/binary"
	"sync"
	"time"

	"weerklank.nl/weerklank/surveys"
)

// Bounds of what a Watch holds, and of what it calls many.
const (
	mostWatched = 16_384 // entries of each kind
	oftenFrom   = 100    // submissions an hour to one survey from one part of the network, from which on they are flagged
	sameTexts   = 5      // times that a text comes in before it is flagged
)

// UsualFlood is how many submissions an hour to one survey from one part of the network
// are taken when the operator says nothing. A town hall stands behind one address: all
// who work in a large one may answer in the same hour.
const UsualFlood = 2000

// Watch counts what comes in to surveys that are open to all, in memory only and under
// a key that lives for a day (in UTC). It holds no address, no text and no answer, but
// keyed hashes of parts of addresses and of texts, which nobody can turn back once the
// key is gone: at the end of the day, and when the program stops. All counts go with it.
// Each instance watches what comes in to itself. It is safe for concurrent use.
type Watch struct {
	flood int

	mu    sync.Mutex
	key   surveys.DayKey
	from  map[watched]*place
	texts map[watched]int
	ways  map[watched]*way
}

// watched is a keyed hash.
type watched [16]byte

// way is what came by a way in since the day began.
type way struct {
	many, limit int
	told        bool // by somebody who was asked to
}

// NewWatch makes a Watch. newKey gives a random key; flood is how many submissions an
// hour are taken from one part of the network to one survey, 0 for UsualFlood.
func NewWatch(newKey func() [32]byte, flood int) *Watch {
	if flood <= 0 {
		flood = UsualFlood
	}
	return &Watch{key: surveys.NewDayKey(newKey), flood: flood}
}

// Seen is what a Watch needs of a submission; nothing of it is kept as it is.
type Seen struct {
	Survey    surveys.ID
	Collector surveys.ID // "" for the plain link
	Ordinary  int        // submissions a day by that way in
	Address   string     // of whoever sent it
	Texts     []string   // as Texts gives them
}

// Look says what to do with a submission, and counts nothing. flagged: many came like
// it. wait is not 0 when so many came that it is not taken now: after how long it is.
func (w *Watch) Look(s *Seen, now time.Time) (flagged bool, wait time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.turn(now)
	often, all := w.from[w.hash("from", string(s.Survey), surveys.NetworkOf(s.Address, surveys.OneOffice))].now(now, w.flood)
	if over := all + 1 - float64(w.flood); over > 0 {
		return true, (time.Duration(over/float64(w.flood)*float64(time.Hour)) + time.Second).Truncate(time.Second)
	}
	flagged = often >= oftenFrom
	for _, text := range s.Texts {
		flagged = flagged || w.texts[w.hash("text", string(s.Survey), text)] >= sameTexts
	}
	return flagged, 0
}

// Count counts a submission that was stored. unusual: more came by its way in since the
// day began than is ordinary, which is said to one caller only, who tells it or says
// Untold. How many more is not a number that anybody knows: the limit is drawn each day,
// up to a quarter above what is ordinary, and stays until the day ends, whatever is set
// meanwhile.
func (w *Watch) Count(s *Seen, now time.Time) (unusual bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.turn(now)
	from := w.hash("from", string(s.Survey), surveys.NetworkOf(s.Address, surveys.OneOffice))
	if w.from[from] == nil {
		w.makeRoom(now)
		w.from[from] = &place{}
	}
	w.from[from].add(now, w.flood)
	for _, text := range s.Texts {
		if len(w.texts) >= mostWatched {
			clear(w.texts)
		}
		w.texts[w.hash("text", string(s.Survey), text)]++
	}
	by := w.hash("way", string(s.Survey), string(s.Collector))
	one := w.ways[by]
	if one == nil {
		if len(w.ways) >= mostWatched {
			clear(w.ways)
		}
		drawn := w.hash("limit", string(s.Survey), string(s.Collector))
		one = &way{limit: s.Ordinary + int(binary.BigEndian.Uint32(drawn[:]))%(s.Ordinary/4+1)}
		w.ways[by] = one
	}
	one.many++
	unusual = one.many > one.limit && !one.told
	one.told = one.told || unusual
	return unusual
}

// Untold notes that what Count called unusual could not be written down: it is said again
// at the next submission.
func (w *Watch) Untold(s *Seen, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.turn(now)
	if one := w.ways[w.hash("way", string(s.Survey), string(s.Collector))]; one != nil {
		one.told = false
	}
}

// turn begins a day with a key of its own, and forgets the one before.
func (w *Watch) turn(now time.Time) {
	if w.key.Turn(now) {
		w.from, w.texts, w.ways = map[watched]*place{}, map[watched]int{}, map[watched]*way{}
	}
}

func (w *Watch) hash(texts ...string) watched { return w.key.Hash(texts...) }

// makeRoom forgets who is quiet; when nobody is, everybody, so that memory stays bounded.
func (w *Watch) makeRoom(now time.Time) {
	if len(w.from) < mostWatched {
		return
	}
	for key, one := range w.from {
		if often, all := one.now(now, w.flood); often+all == 0 {
			delete(w.from, key)
		}
	}
	if len(w.from) >= mostWatched {
		clear(w.from)
	}
}

// place is how much came from one part of the network to one survey: two buckets that
// leak, the one slowly and the other as fast as is taken at most.
type place struct {
	often, flood float64
	at           time.Time
}

// now is how full both are, with so much leaking from each in an hour.
func (p *place) now(now time.Time, flood int) (often, all float64) {
	if p == nil {
		return 0, 0
	}
	passed := max(0, now.Sub(p.at)).Hours()
	return max(0, p.often-oftenFrom*passed), max(0, p.flood-float64(flood)*passed)
}

// add counts one. After a flood it takes an hour until nobody is flagged any more.
func (p *place) add(now time.Time, flood int) {
	often, all := p.now(now, flood)
	p.often, p.flood, p.at = min(often+1, 2*oftenFrom), all+1, now
}
