package casefile

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/catalog"
	"auditdesk/backend/export"
	"auditdesk/backend/settings"
)

// SettingsRequest asks for the admin settings as of an instant, or of two. An instant is RFC 3339, or a day or a time of the zone;
// a day stands for its last moment, and for its first in From.
type SettingsRequest struct {
	At         string `json:"at"`             // "" is the end of the period under audit, else the last record
	From       string `json:"from,omitempty"` // the first of two instants
	Search     string `json:"search,omitempty"`
	OnlyDiffer bool   `json:"only_differ,omitempty"` // with From: what differs, or is not known at one of them
	Unseen     bool   `json:"unseen,omitempty"`      // also documented settings of Coder v1 without any record in their deployment
	Zone       string `json:"zone,omitempty"`        // IANA name; "" is UTC
}

// SettingsResult counts the settings that a request is about. It belongs to one state of the case.
type SettingsResult struct {
	At             audit.Time     `json:"at"`
	From           *audit.Time    `json:"from,omitempty"`
	Generation     int64          `json:"generation"`
	Total          int            `json:"total"`
	Documented     int            `json:"documented"`      // settings of the vendor's table that have a field
	DocumentedSeen int            `json:"documented_seen"` // those with a record
	MoreSeen       int            `json:"more_seen"`       // fields with a record that the table lacks
	Differ         int            `json:"differ"`
	Unknown        int            `json:"unknown"` // whose value is not known, at one of the instants
	Writes         int            `json:"writes"`  // applied, in (from, at], or up to at
	Panels         []SettingPanel `json:"panels"`
	Attempts       Attempts       `json:"attempts"`
}

// SettingPanel is a run of rows of one panel, deployment and version.
type SettingPanel struct {
	Panel      string        `json:"panel"`
	Deployment string        `json:"deployment"`
	Version    audit.Version `json:"version"`
	Settings   int           `json:"settings"`
	Fields     int           `json:"fields"` // distinct ones
	Differ     int           `json:"differ"`
	Unknown    int           `json:"unknown"`
	First      int           `json:"first"` // offset of its first row
}

// Attempts are writes that were denied, failed, or have an unknown effect. None of them moves a value.
type Attempts struct {
	Total int       `json:"total"`
	Rows  []Attempt `json:"rows"` // the newest 100
}

// Attempt is one of them.
type Attempt struct {
	Deployment string        `json:"deployment"` // in which the ref names the event
	Event      audit.Ref     `json:"event"`
	Time       audit.Time    `json:"time"`
	User       string        `json:"user,omitempty"`
	Field      string        `json:"field"`
	Setting    string        `json:"setting,omitempty"`
	Target     string        `json:"target,omitempty"`
	Status     int           `json:"status"`
	Outcome    audit.Outcome `json:"outcome"`
	Words      string        `json:"words"`
	Key        string        `json:"key"` // of the setting
}

// SettingRowsRequest asks for a page of rows.
type SettingRowsRequest struct {
	SettingsRequest
	Offset int `json:"offset"`
	Limit  int `json:"limit"` // at most 500 from the window
}

// SettingRows is a page of settings.
type SettingRows struct {
	Generation int64        `json:"generation"`
	Rows       []SettingRow `json:"rows"`
}

// SettingRow is one setting with what is known of it.
type SettingRow struct {
	Key        string        `json:"key"` // names it in other requests; the same as long as there is the case
	Deployment string        `json:"deployment"`
	Version    audit.Version `json:"version"`
	Panel      string        `json:"panel"`
	Setting    string        `json:"setting"` // the panel's label, a gloss on Field
	Field      string        `json:"field"`   // as logged; "" for writes without content
	Type       string        `json:"resource_type"`
	Target     string        `json:"target"`
	Kind       audit.Kind    `json:"kind"`
	Documented bool          `json:"documented"`
	Unseen     bool          `json:"unseen,omitempty"` // documented, and without any record in the deployment
	Note       string        `json:"note,omitempty"`
	Then       *SettingState `json:"then,omitempty"`
	Now        SettingState  `json:"now"`
	Differs    string        `json:"differs,omitempty"` // "yes", "no" or "unknown"; of a secret: whether a write of it lies between
}

