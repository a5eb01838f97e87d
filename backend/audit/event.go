// Package audit says what a Coder audit event is, and what is asked of events: the words that every other package shares.
// It must not know where events come from (files, wire formats), where they are kept (SQLite) or how they are shown.
package audit

import (
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Version is the generation of the Coder deployment that wrote a record.
type Version string

// The two generations. Coder v1 is also called "classic".
const (
	V1 Version = "v1"
	V2 Version = "v2"
)

// Log is the log that a record belongs to. Coder v2 keeps connections apart from audit records.
type Log string

// The two logs.
const (
	AuditLog      Log = "audit"
	ConnectionLog Log = "connection"
)

// Form is a way in which Coder itself writes a record: version × {JSON log, human log, REST, CSV, connection}.
// Wrappers (Docker, Loki, …) and containers (gzip, a JSON array, …) are no part of it.
// Identity counts occurrences within one source and form, see [Event.Identity].
type Form string

// The forms that are understood.
const (
	FormV1JSON       Form = "v1-json"
	FormV1Human      Form = "v1-human"
	FormV1REST       Form = "v1-rest"
	FormV1CSV        Form = "v1-csv"
	FormV2JSON       Form = "v2-json"
	FormV2Human      Form = "v2-human"
	FormV2REST       Form = "v2-rest"
	FormV2CSV        Form = "v2-csv"
	FormV2Connection Form = "v2-connection"
)

// Forms lists every form; its index is the small integer that a case stores.
func Forms() []Form {
	return []Form{FormV1JSON, FormV1Human, FormV1REST, FormV1CSV, FormV2JSON, FormV2Human, FormV2REST, FormV2CSV, FormV2Connection}
}

// Rank orders records by whose value is taken where matching records differ: REST, JSON log, human log, CSV. Lower wins.
type Rank uint8

// The ranks. A connection record has the rank of where it was read: the REST answer or the server log.
const (
	RankREST Rank = iota
	RankJSON
	RankHuman
	RankCSV
)

// Outcome is what a status code says about an attempt. The zero value means that no status was recorded.
type Outcome string

// The outcomes. Unknown means that the effect is unknown: the server failed (≥ 500) while acting.
const (
	OutcomeNone    Outcome = ""
	OutcomeOK      Outcome = "ok"
	OutcomeDenied  Outcome = "denied"
	OutcomeFailed  Outcome = "failed"
	OutcomeUnknown Outcome = "unknown"
)

// Outcomes lists the outcomes; the index is the small integer that a case stores.
func Outcomes() []Outcome {
	return []Outcome{OutcomeNone, OutcomeOK, OutcomeDenied, OutcomeFailed, OutcomeUnknown}
}

// NoStatus is the [Event.Status] of a record that holds no status code. A logged 0 is a status.
const NoStatus = -1

// OutcomeOf returns the outcome of an HTTP status code: < 400 ok, 401 and 403 denied, other 4xx failed, ≥ 500 unknown.
func OutcomeOf(status int) Outcome {
	switch {
	case status == NoStatus:
		return OutcomeNone
	case status < 400:
		return OutcomeOK
	case status == 401 || status == 403:
		return OutcomeDenied
	case status < 500:
		return OutcomeFailed
	default:
		return OutcomeUnknown
	}
}

// Person is who a record names as acting. All fields are as logged; any may be empty.
type Person struct {
	ID       string `json:"id,omitempty"`
	Username string `json:"username,omitempty"`
	Email    string `json:"email,omitempty"`
	Name     string `json:"name,omitempty"`
}

// IsZero reports whether the record names nobody.
func (p Person) IsZero() bool { return p == Person{} }

// Label names the person by e-mail, else username, else id.
func (p Person) Label() string {
	switch {
	case p.Email != "":
		return p.Email
	case p.Username != "":
		return p.Username
	default:
		return p.ID
	}
}

// Event is one audit (or connection) event as understood from its records.
//
// Text fields are as logged, "" where not recorded, already masked where a secret could stand in them. They are
// other people's data: untrusted, possibly with control characters; who shows them makes those visible.
type Event struct {
	Ref        Ref     // permanent short reference, see [Digest.Ref]
	ID         string  // Coder's own id (v2); "" for v1
	Time       Time    // when, by the record itself
	TimeText   string  // the time as logged
	Log        Log     //
	Version    Version //
	Form       Form    // of the record whose values stand
	Rank       Rank    // of that record
	Deployment string  // given at import

	Action         string
	ResourceType   string
	ResourceID     string
	ResourceTarget string
	User           Person
	Organization   string // name where a record gives one, else id; the nil UUID is ""
	OrganizationID string
	IP             string
	UserAgent      string
	Status         int // HTTP status code or [NoStatus]
	RequestID      string
	Description    string // v2 template, with {user} and {target} still in it
	BuildReason    string // additional_fields.build_reason
	Additional     string // additional_fields as JSON text, masked; "" when absent or {}

	Changes []Change // in the order logged; see [Change]
	// Unrecorded marks a write whose content Coder did not log: "changed, content not recorded by Coder".
	Unrecorded bool
	// Synthetic marks a row that looks like POST /audit/testgenerate.
	Synthetic bool
	// Differs marks an event whose matching records disagree in a recorded value.
	Differs bool

	Sources []Position // the record itself first, then matching records
}

// Outcome is the outcome of the event's status.
func (e *Event) Outcome() Outcome { return OutcomeOf(e.Status) }

// Position is where a record stands.
type Position struct {
	Source  int64  `json:"-"`                 // the source's number in the case
	Path    string `json:"path"`              // as given at import
	Line    int64  `json:"line"`              // 1-based physical line on which the record starts
	Offset  int64  `json:"offset"`            // byte offset in the unpacked stream
	Form    Form   `json:"form"`              //
	Differs bool   `json:"differs,omitempty"` // a recorded value differs from the event's
}

// exactTime is the time in UTC with as many digits as were logged: trailing zeros say how exact the clock's reading was.
func (e *Event) exactTime() string {
	text := e.Time.String()
	_, logged, _ := strings.Cut(e.TimeText, ".")
	digits := len(logged) - len(strings.TrimLeft(logged, "0123456789"))
	whole, fraction, _ := strings.Cut(strings.TrimSuffix(text, "Z"), ".")
	if digits > 9 || digits <= len(fraction) {
		return text
	}
	return whole + "." + fraction + strings.Repeat("0", digits-len(fraction)) + "Z"
}

// MarshalJSON writes the event as the command line's contract has it: absent values are left out, times are RFC 3339 UTC.
func (e Event) MarshalJSON() ([]byte, error) {
	type user = Person
	v := struct {
		Ref            Ref             `json:"ref"`
		ID             string          `json:"id,omitempty"`
		Time           string          `json:"time"`
		Log            Log             `json:"log"`
		Version        Version         `json:"version"`
		Deployment     string          `json:"deployment,omitempty"`
		Action         string          `json:"action"`
		ResourceType   string          `json:"resource_type,omitempty"`
		ResourceID     string          `json:"resource_id,omitempty"`
		ResourceTarget string          `json:"resource_target,omitempty"`
		User           *user           `json:"user,omitempty"`
		Organization   string          `json:"organization,omitempty"`
		IP             string          `json:"ip,omitempty"`
		UserAgent      string          `json:"user_agent,omitempty"`
		Status         *int            `json:"status_code,omitempty"`
		Outcome        Outcome         `json:"outcome,omitempty"`
		RequestID      string          `json:"request_id,omitempty"`
		Description    string          `json:"description,omitempty"`
		BuildReason    string          `json:"build_reason,omitempty"`
		TimeText       string          `json:"time_as_logged,omitempty"`
		Unrecorded     bool            `json:"content_not_recorded,omitempty"`
		Synthetic      bool            `json:"looks_synthetic,omitempty"`
		Differs        bool            `json:"differs,omitempty"`
		Changes        []Change        `json:"changes"`
		Additional     json.RawMessage `json:"additional,omitempty"`
		Sources        []Position      `json:"sources"`
	}{
		Ref: e.Ref, ID: e.ID, Time: e.exactTime(), Log: e.Log, Version: e.Version, Deployment: e.Deployment,
		Action: e.Action, ResourceType: e.ResourceType, ResourceID: e.ResourceID, ResourceTarget: e.ResourceTarget,
		Organization: e.Organization, IP: e.IP, UserAgent: e.UserAgent, Outcome: e.Outcome(),
		RequestID: e.RequestID, Description: e.Description, BuildReason: e.BuildReason, TimeText: e.TimeText,
		Unrecorded: e.Unrecorded, Synthetic: e.Synthetic, Differs: e.Differs,
		Changes: e.Changes, Sources: e.Sources,
	}
	if !e.User.IsZero() {
		v.User = &e.User
	}
	if e.Status != NoStatus {
		v.Status = &e.Status
	}
	if e.Additional != "" && json.Valid([]byte(e.Additional)) {
		v.Additional = json.RawMessage(e.Additional)
	}
	if v.Changes == nil {
		v.Changes = []Change{}
	}
	if v.Sources == nil {
		v.Sources = []Position{}
	}
	return json.Marshal(v)
}

// FoldKey brings a field name, setting target or similar to the spelling under which the catalogue compares:
// ASCII case, "_" and " " do not matter, outer and doubled spaces neither.
func FoldKey(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(FoldASCII(s), "_", " ")), " ")
}

// FoldASCII lowers A–Z only: filter values compare without regard to ASCII case.
func FoldASCII(s string) string {
	for i := range len(s) {
		if c := s[i]; 'A' <= c && c <= 'Z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				if c := b[i]; 'A' <= c && c <= 'Z' {
					b[i] = c + 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}

// FoldText folds the case of all letters for the search in texts: whole values compare by [FoldASCII]. What is no ASCII never
// becomes ASCII.
func FoldText(s string) string {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return strings.Map(func(r rune) rune {
				if lower := unicode.ToLower(r); r < utf8.RuneSelf || lower >= utf8.RuneSelf {
					return lower
				}
				return r
			}, s)
		}
	}
	return FoldASCII(s)
}

// SearchedText is what a text search looks at in a changed value as logged, folded: a JSON string without its quotes and escapes,
// anything else as it stands.
func SearchedText(raw string) string {
	if len(raw) < 2 || raw[0] != '"' {
		return FoldText(raw)
	}
	if strings.IndexByte(raw, '\\') < 0 {
		return FoldText(raw[1 : len(raw)-1])
	}
	var s string
	if json.Unmarshal([]byte(raw), &s) != nil {
		return FoldText(raw)
	}
	return FoldText(s)
}
