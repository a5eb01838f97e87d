package export

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"auditdesk/backend/audit"
)

const (
	aboutName           = "About this export"
	gapsListed          = 500
	organizationsListed = 200
	labelWidth          = 32
	textWidth           = 104
	lineHeight          = 15 // points
)

// Labels of About that a later check reads back.
const (
	labelQuery  = "Query"
	labelExact  = "Query, escaped" // only where the query holds characters that a cell shows otherwise
	labelOrder  = "Order"
	labelZone   = "Days are meant in"
	labelRows   = "Rows on Events"
	labelDigest = "SHA-256 of the events"
	labelHead   = "Head of the evidence chain"
	labelCase   = "Case"
	labelMade   = "Made at"
	labelTool   = "Made with"
	continued   = " (continued)"
	toolName    = "Auditdesk"
)

const (
	everything = "(empty: every event of the case)"
	allInScope = "(empty: every event of the deployments under audit)"
	allWithin  = "(empty: every event of the period under audit)"
	noHead     = "none: the case holds no import"
	notStated  = "not stated"
)

// aboutSheet is the first sheet, written last: it says what the others hold.
func aboutSheet(write func(ctx context.Context, b *book, s *sheet) error) *sheet {
	return &sheet{name: aboutName, stage: closing, rows: -1, write: write}
}

// writeAbout says how an export of events was drawn.
func writeAbout(ctx context.Context, b *book, s *sheet) error {
	return writeSections(ctx, b, s, []func(*page){
		(*page).engagement, (*page).selection, (*page).sheets, (*page).reconciliation, (*page).completeness, (*page).records,
		(*page).sources, (*page).digests, (*page).cells, (*page).limits,
	})
}

// writeSections writes a title and below it what the sections say.
func writeSections(ctx context.Context, b *book, s *sheet, sections []func(*page)) error {
	sw, err := b.stream(s.name, 1)
	if err != nil {
		return err
	}
	if err := setWidths(sw, []float64{labelWidth, textWidth}); err != nil {
		return err
	}
	p := &page{b: b, sw: sw}
	p.title(b.title())
	for _, section := range sections {
		if err := ctx.Err(); err != nil {
			return err
		}
		section(p)
	}
	if p.err != nil {
		return p.err
	}
	return sw.Flush()
}

// page writes labels and what they say, from the top down. The first error stays.
type page struct {
	b   *book
	sw  *excelize.StreamWriter
	row int
	err error
}

func (p *page) put(cells ...any) { p.putTall(1, cells...) }

// putTall writes a row of several lines. LibreOffice does not find their number by itself.
func (p *page) putTall(lines int, cells ...any) {
	p.row++
	var opts []excelize.RowOpts
	if lines > 1 {
		opts = append(opts, excelize.RowOpts{Height: float64(min(lines*lineHeight, excelize.MaxRowHeight))})
	}
	if p.err == nil {
		p.err = p.sw.SetRow(fmt.Sprintf("A%d", p.row), cells, opts...)
	}
}

// linesOf is how many lines a text takes in a column of that width; rather one too many, for fonts differ.
func linesOf(text string, width int) int {
	width -= width / 10
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		n++
		left := width
		for word := range strings.SplitSeq(line, " ") {
			w := utf16Len(word)
			if w > left && left < width {
				n++
				left = width
			}
			for ; w > width; w -= width {
				n++
			}
			left -= w + 1
		}
	}
	return n
}

func (p *page) cell(v any, style int) any { return p.b.cell(v, style, aboutName, "text") }

func (p *page) title(text string) {
	p.put(p.cell(text, p.b.styles.title))
	p.put(p.cell("What this workbook holds, how it was drawn, what was checked and what it can't show.", p.b.styles.note))
}

func (p *page) section(name string) {
	p.row++
	p.put(p.cell(name, p.b.styles.section), excelize.Cell{StyleID: p.b.styles.section})
}

// say writes a label and a text; one without text is left out.
func (p *page) say(label, format string, args ...any) {
	text := format
	if len(args) > 0 {
		text = fmt.Sprintf(format, args...)
	}
	if text != "" {
		p.putTall(max(linesOf(text, textWidth), linesOf(label, labelWidth)), p.cell(label, p.b.styles.label), p.cell(text, p.b.styles.wrapped))
	}
}

// sayAll writes a text that may be longer than a cell holds, on as many rows as it needs.
func (p *page) sayAll(label, text string) {
	for {
		n := prefixLen(text, p.b.lim.text)
		p.say(label, "%s", text[:n])
		if text = text[n:]; text == "" {
			return
		}
		label = strings.TrimSuffix(label, continued) + continued
	}
}

