package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"weerklank.nl/weerklank/storage/aggregates"
	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/ledger"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// recomputeCmd counts a figure that was shown once more, from the answers.
type recomputeCmd struct {
	installation
	Figure string `arg:"" help:"${recompute_figure}"`
}

// The codes with which recompute ends.
const (
	exitChanged     exitCode = 1 // the answers changed, or the release shows other digits
	exitUncountable exitCode = 2 // what the figure counted is not kept any more
)

// Run prints the digits that were shown when the answers still give them, and when
// that cannot be told any more. Of answers that changed it prints no digit. It changes
// nothing.
func (r *recomputeCmd) Run(ctx context.Context, t *terminal) error {
	address, err := disclosure.ParseAddress(r.Figure)
	if err != nil {
		return told{key: "cli.recompute.no_address", args: map[string]any{"Figure": r.Figure}}
	}
	database, keys, err := r.openWithKeys(ctx)
	if err != nil {
		return err
	}
	defer database.Close()
	if migrated, err := database.Migrated(ctx); err != nil || !migrated {
		return errors.Join(err, told{key: "cli.doctor.not_migrated"})
	}
	p := programme.New(database)
	store := answers.New(database, p).WithBallots(ledger.New(database), ledger.Ballots)
	engine := disclosure.NewEngine(store, 0)
	kept := aggregates.New(database, keys.Memory())
	orgs, err := vault.New(database).ListOrganisations(ctx)
	if err != nil {
		return err
	}
	known := false
	for i := range orgs { // the name in the address is one organisation's own, and the fingerprint tells whose
		s, err := p.FindSurveyBySlug(ctx, orgs[i].ID, address.Survey)
		if errors.Is(err, surveys.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		forms, err := formsOf(ctx, p, s)
		if err != nil {
			return err
		}
		outcome, figure, release, err := recount(ctx, engine, store, kept, s, forms, address)
		switch {
		case errors.Is(err, surveys.ErrNotFound):
			continue
		case err != nil:
			return err
		case outcome == disclosure.Another:
			known = true
			continue
		}
		t.recomputed(s, release, address, outcome, figure)
		switch outcome {
		case disclosure.Changed:
			return exitChanged
		case disclosure.Unknown, disclosure.Erased:
			return exitUncountable
		}
		return nil
	}
	if known {
		t.say("cli.recompute.another", nil)
		return exitChanged
	}
	return told{key: "cli.recompute.not_found", args: map[string]any{"Figure": r.Figure}}
}

// recount counts a figure once more: from the answers, or one about themes from what
// reviewers made of the texts.
func recount(ctx context.Context, engine *disclosure.Engine, store *answers.Answers, kept *aggregates.Aggregates, s *surveys.Survey, forms []*questionnaire.Form, a disclosure.Address) (disclosure.Outcome, disclosure.Protected, *disclosure.Release, error) {
	question, number, themes := disclosure.ThemesOf(a.Question)
	if !themes {
		return disclosure.Recompute(ctx, engine, kept, s, forms, a)
	}
	none := disclosure.Protected{}
	themed, err := kept.FindThemed(ctx, s.Org, s.ID, question, number)
	if err != nil {
		return "", none, nil, err
	}
	release, err := kept.FindNumberedRelease(ctx, s.Org, s.ID, a.Release)
	if err != nil {
		return "", none, nil, err
	}
	list, err := store.FindThemes(ctx, s.Org, s.ID, question)
	if err != nil {
		return "", none, nil, err
	}
	reviews, err := store.ListReviews(ctx, s.Org, s.ID, question)
	if err != nil {
		return "", none, nil, err
	}
	outcome, figure := disclosure.RecountThemes(s, themed, list, reviews, a)
	return outcome, figure, release, nil
}

// recomputed says what came of it.
func (t *terminal) recomputed(s *surveys.Survey, r *disclosure.Release, a disclosure.Address, outcome disclosure.Outcome, p disclosure.Protected) {
	if !p.Empty() {
		title := p.Question().In(t.lang)
		if title == "" {
			title = a.Question
		}
		group := p.Group().In(t.lang)
		if a.Group == disclosure.WithoutFlagged {
			group = t.text(t.lang, "watch.without", nil)
		}
		if group != "" {
			title += " – " + group
		}
		if strings.TrimSpace(title) != "" {
			fmt.Fprintln(t.out, title)
		}
		version := strconv.Itoa(r.Version())
		if r.Version() == 0 {
			version = "?"
		}
		t.say("cli.recompute.of", map[string]any{"Survey": s.Title, "Number": r.Number, "Date": r.AsOf, "Version": version, "Count": p.Base()})
		for _, one := range append(p.Shares(), p.Missing()...) {
			t.digits(one)
		}
	}
	said := "cli.recompute." + string(outcome)
	if _, _, themes := disclosure.ThemesOf(a.Question); themes && outcome == disclosure.Changed {
		said = "cli.recompute.changed_themes"
	}
	t.say(said, map[string]any{"Date": r.AsOf})
}

// digits prints one answer.
func (t *terminal) digits(s disclosure.Share) {
	label := s.Label.In(t.lang)
	if label == "" {
		label = s.Name
	}
	switch {
	case s.Hidden != "":
		t.say("cli.recompute.hidden", map[string]any{"Answer": label})
	case s.Banded:
		t.say("cli.recompute.band", map[string]any{"Answer": label, "From": s.From, "To": s.To})
	default:
		t.say("cli.recompute.count", map[string]any{"Answer": label, "Number": s.Count})
	}
}

// formsOf are the versions that a survey may have asked, the newest last.
func formsOf(ctx context.Context, p *programme.Programme, s *surveys.Survey) ([]*questionnaire.Form, error) {
	var forms []*questionnaire.Form
	for number := 1; number <= s.Version; number++ {
		v, err := p.FindVersion(ctx, s.Org, s.Questionnaire, number)
		if err != nil {
			return nil, err
		}
		form, err := questionnaire.Published(v.Definition)
		if err != nil {
			return nil, fmt.Errorf("version %d of questionnaire %s: %w", number, s.Questionnaire, err)
		}
		forms = append(forms, form)
	}
	return forms, nil
}
