package casefile

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"

	"auditdesk/backend/audit"
	"auditdesk/backend/export"
	"auditdesk/backend/facet"
	"auditdesk/backend/store"
)

// Format is a kind of file to export to.
type Format string

// The formats.
const (
	Workbook  Format = "xlsx"
	CSV       Format = "csv"
	JSONLines Format = "jsonl"
)

// FormatOf tells the format by a file's name.
func FormatOf(path string) (Format, bool) {
	f := Format(strings.ToLower(strings.TrimPrefix(filepath.Ext(path), ".")))
	return f, f == Workbook || f == CSV || f == JSONLines
}

// ExportRequest says what to export, and where to.
type ExportRequest struct {
	Format     Format
	Query      string
	Zone       string
	Order      audit.Order
	Path       string
	PreparedBy string // "" is the engagement's
	CSVRaw     bool
	Version    string // of the program
	Progress   func(export.Progress)
}

// exportPage is how many rows are read at once.
const exportPage = 1000

// Export writes the events that a query selects. A cancelled or failed export leaves no file.
func (c *Case) Export(ctx context.Context, req ExportRequest) (export.Result, error) {
	in, err := c.exportOf(ctx, req)
	if err != nil {
		return export.Result{}, err
	}
	res, err := c.write(ctx, req, in)
	if err != nil {
		return res, err
	}
	c.noteExport(context.WithoutCancel(ctx), req, in, res)
	return res, nil
}

func (c *Case) write(ctx context.Context, req ExportRequest, in export.Input) (export.Result, error) {
	switch req.Format {
	case Workbook:
		return export.Workbook(ctx, req.Path, in, req.Progress)
	case CSV:
		return export.CSV(ctx, req.Path, in, req.CSVRaw, req.Progress)
	case JSONLines:
		return export.JSONLines(ctx, req.Path, in, req.Progress)
	}
	return export.Result{}, fmt.Errorf("there is no export format %q", req.Format)
}

// noteExport keeps the head that the chain had when an export was made. A case that can't be written now, because it is open read-only,
// another process writes it or the disk is full, is exported all the same: the note is a help, not the export.
func (c *Case) noteExport(ctx context.Context, req ExportRequest, in export.Input, res export.Result) {
	if c.store.ReadOnly() {
		return
	}
	err := c.store.NoteExport(ctx, store.ExportNote{
		Time: audit.Time(in.About.MadeAt.UnixNano()), Name: filepath.Base(req.Path), Query: in.About.QueryText, Zone: in.About.Zone,
		Rows: res.Events, SHA256: res.SHA256, Head: in.About.Head,
	})
	if err != nil {
		slog.WarnContext(ctx, "an export is not noted in the case", "case", c.path, "error", err)
	}
}

// exportOf is what an export of the case as it is now consists of.
func (c *Case) exportOf(ctx context.Context, req ExportRequest) (export.Input, error) {
	q, err := audit.ParseQuery(req.Query)
	if err != nil {
		return export.Input{}, err
	}
	// What is exported must mean the same tomorrow: -7d becomes an instant, one for all sheets.
	absolute := q.Absolute(c.now())
	v, err := c.view(ctx, OfEvents, absolute.String(), req.Zone)
	if err != nil {
		return export.Input{}, err
	}
	changes, err := c.adminChanges(ctx, v)
	if err != nil {
		return export.Input{}, err
	}
	return c.exportInput(ctx, req, v, absolute, changes)
}

// adminChanges selects the changes of class:admin among the events of v.
func (c *Case) adminChanges(ctx context.Context, v *view) (*facet.Selection, error) {
	_, changes, _, err := c.indexes(ctx)
	if err != nil {
		return nil, err
	}
	return changes.Select(ctx, facet.Filter{Query: v.query, Span: v.filter.Span, Scope: audit.Query{Terms: slices.Concat(v.scope.Scope.Terms, adminQuery().Terms)}})
}