func (p *page) engagement() {
	a, e := &p.b.in.About, &p.b.in.About.Engagement
	p.section("Engagement")
	if e.MadeUp {
		p.say("Data", "%s: a demonstration; no deployment wrote these records", madeUp)
	}
	p.say("Title", "%s", e.Title)
	p.say("Reference", "%s", e.Reference)
	p.say("Prepared by", "%s", cmp.Or(e.PreparedBy, notStated))
	p.say(labelCase, "%s", a.CasePath)
	p.say("Deployment", "%s", strings.Join(a.Deployments, ", "))
	p.say("Period under audit", "%s", periodUnderAudit(e))
	if len(e.Deployments) > 0 {
		p.say("Deployments under audit", "%s", strings.Join(e.Deployments, ", "))
	}
	p.say(labelMade, "%s", a.MadeAt.Format(time.RFC3339))
	p.say(labelTool, "%s", strings.TrimSpace(toolName+" "+a.ToolVersion))
}

func periodUnderAudit(e *audit.Engagement) string {
	if !hasPeriod(e) {
		return notStated
	}
	return fmt.Sprintf("%s to %s, whole days in %s", cmp.Or(e.From, "open"), cmp.Or(e.To, "open"), cmp.Or(e.Zone, "UTC"))
}

// hasPeriod reports whether the engagement bounds every answer of the case.
func hasPeriod(e *audit.Engagement) bool { return e.From != "" || e.To != "" }

func (p *page) selection() {
	a := &p.b.in.About
	p.section("How the events were drawn")
	empty, words := everything, cmp.Or(a.QueryWords, WordsOf(a.Query, a.Zone))
	if hasPeriod(&a.Engagement) {
		empty = allWithin
		words += "; within the period under audit (" + periodUnderAudit(&a.Engagement) + ")"
	}
	if names := a.Engagement.Deployments; len(names) > 0 {
		if empty == everything {
			empty = allInScope
		}
		words += "; of the deployments under audit (" + strings.Join(names, ", ") + ")"
	}
	p.sayAll(labelQuery, cmp.Or(visible(a.QueryText), empty))
	if !plain(a.QueryText) {
		p.sayAll(labelExact, strconv.QuoteToASCII(a.QueryText))
	}
	p.sayAll("In words", visible(words))
	order := cmp.Or(a.Order, audit.Newest)
	way := "in the order of their refs"
	if order == audit.Newest {
		way = "in the reverse order of their refs"
	}
	p.say(labelOrder, "%s first; events of one instant stand %s", order, way)
	p.say(labelZone, "%s; every time in this workbook is UTC unless its column says otherwise", cmp.Or(a.Zone, "UTC"))
}

// sheets lists the sheets with their rows. The links are few: a sheet of rows has none.
func (p *page) sheets() {
	p.section("Sheets")
	for _, s := range p.b.plan {
		if s.name == aboutName {
			continue
		}
		rows := max(s.rows, 0)
		text := audit.Counted(rows, "row", "rows")
		if parts := p.b.parts(s); parts > 1 {
			text = fmt.Sprintf("%s, continued on %q to %q: a sheet holds %s rows", text, partName(s.name, 1), partName(s.name, parts-1), audit.Grouped(int64(p.b.lim.rows)))
			if parts == 2 {
				text = fmt.Sprintf("%s, continued on %q: a sheet holds %s rows", audit.Counted(rows, "row", "rows"), partName(s.name, 1), audit.Grouped(int64(p.b.lim.rows)))
			}
		}
		if s.name == settingsName {
			text += fmt.Sprintf(": every setting with a record in scope, as of %s and as of %s, whatever the query; from all records received of the scope, those before the period too", p.b.in.SettingsFrom, p.b.in.SettingsTo)
		}
		p.put(p.cell(s.name, p.b.styles.link), p.cell(text, p.b.styles.wrapped))
		if p.err == nil {
			p.err = p.b.file.SetCellHyperLink(aboutName, fmt.Sprintf("A%d", p.row), fmt.Sprintf("'%s'!A1", s.name), "Location")
		}
	}
}