// SettingState is what the log says of a setting at an instant.
type SettingState struct {
	// Known is "logged" (the last applied write holds the value), "earlier" (no write before; the first one after says what was before
	// it), "secret" (written, its value never logged), "not recorded" (the last write has no content), "removed" (what it is a setting of
	// is recorded as deleted since; the value is the one until then) or "unknown".
	Known       string          `json:"known"`
	Value       json.RawMessage `json:"value,omitempty"`        // as logged; absent for secrets, and for zero values that v2 leaves out
	ValueBytes  int             `json:"value_bytes,omitempty"`  // its length, where it is left out for being long
	SecretState string          `json:"secret_state,omitempty"` // of a secret: "set", "empty" or "unknown"
	Words       string          `json:"words"`
	Basis       audit.Basis     `json:"basis,omitempty"` // logged; derived where it is known backwards; not recorded
	Event       audit.Ref       `json:"event,omitempty"` // that it rests on
	Time        *audit.Time     `json:"time,omitempty"`  // of that event
	User        string          `json:"user,omitempty"`  // who is recorded with it
	Source      string          `json:"source,omitempty"`
	Line        int64           `json:"line,omitempty"`
	Gaps        int             `json:"gaps"`               // stretches without records between that event and the instant
	Weakened    string          `json:"weakened,omitempty"` // why the value may be another by then, in words
	Removed     *Removal        `json:"removed,omitempty"`
}

// Removal is the deletion of what a setting is of, and what was known of the setting until then.
type Removal struct {
	Event    audit.Ref  `json:"event"`
	Time     audit.Time `json:"time"`
	User     string     `json:"user,omitempty"`
	Source   string     `json:"source"`
	Line     int64      `json:"line"`
	Known    string     `json:"known"`
	Words    string     `json:"words"`
	Gaps     int        `json:"gaps"` // stretches without records until the deletion
	Weakened string     `json:"weakened,omitempty"`
}

// settingsAsk is a request understood.
type settingsAsk struct {
	settings.Ask
	index      *settings.Index
	generation int64
	zone       *time.Location
}

// Settings counts the admin settings as of an instant, or between two. The state comes of all records received of the deployments under
// audit, also of those before the period: what opens it was set before.
func (c *Case) Settings(ctx context.Context, req SettingsRequest) (SettingsResult, error) {
	ask, answer, err := c.settingsAnswer(ctx, req)
	if err != nil {
		return SettingsResult{}, err
	}
	out := SettingsResult{
		At: ask.At, From: ask.From, Generation: ask.generation, Total: len(answer.Rows), Documented: documentedFields(), DocumentedSeen: answer.Seen,
		MoreSeen: answer.More, Differ: answer.Differ, Unknown: answer.Unknown, Writes: answer.Writes, Panels: []SettingPanel{},
		Attempts: Attempts{Total: answer.Attempts, Rows: []Attempt{}},
	}
	for _, p := range answer.Panels {
		out.Panels = append(out.Panels, SettingPanel{p.Panel, p.Deployment, p.Version, p.Rows, p.Fields, p.Differ, p.Unknown, p.First})
	}
	changes := make([]uint32, len(answer.Newest))
	for i, at := range answer.Newest {
		changes[i] = ask.index.Write(at).Change
	}
	rows, err := c.store.ChangesByNumber(ctx, changes)
	if err != nil {
		return out, fmt.Errorf("read the attempts: %w", err)
	}
	for i, r := range rows {
		a := Attempt{Deployment: r.Deployment, Event: r.Event, Time: r.Time, User: r.User, Field: r.Field, Setting: r.Setting, Target: r.Target, Status: audit.NoStatus, Outcome: r.Outcome, Words: r.Words}
		a.Key = ask.index.Setting(ask.index.SettingOf(answer.Newest[i])).ID
		if r.Status != nil {
			a.Status = *r.Status
		}
		out.Attempts.Rows = append(out.Attempts.Rows, a)
	}
	return out, nil
}

func documentedFields() (n int) {
	for _, s := range catalog.Settings() {
		if s.Field != "" {
			n++
		}
	}
	return n
}

