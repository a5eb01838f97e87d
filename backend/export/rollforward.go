package export

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/xuri/excelize/v2"

	"auditdesk/backend/audit"
)

const rollForwardName = "Roll-forward"

// RollForward is two snapshots of settings compared with the changes that are logged in between.
type RollForward struct {
	About    About // Gaps are those in between
	Opening  Snapshot
	Closing  Snapshot
	Differs  int
	Untested int
	Agrees   int
	Unnamed  int // settings with applied changes in between that no snapshot names
	Rows     []RolledSetting
	Limits   []string
}

// Snapshot is a file of settings that a client gave.
type Snapshot struct {
	Name     string // base name
	SHA256   string
	Settings int
	At       audit.Time
}

// RolledSetting is one setting compared. Secret values say no more than whether they are set; nil values are not in the snapshot.
type RolledSetting struct {
	Verdict     audit.Verdict
	Words       string // why
	Lacks       string // which changes the log lacks
	Deployment  string
	Panel       string
	Label       string // the panel's name of it
	Field       string
	Type        string
	Target      string
	Opening     json.RawMessage
	Closing     json.RawMessage
	OpeningLine int // of the file; 0 where it is not in it
	ClosingLine int
	Changes     int         // applied in between
	Events      []audit.Ref // of them, the first and the last few
}

// RollForwardWorkbook writes a roll-forward to path as a workbook: what it rests on, and one row a setting. As for [Workbook], nothing
// stands under path before it is whole, and the same input gives the same bytes.
func RollForwardWorkbook(ctx context.Context, path string, r RollForward) error {
	list := func(context.Context, Input) ([]*sheet, error) {
		return []*sheet{aboutSheet(r.writeAbout), r.sheet()}, nil
	}
	_, err := writeBook(ctx, path, Input{About: r.About}, list, nil, excelLimits())
	return err
}

// RollForwardCSV writes the rows of the roll-forward's sheet to path as CSV.
func RollForwardCSV(ctx context.Context, path string, rows []RolledSetting) error {
	_, err := replace(path, func(f *os.File) error {
		buf := bufio.NewWriterSize(f, 1<<16)
		w := NewRollForwardCSVWriter(buf)
		for i := range rows {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := w.Write(&rows[i]); err != nil {
				return err
			}
		}
		if err := w.Flush(); err != nil {
			return err
		}
		return buf.Flush()
	})
	return err
}

// RollForwardCSVWriter writes compared settings as CSV with the columns of their sheet.
type RollForwardCSVWriter struct{ csvRows }

// NewRollForwardCSVWriter returns a writer. The header comes with the first setting, or with Flush.
func NewRollForwardCSVWriter(w io.Writer) *RollForwardCSVWriter {
	return &RollForwardCSVWriter{newCSVRows(w, rolledColumns(), false)}
}

// Write writes one setting.
func (c *RollForwardCSVWriter) Write(s *RolledSetting) error {
	c.row = rolledRow(c.row, s)
	return c.add()
}

func (r *RollForward) sheet() *sheet {
	rows := int64(len(r.Rows))
	if rows == 0 {
		rows = -1
	}
	return &sheet{name: rollForwardName, stage: early, rows: rows, write: r.writeRows}
}

// Positions in rolledColumns that the conditional formats name.
const (
	rolledVerdict = "A"
	rolledWhy     = "L"
)

func rolledColumns() []column {
	return []column{
		{name: "Verdict"}, // rolledVerdict
		{name: "Field"},
		{name: "Setting"},
		{name: "Panel"},
		{name: "Target"},
		{name: "Resource type"},
		{name: "Deployment"},
		{name: "Opening value"},
		{name: "Changes in between", kind: number},
		{name: "Events in between", kind: mark, max: 34},
		{name: "Closing value"},
		{name: "Why", max: 70}, // rolledWhy
		{name: "The log lacks", max: 60},
		{name: "Line of opening", kind: number},
		{name: "Line of closing", kind: number},
	}
}

func rolledRow(row []any, s *RolledSetting) []any {
	refs := make([]string, len(s.Events))
	for i, ref := range s.Events {
		refs[i] = string(ref)
	}
	return append(row[:0],
		string(s.Verdict), s.Field, s.Label, s.Panel, s.Target, s.Type, s.Deployment,
		snapshotText(s.Opening), int64(s.Changes), strings.Join(refs, " "), snapshotText(s.Closing),
		s.Words, s.Lacks, lineNumber(s.OpeningLine), lineNumber(s.ClosingLine))
}

// snapshotText is a value of a snapshot, or in brackets what stands in its place.
func snapshotText(v json.RawMessage) string {
	if v == nil {
		return "(not in this snapshot)"
	}
	if text := valueText(v); text != "" {
		return text
	}
	return "(empty)"
}

func lineNumber(n int) any {
	if n == 0 {
		return nil
	}
	return int64(n)
}

func (r *RollForward) writeRows(ctx context.Context, b *book, s *sheet) error {
	t := b.newTable(s, rolledColumns())
	t.dress = b.dressRolled
	row := make([]any, 0, len(t.cols))
	for i := range r.Rows {
		if err := t.add(ctx, rolledRow(row, &r.Rows[i])...); err != nil {
			return fmt.Errorf("setting %q: %w", r.Rows[i].Field, err)
		}
	}
	return t.finish()
}

