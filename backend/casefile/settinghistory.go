package casefile

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/catalog"
	"auditdesk/backend/settings"
)

// SettingsSpan is what the control of dates draws: where writes to settings lie, and where no record does.
type SettingsSpan struct {
	Generation int64        `json:"generation"`
	Begin      *audit.Time  `json:"begin,omitempty"` // of the records received of the deployments under audit
	End        *audit.Time  `json:"end,omitempty"`
	Days       []SettingDay `json:"days"` // those with applied writes
	Gaps       []audit.Gap  `json:"gaps"`
}

// SettingDay is how many applied writes to settings one UTC day has.
type SettingDay struct {
	Start  audit.Time `json:"start"`
	Writes int        `json:"writes"`
}

// SettingsSpan describes the time that the records of the deployments under audit are of.
func (c *Case) SettingsSpan(ctx context.Context) (SettingsSpan, error) {
	out := SettingsSpan{Days: []SettingDay{}, Gaps: []audit.Gap{}}
	index, generation, err := c.settingsIndex(ctx)
	if err != nil {
		return out, err
	}
	out.Generation = generation
	deployments, err := c.scopeDeployments(ctx)
	if err != nil {
		return out, err
	}
	spans, err := c.deploymentSpans(ctx)
	if err != nil {
		return out, err
	}
	days, begin, end := index.Days(deployments)
	out.Begin, out.End = begin, end
	for name, s := range spans {
		if !inScope(deployments, name) {
			continue
		}
		if out.Begin == nil || s.From < *out.Begin {
			out.Begin = &s.From
		}
		if out.End == nil || s.To > *out.End {
			out.End = &s.To
		}
	}
	for _, d := range days {
		out.Days = append(out.Days, SettingDay{d.Start, d.Writes})
	}
	gaps, err := c.knownGaps(ctx)
	if err != nil {
		return out, err
	}
	for _, g := range gaps {
		if inScope(deployments, g.Deployment) {
			out.Gaps = append(out.Gaps, g)
		}
	}
	return out, nil
}

// inScope reports whether a deployment is one of those under audit, of which none means all.
func inScope(deployments []string, name string) bool {
	return len(deployments) == 0 || slices.Contains(deployments, name)
}

// SettingHistoryRequest asks for the writes and attempts of one setting.
type SettingHistoryRequest struct {
	Key    string `json:"key"`
	Offset int    `json:"offset"`
	Limit  int    `json:"limit"`          // at most 500 from the window
	Zone   string `json:"zone,omitempty"` // of the days in sentences; "" is UTC
}

// SettingHistory is all that the log has of one setting, newest first, whatever the period under audit: its writes, and where what it is of
// was deleted, that too.
type SettingHistory struct {
	Generation int64        `json:"generation"`
	Setting    SettingRow   `json:"setting"`         // as of the last record
	Begin      *audit.Time  `json:"begin,omitempty"` // first record received of its deployment
	End        *audit.Time  `json:"end,omitempty"`   // and the last
	Rows       []HistoryRow `json:"rows"`
	Total      int          `json:"total"`
}

// HistoryRow is one write or attempt, or a deletion or creation of what the setting is of.
type HistoryRow struct {
	Event      audit.Ref       `json:"event"`
	Ordinal    int             `json:"ordinal"` // of the change within the event, from 0
	Time       audit.Time      `json:"time"`
	User       string          `json:"user,omitempty"`
	Outcome    audit.Outcome   `json:"outcome,omitempty"`
	Status     *int            `json:"status,omitempty"`
	Old        json.RawMessage `json:"old,omitempty"`
	New        json.RawMessage `json:"new,omitempty"`
	ValueBytes int             `json:"value_bytes,omitempty"` // length of the values, where they are left out for being long
	Words      string          `json:"words"`
	Note       string          `json:"note,omitempty"`
	Basis      audit.Basis     `json:"basis"`
	Kind       audit.Kind      `json:"kind"`
	Applied    bool            `json:"applied"`
	Break      *audit.Break    `json:"break,omitempty"` // between the applied write before and this one
	GapsBefore int             `json:"gaps_before"`     // stretches without records since the write before
	Source     string          `json:"source"`
	Line       int64           `json:"line"`
}

