package responses

import "weerklank.nl/weerklank/surveys"

// SendAgain queues the message to one person once more, because they lost it or their
// address was wrong. The link in it is the one they had, so it says nothing of whether they
// took part and gives nobody a second turn. email is where it goes, where it may go to
// another address (MayMove).
func (v *Invitee) SendAgain(i *Invitations, s *surveys.Survey, email string, today surveys.Date) error {
	var wrong surveys.Invalid
	wrong.Require(s.Phase(today) == surveys.Running, "invitations", "invite.not_running")
	wrong.Require(i.Round > 0, "invitations", "invite.nothing_sent")
	wrong.Require(v.MayAgain(), "invitations", "invite.not_again")
	if v.MayMove(i) {
		address, ok := readEmail(email)
		wrong.Require(ok && address != "", "email", "invite.list.bad_email")
		email = address
	} else {
		email = v.Email
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	v.Email, v.State, v.Reason, v.Attempts = email, Queued, "", 0
	return nil
}

// MayMove tells whether the message may go to another address: that of somebody whose
// invitation was refused. Once there were reminders an earlier message may have arrived, and
// whoever gets the link of somebody who took part sees that it was used; on name they would
// read what was answered.
func (v *Invitee) MayMove(i *Invitations) bool {
	return v.State == Failed && i.Round == 1 && i.Mode != surveys.Named
}

// MayAgain tells whether a message to this person can be sent once more: one that waits or
// is on its way comes by itself, and who asked for no more gets none.
func (v *Invitee) MayAgain() bool {
	return v.State == Delivered || v.State == Failed || v.State == Unsure
}
