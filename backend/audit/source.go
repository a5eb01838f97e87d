package audit

import (
	"path"
	"strconv"
	"strings"
)

// Counts is the line-by-line accounting of a source. Always: Records = Events + Matching + Duplicates + Unreadable,
// and Lines = RecordLines + Other.
type Counts struct {
	Lines       int64 `json:"lines"`        // physical lines of the unpacked stream
	RecordLines int64 `json:"record_lines"` // lines on which a record stands, wholly or in part
	Records     int64 `json:"records"`
	Events      int64 `json:"events"`     // records that gave the case a new event
	Matching    int64 `json:"matching"`   // records of an event that another source or form had given
	Duplicates  int64 `json:"duplicates"` // the same id again within this source and form
	Other       int64 `json:"other"`      // lines that are no audit record
	Unreadable  int64 `json:"unreadable"` // records that could not be understood
}

// Add adds n to c.
func (c *Counts) Add(n Counts) {
	c.Lines += n.Lines
	c.RecordLines += n.RecordLines
	c.Records += n.Records
	c.Events += n.Events
	c.Matching += n.Matching
	c.Duplicates += n.Duplicates
	c.Other += n.Other
	c.Unreadable += n.Unreadable
}

// AddsUp reports whether every line and every record is accounted for.
func (c Counts) AddsUp() bool {
	return c.Records == c.Events+c.Matching+c.Duplicates+c.Unreadable && c.Lines == c.RecordLines+c.Other
}

// SourceState says how far an import came.
type SourceState string

// The states. A partial source ended early (cancelled, killed, cut off); importing it again goes on after its last committed record.
const (
	SourceWhole   SourceState = "whole"
	SourcePartial SourceState = "partial"
	SourceRepeat  SourceState = "repeat" // the same SHA-256 was imported whole before: adds nothing
)

// Source is one file (or stream, or member of an archive) that was read, with its receipt and accounting.
type Source struct {
	Number     int64       `json:"number,omitempty"`
	Path       string      `json:"path"` // as given; "-" is standard input
	SHA256     string      `json:"sha256,omitempty"`
	Bytes      int64       `json:"bytes"` // as it lies on disk, packed
	Unpacked   int64       `json:"unpacked_bytes"`
	Form       string      `json:"form,omitempty"`  // a [Form], or "mixed", or "" where no record was understood
	Shape      string      `json:"shape,omitempty"` // in words: "Coder v1 log, JSON lines, in Docker json-file, gzip"
	Deployment string      `json:"deployment"`
	State      SourceState `json:"state"`
	Counts
	First    *Time   `json:"first,omitempty"` // earliest event time
	Last     *Time   `json:"last,omitempty"`  // latest event time
	Imported Time    `json:"imported"`
	Stated   *int64  `json:"stated,omitempty"` // records that a REST answer says there are for its search, the same on each page
	Note     string  `json:"note,omitempty"`   // "read already, same SHA-256 as …: adds nothing", "stopped at line 812: unexpected EOF"
	Receipt  Receipt `json:"receipt,omitzero"`

	// ReceiptCheck compares what the receipt states, where it states something. It is computed, never stored.
	ReceiptCheck *ReceiptCheck `json:"receipt_check,omitempty"`
}

// SourceNames are what source: in a query finds a source by: its path as given, the base name of it (of a path of any system,
// or the member's name of one in an archive), and its number in the case, such as "#3": paths can be the same, numbers can't.
func SourceNames(number int64, p string) []string {
	return []string{p, path.Base(strings.ReplaceAll(p, `\`, "/")), SourceName(number)}
}

// SourceName is what source: finds a source by whatever its path: "#3".
func SourceName(number int64) string { return "#" + strconv.FormatInt(number, 10) }

// Receipt is what the auditor noted about how a source was received. All of it is the auditor's word.
type Receipt struct {
	From     string `json:"from,omitempty"`
	Received string `json:"received,omitempty"` // a date
	Request  string `json:"request,omitempty"`  // request number
	Method   string `json:"method,omitempty"`   // how it was extracted
	SHA256   string `json:"sha256,omitempty"`   // as the provider stated it
	Count    *int64 `json:"count,omitempty"`    // as the provider stated it: of records, or of lines
	Replaces int64  `json:"replaces,omitempty"` // number of the source that this one was sent again for
}

// Unreadable is a record that could not be understood. Nothing of it is lost: its bytes lie in the raw blocks.
type Unreadable struct {
	Source  int64  `json:"-"`
	Path    string `json:"path"`
	Line    int64  `json:"line"`
	Offset  int64  `json:"offset"`
	Reason  string `json:"reason"`  // "broken JSON at byte 412", "no time", …
	Excerpt string `json:"excerpt"` // masked, at most 200 characters
}

// OtherLines counts the lines of one pattern that are no audit records.
type OtherLines struct {
	Source  int64  `json:"-"`
	Path    string `json:"path"`
	Pattern string `json:"pattern"` // "blank line", "msg: http request", …
	Count   int64  `json:"count"`
	Line    int64  `json:"line"`    // of the example
	Example string `json:"example"` // masked, at most 200 characters
}

// Engagement is what a case is about.
type Engagement struct {
	Title      string `json:"title"`
	Reference  string `json:"reference,omitempty"`
	PreparedBy string `json:"prepared_by,omitempty"`
	From       string `json:"from,omitempty"` // first day of the period under audit, yyyy-mm-dd; "" for open
	To         string `json:"to,omitempty"`   // last day, inclusive
	Zone       string `json:"zone"`           // IANA name
	// Deployments are those under audit; none means all. With the period they are the scope: what every answer keeps to.
	Deployments []string `json:"deployments,omitempty"`
	MadeUp      bool     `json:"made_up,omitempty"`
}

// Gap is a stretch without any record in any source of a deployment.
type Gap struct {
	Deployment string `json:"deployment"`
	From       Time   `json:"from"` // inclusive
	To         Time   `json:"to"`   // exclusive
}

// DayCount is how many records one source holds of one UTC day.
type DayCount struct {
	Source int64  `json:"source"`
	Day    string `json:"day"` // yyyy-mm-dd, UTC
	Count  int64  `json:"count"`
}