// SettingHistory returns a page of a setting's writes and attempts.
func (c *Case) SettingHistory(ctx context.Context, req SettingHistoryRequest) (SettingHistory, error) {
	out := SettingHistory{Rows: []HistoryRow{}}
	zone, err := Zone(req.Zone)
	if err != nil {
		return out, err
	}
	index, generation, err := c.settingsIndex(ctx)
	if err != nil {
		return out, err
	}
	out.Generation = generation
	i, err := c.settingAt(ctx, index, req.Key)
	if err != nil {
		return out, err
	}
	end, err := c.instant(ctx, "", time.UTC, true, nil)
	if err != nil {
		return out, err
	}
	rows, err := c.settingRows(ctx, settingsAsk{Ask: settings.Ask{At: end}, index: index, zone: zone}, []settings.Row{{Setting: uint32(i), Now: index.At(i, end)}})
	if err != nil {
		return out, err
	}
	out.Setting = rows[0]
	entries := index.History(i)
	out.Total = len(entries)
	to := max(len(entries)-max(req.Offset, 0), 0)
	from := max(to-max(req.Limit, 0), 0)
	said, err := c.stateReader(ctx, index, zone)
	if err != nil {
		return out, err
	}
	if span, ok := said.spans[out.Setting.Deployment]; ok {
		out.Begin, out.End = &span.From, &span.To
	}
	for _, e := range entries[from:to] {
		if e.Write != nil {
			said.wantWrite(e.Write)
		} else {
			said.wantTurn(e.Turn)
		}
	}
	if err := said.load(ctx); err != nil {
		return out, err
	}
	for at := to - 1; at >= from; at-- {
		row := said.historyRow(entries[at])
		if at > 0 {
			row.GapsBefore = between(said.gaps, out.Setting.Deployment, entries[at-1].Time(), row.Time)
		}
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}

// historyRow says an entry that was wanted and loaded.
func (r *stateReader) historyRow(e settings.Entry) HistoryRow {
	if e.Write == nil {
		return r.turnRow(e.Turn)
	}
	w := e.Write
	row := r.rows[w.Change]
	return HistoryRow{
		Event: row.Event, Ordinal: int(w.Ordinal), Time: row.Time, User: row.User, Outcome: row.Outcome, Status: row.Status, Old: row.Old, New: row.New, Words: row.Words, Note: row.Note,
		Basis: row.Basis, Kind: row.Kind, Applied: w.Applied(), Break: row.BreakBefore, Source: r.places[w.Change].Path, Line: r.places[w.Change].Line,
	}
}

func (r *stateReader) turnRow(t *settings.Turn) HistoryRow {
	of := r.turns[t.Event]
	done, tried := "its resource is recorded as created", "creating its resource"
	if t.Deletes {
		done, tried = "its resource is recorded as deleted", "deleting its resource"
	}
	out := HistoryRow{
		Event: of.Event, Time: of.Time, User: of.User, Outcome: audit.OutcomeOf(int(t.Status)), Words: done,
		Basis: audit.BasisNotRecorded, Kind: audit.KindUnrecorded, Applied: t.Applied(), Source: of.Source, Line: of.Line,
	}
	switch {
	case t.Unsure():
		out.Words = "effect unknown: " + tried
	case !t.Applied():
		out.Words = "not applied: " + tried
	}
	if status := int(t.Status); status != audit.NoStatus {
		out.Status = &status
	}
	return out
}

// settingAt finds a setting by its key, if its deployment is under audit.
func (c *Case) settingAt(ctx context.Context, index *settings.Index, key string) (int, error) {
	i, ok := index.Find(key)
	if ok {
		deployments, err := c.scopeDeployments(ctx)
		if err != nil {
			return 0, err
		}
		if inScope(deployments, index.Setting(i).Deployment) {
			return i, nil
		}
	}
	if strings.HasPrefix(key, catalogueKey) {
		return 0, &audit.Error{Message: fmt.Sprintf("no record of %q is in scope", strings.TrimPrefix(key, catalogueKey)), Hint: "a statement can be made of it all the same", Err: audit.ErrNotFound}
	}
	return 0, &audit.Error{Message: fmt.Sprintf("there is no setting with the key %q in scope", key), Hint: "take the key of a row of the settings", Err: audit.ErrNotFound}
}

// maxCandidates is how many settings an error names.
const maxCandidates = 8

// FindSetting returns the key of the setting that a name means: a key itself, or a field in either spelling, or a label of the vendor's
// page. Target and deployment, where given, tell apart those of one name. A documented setting without any record has a key as well.
func (c *Case) FindSetting(ctx context.Context, name, target, deployment string) (string, error) {
	index, _, err := c.settingsIndex(ctx)
	if err != nil {
		return "", err
	}
	if _, ok := index.Find(name); ok {
		return name, nil
	}
	deployments, err := c.scopeDeployments(ctx)
	if err != nil {
		return "", err
	}
	folded := audit.FoldKey(name)
	var keys, labelled []int
	for i := range index.Len() {
		s := index.Setting(i)
		if !inScope(deployments, s.Deployment) || deployment != "" && audit.FoldASCII(deployment) != audit.FoldASCII(s.Deployment) ||
			target != "" && audit.FoldKey(target) != audit.FoldKey(s.Target) {
			continue
		}
		switch {
		case s.Field != "" && index.FoldedField(i) == folded:
			keys = append(keys, i)
		case s.Label != "" && audit.FoldKey(s.Label) == folded:
			labelled = append(labelled, i)
		}
	}
	if len(keys) == 0 {
		keys = labelled
	}
	switch len(keys) {
	case 0:
		return c.findDocumented(name, target)
	case 1:
		return index.Setting(keys[0]).ID, nil
	}
	var list []string
	for _, i := range keys[:min(len(keys), maxCandidates)] {
		s := index.Setting(i)
		list = append(list, fmt.Sprintf("%s of %s %q in %s (key %s)", s.Field, s.Type, s.Target, s.Deployment, s.ID))
	}
	if more := len(keys) - len(list); more > 0 {
		list = append(list, fmt.Sprintf("%d more", more))
	}
	return "", audit.Errorf("name one by --target, --deployment or its key: "+strings.Join(list, "; "), "%q names %d settings", name, len(keys))
}

// findDocumented finds a setting of the vendor's table that the case has no record of.
func (c *Case) findDocumented(name, target string) (string, error) {
	folded := audit.FoldKey(name)
	var found []catalog.Setting
	for _, s := range catalog.Settings() {
		if target != "" && audit.FoldKey(target) != audit.FoldKey(s.Target) {
			continue
		}
		if s.Field != "" && audit.FoldKey(s.Field) == folded || audit.FoldKey(s.Label) == folded || folded == audit.FoldKey(catalogueKey+s.Panel+"/"+s.Label+"/"+s.Field) {
			found = append(found, s)
		}
	}
	switch {
	case strings.HasPrefix(name, catalogueKey) && len(found) != 1:
		return name, nil // says itself what is wrong with it
	case len(found) == 1:
		return catalogueKey + found[0].Panel + "/" + found[0].Label + "/" + found[0].Field, nil
	case len(found) > 1:
		return "", audit.Errorf("name the field", "%q names %d fields of the vendor's table, and the case has no record of any", name, len(found))
	}
	return "", &audit.Error{Message: fmt.Sprintf("there is no setting %q in scope, nor in the vendor's table", name), Hint: "auditdesk settings lists those with a record", Err: audit.ErrNotFound}
}
