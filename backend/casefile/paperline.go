package casefile

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/diff"
	"auditdesk/backend/mask"
	"auditdesk/backend/settings"
)

// PaperLineRequest asks for a line for a working paper.
type PaperLineRequest struct {
	Of         string `json:"of"`     // change, setting or statement
	Format     string `json:"format"` // text, markdown, or row: cells parted by tabs
	Event      string `json:"event,omitempty"`
	Ordinal    int    `json:"ordinal,omitempty"` // of the change within the event, from 0
	Key        string `json:"key,omitempty"`
	Deployment string `json:"deployment,omitempty"`
	At         string `json:"at,omitempty"`
	From       string `json:"from,omitempty"`
	To         string `json:"to,omitempty"`
	Zone       string `json:"zone,omitempty"`
}

// PaperLine says a change, a setting at an instant (or at two), or a statement as a line for a working paper: what is recorded, by which
// event, in which file and line, how to find it again, and what weakens it. Texts of a log stand in it with nothing invisible; in
// Markdown they are code, never markup; in a row none begins a formula.
func (c *Case) PaperLine(ctx context.Context, req PaperLineRequest) (string, error) {
	form, err := paperFormOf(req.Format)
	if err != nil {
		return "", err
	}
	zone, err := Zone(req.Zone)
	if err != nil {
		return "", err
	}
	switch req.Of {
	case "change":
		return c.changeLine(ctx, req, form, zone)
	case "setting":
		return c.settingLine(ctx, req, form, zone)
	case "statement":
		return c.statementLine(ctx, req, form)
	}
	return "", audit.Errorf("ask for a change, a setting or a statement", "there is no line of %q", req.Of)
}

// paperForm is how a line is written.
type paperForm string

const (
	paperText     paperForm = "text"
	paperMarkdown paperForm = "markdown"
	paperRow      paperForm = "row"
)

func paperFormOf(format string) (paperForm, error) {
	switch form := paperForm(format); form {
	case paperText, paperMarkdown, paperRow:
		return form, nil
	}
	return "", audit.Errorf("ask for text, markdown or row", "there is no form %q of a line", format)
}

// logged writes a text of a log.
func (f paperForm) logged(s string) string {
	s = mask.Visible(s)
	if f != paperMarkdown {
		return s
	}
	return code(s)
}

// code is a text as a span of code: its fence is longer than any run of backquotes in it.
func code(s string) string {
	longest, run := 0, 0
	for _, r := range s {
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	if s == "" || strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") || strings.HasPrefix(s, " ") && strings.HasSuffix(s, " ") {
		s = " " + s + " "
	}
	return fence + s + fence
}

// quoted is logged, between backquotes in plain text too: names of fields, values.
func (f paperForm) quoted(s string) string {
	if f == paperMarkdown {
		return f.logged(s)
	}
	return "`" + f.logged(s) + "`"
}

// row joins cells by tabs. A cell that a spreadsheet would take for a formula gets an apostrophe, as in CSV.
func row(cells ...string) string {
	for i, c := range cells {
		c = mask.Visible(c)
		if c != "" && strings.ContainsRune("=+-@", rune(c[0])) {
			c = "'" + c
		}
		cells[i] = c
	}
	return strings.Join(cells, "\t")
}

// ChangeLines says a page of changes, each as a line for a working paper.
func (c *Case) ChangeLines(ctx context.Context, req RowsRequest, format string) ([]string, error) {
	form, err := paperFormOf(format)
	if err != nil {
		return nil, err
	}
	zone, err := Zone(req.Zone)
	if err != nil {
		return nil, err
	}
	_, numbers, rows, err := c.changePage(ctx, req)
	if err != nil {
		return nil, err
	}
	places, err := c.store.ChangePositions(ctx, numbers)
	if err != nil {
		return nil, fmt.Errorf("read where the changes stand: %w", err)
	}
	lines := make([]string, len(rows))
	for i := range rows {
		lines[i] = changeWords(&rows[i], places[i], form, zone)
	}
	return lines, nil
}

func (c *Case) changeLine(ctx context.Context, req PaperLineRequest, form paperForm, zone *time.Location) (string, error) {
	detail, err := c.Event(ctx, req.Event)
	if err != nil {
		return "", err
	}
	e := &detail.Event
	if req.Ordinal < 0 || req.Ordinal >= len(e.Changes) {
		return "", audit.Errorf("count the changes of the event from 0", "event %s has %s, none with number %d", e.Ref, plural(len(e.Changes), "change", "changes"), req.Ordinal)
	}
	row := audit.ChangeRow{
		Event: e.Ref, Time: e.Time, User: detail.Person, Action: e.Action, Target: e.ResourceTarget, Type: e.ResourceType, Deployment: e.Deployment, Version: e.Version,
		Change: e.Changes[req.Ordinal],
	}
	row.Outcome = e.Outcome()
	if e.Status != audit.NoStatus {
		row.Status = &e.Status
	}
	var place audit.Position
	if len(e.Sources) > 0 {
		place = e.Sources[0]
	}
	return changeWords(&row, place, form, zone), nil
}

