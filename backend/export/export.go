// Package export writes events as a workbook, as CSV and as JSON lines. It takes iterators and finished counts, and must
// not know where events are kept (SQLite), how they were found (the index) or who draws the progress.
package export

import (
	"context"
	"iter"
	"time"

	"auditdesk/backend/audit"
)

// About is what the first sheet of a workbook says beside what the export counts itself.
type About struct {
	CasePath    string // base name of the case file
	Engagement  audit.Engagement
	Deployments []string
	MadeAt      time.Time // the only thing in which two exports of one case may differ
	ToolVersion string

	Query      audit.Query
	QueryText  string // canonical, absolute (no "-7d"); "" for everything
	QueryWords string // see [WordsOf]
	Order      audit.Order
	Zone       string // IANA name in which the query's days are meant

	First, Last *audit.Time // of the records received, without the filter; nil for an empty case
	Gaps        []audit.Gap // stretches without any record, without the filter
	// Organizations that go by more than one name or id, each with all of them, without the filter.
	Organizations [][]string
	Head          string // head of the evidence chain as of the last import, hex
	InCase        int64  // events of the case, without the filter
	Matched       int64  // events that match
}

// Input is what is exported. The functions may be called as often as needed, one after the other, and yield the same each
// time; an error they yield ends the export. What they yielded must not be altered afterwards: a digest is still taken of it.
type Input struct {
	About       About
	Events      func(ctx context.Context) iter.Seq2[audit.Event, error]     // in order
	Changes     func(ctx context.Context) iter.Seq2[audit.ChangeRow, error] // class:admin changes of those events, in order
	TotalEvents int64                                                       // what Events yields
	// TotalChanges is what Changes yields.
	TotalChanges int64
	// Settings yields what the settings of the scope were at two instants, in the order of their panels, whatever the query; nil for none.
	Settings      func(ctx context.Context) iter.Seq2[Setting, error]
	TotalSettings int64      // what Settings yields
	SettingsFrom  audit.Time // the two instants
	SettingsTo    audit.Time
	Sources       []audit.Source
	Other         []audit.OtherLines                                           // by source and pattern
	Unreadable    func(ctx context.Context) iter.Seq2[audit.Unreadable, error] // of the whole case; nil for none
	Completeness  []audit.CompletenessTest                                     // of the whole case
	Untested      string                                                       // why there are no such tests; "" where there are
}

// Progress says how far an export is. It is reported at most ten times a second, and once at the end.
type Progress struct {
	Sheet  string // being written; "" while finished sheets are packed into the file, and at the end
	Rows   int64  // written so far, over all sheets that list events or changes
	Total  int64  // of Rows
	Sheets []SheetState
}

// SheetState is one sheet of the workbook, in the order of writing. CSV and JSON lines have one, named "Events".
type SheetState struct {
	Name string
	Rows int64 // written so far, without the header
	Done bool
}

// Result is what was written.
type Result struct {
	Events  int64
	Changes int64 // rows of "Admin changes"; 0 for CSV and JSON lines
	Bytes   int64
	SHA256  string // of the canonical JSON lines of the events, hex; see [Digest]
	Cuts    []Cut  // texts that a cell could not hold
}

// Cut counts the cells of one column whose text was longer than a cell holds.
type Cut struct {
	Sheet, Column string
	Cells         int64
}
