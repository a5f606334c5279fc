package interchange

import (
	"maps"
	"slices"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// lssTaken are settings of questions that this reader takes over.
var lssTaken = lssSet("hidden", "prefix", "suffix", "other_replace_text", "maximum_chars", "min_num_value_n", "max_num_value_n", "min_num_value", "max_num_value",
	"equals_num_value", "value_range_allows_missing", "min_answers", "max_answers", "max_subquestions", "num_value_int_only", "numbers_only", "em_validation_q", "em_validation_q_tip",
	"em_validation_sq", "em_validation_sq_tip", "array_filter", "array_filter_exclude", "exclude_all_others", "date_min", "date_max", "date_format", "random_order", "answer_order",
	"subquestion_order", "multiflexible_checkbox", "multiflexible_min", "multiflexible_max", "multiflexible_step", "input_boxes", "dualscale_headerA", "dualscale_headerB",
	"commented_checkbox", "equation", "display_columns", "use_dropdown", "slider_min", "slider_max", "assessment_value")

// lssIdle are settings without a meaning outside LimeSurvey: how it exports, draws
// charts, and what it keeps for its own screens.
var lssIdle = lssSet("public_statistics", "statistics_showgraph", "statistics_graphtype", "scale_export", "save_as_default", "question_template", "cssclass", "display_type",
	"hide_tip", "answer_width", "text_input_width", "input_size", "display_rows", "page_break", "time_limit_action", "array_filter_style", "dropdown_prefix", "repeat_headings",
	"same_script", "printable_help", "question_theme_name", "clear_default", "samechoiceheight", "samelistheight", "showpopups", "choice_header", "rank_header", "rank_title", "choice_title", "keyboard_navigation")

// lssLooks are settings of how a question looks, in the order of the alphabet. They are
// named together, once for the survey.
var lssLooks = lssSet("addlineicon", "answer_width_bycolumn", "autoaddnewline", "button_size", "category_separator", "commented_checkbox_auto", "crop_or_resize",
	"dropdown_dates", "dropdown_dates_minute_step", "dropdown_dates_month_style", "dropdown_prepostfix", "dropdown_separators", "dropdown_size", "fix_height", "fix_width",
	"horizontal_scroll", "keep_aspect", "label_input_columns", "other_position", "other_position_code", "show_grand_total", "show_totals", "text_input_columns")

// lssFiles are settings of uploads. Their question is left out as a whole, and named.
var lssFiles = lssSet("allowed_filetypes", "max_filesize", "max_num_of_files", "min_num_of_files", "show_comment", "show_title")

// lssNamed are settings that change what is asked or kept and that have no
// counterpart: each is named at its question.
var lssNamed = map[string]string{
	"random_group": "lss.random_question", "time_limit": "lss.time_limit", "other_numbers_only": "lss.other_numbers", "other_comment_mandatory": "lss.other_comment",
	"exclude_all_others_auto": "lss.exclude_auto", "location_mapservice": "lss.location", "alphasort": "lss.alphasort", "slider_layout": "lss.slider",
	"reverse": "lss.reverse", "parent_order": "lss.parent_order",
}

func lssSet(names ...string) map[string]bool {
	set := map[string]bool{}
	for _, n := range names {
		set[n] = true
	}
	return set
}

// nameLeftovers reports what stands in the file and not in the definition.
func (r *lssReader) nameLeftovers() {
	for _, lang := range slices.Sorted(maps.Keys(r.english)) {
		r.warnAt(lssPlace{}, "lss.english_words", map[string]any{"Language": lang})
	}
	looks := map[string]bool{}
	for _, g := range r.s.groups {
		for _, q := range g.questions {
			r.nameSettings(q, looks)
		}
	}
	if len(looks) > 0 {
		r.warnAt(lssPlace{}, "lss.display_settings", map[string]any{"Settings": strings.Join(slices.Sorted(maps.Keys(looks)), ", ")})
	}
	for _, quota := range r.s.tables.rows["quota"] {
		r.warnAt(lssPlace{}, "lss.quota", map[string]any{"Name": quota["name"], "Limit": quota["qlimit"]})
	}
	for _, rule := range r.assessments() {
		r.warnAt(lssPlace{}, "lss.assessment", map[string]any{"Name": rule})
	}
	for _, p := range r.s.tables.rows["survey_url_parameters"] {
		r.urlParameter(p)
	}
	texts := func(column string) string { return strings.TrimSpace(r.s.texts[column][r.s.lang]) }
	if url := texts("surveyls_url"); url != "" {
		r.warnAt(lssPlace{}, "lss.end_url", map[string]any{"Address": lssShorten(url)})
	}
	if texts("surveyls_policy_notice") != "" {
		r.warnAt(lssPlace{}, "lss.policy", nil)
	}
	var kept []string
	for _, name := range []string{"datestamp", "ipaddr", "refurl", "savetimings"} {
		if r.s.settings[name] == "Y" {
			kept = append(kept, name)
		}
	}
	if len(kept) > 0 {
		r.warnAt(lssPlace{}, "lss.tracking", map[string]any{"Settings": strings.Join(kept, ", ")})
	}
	if s := r.s.settings; s["startdate"] != "" || s["expires"] != "" {
		r.warnAt(lssPlace{}, "lss.period", nil)
	}
}

func (r *lssReader) nameSettings(q *lssQuestion, looks map[string]bool) {
	if q.script {
		r.warn(q, "lss.script", nil)
	}
	if q.encrypted {
		r.warn(q, "lss.encrypted", nil)
	}
	if q.attr(r.s, "answer_order") == "alphabetical" || q.attr(r.s, "subquestion_order") == "alphabetical" {
		r.warn(q, "lss.alphasort", map[string]any{"Value": "1"})
	}
	for _, name := range slices.Sorted(maps.Keys(q.attributes)) {
		value := q.attr(r.s, name)
		if value == "" || value == "0" || value == "N" || lssTaken[name] || lssIdle[name] || lssFiles[name] {
			continue
		}
		key, named := lssNamed[name]
		switch {
		case name == "time_limit_action", strings.HasPrefix(name, "time_limit_"):
		case strings.HasPrefix(name, "location_") && name != "location_mapservice":
		case strings.HasPrefix(name, "slider_") && name != "slider_layout":
		case named:
			r.warn(q, key, map[string]any{"Value": lssShorten(value)})
		case lssLooks[name]:
			looks[name] = true
		default: // what it does nobody here knows
			r.warn(q, "lss.setting", map[string]any{"Name": lssShorten(name), "Value": lssShorten(value)})
		}
	}
}

// assessments are the names of the texts that LimeSurvey shows by score.
func (r *lssReader) assessments() []string {
	var names []string
	seen := map[string]bool{"": true}
	for _, row := range r.s.tables.rows["assessments"] {
		if name := row["name"]; !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}

// urlParameter makes a hidden question that the address fills in one that the way
// in fills in.
func (r *lssReader) urlParameter(row lssRow) {
	q := r.s.questions[row["targetqid"]]
	if q == nil {
		return
	}
	if q.attr(r.s, "hidden") == "1" && (row["targetsqid"] == "" || row["targetsqid"] == "0") {
		if item := q.made; item != nil && item.Type == questionnaire.TypeHidden {
			item.Type, item.Prefill = questionnaire.TypeText, "collector"
			return
		}
	}
	r.warn(q, "lss.url_parameter", map[string]any{"Parameter": row["parameter"]})
}
