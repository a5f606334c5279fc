package surveys

import (
	"maps"
	"slices"
	"time"
)

// Role is what a member of staff, or of a client council, may do in an organisation.
type Role string

// The roles.
const (
	Administrator    Role = "administrator"
	ProgrammeManager Role = "programme_manager"
	Guest            Role = "guest" // only what a role for one survey allows
	Reader           Role = "reader"
	TextReviewer     Role = "text_reviewer"
	CouncilMember    Role = "council_member"
)

// Roles are all roles, in the order in which a form offers them.
var Roles = []Role{ProgrammeManager, Reader, TextReviewer, CouncilMember, Guest, Administrator}

// Action is something that a route lets people do. Every staff route names one.
type Action string

// The actions.
const (
	ReadOverview    Action = "read_overview"    // the overview, the list of surveys, the catalogue of courses
	ReadResults     Action = "read_results"     // protected results, findings, decisions, needs
	ReadTexts       Action = "read_texts"       // open answers before they are reviewed
	ReviewTexts     Action = "review_texts"     // approve, mask and withhold them, and code them in themes
	ReadCouncil     Action = "read_council"     // the council's own page
	ManageSurveys   Action = "manage_surveys"   // questionnaires and surveys
	ManageDecisions Action = "manage_decisions" // findings, decisions, courses, notices
	ManagePeople    Action = "manage_people"
	ManageSettings  Action = "manage_settings"
	ReadAudit       Action = "read_audit"   // who did what
	ReadKeeping     Action = "read_keeping" // how long what is kept, what was deleted, the register of processing
	OwnAccount      Action = "own_account"  // password, language, sign out
)

var mayDo = map[Role]map[Action]bool{
	Administrator:    {ReadOverview: true, ManagePeople: true, ManageSettings: true, ReadAudit: true, ReadKeeping: true, OwnAccount: true},
	ProgrammeManager: {ReadOverview: true, ReadResults: true, ManageSurveys: true, ManageDecisions: true, ReadKeeping: true, OwnAccount: true},
	Reader:           {ReadOverview: true, ReadResults: true, OwnAccount: true},
	TextReviewer:     {ReadOverview: true, ReadResults: true, ReadTexts: true, ReviewTexts: true, OwnAccount: true},
	CouncilMember:    {ReadCouncil: true, OwnAccount: true},
	Guest:            {OwnAccount: true},
}

// May tells whether the role allows the action: the one table of authorisation.
// An administrator runs the installation and reads no results.
func (r Role) May(a Action) bool { return mayDo[r][a] }

// Account is a member of staff or of a client council who can sign in. It lives
// in the identity vault and is never joined with an answer.
type Account struct {
	ID           ID
	Org          OrgID
	Email        string // lower case; "" once it was emptied
	Title        Text   // the function, which is what others see: "Teamleider publiekszaken"
	Role         Role
	Council      string      // of a council member: which council, or AllCouncils; "" for one who reads for none
	Grants       map[ID]Role // for one survey, beside Role
	PasswordHash string      // argon2id; "" until a first password is chosen
	Second       SecondStep
	Language     Lang
	Active       bool
	InactiveOn   Date // since when it is off; "" while it is on, and of one that was off before this was kept
	Revision     int
}

// May tells whether the account may do this everywhere: active, and by its role.
func (a *Account) May(act Action) bool { return a != nil && a.Active && a.Role.May(act) }

// MayIn tells whether the account may do this in the survey: by its role, or by one
// that it was given for that survey.
func (a *Account) MayIn(act Action, survey ID) bool {
	return a.May(act) || a != nil && a.Active && survey != "" && a.Grants[survey].May(act)
}

// GrantRoles are the roles that an account may be given for one survey. An
// administrator is none of a survey, and a council reads what its survey opens to it.
var GrantRoles = []Role{ProgrammeManager, Reader, TextReviewer}

// Grant gives the account a role for one survey, or takes it away with "".
func (a *Account) Grant(survey ID, role Role) error {
	var wrong Invalid
	wrong.Require(role == "" || slices.Contains(GrantRoles, role), "grant_role", "account.no_role")
	wrong.Require(survey != "", "survey", "account.no_survey")
	if err := wrong.Err(); err != nil {
		return err
	}
	grants := maps.Clone(a.Grants)
	if grants == nil {
		grants = map[ID]Role{}
	}
	if role == "" {
		delete(grants, survey)
	} else {
		grants[survey] = role
	}
	a.Grants = grants
	return nil
}

// Shown is what the audit trail may show of an account: no hash and no secret.
func (a *Account) Shown() any {
	return map[string]any{"email": a.Email, "title": a.Title, "role": a.Role, "council": a.Council, "grants": a.Grants, "language": a.Language,
		"active": a.Active, "second_step": a.Second.On()}
}

// SetupLink lets somebody choose a password once: at the first start, or after an
// administrator reset it. Only the hash of its token is stored.
type SetupLink struct {
	TokenHash []byte
	Org       OrgID
	Account   ID // "" for the first administrator, who is made by it
	ExpiresAt time.Time
}
