package casefile

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/diff"
	"auditdesk/backend/mask"
	"auditdesk/backend/settings"
)

// answerCache keeps the last answer about settings. The zero value is empty.
type answerCache struct {
	mu     sync.Mutex
	ask    settingsAsk
	answer *settings.Answer
}

func (a *answerCache) of(ask settingsAsk) *settings.Answer {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.answer == nil || !sameAsk(a.ask, ask) {
		answer := ask.index.Answer(ask.Ask)
		a.ask, a.answer = ask, &answer
	}
	return a.answer
}

func sameAsk(a, b settingsAsk) bool {
	return a.index == b.index && a.At == b.At && (a.From == nil) == (b.From == nil) && (a.From == nil || *a.From == *b.From) && a.Search == b.Search && a.Unseen == b.Unseen &&
		a.OnlyDiffer == b.OnlyDiffer && slices.Equal(a.Deployments, b.Deployments)
}

// stateReader reads the writes that states rest on, many at once, and says the states.
type stateReader struct {
	c      *Case
	index  *settings.Index
	zone   *time.Location // of the days in sentences
	gaps   []audit.Gap
	spans  map[string]audit.Gap
	wanted []uint32 // changes
	rows   map[uint32]audit.ChangeRow
	places map[uint32]audit.Position // of the record that holds the change
	turns  map[uint32]*Removal       // by event
}

func (c *Case) stateReader(ctx context.Context, index *settings.Index, zone *time.Location) (*stateReader, error) {
	gaps, err := c.knownGaps(ctx)
	if err != nil {
		return nil, err
	}
	spans, err := c.deploymentSpans(ctx)
	if err != nil {
		return nil, err
	}
	return &stateReader{c: c, index: index, zone: zone, gaps: gaps, spans: spans, rows: map[uint32]audit.ChangeRow{}, places: map[uint32]audit.Position{}, turns: map[uint32]*Removal{}}, nil
}

func (r *stateReader) want(st settings.State) {
	if st.Turn > 0 {
		r.wantTurn(r.index.Turn(st))
	}
	if value := st.Value(); value.Known != settings.Unknown {
		r.wantWrite(r.index.Write(value.At))
	}
}

func (r *stateReader) wantTurn(t *settings.Turn) {
	if _, wanted := r.turns[t.Event]; !wanted {
		r.turns[t.Event] = nil
	}
}

func (r *stateReader) wantWrite(w *settings.Write) {
	if _, ok := r.rows[w.Change]; ok {
		return
	}
	r.rows[w.Change] = audit.ChangeRow{}
	r.wanted = append(r.wanted, w.Change)
}

func (r *stateReader) load(ctx context.Context) error {
	rows, err := r.c.store.ChangesByNumber(ctx, r.wanted)
	if err != nil {
		return fmt.Errorf("read the writes: %w", err)
	}
	if err := r.c.weakenChanges(ctx, rows); err != nil {
		return err
	}
	places, err := r.c.store.ChangePositions(ctx, r.wanted)
	if err != nil {
		return fmt.Errorf("read where the writes stand: %w", err)
	}
	for i, change := range r.wanted {
		r.rows[change], r.places[change] = rows[i], places[i]
	}
	r.wanted = nil
	return r.loadTurns(ctx)
}

func (r *stateReader) loadTurns(ctx context.Context) error {
	var numbers []uint32
	for number, turn := range r.turns {
		if turn == nil {
			numbers = append(numbers, number)
		}
	}
	events, err := r.c.store.EventsByNumber(ctx, numbers)
	if err != nil {
		return fmt.Errorf("read the deletions: %w", err)
	}
	persons, err := r.c.persons(ctx, events)
	if err != nil {
		return err
	}
	for i := range events {
		e := &events[i]
		turn := &Removal{Event: e.Ref, Time: e.Time, User: persons[i]}
		if len(e.Sources) > 0 {
			turn.Source, turn.Line = e.Sources[0].Path, e.Sources[0].Line
		}
		r.turns[numbers[i]] = turn
	}
	return nil
}

const wordsBeforeFirst = "unknown before the first event"

// state says a state that was wanted and loaded.
func (r *stateReader) state(i int, st settings.State, at audit.Time) SettingState {
	s := r.index.Setting(i)
	weak := r.index.Weak(i, st, at)
	if st.Known == settings.Removed {
		return r.removed(i, st, at, weak)
	}
	out := SettingState{Known: "unknown", Words: wordsBeforeFirst}
	switch {
	case s.Unseen:
		out.Words = "unknown: no record of it"
	case st.Turn > 0:
		turn := r.turns[r.index.Turn(st).Event]
		out.Words = fmt.Sprintf("unknown: its resource was recorded as deleted, and as created again %s (event %s)", r.day(turn.Time), turn.Event)
	}
	if st.Known == settings.Unknown {
		if len(r.index.Writes(i)) > 0 && (weak.Unsure != nil || weak.Turn != nil) {
			out.Weakened = r.weakened("", weak, 0, s, at, false)
		}
		return out
	}
	w := r.index.Write(st.At)
	row := r.rows[w.Change]
	out.Event, out.User, out.Time = row.Event, row.User, &row.Time
	out.Source, out.Line = r.places[w.Change].Path, r.places[w.Change].Line
	out.Gaps = between(r.gaps, s.Deployment, min(w.Time, at), max(w.Time, at))
	backwards := st.Known == settings.Earlier
	switch {
	case w.Secret:
		r.secret(&out, w, backwards)
	case st.Known == settings.Logged:
		out.Known, out.Basis, out.Value = "logged", audit.BasisLogged, row.New
		out.Words = valueWords(row.New, s, row.Kind)
	case backwards:
		out.Known, out.Basis, out.Value = "earlier", audit.BasisDerived, loggedOld(&row.Change)
		out.Words = valueWords(out.Value, s, row.Kind)
		if w.Action == settings.Creates {
			out.Words, out.Value = "not there yet: recorded as created later", nil
		}
	default:
		out.Known, out.Basis, out.Words = "not recorded", audit.BasisNotRecorded, "changed, content not recorded by Coder"
	}
	first := "last logged " + r.day(w.Time)
	if backwards {
		first = "known from the record of " + r.day(w.Time) + " that logs the value before it"
	}
	out.Weakened = r.weakened(first, weak, out.Gaps, s, at, backwards)
	return out
}

