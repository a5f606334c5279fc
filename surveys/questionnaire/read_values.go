package questionnaire

import (
	"math/big"
	"strconv"
	"strings"
	"time"

	"weerklank.nl/weerklank/surveys"
)

// readNumber reads 7,5 and 7.5 alike, and asks back where a point or comma may
// part thousands: 1.000. The digits are kept exactly; zeros that say nothing go.
func readNumber(typed string, whole bool) (value, key string, args map[string]any) {
	s := strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\u00a0', '\u202f', '\'', '’':
			return -1 // what people put between thousands
		case '−', '–':
			return '-'
		}
		return r
	}, strings.TrimSpace(strings.TrimPrefix(typed, "€")))
	point, comma := strings.Count(s, "."), strings.Count(s, ",")
	switch {
	case point > 0 && comma > 0:
		// 1.250,50: the last of the two parts the decimals, when the other groups by three.
		decimal, group := ",", "."
		if strings.LastIndexByte(s, '.') > strings.LastIndexByte(s, ',') {
			decimal, group = ".", ","
		}
		before, after, _ := strings.Cut(s, decimal)
		if strings.Contains(after, decimal) || strings.Contains(after, group) || !groupsByThree(before, group) {
			return "", "form.answer.not_a_number", nil
		}
		s = strings.ReplaceAll(before, group, "") + "." + after
	case point+comma > 1:
		sign := "."
		if comma > 0 {
			sign = ","
		}
		if !groupsByThree(s, sign) {
			return "", "form.answer.not_a_number", nil
		}
		s = strings.ReplaceAll(s, sign, "") // 1.250.000 can only be grouped
	case point+comma == 1:
		s = strings.Replace(s, ",", ".", 1)
		before, after, _ := strings.Cut(s, ".")
		digits := strings.TrimPrefix(before, "-")
		if len(after) == 3 && len(digits) >= 1 && len(digits) <= 3 && digits[0] != '0' && allDigits(digits+after) {
			return "", "form.answer.thousands", map[string]any{"Typed": typed, "Whole": before + after, "Decimal": before + "," + strings.TrimRight(after, "0") + strings.Repeat("0", boolInt(strings.Trim(after, "0") == ""))}
		}
	}
	s = strings.TrimPrefix(s, "+")
	if value, ok := plainNumber(s, false); ok {
		if whole && strings.Contains(value, ".") {
			return "", "form.answer.not_whole", nil
		}
		return value, "", nil
	}
	if whole {
		return "", "form.answer.not_whole", nil
	}
	return "", "form.answer.not_a_number", nil
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// groupsByThree tells whether the sign parts digits in threes: 1.250.000.
func groupsByThree(s, sign string) bool {
	parts := strings.Split(strings.TrimPrefix(s, "-"), sign)
	if len(parts[0]) < 1 || len(parts[0]) > 3 || !allDigits(parts[0]) {
		return false
	}
	for _, p := range parts[1:] {
		if len(p) != 3 || !allDigits(p) {
			return false
		}
	}
	return true
}

// plainNumber reads digits with at most one point and a minus, and gives them
// back without zeros that say nothing.
func plainNumber(s string, whole bool) (string, bool) {
	minus := strings.HasPrefix(s, "-")
	before, after, point := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	if len(s) > 60 || before+after == "" || before != "" && !allDigits(before) || after != "" && !allDigits(after) || point && whole {
		return "", false
	}
	if len(before) > 1 && before[0] == '0' {
		before = strings.TrimLeft(before[:len(before)-1], "0") + before[len(before)-1:]
	}
	if before == "" {
		before = "0"
	}
	after = strings.TrimRight(after, "0")
	if after != "" {
		before += "." + after
	}
	if minus && before != "0" {
		before = "-" + before
	}
	return before, true
}

var monthNames = map[string]time.Month{}

