package questionnaire

// The other types of XLSForm, in their modern spelling.
const (
	TypeTime           Type = "time"
	TypeDateTime       Type = "dateTime"
	TypeRank           Type = "rank"
	TypeRange          Type = "range"
	TypeAcknowledge    Type = "acknowledge"
	TypeGeopoint       Type = "geopoint"
	TypeGeotrace       Type = "geotrace"
	TypeGeoshape       Type = "geoshape"
	TypeImage          Type = "image"
	TypeAudio          Type = "audio"
	TypeVideo          Type = "video"
	TypeFile           Type = "file"
	TypeBarcode        Type = "barcode"
	TypeStart          Type = "start"
	TypeEnd            Type = "end"
	TypeToday          Type = "today"
	TypeDeviceID       Type = "deviceid"
	TypeUsername       Type = "username"
	TypeEmail          Type = "email"
	TypePhoneNumber    Type = "phonenumber"
	TypeSubscriberID   Type = "subscriberid"
	TypeSimSerial      Type = "simserial"
	TypeAudit          Type = "audit"
	TypeStartGeopoint  Type = "start-geopoint"
	TypeBackgroundAud  Type = "background-audio"
	TypeXMLExternal    Type = "xml-external"
	TypeCSVExternal    Type = "csv-external"
	TypeBackgroundGeop Type = "background-geopoint"
	TypeOneFromFile    Type = "select_one_from_file"
	TypeManyFromFile   Type = "select_multiple_from_file"
	TypeOSM            Type = "osm"
)

// use is what becomes of a type in a questionnaire of ours.
type use uint8

const (
	asked    use = iota + 1 // shown on a page, and answered there
	shown                   // shown on a page, without an answer
	worked                  // worked out or filled in, never shown
	betrays                 // says something about the person or the device: dropped
	notAsked                // accepted in a form, and not asked
	fileOnly                // names an attached file for formulas to look things up in
)

var uses = map[Type]use{
	TypeText: asked, TypeInteger: asked, TypeDecimal: asked, TypeDate: asked, TypeTime: asked, TypeDateTime: asked,
	TypeSelectOne: asked, TypeSelectMultiple: asked, TypeRank: asked, TypeRange: asked, TypeAcknowledge: asked,
	TypeGeopoint: asked, TypeBarcode: asked,
	TypeNote:      shown,
	TypeCalculate: worked, TypeHidden: worked,
	TypeStart: betrays, TypeEnd: betrays, TypeToday: betrays, TypeDeviceID: betrays, TypeUsername: betrays,
	TypeEmail: betrays, TypePhoneNumber: betrays, TypeSubscriberID: betrays, TypeSimSerial: betrays,
	TypeAudit: betrays, TypeStartGeopoint: betrays, TypeBackgroundAud: betrays, TypeBackgroundGeop: betrays,
	TypeImage: notAsked, TypeAudio: notAsked, TypeVideo: notAsked, TypeFile: notAsked,
	TypeGeotrace: notAsked, TypeGeoshape: notAsked, TypeOSM: notAsked,
	TypeXMLExternal: fileOnly, TypeCSVExternal: fileOnly,
	TypeOneFromFile: asked, TypeManyFromFile: asked, // unless the file is not attached
}

// useOf is what becomes of an item: by its type, except that a question with a
// calculation and nothing to say is only worked out, and that the row which heads a
// table of questions takes no answer.
func useOf(it *Item) use {
	u := uses[it.Type]
	if u == asked && it.Calculation != "" && len(it.Label) == 0 && len(it.Hint) == 0 {
		return worked
	}
	if u == asked && it.Type.IsSelect() && it.HasAppearance("label") {
		return shown
	}
	return u
}

// IsSelect tells whether the answers come from a list of choices.
func (t Type) IsSelect() bool {
	return t.ChoosesOne() || t.ChoosesSeveral() || t == TypeRank
}

// ChoosesOne tells whether one choice of a list is the answer.
func (t Type) ChoosesOne() bool { return t == TypeSelectOne || t == TypeOneFromFile }

// ChoosesSeveral tells whether any number of choices of a list are the answer.
func (t Type) ChoosesSeveral() bool { return t == TypeSelectMultiple || t == TypeManyFromFile }

// FromFile tells whether the choices come from an attached file.
func (t Type) FromFile() bool { return t == TypeOneFromFile || t == TypeManyFromFile }

// IsNumber tells whether an answer is a number.
func (t Type) IsNumber() bool {
	return t == TypeInteger || t == TypeDecimal || t == TypeRange
}

// Asks tells whether a question of this type can be answered on a page.
func (t Type) Asks() bool { return uses[t] == asked }

// Known tells whether the type is one of XLSForm's.
func (t Type) Known() bool { return uses[t] != 0 }
