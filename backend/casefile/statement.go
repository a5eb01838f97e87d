package casefile

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/catalog"
	"auditdesk/backend/settings"
)

// StatementRequest asks whether a successful write to a setting is logged between two instants, both included.
type StatementRequest struct {
	Key        string `json:"key"`                  // of a row, or catalogue:PANEL/SETTING of a documented setting that has no record
	Deployment string `json:"deployment,omitempty"` // of the latter; "" where there is one
	From       string `json:"from"`
	To         string `json:"to"`
	Zone       string `json:"zone,omitempty"`
}

// Statement is what can be said of it: possible where no such write is logged, and the records received cover the span.
type Statement struct {
	Possible    bool              `json:"possible"`
	Title       string            `json:"title"`
	Text        string            `json:"text"`                // one paragraph
	Stretches   string            `json:"stretches,omitempty"` // a sentence that names the first of Gaps
	Sources     []StatementSource `json:"sources"`
	Gaps        []audit.Gap       `json:"gaps"`   // stretches of the span that no record covers
	Writes      []StatementWrite  `json:"writes"` // logged in the span, the newest 100
	WritesTotal int               `json:"writes_total"`
	Limits      []string          `json:"limits"` // what no audit log holds
	Query       string            `json:"query"`  // opens what it is about among the changes
	Covered     *StatementSpan    `json:"covered,omitempty"`
	From        audit.Time        `json:"from"`
	To          audit.Time        `json:"to"`
}

// StatementSpan is the first and last record of the sources that bear on the span.
type StatementSpan struct {
	From audit.Time `json:"from"`
	To   audit.Time `json:"to"`
}

// StatementSource is a source whose records cover a part of the span.
type StatementSource struct {
	Number int64      `json:"number"`
	Path   string     `json:"path"`
	From   audit.Time `json:"from"` // its first record
	To     audit.Time `json:"to"`
}

// StatementWrite is a write that is logged in the span.
type StatementWrite struct {
	Event audit.Ref  `json:"event"`
	Time  audit.Time `json:"time"`
	User  string     `json:"user,omitempty"`
	Words string     `json:"words"`
}

// maxStatementWrites is how many writes a statement lists, and maxNamed how many things its text names.
const (
	maxStatementWrites = 100
	maxNamed           = 5
)

// subject is what a statement is about: one setting, or a documented one that the case may have no record of.
type subject struct {
	deployment string
	version    audit.Version
	field      string // as logged, or as documented
	label      string
	target     string
	query      audit.Query
	places     []int // in the index, of its writes
	blanks     []int // of writes without content to the same thing
}

// Statement says whether a successful write to a setting is logged between two instants.
func (c *Case) Statement(ctx context.Context, req StatementRequest) (Statement, error) {
	st, _, err := c.statement(ctx, req, paperText)
	return st, err
}

// statement also says what it is about. Its text is of the form.
func (c *Case) statement(ctx context.Context, req StatementRequest, form paperForm) (Statement, *subject, error) {
	st := Statement{Sources: []StatementSource{}, Gaps: []audit.Gap{}, Writes: []StatementWrite{}, Limits: []string{}}
	zone, err := Zone(req.Zone)
	if err != nil {
		return st, nil, err
	}
	if req.From == "" || req.To == "" {
		return st, nil, audit.Errorf("give both its beginning and its end", "a statement needs the span that it is about")
	}
	if st.From, err = c.instant(ctx, req.From, zone, false, nil); err != nil {
		return st, nil, err
	}
	if st.To, err = c.instant(ctx, req.To, zone, true, nil); err != nil {
		return st, nil, err
	}
	if st.From > st.To {
		return st, nil, audit.Errorf("swap the two", "the span begins at %s, after it ends at %s", inZone(st.From, zone), inZone(st.To, zone))
	}
	index, _, err := c.settingsIndex(ctx)
	if err != nil {
		return st, nil, err
	}
	sub, err := c.subject(ctx, index, req)
	if err != nil {
		return st, nil, err
	}
	before := st.To
	if before < audit.MaxTime {
		before++
	}
	sub.query = sub.query.With(audit.Term{Field: audit.FieldAfter, Values: []audit.Value{{Op: audit.OpEqual, Text: st.From.String()}}}).
		With(audit.Term{Field: audit.FieldBefore, Values: []audit.Value{{Op: audit.OpEqual, Text: before.String()}}})
	st.Query = sub.query.String()
	if err := c.cover(ctx, &st, sub); err != nil {
		return st, nil, err
	}
	found, err := c.logged(ctx, index, zone, &st, sub)
	if err != nil {
		return st, nil, err
	}
	st.say(sub, found, zone, form)
	return st, sub, nil
}