// SettingRows returns a page of the settings that a request is about, in the order of the result's panels.
func (c *Case) SettingRows(ctx context.Context, req SettingRowsRequest) (SettingRows, error) {
	ask, answer, err := c.settingsAnswer(ctx, req.SettingsRequest)
	if err != nil {
		return SettingRows{}, err
	}
	from := min(max(req.Offset, 0), len(answer.Rows))
	page := answer.Rows[from:min(from+max(req.Limit, 0), len(answer.Rows))]
	rows, err := c.settingRows(ctx, ask, page)
	return SettingRows{Generation: ask.generation, Rows: nonNil(rows)}, err
}

// settingsAnswer finds the settings that a request is about. The last answer is kept: pages of it follow one another.
func (c *Case) settingsAnswer(ctx context.Context, req SettingsRequest) (settingsAsk, *settings.Answer, error) {
	var ask settingsAsk
	var err error
	if ask.zone, err = Zone(req.Zone); err != nil {
		return ask, nil, err
	}
	scope, err := c.scope(ctx)
	if err != nil {
		return ask, nil, err
	}
	if ask.Deployments, err = c.scopeDeployments(ctx); err != nil {
		return ask, nil, err
	}
	if ask.index, ask.generation, err = c.settingsIndex(ctx); err != nil {
		return ask, nil, err
	}
	if ask.At, err = c.instant(ctx, req.At, ask.zone, true, scope.Span.To); err != nil {
		return ask, nil, err
	}
	if req.From != "" {
		from, err := c.instant(ctx, req.From, ask.zone, false, nil)
		if err != nil {
			return ask, nil, err
		}
		if from > ask.At {
			return ask, nil, audit.Errorf("swap the two", "the first instant, %s, lies after the second, %s", inZone(from, ask.zone), inZone(ask.At, ask.zone))
		}
		ask.From = &from
	}
	ask.Search, ask.OnlyDiffer, ask.Unseen = req.Search, req.OnlyDiffer, req.Unseen
	return ask, c.lastAnswer.of(ask), nil
}

// scopeDeployments are the deployments under audit, nil for all.
func (c *Case) scopeDeployments(ctx context.Context) ([]string, error) {
	e, err := c.store.Engagement(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the engagement: %w", err)
	}
	return e.Deployments, nil
}

// instant reads an instant. A day is its last moment, or its first. "" is the last moment before end, else of the records received.
func (c *Case) instant(ctx context.Context, text string, zone *time.Location, last bool, end *audit.Time) (audit.Time, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		if end != nil {
			return *end - 1, nil
		}
		spans, err := c.deploymentSpans(ctx)
		if err != nil {
			return 0, err
		}
		deployments, err := c.scopeDeployments(ctx)
		if err != nil {
			return 0, err
		}
		var at *audit.Time
		for name, s := range spans {
			if inScope(deployments, name) && (at == nil || s.To > *at) {
				at = &s.To
			}
		}
		if at == nil {
			return 0, nil // nothing is known of any time
		}
		return *at, nil
	}
	if day, err := time.ParseInLocation(time.DateOnly, text, zone); err == nil {
		if last {
			day = day.AddDate(0, 0, 1)
		}
		t, err := audit.TimeOf(day)
		if err == nil {
			if last {
				t--
			}
			return t, nil
		}
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04"} {
		if std, err := time.ParseInLocation(layout, text, zone); err == nil {
			if t, err := audit.TimeOf(std); err == nil {
				return t, nil
			}
		}
	}
	return 0, audit.Errorf("write a day such as 2026-06-30, or an instant such as 2026-06-30T23:59:00Z", "%q is no time", text)
}

// settingRows reads what rows say.
func (c *Case) settingRows(ctx context.Context, ask settingsAsk, page []settings.Row) ([]SettingRow, error) {
	said, err := c.stateReader(ctx, ask.index, ask.zone)
	if err != nil {
		return nil, err
	}
	for _, r := range page {
		said.want(r.Now)
		if ask.From != nil {
			said.want(r.Then)
		}
	}
	if err := said.load(ctx); err != nil {
		return nil, err
	}
	out := make([]SettingRow, 0, len(page))
	for _, r := range page {
		row := settingRow(ask.index.Setting(int(r.Setting)))
		row.Now = said.state(int(r.Setting), r.Now, ask.At)
		if ask.From != nil {
			then := said.state(int(r.Setting), r.Then, *ask.From)
			row.Then = &then
			row.Differs = differsWords(r.Differs)
		}
		out = append(out, row)
	}
	return out, nil
}

