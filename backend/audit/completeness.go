package audit

// Verdict is what a test came to.
type Verdict string

// The verdicts. What can't be tested is said with the reason, never as agreement.
const (
	Agrees     Verdict = "agrees"
	Differs    Verdict = "differs"
	Untestable Verdict = "cannot be tested"
)

// Step is what a test of completeness compares. The three reconciliations are kept apart; most tests look for signs within
// the records, which no outside total confirms.
type Step string

// The steps from a deployment to a workbook, and what the records themselves show.
const (
	StepDeploymentToFiles Step = "deployment to files"
	StepFilesToCase       Step = "files to case"
	StepCaseToWorkbook    Step = "case to workbook"
	StepWithinRecords     Step = "within the records"
)

// CompletenessTest is one test of what was received: what it looked at, what it came to and why.
type CompletenessTest struct {
	Test       string    `json:"test"`                 // a name that stays: "rhythm", "builds", …
	Title      string    `json:"title"`                //
	Step       Step      `json:"step"`                 //
	Deployment string    `json:"deployment,omitempty"` // "" where it is about the whole case
	Looked     string    `json:"looked,omitempty"`     // at what, in numbers
	Verdict    Verdict   `json:"verdict"`
	Words      string    `json:"words"` // one sentence: why
	Method     string    `json:"method,omitempty"`
	Limit      string    `json:"limit,omitempty"` // what the test can't show
	Findings   []Finding `json:"findings"`
	Further    int64     `json:"further,omitempty"` // findings that are not listed
}

// Finding is one thing that a test found.
type Finding struct {
	Words string `json:"words"`
	Query string `json:"query,omitempty"` // opens its rows; "" where no rows can be shown
	Aside bool   `json:"aside,omitempty"` // said apart: it did not make the test differ
}

// ClassSpan is the events of one class that a deployment's records hold: retention ends differently for each.
type ClassSpan struct {
	Deployment string  `json:"deployment"`
	Version    Version `json:"version"`
	Log        Log     `json:"log"`
	Class      string  `json:"class"` // "sign-ins", "connections", "workspace builds", "other actions"
	First      Time    `json:"first"`
	Last       Time    `json:"last"`
	Events     int64   `json:"events"`
	Query      string  `json:"query"`
}

// FormDay is how many records of one form were received of one UTC day of a deployment: those understood, with matching
// records and duplicates.
type FormDay struct {
	Deployment string `json:"deployment"`
	Day        string `json:"day"` // yyyy-mm-dd, UTC
	Form       string `json:"form"`
	Records    int64  `json:"records"`
}