// subject finds what a statement is about.
func (c *Case) subject(ctx context.Context, index *settings.Index, req StatementRequest) (*subject, error) {
	name, ok := strings.CutPrefix(req.Key, catalogueKey)
	if ok {
		return c.documented(ctx, index, name, req.Deployment)
	}
	i, err := c.settingAt(ctx, index, req.Key)
	if err != nil {
		return nil, err
	}
	s := index.Setting(i)
	if s.Unseen {
		return c.documented(ctx, index, s.Panel+"/"+s.Label+"/"+s.Field, s.Deployment)
	}
	sub := &subject{deployment: s.Deployment, version: s.Version, field: s.Field, label: s.Label, target: s.Target, places: []int{i}}
	if b := index.Blank(i); b >= 0 {
		sub.blanks = []int{b}
	}
	q := only(audit.FieldDeployment, s.Deployment).With(equal(audit.FieldType, s.Type))
	switch id := index.ResourceID(i); {
	case id != "":
		q = q.With(equal(audit.FieldResourceID, id))
	case s.Target != "":
		q = q.With(equal(audit.FieldTarget, s.Target))
	}
	if s.Field != "" {
		q = q.With(equal(audit.FieldChanged, s.Field))
	} else {
		q = q.With(equal(audit.FieldHas, "unrecorded"))
	}
	sub.query = q
	return sub, nil
}

// catalogueKey begins the key of a documented setting: catalogue:PANEL/SETTING, or with several fields catalogue:PANEL/SETTING/FIELD.
const catalogueKey = "catalogue:"

func (c *Case) documented(ctx context.Context, index *settings.Index, name, deployment string) (*subject, error) {
	var found []catalog.Setting
	for _, s := range catalog.Settings() {
		if folded := audit.FoldKey(name); folded == audit.FoldKey(s.Panel+"/"+s.Label) || folded == audit.FoldKey(s.Panel+"/"+s.Label+"/"+s.Field) {
			found = append(found, s)
		}
	}
	switch {
	case len(found) == 0:
		return nil, audit.Errorf("the vendor's table has Infrastructure/Access URL, for one", "there is no documented setting %q", name)
	case len(found) > 1:
		return nil, audit.Errorf(fmt.Sprintf("name one: %s%s/%s/%s", catalogueKey, found[0].Panel, found[0].Label, found[0].Field), "%q has %d fields", name, len(found))
	}
	s := found[0]
	deployment, err := c.oneDeployment(ctx, deployment)
	if err != nil {
		return nil, err
	}
	sub := &subject{deployment: deployment, version: audit.V1, field: s.Field, label: s.Label, target: s.Target}
	for i := range index.Len() {
		k := index.Setting(i)
		if k.Deployment != deployment || k.Version != audit.V1 {
			continue
		}
		switch {
		case index.Row(i) == s.Row && s.Row != 0:
			sub.places = append(sub.places, i)
		case k.Field == "" && (audit.FoldKey(k.Target) == audit.FoldKey(s.Target) || audit.FoldKey(k.Type) == audit.FoldKey(s.Target) || s.Target == catalog.AnyTarget):
			sub.blanks = append(sub.blanks, i)
		}
	}
	sub.query = only(audit.FieldDeployment, deployment).With(equal(audit.FieldClass, "admin"))
	if s.Field == "" {
		// Coder logs neither field nor value for it: any write without content may be one.
		sub.query = sub.query.With(equal(audit.FieldHas, "unrecorded")).With(equal(audit.FieldTarget, s.Target))
		return sub, nil
	}
	sub.query = sub.query.With(equal(audit.FieldChanged, s.Field))
	return sub, nil
}