func (p *page) reconciliation() {
	in, r := &p.b.in, &p.b.result
	p.section("Reconciliation")
	p.outside()
	var sum audit.Counts
	var off []string
	for i := range in.Sources {
		s := &in.Sources[i]
		sum.Add(s.Counts)
		if !s.AddsUp() {
			off = append(off, sourceName(p.b.names, s.Path))
		}
	}
	p.say("Files → case", "%s", accounting(sum))
	if len(off) > 0 {
		p.say("", "does not add up: %s", strings.Join(off, ", "))
	} else if len(in.Sources) > 0 {
		p.say("", "Every line and every record of %s is accounted for by these numbers.", audit.Counted(int64(len(in.Sources)), "file", "files"))
	}
	p.say("", "%s given by the files, %s in the case: %s", audit.Counted(sum.Events, "event", "events"), audit.Grouped(in.About.InCase), agreement(sum.Events == in.About.InCase))
	p.say("Case → workbook", "%s of %s of the case matched, %s written: %s", audit.Grouped(in.About.Matched),
		audit.Counted(in.About.InCase, "event", "events"), audit.Counted(r.Events, "row", "rows"), agreement(in.About.Matched == r.Events))
	p.say(labelRows, "%d", r.Events)
	p.say("", "%s of these events, %s written: %s",
		audit.Counted(in.TotalChanges, "admin change", "admin changes"), audit.Counted(r.Changes, "row", "rows"), agreement(in.TotalChanges == r.Changes))
}

// outside says what is known of the first step, from the deployment to the files: only the provider's word can test it.
func (p *page) outside() {
	const label = "Deployment → files"
	tested := 0
	for i := range p.b.in.Sources {
		s := &p.b.in.Sources[i]
		if s.Receipt.Count == nil {
			continue
		}
		head := ""
		if tested++; tested == 1 {
			head = label
		}
		check := s.CheckReceipt().Count
		if check.State == audit.Differs {
			check.Words = "does NOT agree; it " + check.Words
		}
		p.say(head, "%s: the provider stated a count of %s, which %s", sourceName(p.b.names, s.Path), audit.Grouped(*s.Receipt.Count), check.Words)
	}
	switch without := len(p.b.in.Sources) - tested; {
	case tested == 0:
		p.say(label, "not tested: no outside total was given, so nothing here shows that the files hold every record that the deployment wrote")
	case without > 0:
		p.say("", "not tested for %s: no outside total was given", audit.Counted(int64(without), "other file", "other files"))
	}
}

func agreement(ok bool) string {
	if ok {
		return agrees
	}
	return "does NOT agree"
}

// accounting says the counts of a source as two sums.
func accounting(c audit.Counts) string {
	return fmt.Sprintf("%s = %s of records + %s; %s = %s + %s + %s + %s unreadable",
		audit.Counted(c.Lines, "line", "lines"), audit.Grouped(c.RecordLines), audit.Counted(c.Other, "other line", "other lines"),
		audit.Counted(c.Records, "record", "records"), audit.Counted(c.Events, "event", "events"),
		audit.Counted(c.Matching, "matching record", "matching records"), audit.Counted(c.Duplicates, "duplicate", "duplicates"), audit.Grouped(c.Unreadable))
}

func (p *page) records() {
	a := &p.b.in.About
	p.section("Records received")
	p.recordsPeriod()
	p.organizations()
	if len(a.Gaps) == 0 {
		p.say("Stretches without records", "none was found between the first and the last record")
		return
	}
	p.say("Stretches without records", "%s, taken from the files without the query. Whether nothing happened or nothing was received can't be told from them.",
		audit.Counted(int64(len(a.Gaps)), "stretch", "stretches"))
	p.gaps(a.Gaps)
}

func (p *page) recordsPeriod() {
	a := &p.b.in.About
	if a.First == nil || a.Last == nil {
		p.say("Period of the records", "none: the case holds no events")
		return
	}
	p.say("Period of the records", "%s to %s", a.First, a.Last)
}

func (p *page) gaps(list []audit.Gap) {
	for i, g := range list {
		if i == gapsListed {
			p.say("", "and %s more", audit.Grouped(int64(len(list)-gapsListed)))
			return
		}
		p.say(g.Deployment, "%s to %s (%s)", g.From, g.To, span(g.To.Std().Sub(g.From.Std())))
	}
}

// organizations says which of the names and ids on Events are one organization: a cell holds what that event's records give.
func (p *page) organizations() {
	label := "Organizations"
	for i, names := range p.b.in.About.Organizations {
		if i == organizationsListed {
			p.say("", "and %s more", audit.Grouped(int64(len(p.b.in.About.Organizations)-i)))
			return
		}
		p.sayAll(label, visible(names[0]+" is also recorded as "+strings.Join(names[1:], ", ")))
		label = ""
	}
}

// span writes a duration in days and hours.
func span(d time.Duration) string {
	days, hours := int64(d/(24*time.Hour)), int64(d%(24*time.Hour)/time.Hour)
	switch {
	case days > 0 && hours > 0:
		return audit.Counted(days, "day", "days") + " " + audit.Counted(hours, "hour", "hours")
	case days > 0:
		return audit.Counted(days, "day", "days")
	case hours > 0:
		return audit.Counted(hours, "hour", "hours")
	default:
		return d.Round(time.Second).String()
	}
}

