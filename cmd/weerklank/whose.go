package main

import (
	"context"
	"strings"

	"weerklank.nl/weerklank/surveys"
)

// surveyOf finds the survey that a staff route is about, for who has a role for that
// survey alone: the pattern of the route says what its ":id" is.
func (p *product) surveyOf(ctx context.Context, org surveys.OrgID, route string, id surveys.ID) (surveys.ID, error) {
	under := func(folder string) bool { return route == folder || strings.HasPrefix(route, folder+"/") }
	switch {
	case under("/beheer/uitvragen/:id"):
		s, err := p.programme.FindSurvey(ctx, org, id)
		if err != nil {
			return "", err
		}
		return s.ID, nil
	case under("/beheer/besluiten/bevinding/:id"):
		f, err := p.programme.FindFinding(ctx, org, id)
		if err != nil {
			return "", err
		}
		return f.Survey, nil
	case under("/beheer/besluiten/:id"):
		d, err := p.programme.FindDecision(ctx, org, id)
		if err != nil {
			return "", err
		}
		return d.Survey, nil
	case under("/beheer/terugkoppelingen/:id"):
		n, err := p.programme.FindNotice(ctx, org, id)
		if err != nil {
			return "", err
		}
		return n.Survey, nil
	}
	return "", surveys.ErrNotFound
}