// oneDeployment is the deployment that is named, or the only one under audit.
func (c *Case) oneDeployment(ctx context.Context, name string) (string, error) {
	all, err := c.store.Deployments(ctx)
	if err != nil {
		return "", fmt.Errorf("read the deployments: %w", err)
	}
	scope, err := c.scopeDeployments(ctx)
	if err != nil {
		return "", err
	}
	all = slices.DeleteFunc(slices.Clone(all), func(d string) bool { return !inScope(scope, d) })
	for _, d := range all {
		if name != "" && audit.FoldASCII(d) == audit.FoldASCII(name) {
			return d, nil
		}
	}
	switch {
	case name != "":
		return "", audit.Errorf("in scope are: "+strings.Join(all, ", "), "there is no deployment %q in scope", name)
	case len(all) == 1:
		return all[0], nil
	case len(all) == 0:
		return "", audit.Errorf("import its logs first", "the case holds no records")
	}
	return "", audit.Errorf("name one of: "+strings.Join(all, ", "), "%d deployments are in scope, and a statement is about one", len(all))
}

func equal(f audit.Field, text string) audit.Term {
	return audit.Term{Field: f, Values: []audit.Value{{Op: audit.OpEqual, Text: text}}}
}

func only(f audit.Field, text string) audit.Query { return audit.Query{}.With(equal(f, text)) }

// cover finds the sources that hold audit records of the deployment and version, and the stretches of the span that they leave out.
func (c *Case) cover(ctx context.Context, st *Statement, sub *subject) error {
	sources, err := c.knownSources(ctx)
	if err != nil {
		return err
	}
	gaps, err := c.knownGaps(ctx)
	if err != nil {
		return err
	}
	var covers, holes []settings.Span
	for i := range sources {
		s := &sources[i]
		if s.Deployment != sub.deployment || s.First == nil || s.Last == nil || s.State == audit.SourceRepeat || !holdsAudit(s.Form, sub.version) {
			continue
		}
		covers = append(covers, settings.Span{From: *s.First, To: *s.Last})
		if *s.First <= st.To && *s.Last >= st.From {
			st.Sources = append(st.Sources, StatementSource{s.Number, s.Path, *s.First, *s.Last})
			if st.Covered == nil {
				st.Covered = &StatementSpan{*s.First, *s.Last}
			}
			st.Covered.From, st.Covered.To = min(st.Covered.From, *s.First), max(st.Covered.To, *s.Last)
		}
	}
	for _, g := range gaps {
		if g.Deployment == sub.deployment {
			holes = append(holes, settings.Span{From: g.From, To: g.To - 1})
		}
	}
	for _, m := range settings.Missing(settings.Span{From: st.From, To: st.To}, covers, holes) {
		to := m.To
		if to < audit.MaxTime {
			to++
		}
		st.Gaps = append(st.Gaps, audit.Gap{Deployment: sub.deployment, From: m.From, To: to})
	}
	return nil
}

// holdsAudit reports whether a source of a form can hold audit records of a version of Coder.
func holdsAudit(form string, v audit.Version) bool {
	return form == "mixed" || strings.HasPrefix(form, string(v)) && form != string(audit.FormV2Connection)
}

// inSpan is what is logged of a setting in a span.
type inSpan struct {
	applied, unsure, refused, blank int
	lastUnsure                      audit.Time
	before                          *StatementWrite // the last write before the span
	deleted                         *Removal        // of the resource, the last in the span
}

