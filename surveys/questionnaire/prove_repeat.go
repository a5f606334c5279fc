package questionnaire

// respondents is how many simulated respondents fill in a form with repeats before
// the prover looks at single questions.
const respondents = 12

// meet lets simulated respondents fill in a form with repeats, which the prover
// itself does not look into, and notes who was asked the questions in them.
func (p *prover) meet(questions []QuestionProof) {
	if len(p.form.repeats) == 0 {
		return
	}
	for seed := range uint64(respondents) {
		if !p.budget.spend() {
			return
		}
		r := Respondent{Seed: seed, Skips: seed%3 == 2}
		answers := r.Fill(p.form, p.env).Answers
		played := p.form.Play(answers, p.env, false)
		for i := range questions {
			q := &questions[i]
			if !q.Field.InRepeat() || !played.Asked[q.Field.Name] {
				continue
			}
			if q.Reach == NotProved {
				q.Reach, q.Answers = Possible, answers
			}
			if played.Given[q.Field.Name] || p.units[q.Field.slot].use != asked {
				q.Answer = Possible
			}
		}
	}
}

// played plays answers that lead to a question, with a simulated respondent for
// what the prover does not look into: repeats. It gives all answers, nil when they
// do not lead to the question.
func (p *prover) played(answers Answers, target *Field, back bool) Answers {
	if p.form.Play(answers, p.env, back).Asked[target.Name] {
		return answers
	}
	for seed := range uint64(3) {
		if len(p.form.repeats) == 0 || !p.budget.spend() {
			return nil
		}
		r := Respondent{Seed: seed, Wishes: answers}
		all := r.Fill(p.form, p.env).Answers
		if p.form.Play(all, p.env, back).Asked[target.Name] {
			return all
		}
	}
	return nil
}
