package audit

import "encoding/json"

// Kind is what sort of value a changed field holds; it decides how a change is put into words.
type Kind string

// The kinds. Unrecorded is a write whose content Coder did not log.
const (
	KindUnknown    Kind = "unknown"
	KindBoolean    Kind = "boolean"
	KindChoice     Kind = "choice"
	KindSecret     Kind = "secret"
	KindColour     Kind = "colour"
	KindHash       Kind = "hash"
	KindText       Kind = "text"
	KindList       Kind = "list"
	KindObject     Kind = "object"
	KindNumber     Kind = "number"
	KindDuration   Kind = "duration"
	KindTime       Kind = "time"
	KindUnrecorded Kind = "unrecorded"
)

// Kinds lists the kinds; the index is the small integer that a case stores.
func Kinds() []Kind {
	return []Kind{KindUnknown, KindBoolean, KindChoice, KindSecret, KindColour, KindHash, KindText, KindList, KindObject, KindNumber, KindDuration, KindTime, KindUnrecorded}
}

// Basis says on what a value rests.
type Basis string

// The bases. Logged: the record holds it. Derived: the last logged value before it, from another event.
// Not recorded: the write has no content.
const (
	BasisLogged      Basis = "logged"
	BasisDerived     Basis = "derived"
	BasisNotRecorded Basis = "not recorded"
)

// Bases lists the bases; the index is the small integer that a case stores.
func Bases() []Basis { return []Basis{BasisLogged, BasisDerived, BasisNotRecorded} }

// Change is one changed field of an event.
//
// Old and New are JSON values as logged, nil where the record does not hold them (a v1 record that logs only the
// new value, a v2 record whose value was zero) and always nil for a secret.
type Change struct {
	Field     string          `json:"field"` // as logged; "" for a write without content
	Panel     string          `json:"panel,omitempty"`
	Setting   string          `json:"setting,omitempty"` // the vendor's label, a gloss on Field
	Old       json.RawMessage `json:"old,omitempty"`
	New       json.RawMessage `json:"new,omitempty"`
	Kind      Kind            `json:"kind"`
	Basis     Basis           `json:"basis"`             // how Old is known, or that the content is not recorded
	From      Ref             `json:"from,omitempty"`    // the event that a derived Old was logged by
	FromTime  Time            `json:"-"`                 // of that event
	Gaps      int             `json:"gaps,omitempty"`    // stretches without records between that event and this one, which weaken a derived Old
	Secret    bool            `json:"secret,omitempty"`  //
	SecretWas SecretState     `json:"-"`                 // what the record shows of a secret, without its value
	SecretNow SecretState     `json:"-"`                 //
	Outcome   Outcome         `json:"outcome,omitempty"` // of the event
	// Whether the Old that the record logs is the value that the change before it left; "" where that is not tested.
	Continuity  Continuity `json:"continuity,omitempty"`
	BreakBefore *Break     `json:"break_before,omitempty"` // a change that the log lacks lies before this one
	BreakAfter  *Break     `json:"break_after,omitempty"`  // and after it
	Note        string     `json:"note,omitempty"`
	Words       string     `json:"words"` // the change in words: "false → true", "secret replaced"
	// Length of Old and New together, where rows for the window leave them out for being long.
	ValueBytes int `json:"value_bytes,omitempty"`
}

// SecretState is what may be told of a secret: whether there was a value, never which or how long.
type SecretState uint8

// The states. Coder v2 always logs zero values for secrets, so most are unknown.
const (
	SecretUnknown SecretState = iota
	SecretEmpty
	SecretSet
)

// ChangeRow is one line of the admin-changes table: a change together with its event.
type ChangeRow struct {
	Event      Ref     `json:"event"`
	Time       Time    `json:"time"`
	User       string  `json:"user,omitempty"` // label of the person
	Action     string  `json:"action"`
	Target     string  `json:"target,omitempty"`
	Type       string  `json:"resource_type,omitempty"`
	Status     *int    `json:"status_code,omitempty"`
	Deployment string  `json:"deployment,omitempty"`
	Version    Version `json:"version"`
	// Whose or what it is, where the target does not tell it.
	ResourceID, Organization, OrganizationID string `json:"-"`
	Change
}

// Continuity says how the value before that a change logs compares with the one that the change before it left, of the same
// setting: deployment, type, resource and field.
type Continuity string

// The states. Only a change that logs the value before has one.
const (
	ContinuityFollows       Continuity = "follows"
	ContinuityBreakBefore   Continuity = "break before"   // the two are not the same: a change that the log lacks
	ContinuityFirst         Continuity = "first logged"   // no applied change of the setting stands before it
	ContinuityNotApplied    Continuity = "not applied"    // denied or failed: it moves no value
	ContinuityEffectUnknown Continuity = "effect unknown" // the attempt may have moved the value
	ContinuityDoubtful      Continuity = "value unknown"  // an attempt with unknown effect, or a record without the value, lies before it
	ContinuitySecret        Continuity = "secret"         // whether there was a value is not logged at both
	// ContinuityBreakAfter is no state: it stands beside one where the next change has a break before it.
	ContinuityBreakAfter Continuity = "break after"
)

// Continuities lists the states; the index is the small integer that a case stores. 0 is: not tested.
func Continuities() []Continuity {
	return []Continuity{"", ContinuityFollows, ContinuityBreakBefore, ContinuityFirst, ContinuityNotApplied, ContinuityEffectUnknown, ContinuityDoubtful, ContinuitySecret}
}

// Break is a change that the log lacks: between two changes of one setting, where the second logs another value before than
// the first one left.
type Break struct {
	AfterEvent  Ref             `json:"after_event"` // the lacking change came after this event
	AfterTime   Time            `json:"after_time"`
	ValueThen   json.RawMessage `json:"value_then,omitempty"` // that it left, nil for a secret and where it left none
	BeforeEvent Ref             `json:"before_event"`         // and before this one
	BeforeTime  Time            `json:"before_time"`
	OldLogged   json.RawMessage `json:"old_logged,omitempty"` // which that one logs as the value before
	Then, Old   SecretState     `json:"-"`                    // of a secret instead of values
	Gaps        int             `json:"gaps"`                 // stretches without records between the two
	Words       string          `json:"words"`
}
