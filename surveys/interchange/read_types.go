package interchange

import (
	"path"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// plainTypes are the types without a list, with their older spellings, words
// parted by a space.
var plainTypes = map[string]questionnaire.Type{
	"text": questionnaire.TypeText, "string": questionnaire.TypeText, "add text prompt": questionnaire.TypeText,
	"integer": questionnaire.TypeInteger, "int": questionnaire.TypeInteger, "add integer prompt": questionnaire.TypeInteger,
	"decimal": questionnaire.TypeDecimal, "add decimal prompt": questionnaire.TypeDecimal,
	"date": questionnaire.TypeDate, "add date prompt": questionnaire.TypeDate,
	"time": questionnaire.TypeTime, "add time prompt": questionnaire.TypeTime,
	"datetime": questionnaire.TypeDateTime, "date time": questionnaire.TypeDateTime, "add date time prompt": questionnaire.TypeDateTime,
	"note": questionnaire.TypeNote, "add note prompt": questionnaire.TypeNote,
	"calculate": questionnaire.TypeCalculate, "calculation": questionnaire.TypeCalculate, "q calculate": questionnaire.TypeCalculate,
	"hidden": questionnaire.TypeHidden,
	"range":  questionnaire.TypeRange, "acknowledge": questionnaire.TypeAcknowledge, "add acknowledge prompt": questionnaire.TypeAcknowledge, "trigger": questionnaire.TypeAcknowledge,
	"geopoint": questionnaire.TypeGeopoint, "gps": questionnaire.TypeGeopoint, "q geopoint": questionnaire.TypeGeopoint, "q location": questionnaire.TypeGeopoint, "location": questionnaire.TypeGeopoint, "add location prompt": questionnaire.TypeGeopoint,
	"geotrace": questionnaire.TypeGeotrace, "geoshape": questionnaire.TypeGeoshape,
	"image": questionnaire.TypeImage, "photo": questionnaire.TypeImage, "q image": questionnaire.TypeImage, "q picture": questionnaire.TypeImage, "picture": questionnaire.TypeImage, "add image prompt": questionnaire.TypeImage, "add photo prompt": questionnaire.TypeImage,
	"audio": questionnaire.TypeAudio, "q audio": questionnaire.TypeAudio, "add audio prompt": questionnaire.TypeAudio,
	"video": questionnaire.TypeVideo, "q video": questionnaire.TypeVideo, "add video prompt": questionnaire.TypeVideo,
	"file": questionnaire.TypeFile, "add file prompt": questionnaire.TypeFile,
	"barcode": questionnaire.TypeBarcode, "q barcode": questionnaire.TypeBarcode, "add barcode prompt": questionnaire.TypeBarcode,
	"start": questionnaire.TypeStart, "start time": questionnaire.TypeStart, "get start time": questionnaire.TypeStart,
	"end": questionnaire.TypeEnd, "end time": questionnaire.TypeEnd, "get end time": questionnaire.TypeEnd,
	"today": questionnaire.TypeToday, "get today": questionnaire.TypeToday,
	"deviceid": questionnaire.TypeDeviceID, "imei": questionnaire.TypeDeviceID, "get device id": questionnaire.TypeDeviceID, "device id": questionnaire.TypeDeviceID,
	"username": questionnaire.TypeUsername, "email": questionnaire.TypeEmail,
	"phonenumber": questionnaire.TypePhoneNumber, "phone number": questionnaire.TypePhoneNumber, "get phone number": questionnaire.TypePhoneNumber,
	"subscriberid": questionnaire.TypeSubscriberID, "subscriber id": questionnaire.TypeSubscriberID, "get subscriber id": questionnaire.TypeSubscriberID,
	"simserial": questionnaire.TypeSimSerial, "sim id": questionnaire.TypeSimSerial, "get sim id": questionnaire.TypeSimSerial,
	"audit": questionnaire.TypeAudit, "start-geopoint": questionnaire.TypeStartGeopoint,
	"background-audio": questionnaire.TypeBackgroundAud, "background-geopoint": questionnaire.TypeBackgroundGeop,
	"xml-external": questionnaire.TypeXMLExternal, "csv-external": questionnaire.TypeCSVExternal,
}

// selects are the spellings of types with a list, the longest first.
var selects = []struct {
	words string
	t     questionnaire.Type
}{
	{"add select multiple prompt using", questionnaire.TypeSelectMultiple},
	{"add select one prompt using", questionnaire.TypeSelectOne},
	{"select all that apply from", questionnaire.TypeSelectMultiple},
	{"select all that apply", questionnaire.TypeSelectMultiple},
	{"select multiple from", questionnaire.TypeSelectMultiple},
	{"select multiple", questionnaire.TypeSelectMultiple},
	{"select one from", questionnaire.TypeSelectOne},
	{"select one", questionnaire.TypeSelectOne},
	{"select1", questionnaire.TypeSelectOne},
	{"select", questionnaire.TypeSelectMultiple},
	{"rank", questionnaire.TypeRank},
}

// fileTypes are the types whose choices come from elsewhere.
var fileTypes = []struct {
	words string
	t     questionnaire.Type
}{
	{"select one from file", questionnaire.TypeOneFromFile},
	{"select multiple from file", questionnaire.TypeManyFromFile},
	{"osm", questionnaire.TypeOSM},
}

// fileKind checks that choices come from a kind of file that holds them.
func (f *formReader) fileKind(it *questionnaire.Item) {
	if it.Type == questionnaire.TypeOSM {
		return
	}
	switch strings.ToLower(path.Ext(it.List)) {
	case ".csv", ".xml", ".geojson":
	default:
		f.error("survey", it.Row, "type", "form.file_kind", map[string]any{"Text": it.List})
	}
}

// readType turns a type as written into ours, with its list and or_other. A type
// that we do not know stays as it is; Compile reports it.
func (f *formReader) readType(it *questionnaire.Item, written string) {
	words := strings.Fields(written)
	lower := strings.ToLower(strings.Join(words, " "))
	if t, ok := plainTypes[strings.Join(strings.FieldsFunc(lower, func(r rune) bool { return r == ' ' || r == '_' }), " ")]; ok {
		it.Type = t
		return
	}
	for _, s := range fileTypes {
		if rest, ok := cutWords(written, s.words); ok {
			it.Type, it.List = s.t, rest
			f.fileKind(it)
			return
		}
	}
	if rest, ok := cutWords(written, "select one external"); ok {
		it.Type, it.List = questionnaire.TypeSelectOne, rest
		f.external = append(f.external, it)
		return
	}
	for _, s := range selects {
		rest, ok := cutWords(written, s.words)
		if !ok {
			continue
		}
		it.Type = s.t
		for _, other := range []string{"or_other", "or specify other", "or other"} {
			if l := strings.ToLower(rest); l == other || strings.HasSuffix(l, " "+other) {
				it.OrOther = true
				rest = strings.TrimSpace(rest[:len(rest)-len(other)])
				break
			}
		}
		it.List = rest
		return
	}
	it.Type = questionnaire.Type(written)
}

// cutWords cuts words off the start of s, where case does not count and an
// underscore is a space: "select_one  fruit" without "select one" is "fruit".
func cutWords(s, words string) (rest string, ok bool) {
	rest = s
	for i, w := range strings.Fields(words) {
		rest = strings.TrimLeft(rest, " \t\n")
		if i > 0 {
			rest = strings.TrimLeft(rest, "_ ")
		}
		if len(rest) < len(w) || !strings.EqualFold(rest[:len(w)], w) {
			return s, false
		}
		rest = rest[len(w):]
	}
	if rest != "" && rest[0] != ' ' && rest[0] != '\t' && rest[0] != '\n' {
		return s, false
	}
	return strings.TrimSpace(rest), true
}