// dressRolled draws the verdicts apart. The word stands in the cell: colour only repeats it.
func (b *book) dressRolled(name string, last int) error {
	differs, untested, agrees := is(rolledVerdict, string(audit.Differs)), is(rolledVerdict, string(audit.Untestable)), is(rolledVerdict, string(audit.Agrees))
	for _, area := range []struct {
		column string
		rules  []dress
	}{
		{rolledVerdict, []dress{
			{differs, excelize.Style{Font: &excelize.Font{Bold: true, Color: "9C1C1C"}, Fill: filled("FBE3E3")}},
			{untested, notRecordedLook()},
			{agrees, excelize.Style{Font: &excelize.Font{Color: "1E6B3A"}}},
		}},
		{rolledWhy, []dress{{differs, excelize.Style{Font: &excelize.Font{Color: "9C1C1C"}, Fill: filled("FDF0F0")}}, {untested, notRecordedLook()}}},
	} {
		if err := b.dress(name, fmt.Sprintf("%s2:%s%d", area.column, area.column, last), area.rules); err != nil {
			return err
		}
	}
	return nil
}

// Labels of a roll-forward's About; the first tells it from an export of events.
const (
	labelOpening = "Opening snapshot"
	labelClosing = "Closing snapshot"
)

func (r *RollForward) writeAbout(ctx context.Context, b *book, s *sheet) error {
	return writeSections(ctx, b, s, []func(*page){
		(*page).engagement, r.snapshots, r.comparison, (*page).sheets, r.records, r.head, r.cells, r.limits,
	})
}

func (r *RollForward) snapshots(p *page) {
	p.section("Snapshots that the client gave")
	for _, s := range []struct {
		label string
		of    *Snapshot
	}{{labelOpening, &r.Opening}, {labelClosing, &r.Closing}} {
		p.say(s.label, "%s", strings.Join([]string{
			visible(s.of.Name), "as of " + s.of.At.String(), "SHA-256 " + s.of.SHA256, audit.Counted(int64(s.of.Settings), "setting", "settings"),
		}, "\n"))
	}
	p.say("", "The SHA-256 is taken over the bytes of the file as it was read.")
}

func (r *RollForward) comparison(p *page) {
	p.section("Roll-forward")
	p.say("Rule", "The opening value, then the applied changes that are logged after the opening instant up to the closing one, is the closing value.")
	p.say("Settings compared", "%s: %s differ, %s cannot be tested, %s agree", audit.Grouped(int64(len(r.Rows))),
		audit.Grouped(int64(r.Differs)), audit.Grouped(int64(r.Untested)), audit.Grouped(int64(r.Agrees)))
	p.say(string(audit.Differs), "The values and the logged changes contradict each other: the log lacks a change, or a snapshot is wrong. Which of the two can't be told from here.")
	p.say(string(audit.Untestable), "Something that the comparison needs is not recorded or not in a snapshot; the row says what.")
	p.say(string(audit.Agrees), "No contradiction was found. A value that was changed and changed back without a record would agree as well.")
	p.say("In neither snapshot", "%s with applied changes in between", audit.Counted(int64(r.Unnamed), "setting", "settings"))
}

func (r *RollForward) records(p *page) {
	p.section("Records received")
	p.recordsPeriod()
	gaps := p.b.in.About.Gaps
	if len(gaps) == 0 {
		p.say("Stretches without records", "none was found between the opening and the closing instant")
		return
	}
	p.say("Stretches without records", "%s between the opening and the closing instant. Whether nothing happened or nothing was received can't be told from them.",
		audit.Counted(int64(len(gaps)), "stretch", "stretches"))
	p.gaps(gaps)
}

func (r *RollForward) head(p *page) {
	p.section("Digests")
	p.chainHead()
	p.say("How to check", "auditdesk rollforward CASE OPENING CLOSING --opening-at %s --closing-at %s with the case as of this head and files of these SHA-256 gives the same rows; "+
		"auditdesk verify CASE --head checks the case against its own digests and prints the head of its chain.", r.Opening.At, r.Closing.At)
	p.say("What that can't show", "Agreement shows that this workbook, the case and the two files say the same; it proves nothing about the case unless the head was noted, outside of it, when this was made.")
}

func (r *RollForward) cells(p *page) {
	p.section("Texts and cells")
	p.cuts()
	p.say("Characters", "Control characters, those that turn the reading direction and others that show nothing are written visibly, such as ␀ or [U+202E]; in Why, as <U+202E>.")
	p.say("Why", "A long value is shortened there (…); Opening value and Closing value hold it whole.")
	p.say("Secrets", "Of a value that is secret by its name, at any depth, a snapshot's cell says no more than whether it is set.")
}

func (r *RollForward) limits(p *page) {
	p.section("What this workbook does not show")
	for _, s := range r.Limits {
		p.say("", "%s", s)
	}
	for _, s := range []string{
		"It lists what the records received and the two files say. A record is a report by the deployment, and a snapshot one by whoever made it.",
		"Settings that neither snapshot names are counted above, and not compared.",
		"What happened in a stretch without records can't be told.",
	} {
		p.say("", "%s", s)
	}
}
