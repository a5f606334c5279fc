package training

import "weerklank.nl/weerklank/surveys"

// Check refuses a design that does not say openly what it is for, what it costs a
// participant, who pays, and what follows after the last session.
func (d *Design) Check() error {
	var missing surveys.Invalid
	missing.Require(!d.Title.Empty(), "title", "design.no_title")
	missing.Require(!d.Audience.Empty(), "audience", "design.no_audience")
	missing.Require(len(d.Goals) > 0, "goal1", "design.no_goal")
	for _, g := range d.Goals {
		if g.From < 1 || g.To > 5 || g.From >= g.To {
			missing.Add("goal1", "design.goal_levels")
			break
		}
	}
	missing.Require(d.Sessions > 0, "sessions", "design.no_sessions")
	missing.Require(d.Participants > 0, "participants", "design.no_participants")
	missing.Require(d.Funding != "", "funding", "design.no_funding")
	missing.Require(!d.Aftercare.Empty(), "aftercare", "design.no_aftercare")
	return missing.Err()
}

// DesignFrom starts a design from a course of the catalogue: what it teaches, how
// often people meet, who pays, and what a full group costs.
func DesignFrom(c *Course) Design {
	people := max(1, c.Most)
	return Design{
		Org: c.Org, Course: c.ID, Title: c.Title, Goals: c.Goals, Sessions: c.Sessions, Hours: c.Hours,
		Participants: people, Funding: c.Funding, Cost: c.CostFor(people), Aftercare: c.AftercareText, CoDesign: c.CoDesignText,
	}
}