func init() {
	for month, names := range [][]string{
		{"januari", "jan", "january"}, {"februari", "feb", "february"}, {"maart", "mrt", "march", "mar"},
		{"april", "apr"}, {"mei", "may"}, {"juni", "jun", "june"}, {"juli", "jul", "july"},
		{"augustus", "aug", "august"}, {"september", "sep", "sept"}, {"oktober", "okt", "october", "oct"},
		{"november", "nov"}, {"december", "dec"},
	} {
		for _, n := range names {
			monthNames[n] = time.Month(month + 1)
		}
	}
}

// readDate reads 31-12-2026, 31/12/2026, 31.12.2026, 31 december 2026 (Dutch or
// English) and 2026-12-31; the day comes first where it may be either.
func readDate(typed string) (value, key string) {
	if d, err := surveys.ParseDate(typed); err == nil {
		return string(d), ""
	}
	parts := strings.FieldsFunc(strings.ToLower(typed), func(r rune) bool {
		return r == '-' || r == '/' || r == '.' || r == ' ' || r == ',' || r == '\u00a0'
	})
	if len(parts) != 3 {
		return "", "form.answer.not_a_date"
	}
	if len(parts[0]) == 4 {
		parts[0], parts[2] = parts[2], parts[0]
	}
	day, err := strconv.Atoi(parts[0])
	year, err2 := strconv.Atoi(parts[2])
	month := monthNames[parts[1]]
	if month == 0 {
		m, err := strconv.Atoi(parts[1])
		if err != nil {
			return "", "form.answer.not_a_date"
		}
		month = time.Month(m)
	}
	if err != nil || err2 != nil {
		return "", "form.answer.not_a_date"
	}
	if len(parts[2]) != 4 {
		return "", "form.answer.short_year"
	}
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if t.Year() != year || t.Month() != month || t.Day() != day {
		return "", "form.answer.no_such_date"
	}
	return t.Format(time.DateOnly), ""
}

// readTime reads 7:30, 07.30 and 07:30:00.
func readTime(typed string) (value, key string) {
	s := strings.ReplaceAll(strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(typed), "uur"), "u"), ".", ":")
	s = strings.TrimSpace(s)
	for _, layout := range []string{"15:04", "15:04:05", "15"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.Format("15:04:05"), ""
		}
	}
	return "", "form.answer.not_a_time"
}

// readDateTime reads a date and a time, typed in one field or in two.
func readDateTime(values []string) (value, key string) {
	typed := cleanText(strings.Join(values, " "))
	i := strings.LastIndexAny(typed, " T")
	if i < 0 {
		return "", "form.answer.not_a_time"
	}
	d, key := readDate(strings.TrimSpace(typed[:i]))
	if key != "" {
		return "", key
	}
	t, key := readTime(typed[i+1:])
	if key != "" {
		return "", key
	}
	return d + "T" + t, ""
}

// readPlace reads latitude and longitude in degrees, and height and accuracy in
// metres where they are given: "52,37 4,89" or "52.37, 4.89".
func readPlace(typed string) (value, key string) {
	s := typed
	if strings.Contains(s, ".") {
		s = strings.ReplaceAll(s, ",", " ")
	} else {
		s = strings.ReplaceAll(s, ",", ".")
	}
	parts := strings.Fields(strings.NewReplacer(";", " ", "°", " ").Replace(s))
	if len(parts) < 2 || len(parts) > 4 {
		return "", "form.answer.not_a_place"
	}
	limits := []int64{90, 180}
	for i, p := range parts {
		n, ok := plainNumber(p, false)
		if !ok {
			return "", "form.answer.not_a_place"
		}
		if x, ok := new(big.Rat).SetString(n); i < 2 && (!ok || x.Abs(x).Cmp(big.NewRat(limits[i], 1)) > 0) {
			return "", "form.answer.not_a_place"
		}
		parts[i] = n
	}
	for len(parts) < 4 {
		parts = append(parts, "0")
	}
	return strings.Join(parts, " "), ""
}