// logged looks for writes in the span.
func (c *Case) logged(ctx context.Context, index *settings.Index, zone *time.Location, st *Statement, sub *subject) (inSpan, error) {
	var found inSpan
	said, err := c.stateReader(ctx, index, zone)
	if err != nil {
		return found, err
	}
	var listed []*settings.Write
	var before *settings.Write
	var deleted *settings.Turn
	for _, i := range sub.places {
		for _, turn := range index.Turns(i) {
			if turn.Deletes && turn.Applied() && turn.Time >= st.From && turn.Time <= st.To && (deleted == nil || turn.Time >= deleted.Time) {
				deleted = &turn
			}
		}
		for w := range upTo(index.Writes(i), st.To) {
			switch {
			case w.Time < st.From:
				if w.Applied() && (before == nil || w.Time >= before.Time) {
					before = w
				}
			case w.Applied():
				found.applied++
				listed = append(listed, w)
			case w.Unsure():
				found.unsure++
				found.lastUnsure = max(found.lastUnsure, w.Time)
			default:
				found.refused++
			}
		}
	}
	for _, i := range sub.blanks {
		for w := range upTo(index.Writes(i), st.To) {
			if w.Time >= st.From && (w.Applied() || w.Unsure()) {
				found.blank++
				listed = append(listed, w)
			}
		}
	}
	slices.SortStableFunc(listed, func(a, b *settings.Write) int { return cmp.Compare(b.Time, a.Time) })
	st.WritesTotal = len(listed)
	listed = listed[:min(len(listed), maxStatementWrites)]
	for _, w := range listed {
		said.wantWrite(w)
	}
	if before != nil {
		said.wantWrite(before)
	}
	if deleted != nil {
		said.wantTurn(deleted)
	}
	if err := said.load(ctx); err != nil {
		return found, err
	}
	write := func(w *settings.Write) StatementWrite {
		row := said.rows[w.Change]
		return StatementWrite{row.Event, row.Time, row.User, row.Words}
	}
	for _, w := range listed {
		st.Writes = append(st.Writes, write(w))
	}
	if before != nil {
		b := write(before)
		found.before = &b
	}
	if deleted != nil {
		found.deleted = said.turns[deleted.Event]
	}
	return found, nil
}

// upTo yields the writes that are not later than an instant.
func upTo(writes []settings.Write, to audit.Time) iter.Seq[*settings.Write] {
	return func(yield func(*settings.Write) bool) {
		for i := range writes {
			if writes[i].Time > to || !yield(&writes[i]) {
				return
			}
		}
	}
}

// What no audit log shows, said with every statement.
const (
	limitOptions  = "Coder v2's server options come from flags, environment and files: no audit record holds them."
	limitSources  = "A source is taken to cover the time from its first to its last record: events that Coder did not log, or that an export left out, can't be seen in it."
	limitContent  = "Coder documents that some settings are logged without field and value."
	limitDatabase = "A change made in the database, past Coder, is not logged."
)

// say puts a statement into words.
func (st *Statement) say(sub *subject, found inSpan, zone *time.Location, form paperForm) {
	field := sub.name(form)
	from, to := inZone(st.From, zone), inZone(st.To, zone)
	var b strings.Builder
	said := func(format string, args ...any) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, format, args...)
	}
	sources := make([]string, 0, maxNamed)
	for i, s := range st.Sources {
		if i == maxNamed {
			sources = append(sources, fmt.Sprintf("%d more", len(st.Sources)-maxNamed))
			break
		}
		sources = append(sources, fmt.Sprintf("%s (#%d)", form.logged(s.Path), s.Number))
	}
	switch {
	case found.applied > 0:
		st.Title = fmt.Sprintf("Writes to %s are logged", field)
		said("%s to %s logged in the records received from %s to %s.", plural(found.applied, "successful write", "successful writes"), field+isAre(found.applied), from, to)
	case sub.field == "":
		st.Title = "Can't be stated: content is not logged"
		said("Writes to %s are logged without field and value, so that none is logged of it can't be stated.", field)
	case found.blank > 0:
		st.Title = fmt.Sprintf("Can't be stated for %s to %s: %s", from, to, field)
		said("No successful write that names %s is logged in the records received from %s to %s, but %s to the same target %s logged without content: whether that changed it is not recorded.", field, from, to,
			plural(found.blank, "write", "writes"), strings.TrimSpace(isAre(found.blank)))
	case len(st.Gaps) > 0:
		st.Title = fmt.Sprintf("Can't be stated for %s to %s: %s", from, to, field)
		said("No successful write to %s is logged, but %s of that time %s no records.", field, plural(len(st.Gaps), "stretch", "stretches"), hasHave(len(st.Gaps)))
	default:
		st.Possible = true
		st.Title = fmt.Sprintf("No logged change of %s", field)
		said("No successful write to %s is logged in the records received from %s to %s.", field, from, to)
	}
	switch len(st.Sources) {
	case 0:
		said("No source holds audit records of Coder %s of that time.", sub.version)
	case 1:
		said("Records of 1 source lie in that time: %s.", sources[0])
	default:
		said("Records of %d sources lie in that time: %s.", len(st.Sources), strings.Join(sources, ", "))
	}
	if n := len(st.Gaps); n > 0 && found.applied+found.blank > 0 {
		said("%s of that time %s no records.", plural(n, "stretch", "stretches"), hasHave(n))
	}
	if found.unsure > 0 {
		said("%s with unknown effect %s logged, the last of %s: the value may have changed.", plural(found.unsure, "attempt", "attempts"), strings.TrimSpace(isAre(found.unsure)), inZone(found.lastUnsure, zone))
	}
	if found.refused > 0 {
		said("%s that %s denied or failed %s logged, and not applied.", plural(found.refused, "attempt", "attempts"), wasWere(found.refused), strings.TrimSpace(isAre(found.refused)))
	}
	if d := found.deleted; d != nil {
		said("Its resource is recorded as deleted at %s (event %s).", inZone(d.Time, zone), d.Event)
	}
	if found.before != nil && found.applied == 0 {
		said("The last write logged before is that of event %s at %s: %s.", found.before.Event, inZone(found.before.Time, zone), form.logged(found.before.Words))
	}
	said("%s", sub.where(form))
	st.Text = b.String()
	st.Stretches = stretchesWithout(st.Gaps, zone)
	st.Limits = append(st.Limits, limitSources)
	if sub.version == audit.V2 {
		st.Limits = append(st.Limits, limitOptions)
	} else {
		st.Limits = append(st.Limits, limitContent, limitOptions)
	}
	st.Limits = append(st.Limits, limitDatabase)
}

