package surveys

// CollectorKind is the sort of way in.
type CollectorKind string

// The kinds of collector.
const (
	Link       CollectorKind = "link"
	QR         CollectorKind = "qr"
	Kiosk      CollectorKind = "kiosk"
	Phone      CollectorKind = "phone"
	Paper      CollectorKind = "paper"
	Invitation CollectorKind = "invitation"
)

// Collector is a way in to a survey. What it fills in is not asked.
type Collector struct {
	ID       ID
	Org      OrgID
	Survey   ID
	Code     string // in the address, /s/SLUG?via=CODE: short, readable, unique in the survey; "" for the plain link
	Kind     CollectorKind
	Name     Text
	Prefill  map[string]string // answers by question name
	Revision int
}