func (p *page) sources() {
	if len(p.b.in.Sources) == 0 {
		return
	}
	p.section("Source files")
	for i := range p.b.in.Sources {
		s := &p.b.in.Sources[i]
		lines := []string{
			fmt.Sprintf("SHA-256 %s (against the one stated by the provider: %s)", cmp.Or(s.SHA256, "not taken"), statedDigest(s)),
			audit.Counted(s.Bytes, "byte", "bytes") + "; " + eventSpan(s),
			accounting(s.Counts),
		}
		switch s.State {
		case audit.SourcePartial:
			lines = append(lines, "read in part: the import ended early")
		case audit.SourceRepeat:
			lines = append(lines, "the same file again: adds nothing")
		}
		if s.Note != "" {
			lines = append(lines, s.Note)
		}
		p.say(sourceName(p.b.names, s.Path), "%s", strings.Join(lines, "\n"))
	}
}

func eventSpan(s *audit.Source) string {
	if s.First == nil || s.Last == nil {
		return "no events"
	}
	return fmt.Sprintf("first event %s, last event %s", s.First, s.Last)
}

func (p *page) digests() {
	p.section("Digests")
	p.say(labelDigest, "%s", p.b.result.SHA256)
	p.say("", "Taken over the canonical JSON lines of the exported events in the order above: each event as JSON lines export writes it, without `sources`, followed by a line feed.")
	p.chainHead()
	p.say("By hand", "auditdesk export CASE QUERY --order %s --zone %s -o events.jsonl writes these lines with `sources`; "+
		`LC_ALL=C sed -E 's/^(.*),"sources":\[.*\]\}$/\1}/' events.jsonl | sha256sum takes the digest without them.`,
		cmp.Or(p.b.in.About.Order, audit.Newest), cmp.Or(p.b.in.About.Zone, "UTC"))
	p.say("How to check", "auditdesk check FILE.xlsx CASE takes the digest and the rows anew from the case and compares them with what stands here; "+
		"auditdesk verify CASE --head checks the case against its own digests and prints the head of its chain.")
	p.say("What that can't show", "Both digests come from the case. Agreement shows that this workbook and the case say the same; it proves nothing about the case "+
		"unless the head was noted, outside of it, when this was made.")
}

func (p *page) chainHead() {
	p.say(labelHead, "%s", cmp.Or(p.b.in.About.Head, noHead))
	p.say("", "As of when this was made.")
}

func (p *page) cells() {
	p.section("Texts and cells")
	p.cuts()
	p.say("Time (UTC)", "A date cell, cut to milliseconds. Time as logged keeps every digit.")
	p.say("Characters", "Control characters, those that turn the reading direction and others that show nothing are written visibly, such as ␀ or [U+202E]; in words of changes, as <U+202E>.")
	p.say("Changes, In words", "They tell what changed: a long value is shortened there (…), and one of several lines is told by the number of its lines. JSON lines hold every value whole.")
	p.say("Secrets", "%s masked as secret in the exported events, before anything but the raw record was stored. Masking can't be switched off for an export.",
		audit.Counted(p.b.masked, "changed field", "changed fields"))
}

// cuts says where a cell could not hold what it should.
func (p *page) cuts() {
	if len(p.b.cuts) == 0 {
		p.say("Texts cut", "none: every text fits its cell")
	}
	for i, c := range p.b.cuts {
		label := ""
		if i == 0 {
			label = "Texts cut"
		}
		p.say(label, "%s, column %s: %s; a cell holds %s characters, the place is marked", c.Sheet, c.Column,
			audit.Counted(c.Cells, "cell", "cells"), audit.Grouped(int64(p.b.lim.text)))
	}
	if p.b.late > 0 {
		p.say("Times as text", "%s: a date cell can't hold a time before 1900-03-01", audit.Counted(p.b.late, "cell", "cells"))
	}
}

func (p *page) limits() {
	p.section("What this workbook does not show")
	for _, s := range []string{
		"It lists what the records received say. A record is a report by the deployment, not a fact about it.",
		"It holds the events that match the query above, within the period under audit where one is stated; others of the case are not in it.",
		"What happened in a stretch without records, or before the first and after the last one, can't be told.",
		"Some writes are logged without their content: they stand here as \"changed, content not recorded by Coder\". An empty list of changes does not mean that nothing was changed.",
		"Server options of Coder v2 come from flags, environment and files; no audit record holds them.",
		"\"Derived\" values of Before are the last logged value of the same field, taken from another event: a write that was not received would make them wrong.",
		"A status of 500 and above leaves open whether the attempt had an effect.",
		"Several records of one event show that nothing was lost between two exports; they are no independent proof of it.",
	} {
		p.say("", "%s", s)
	}
}