// stretchesWithout names the first stretches without records, "" for none.
func stretchesWithout(gaps []audit.Gap, zone *time.Location) string {
	if len(gaps) == 0 {
		return ""
	}
	var named []string
	for _, g := range gaps[:min(len(gaps), maxNamed)] {
		named = append(named, inZone(g.From, zone)+" to "+inZone(g.To-1, zone))
	}
	if more := len(gaps) - len(named); more > 0 {
		named = append(named, fmt.Sprintf("and %d more", more))
	}
	return "Without records: " + strings.Join(named, "; ") + "."
}

// name is the logged field.
func (s *subject) name(form paperForm) string {
	switch {
	case s.field != "":
		return form.quoted(s.field)
	case s.label != "":
		return s.label
	}
	return "a field that is not recorded"
}

// where says what the field is of.
func (s *subject) where(form paperForm) string {
	text := "It is of"
	if s.target != "" && s.target != catalog.AnyTarget {
		text = "Its target is " + form.logged(s.target) + ", of"
	}
	text += " deployment " + form.logged(s.deployment) + ", Coder " + string(s.version)
	if s.label != "" {
		text += "; the vendor's page names it " + s.label
	}
	return text + "."
}

func isAre(n int) string {
	if n == 1 {
		return " is"
	}
	return " are"
}

func hasHave(n int) string {
	if n == 1 {
		return "has"
	}
	return "have"
}

func wasWere(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

// inZone writes an instant of a zone to the second, and with all its digits where it has more, but for the last moment of a second. Where
// the zone's clock shows the same time twice, the offset tells which one is meant.
func inZone(t audit.Time, zone *time.Location) string {
	std := t.Std().In(zone)
	layout := "2006-01-02 15:04:05"
	if n := std.Nanosecond(); n != 0 && n != 999_999_999 {
		layout += ".999999999"
	}
	text := std.Format(layout) + " " + zone.String()
	if shownTwice(std) {
		text += std.Format(" (-07:00)")
	}
	return text
}

// shownTwice reports whether the clock of t's zone shows the same time again, or did before, as it is put back.
func shownTwice(t time.Time) bool {
	start, end := t.ZoneBounds()
	_, now := t.Zone()
	if !end.IsZero() {
		if _, next := end.Zone(); end.Sub(t) <= time.Duration(now-next)*time.Second {
			return true
		}
	}
	if start.IsZero() {
		return false
	}
	_, last := start.Add(-1).Zone()
	return t.Sub(start) < time.Duration(last-now)*time.Second
}