// removed says the state of a setting whose resource is recorded as deleted.
func (r *stateReader) removed(i int, st settings.State, at audit.Time, weak settings.Weak) SettingState {
	s := r.index.Setting(i)
	turn := *r.turns[r.index.Turn(st).Event]
	out := r.state(i, st.Value(), turn.Time)
	turn.Known, turn.Words, turn.Gaps, turn.Weakened = out.Known, out.Words, out.Gaps, out.Weakened
	out.Known, out.Removed, out.Gaps = "removed", &turn, between(r.gaps, s.Deployment, turn.Time, at)
	by := ""
	if turn.User != "" {
		by = " by " + mask.Visible(turn.User)
	}
	out.Words = fmt.Sprintf("removed with its resource, recorded as deleted %s%s (event %s); until then: %s", r.day(turn.Time), by, turn.Event, turn.Words)
	out.Weakened = r.weakened("recorded as deleted "+r.day(turn.Time), weak, out.Gaps, s, at, false)
	return out
}

// loggedOld is the value before as the record itself holds it.
func loggedOld(c *audit.Change) []byte {
	if c.From != "" {
		return nil
	}
	return c.Old
}

func valueWords(value []byte, s *settings.Setting, kind audit.Kind) string {
	if kind == audit.KindUnknown {
		kind = s.Kind
	}
	return diff.StateWords(value, kind, s.Version)
}

func (r *stateReader) secret(out *SettingState, w *settings.Write, backwards bool) {
	out.Known, out.Basis = "secret", audit.BasisLogged
	state := w.Now
	if backwards {
		out.Basis, state = audit.BasisDerived, w.Was
	}
	switch {
	case state == audit.SecretEmpty:
		out.SecretState, out.Words = "empty", "empty"
	case state == audit.SecretSet && !backwards && w.Was == audit.SecretSet:
		out.SecretState, out.Words = "set", "replaced, value never logged"
	case state == audit.SecretSet:
		out.SecretState, out.Words = "set", "set, value never logged"
	case w.Action == settings.Creates:
		out.SecretState, out.Words = "set", "set, value never logged"
	default:
		out.SecretState, out.Words = "unknown", "written, value never logged"
	}
}

// weakened says why a value may be another by then, "" where nothing says so.
func (r *stateReader) weakened(first string, w settings.Weak, gaps int, s *settings.Setting, at audit.Time, backwards bool) string {
	var why []string
	if gaps > 0 {
		where := " since"
		if backwards {
			where = " in between"
		}
		why = append(why, plural(gaps, "gap", "gaps")+where)
	}
	if w.Unsure != nil {
		why = append(why, fmt.Sprintf("an attempt with unknown effect (status %d) of %s lies in between", w.Unsure.Status, r.day(w.Unsure.Time)))
	}
	if w.Turn != nil {
		of := "creating its resource again"
		if w.Turn.Deletes {
			of = "deleting its resource"
		}
		why = append(why, fmt.Sprintf("an attempt at %s with unknown effect (status %d) of %s lies in between", of, w.Turn.Status, r.day(w.Turn.Time)))
	}
	if w.Blank != nil {
		why = append(why, fmt.Sprintf("a write of %s to the same target has no content on record: it may have changed this", r.day(w.Blank.Time)))
	}
	if w.NoStatus {
		why = append(why, "its record holds no status, so whether it was applied is not recorded")
	}
	if w.Contradicted != nil {
		why = append(why, fmt.Sprintf("the next write, of %s, logs another value before it: a change in between is not in the log", r.day(w.Contradicted.Time)))
	}
	switch span, ok := r.spans[s.Deployment]; {
	case !ok || first == "":
	case backwards && at < span.From:
		why = append(why, "no record received is earlier than "+r.day(span.From))
	case !backwards && at > span.To:
		why = append(why, "no record received is later than "+r.day(span.To))
	}
	if len(why) == 0 {
		return ""
	}
	if first != "" {
		why = append([]string{first}, why...)
	}
	return strings.Join(why, "; ")
}

// day is a day of the reader's zone, which it names unless it is UTC.
func (r *stateReader) day(t audit.Time) string {
	day := t.Std().In(r.zone).Format(time.DateOnly)
	if r.zone == time.UTC {
		return day
	}
	return day + " " + r.zone.String()
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// deploymentSpans is the first and last record received of each deployment.
func (c *Case) deploymentSpans(ctx context.Context) (map[string]audit.Gap, error) {
	sources, err := c.knownSources(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]audit.Gap{}
	for i := range sources {
		s := &sources[i]
		if s.First == nil || s.Last == nil {
			continue
		}
		span, ok := out[s.Deployment]
		if !ok {
			span = audit.Gap{Deployment: s.Deployment, From: *s.First, To: *s.Last}
		}
		span.From, span.To = min(span.From, *s.First), max(span.To, *s.Last)
		out[s.Deployment] = span
	}
	return out, nil
}