// valueBefore says how the value before a change is known.
func valueBefore(r *audit.ChangeRow) string {
	switch {
	case r.From != "":
		return "derived from event " + string(r.From)
	case r.Basis == audit.BasisNotRecorded, r.Secret && r.SecretWas == audit.SecretUnknown, !r.Secret && r.Old == nil && r.Version == audit.V1:
		return string(audit.BasisNotRecorded)
	}
	return string(audit.BasisLogged)
}

// changeWords says a change that stands at a place.
func changeWords(r *audit.ChangeRow, place audit.Position, form paperForm, zone *time.Location) string {
	query := only(audit.FieldRef, string(r.Event)).With(equal(audit.FieldDeployment, r.Deployment)).String()
	basis := valueBefore(r)
	status := "no status recorded"
	if r.Status != nil {
		status = "status " + strconv.Itoa(*r.Status)
	}
	var breaks []string
	if b := r.BreakBefore; b != nil {
		breaks = append(breaks, "before it, "+b.Words)
	}
	if b := r.BreakAfter; b != nil {
		breaks = append(breaks, "after it, "+b.Words)
	}
	if form == paperRow {
		return row(r.Time.String(), r.User, r.Action, r.Target, r.Type, r.Deployment, r.Panel, r.Setting, r.Field, r.Words, basis, strconv.Itoa(r.Gaps),
			diff.OutcomeWords(r.Outcome), status, string(r.Event), place.Path, strconv.FormatInt(place.Line, 10), query, r.Note, strings.Join(breaks, "; "))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: ", inZone(r.Time, zone))
	verb := "is recorded as changing"
	if o := r.Outcome; o == audit.OutcomeDenied || o == audit.OutcomeFailed || o == audit.OutcomeUnknown {
		verb = "is recorded with an unsuccessful attempt at changing"
	}
	fmt.Fprintf(&b, "%s %s %s", accountWords(form, r.User), verb, fieldName(form, r.Field, r.Setting))
	if r.Target != "" {
		fmt.Fprintf(&b, " of %s", form.logged(r.Target))
	}
	fmt.Fprintf(&b, " (deployment %s): %s. Outcome: %s, %s. Value before: %s", form.logged(r.Deployment), form.logged(r.Words), diff.OutcomeWords(r.Outcome), status, basis)
	if r.Gaps > 0 {
		fmt.Fprintf(&b, ", with %s without records in between", plural(r.Gaps, "stretch", "stretches"))
	}
	b.WriteByte('.')
	if r.Note != "" {
		fmt.Fprintf(&b, " Note: %s.", form.logged(r.Note))
	}
	for _, words := range breaks {
		fmt.Fprintf(&b, " Continuity: %s.", form.logged(words))
	}
	fmt.Fprintf(&b, " Event %s, %s line %d. Query: %s", r.Event, form.logged(place.Path), place.Line, form.quoted(query))
	return b.String()
}

// fieldName is the field as logged, with the vendor's label as a gloss.
func fieldName(form paperForm, field, label string) string {
	name := "a field that is not recorded"
	if field != "" {
		name = form.quoted(field)
	}
	if label != "" {
		name += " (" + label + ")"
	}
	return name
}

func (c *Case) settingLine(ctx context.Context, req PaperLineRequest, form paperForm, zone *time.Location) (string, error) {
	ask, _, err := c.settingsAnswer(ctx, SettingsRequest{At: req.At, From: req.From, Zone: req.Zone})
	if err != nil {
		return "", err
	}
	i, err := c.settingAt(ctx, ask.index, req.Key)
	if err != nil {
		return "", err
	}
	page := settings.Row{Setting: uint32(i), Now: ask.index.At(i, ask.At)}
	if ask.From != nil {
		page.Then = ask.index.At(i, *ask.From)
	}
	rows, err := c.settingRows(ctx, ask, []settings.Row{page})
	if err != nil {
		return "", err
	}
	r := rows[0]
	sub, err := c.subject(ctx, ask.index, StatementRequest{Key: req.Key})
	if err != nil {
		return "", err
	}
	query := sub.query.String()
	if form == paperRow {
		cells := []string{r.Deployment, string(r.Version), r.Panel, r.Setting, r.Field, r.Target}
		if r.Then != nil {
			cells = append(cells, stateCells(*ask.From, r.Then)...)
		}
		return row(append(append(cells, stateCells(ask.At, &r.Now)...), query, r.Note)...), nil
	}
	var b strings.Builder
	what := fieldName(form, r.Field, r.Setting)
	if r.Target != "" {
		what += " of " + form.logged(r.Target)
	}
	what += " (deployment " + form.logged(r.Deployment) + ")"
	if r.Then != nil {
		fmt.Fprintf(&b, "As of %s, %s %s. ", inZone(*ask.From, zone), what, stateSentence(form, r.Then, zone))
		what = "it"
	}
	fmt.Fprintf(&b, "As of %s, %s %s.", inZone(ask.At, zone), what, stateSentence(form, &r.Now, zone))
	if r.Note != "" {
		fmt.Fprintf(&b, " Note: %s.", r.Note)
	}
	fmt.Fprintf(&b, " Query: %s", form.quoted(query))
	return b.String(), nil
}

func stateCells(at audit.Time, s *SettingState) []string {
	last := ""
	if s.Time != nil {
		last = s.Time.String()
	}
	return []string{at.String(), s.Words, string(s.Basis), last, s.User, string(s.Event), s.Source, strconv.FormatInt(s.Line, 10), strconv.Itoa(s.Gaps), s.Weakened}
}

// stateSentence goes on after "as of …, the field".
func stateSentence(form paperForm, s *SettingState, zone *time.Location) string {
	if s.Known == "unknown" {
		text := "is unknown: no record received says what it was before its first event"
		if s.Words != wordsBeforeFirst {
			text = "is " + s.Words
		}
		if s.Weakened != "" {
			text += "; " + s.Weakened
		}
		return text
	}
	if del := s.Removed; del != nil {
		until := *s
		until.Known, until.Words, until.Gaps, until.Weakened, until.Removed = del.Known, del.Words, del.Gaps, del.Weakened, nil
		text := fmt.Sprintf("is no longer in force: its resource is recorded as deleted with %s at %s (event %s, %s line %d); %s", accountWords(form, del.User), inZone(del.Time, zone), del.Event,
			form.logged(del.Source), del.Line, stretches(s.Gaps))
		return text + beside(s.Weakened, "recorded as deleted ") + "; until then it " + stateSentence(form, &until, zone)
	}
	said := map[string]string{
		"logged": "was last logged as ", "earlier": "was, by what a later record logs as the value before it, ", "secret": "is a secret that was last logged as ",
		"not recorded": "was last logged as ",
	}[s.Known]
	text := fmt.Sprintf("%s%s, recorded with %s at %s (event %s, %s line %d); basis: %s; %s", said, form.quoted(s.Words), accountWords(form, s.User), inZone(*s.Time, zone), s.Event,
		form.logged(s.Source), s.Line, s.Basis, stretches(s.Gaps))
	return text + beside(s.Weakened, "last logged ")
}

// beside is what weakens a state but for when it was logged, and the gaps, which are said already.
func beside(weakened, logged string) string {
	text := ""
	for why := range strings.SplitSeq(weakened, "; ") {
		if why != "" && !strings.HasPrefix(why, logged) && !strings.Contains(why, " gap") {
			text += "; " + why
		}
	}
	return text
}

// accountWords names who is recorded with an event.
func accountWords(form paperForm, user string) string {
	if user == "" {
		return "an account that the record does not name"
	}
	return form.logged(user)
}

func stretches(n int) string {
	if n == 0 {
		return "no known stretch without records in between"
	}
	return plural(n, "stretch", "stretches") + " without records in between"
}

func (c *Case) statementLine(ctx context.Context, req PaperLineRequest, form paperForm) (string, error) {
	st, sub, err := c.statement(ctx, StatementRequest{Key: req.Key, Deployment: req.Deployment, From: req.From, To: req.To, Zone: req.Zone}, form)
	if err != nil {
		return "", err
	}
	said := "not possible"
	if st.Possible {
		said = "possible"
	}
	if form == paperRow {
		return row(sub.deployment, sub.field, sub.target, st.From.String(), st.To.String(), said, joined(st.Text, st.Stretches), strings.Join(st.Limits, " "), st.Query), nil
	}
	return joined(st.Text, st.Stretches, strings.Join(st.Limits, " ")) + " Query: " + form.quoted(st.Query), nil
}

// joined puts sentences into one paragraph.
func joined(sentences ...string) string {
	return strings.Join(slices.DeleteFunc(sentences, func(s string) bool { return s == "" }), " ")
}