func (c *Case) exportInput(ctx context.Context, req ExportRequest, v *view, absolute audit.Query, changes *facet.Selection) (export.Input, error) {
	info, err := c.Info(ctx)
	if err != nil {
		return export.Input{}, err
	}
	src, err := c.Sources(ctx)
	if err != nil {
		return export.Input{}, err
	}
	about, err := c.aboutCase(ctx, &info, req.Version)
	if err != nil {
		return export.Input{}, err
	}
	if req.PreparedBy != "" {
		about.Engagement.PreparedBy = req.PreparedBy
	}
	about.Query, about.QueryText, about.QueryWords = absolute, absolute.String(), export.WordsOf(absolute, v.zone.String())
	about.Order, about.Zone, about.Matched = order(req.Order), v.zone.String(), v.selected.Total()
	events, _, _, err := c.indexes(ctx)
	if err != nil {
		return export.Input{}, err
	}
	for _, o := range events.Organizations() {
		if len(o.Also) > 0 {
			about.Organizations = append(about.Organizations, slices.Concat([]string{o.Label}, o.Also))
		}
	}
	var tests []audit.CompletenessTest
	untested := ""
	if req.Format == Workbook {
		if tests, untested, err = c.testedFor(ctx, about.Zone); err != nil {
			return export.Input{}, err
		}
	}
	at, err := c.periodEnds(ctx, v.scope.Span)
	if err != nil {
		return export.Input{}, err
	}
	ask, settings, err := c.settingsAnswer(ctx, at)
	if err != nil {
		return export.Input{}, err
	}
	return export.Input{
		Completeness: tests, Untested: untested,
		Settings: func(ctx context.Context) iter.Seq2[export.Setting, error] {
			return c.exportedSettings(ctx, ask, settings.Rows)
		},
		TotalSettings: int64(len(settings.Rows)), SettingsFrom: *ask.From, SettingsTo: ask.At,
		About: about, TotalEvents: v.selected.Total(), TotalChanges: changes.Total(),
		Sources: src.Sources, Other: src.Other,
		Events: func(ctx context.Context) iter.Seq2[audit.Event, error] {
			return paged(ctx, v.selected, order(req.Order), c.eventsWithBreaks)
		},
		Changes: func(ctx context.Context) iter.Seq2[audit.ChangeRow, error] {
			return paged(ctx, changes, order(req.Order), c.notedChanges)
		},
		Unreadable: func(ctx context.Context) iter.Seq2[audit.Unreadable, error] {
			return c.allUnreadable(ctx, "")
		},
	}, nil
}

// aboutCase is what an export made now by that version of the program says of the case itself.
func (c *Case) aboutCase(ctx context.Context, info *Info, version string) (export.About, error) {
	head, err := c.store.Head(ctx)
	if err != nil {
		return export.About{}, fmt.Errorf("read the head of the chain: %w", err)
	}
	about := export.About{
		CasePath: filepath.Base(c.path), Engagement: info.Engagement, MadeAt: c.now(), ToolVersion: version,
		First: info.First, Last: info.Last, Gaps: info.Gaps, Head: head, InCase: info.Events,
	}
	for _, d := range info.Deployments {
		about.Deployments = append(about.Deployments, d.Name)
	}
	return about, nil
}

// eventsWithBreaks reads events, with the words of their breaks. How many stretches without records lie around is not among an
// event's values: it depends on sources that are no part of the export.
func (c *Case) eventsWithBreaks(ctx context.Context, numbers []uint32) ([]audit.Event, error) {
	events, err := c.store.EventsByNumber(ctx, numbers)
	for i := range events {
		e := &events[i]
		for j := range e.Changes {
			weaken(&e.Changes[j], nil, e.Deployment, e.Version, e.Time)
		}
	}
	return events, err
}

// testedFor is what an export says of the tests of completeness. While an import runs they can fail: then it says why.
func (c *Case) testedFor(ctx context.Context, zone string) (tests []audit.CompletenessTest, untested string, err error) {
	res, err := c.Completeness(ctx, zone)
	if e := (*audit.Error)(nil); errors.As(err, &e) && e.Err == nil {
		return nil, e.Message, nil
	}
	return res.Tests, "", err
}

// notedChanges reads changes and says in their notes where a derived value is weak: a sheet has no mark for it.
func (c *Case) notedChanges(ctx context.Context, numbers []uint32) ([]audit.ChangeRow, error) {
	rows, err := c.store.ChangesByNumber(ctx, numbers)
	if err != nil {
		return nil, err
	}
	if err := c.weakenChanges(ctx, rows); err != nil {
		return nil, err
	}
	for i := range rows {
		SayWeak(&rows[i])
	}
	return rows, nil
}

// SayWeak adds to a change's note where a change that the log lacks lies beside it, and over how many stretches without records
// its value before was derived.
func SayWeak(r *audit.ChangeRow) {
	var notes []string
	for _, b := range []*audit.Break{r.BreakBefore, r.BreakAfter} {
		if b != nil {
			notes = append(notes, breakNote(b))
		}
	}
	switch {
	case r.Gaps == 1:
		notes = append(notes, "derived over a stretch without records")
	case r.Gaps > 1:
		notes = append(notes, fmt.Sprintf("derived over %d stretches without records", r.Gaps))
	}
	if r.Note != "" {
		notes = slices.Insert(notes, 0, r.Note)
	}
	r.Note = strings.Join(notes, "; ")
}

// breakNote is a break in words, with how many stretches without records it may lie in.
func breakNote(b *audit.Break) string {
	switch b.Gaps {
	case 0:
		return b.Words
	case 1:
		return b.Words + "; a stretch without records lies in between"
	}
	return fmt.Sprintf("%s; %d stretches without records lie in between", b.Words, b.Gaps)
}

// paged reads a selection page by page.
func paged[T any](ctx context.Context, s *facet.Selection, o audit.Order, read func(context.Context, []uint32) ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		for offset := 0; ; offset += exportPage {
			numbers := s.Numbers(o, offset, exportPage)
			if len(numbers) == 0 {
				return
			}
			rows, err := read(ctx, numbers)
			if err != nil {
				yield(none, err)
				return
			}
			for _, r := range rows {
				if !yield(r, nil) {
					return
				}
			}
		}
	}
}
