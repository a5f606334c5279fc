package expression

import (
	"math"
	"strings"
)

// earth is the radius in metres that ODK reckons with.
const earth = 6378100.0

type point struct{ lat, lon float64 }

// points reads "lat lon [altitude accuracy]" parted by semicolons.
func points(s string) ([]point, bool) {
	var found []point
	for part := range strings.SplitSeq(s, ";") {
		fields := strings.Fields(part)
		if len(fields) == 0 {
			continue
		}
		if len(fields) < 2 {
			return nil, false
		}
		p := point{ParseNumber(fields[0]), ParseNumber(fields[1])}
		if math.IsNaN(p.lat) || math.IsNaN(p.lon) || math.Abs(p.lat) > 90 || math.Abs(p.lon) > 180 {
			return nil, false
		}
		found = append(found, p)
	}
	return found, true
}

func radians(degrees float64) float64 { return degrees * math.Pi / 180 }

func metres(a, b point) float64 {
	lat, lon := radians(b.lat-a.lat)/2, radians(b.lon-a.lon)/2
	h := math.Sin(lat)*math.Sin(lat) + math.Cos(radians(a.lat))*math.Cos(radians(b.lat))*math.Sin(lon)*math.Sin(lon)
	return 2 * earth * math.Asin(math.Min(1, math.Sqrt(h)))
}

// length is the way along the points, in metres to the centimetre.
func length(r *Run, n *node) Value {
	var all []point
	for _, a := range n.args {
		var texts []string
		if isPath(a) {
			for _, m := range r.nodes(a) {
				texts = append(texts, m.Text)
			}
		} else {
			v := r.eval(a)
			texts = []string{v.Text()}
		}
		for _, t := range texts {
			p, ok := points(t)
			if !ok {
				return NumberOf(math.NaN())
			}
			all = append(all, p...)
		}
	}
	total := 0.0
	for i := 1; i < len(all); i++ {
		total += metres(all[i-1], all[i])
	}
	return NumberOf(math.Round(total*100) / 100)
}

// area is that of the polygon of the points, in square metres to the hundredth.
func area(r *Run, n *node) Value {
	p, ok := points(r.text(n, 0))
	if !ok {
		return NumberOf(math.NaN())
	}
	if len(p) < 3 {
		return NumberOf(0)
	}
	sum := 0.0
	for i := range p {
		a, b := p[i], p[(i+1)%len(p)]
		sum += radians(b.lon-a.lon) * (2 + math.Sin(radians(a.lat)) + math.Sin(radians(b.lat)))
	}
	return NumberOf(math.Round(math.Abs(sum*earth*earth/2)*100) / 100)
}

// geofence tells whether the point lies in the polygon, by counting the edges
// that a line from it crosses.
func geofence(r *Run, n *node) Value {
	p, okPoint := points(r.text(n, 0))
	edge, okEdge := points(r.text(n, 1))
	if !okPoint || !okEdge || len(p) == 0 || len(edge) < 3 {
		return BoolOf(false)
	}
	at, inside := p[0], false
	for i, j := 0, len(edge)-1; i < len(edge); j, i = i, i+1 {
		a, b := edge[i], edge[j]
		if (a.lon > at.lon) != (b.lon > at.lon) && at.lat < (b.lat-a.lat)*(at.lon-a.lon)/(b.lon-a.lon)+a.lat {
			inside = !inside
		}
	}
	return BoolOf(inside)
}
