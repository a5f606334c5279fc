package surveys

// What the audit trail may show of the things that staff set: each setting under the name
// of its column, so that a test holds the one against the other. Nothing in here is of a
// respondent.

// Shown is what the audit trail may show of a survey.
func (s *Survey) Shown() any {
	shown := s.Keeping.shown()
	for name, value := range map[string]any{
		"slug": s.Slug, "title": s.Title, "questionnaire_id": s.Questionnaire, "version": s.Version, "mode": s.Mode, "owner_id": s.Owner,
		"audience": s.Audience, "purpose": s.Purpose, "can_change": s.CanChange, "cannot_change": s.CannotChange,
		"opens": s.Opens, "closes": s.Closes, "promised_on": s.Promise.On, "promise_moves": s.Promise.Moves, "promise_kept_on": s.Promise.KeptOn,
		"breakdowns": s.Breakdowns, "pairs": s.Pairs, "hierarchies": s.Hierarchies, "merged": s.Merged, "heads": s.Heads, "people": s.People,
		"smallest_group": s.SmallestGroup, "invited": s.Invited, "readers": s.Readers, "councils": s.Councils, "own_answers": s.OwnAnswers,
		"wordings": s.Wordings, "opened_at": !s.OpenedAt.IsZero(), "closed_at": !s.ClosedAt.IsZero(),
	} {
		shown[name] = value
	}
	return shown
}

// shown is what the trail may show of keeping: the deletions that were asked for, and not
// how they went, which the clock does.
func (k *Keeping) shown() map[string]any {
	asked := []Kept{}
	for _, e := range k.Erasures {
		if e.Asked {
			asked = append(asked, e.Kind)
		}
	}
	return map[string]any{"basis": k.Basis, "basis_text": k.BasisText, "periods": k.Periods, "hold": k.Hold, "erase": asked}
}

// Shown is what the audit trail may show of a way in.
func (c *Collector) Shown() any {
	return map[string]any{"code": c.Code, "kind": c.Kind, "name": c.Name, "prefill": c.Prefill, "budget": c.Ordinary()}
}

// Shown is what the audit trail may show of a questionnaire: what is asked stands in its
// versions, which stay.
func (q *Questionnaire) Shown() any {
	return map[string]any{"form_id": q.FormID, "title": q.Title, "template": q.Template, "draft": q.Draft != nil, "published": q.Published}
}
