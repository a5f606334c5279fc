package disclosure

// Bounds of the work of trying every world; a question in which more of them fit what is
// shown is not tried on them.
const (
	mostWorlds  = 10_000
	mostDecided = 300_000 // worlds, by the units and by the groups that are decided in each
	mostPlaces  = 20      // numbers that are tried on the way to them, by world
)

// everyWorld gives every world that fits all that is shown, the truth among them; nil when
// they are too many to decide in each of them what is shown.
func (b *bounds) everyWorld() []*world {
	most := min(mostWorlds, mostDecided/(len(b.units)*len(b.v.tried)))
	e := &every{b: b, most: most, gave: make([][]int, len(b.units)), about: make([][]*limit, len(b.units)), counts: make([][][]*limit, len(b.units))}
	for i := range b.units {
		e.gave[i], e.counts[i] = make([]int, len(b.options)), make([][]*limit, len(b.options))
	}
	for _, in := range b.exacts {
		for k, o := range b.options {
			n := 0
			for i, u := range b.units {
				if in[i] {
					n += u.gave[o]
				}
			}
			e.limit(in, []int{k}, n, n)
		}
	}
	for n := range b.banded {
		one := &b.banded[n]
		for _, part := range b.parts {
			now := one.of(part)
			least, most := limits(now, one.base)
			var at []int
			for k, o := range b.options {
				for _, other := range part {
					if o == other {
						at = append(at, k)
					}
				}
			}
			for i, u := range b.units { // without those who are in no unit
				if one.in[i] {
					for _, o := range part {
						now -= u.gave[o]
					}
				}
			}
			e.limit(one.in, at, least-now, most-now)
		}
	}
	if !e.unit(0) {
		return nil
	}
	return e.worlds
}

// every goes through all numbers that the people of each unit may have given answers,
// unit by unit, as far as they fit.
type every struct {
	b      *bounds
	most   int
	worlds []*world
	places int
	gave   [][]int      // by unit and answer
	about  [][]*limit   // by unit
	counts [][][]*limit // by unit and answer
}

// limit is between what a number of people lies.
type limit struct {
	least, most int
	now         int // of the units that were gone through
	more        int // that the others may add
	times       int // that one person may count in it
}

func (e *every) limit(in sum, answers []int, least, most int) {
	l := &limit{least: least, most: most, times: 1}
	if !e.b.single {
		l.times = len(answers)
	}
	for i, there := range in {
		if !there {
			continue
		}
		l.more += l.times * e.b.units[i].people
		e.about[i] = append(e.about[i], l)
		for _, k := range answers {
			e.counts[i][k] = append(e.counts[i][k], l)
		}
	}
}

// unit goes through a unit and those after it; false when there are too many worlds.
func (e *every) unit(i int) bool {
	if i < len(e.b.units) {
		return e.answer(i, 0, e.b.units[i].people)
	}
	if len(e.worlds) >= e.most {
		return false
	}
	w := &world{}
	for i, u := range e.b.units {
		for k, o := range e.b.options {
			w.add(i, o, e.gave[i][k]-u.gave[o])
		}
	}
	e.worlds = append(e.worlds, w)
	return true
}

// answer goes through the numbers of a unit who may have given an answer, of so many who
// gave none of those before it.
func (e *every) answer(i, k, left int) bool {
	if k == len(e.b.options) {
		return e.after(i)
	}
	from, to := 0, left
	if e.b.single && k == len(e.b.options)-1 {
		from = left
	}
	for _, l := range e.counts[i][k] {
		to = min(to, l.most-l.now)
	}
	for n := from; n <= to; n++ {
		if e.places++; e.places > mostPlaces*e.most {
			return false
		}
		e.gave[i][k] = n
		for _, l := range e.counts[i][k] {
			l.now += n
		}
		rest := left
		if e.b.single {
			rest -= n
		}
		fits := e.answer(i, k+1, rest)
		for _, l := range e.counts[i][k] {
			l.now -= n
		}
		if !fits {
			return false
		}
	}
	return true
}

// after goes on with the next unit where what is left can still fit.
func (e *every) after(i int) bool {
	people, fits := e.b.units[i].people, true
	for _, l := range e.about[i] {
		l.more -= l.times * people
		fits = fits && l.now+l.more >= l.least
	}
	defer func() {
		for _, l := range e.about[i] {
			l.more += l.times * people
		}
	}()
	return !fits || e.unit(i+1)
}