func settingRow(s *settings.Setting) SettingRow {
	row := SettingRow{
		Key: s.ID, Deployment: s.Deployment, Version: s.Version, Panel: s.Panel, Setting: s.Label, Field: s.Field, Type: s.Type, Target: s.Target,
		Kind: s.Kind, Documented: s.Documented, Unseen: s.Unseen, Note: s.Note,
	}
	if s.Field == "" {
		row.Note = "writes without a field and without values: that something was changed is recorded, what was not"
		if at, ok := catalog.Unlogged(s.Target, s.Type); ok && s.Version == audit.V1 {
			row.Note += "; possibly " + at.Label + ", the one setting documented to log no field and no value"
		}
	} else if s.Version == audit.V1 && !s.Documented {
		row.Note = "not in the catalogue"
	}
	return row
}

func differsWords(d settings.Difference) string {
	switch d {
	case settings.Same:
		return "no"
	case settings.Differs:
		return "yes"
	}
	return "unknown"
}

// Exported is the row as exports write it.
func (r *SettingRow) Exported() export.Setting {
	side := func(s *SettingState) export.SettingSide {
		out := export.SettingSide{Value: s.Value, Words: s.Words, Basis: s.Basis, Time: s.Time, User: s.User, Event: s.Event, Weakened: s.Weakened}
		if s.Removed != nil {
			out.Value = nil // in its place stands that it is no longer in force
		}
		return out
	}
	out := export.Setting{
		Deployment: r.Deployment, Version: r.Version, Panel: r.Panel, Label: r.Setting, Field: r.Field, Type: r.Type, Target: r.Target, Kind: r.Kind, Note: r.Note,
		Now: side(&r.Now), Differs: r.Differs,
	}
	if r.Then != nil {
		out.Then = side(r.Then)
	}
	return out
}

// maxValue is how long a value of a row for the window may be: answers shall stay under about 1 MB.
const maxValue = 1 << 10

// Shorten leaves out long values. Words hold their beginning, and their event all of them.
func (r *SettingRows) Shorten() {
	for i := range r.Rows {
		r.Rows[i].Now.shorten()
		if r.Rows[i].Then != nil {
			r.Rows[i].Then.shorten()
		}
	}
}

func (s *SettingState) shorten() {
	if len(s.Value) > maxValue {
		s.Value, s.ValueBytes = nil, len(s.Value)
	}
}

// Shorten leaves out long values.
func (h *SettingHistory) Shorten() {
	h.Setting.Now.shorten()
	for i := range h.Rows {
		r := &h.Rows[i]
		if n := len(r.Old) + len(r.New); n > 2*maxValue {
			r.Old, r.New, r.ValueBytes = nil, nil, n
		}
		if b := r.Break; b != nil && len(b.ValueThen)+len(b.OldLogged) > 2*maxValue {
			b.ValueThen, b.OldLogged = nil, nil
		}
	}
}

// periodEnds asks for the settings at both ends of the period under audit; where it is open, at the first or last record in scope.
func (c *Case) periodEnds(ctx context.Context, period audit.Span) (SettingsRequest, error) {
	to, err := c.instant(ctx, "", time.UTC, true, period.To)
	if err != nil {
		return SettingsRequest{}, err
	}
	from := to
	if period.From != nil {
		from = *period.From
	} else {
		span, err := c.SettingsSpan(ctx)
		if err != nil {
			return SettingsRequest{}, err
		}
		if span.Begin != nil {
			from = *span.Begin
		}
	}
	return SettingsRequest{From: min(from, to).String(), At: to.String()}, nil
}

// exportedSettings yields rows as exports write them, read page by page.
func (c *Case) exportedSettings(ctx context.Context, ask settingsAsk, all []settings.Row) iter.Seq2[export.Setting, error] {
	return func(yield func(export.Setting, error) bool) {
		for page := range slices.Chunk(all, exportPage) {
			rows, err := c.settingRows(ctx, ask, page)
			if err != nil {
				yield(export.Setting{}, err)
				return
			}
			for i := range rows {
				if !yield(rows[i].Exported(), nil) {
					return
				}
			}
		}
	}
}
