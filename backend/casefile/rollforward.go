package casefile

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/catalog"
	"auditdesk/backend/diff"
	"auditdesk/backend/facet"
	"auditdesk/backend/mask"
)

// RollForwardRequest asks whether two snapshots of settings and the changes that are logged between them agree.
type RollForwardRequest struct {
	Opening, Closing     Snapshot
	OpeningAt, ClosingAt string // RFC 3339, or a day of Zone: its first moment, its last one. "": the first and the last instant of the scope
	Zone                 string
}

// RollForward is a comparison setting by setting: opening value, then the applied changes after OpeningAt up to ClosingAt, is
// closing value.
type RollForward struct {
	Generation    int64       `json:"generation"`
	OpeningAt     audit.Time  `json:"opening_at"`
	ClosingAt     audit.Time  `json:"closing_at"`
	Opening       string      `json:"opening"` // base names of the files
	Closing       string      `json:"closing"`
	OpeningSHA256 string      `json:"opening_sha256"` // of the files as they were read
	ClosingSHA256 string      `json:"closing_sha256"`
	Differs       int         `json:"differs"`
	Untested      int         `json:"cannot_be_tested"`
	Agrees        int         `json:"agrees"`
	Gaps          int         `json:"gaps"`    // stretches without records between the two, over all deployments in scope
	Rows          []RolledRow `json:"rows"`    // by verdict, then by deployment, type, field and target
	Unnamed       int         `json:"unnamed"` // settings with applied changes in between that no snapshot names
	Limits        []string    `json:"limits"`
}

// RolledRow is one setting. Values are masked where they are secret; nil where they are not given.
type RolledRow struct {
	Verdict     audit.Verdict   `json:"verdict"`
	Words       string          `json:"words"` // why
	Deployment  string          `json:"deployment,omitempty"`
	Panel       string          `json:"panel,omitempty"`
	Setting     string          `json:"setting,omitempty"`
	Type        string          `json:"resource_type,omitempty"`
	Target      string          `json:"target,omitempty"`
	Field       string          `json:"field"`
	Opening     json.RawMessage `json:"opening_value,omitempty"`
	Closing     json.RawMessage `json:"closing_value,omitempty"`
	OpeningLine int             `json:"opening_line,omitempty"` // of the file
	ClosingLine int             `json:"closing_line,omitempty"`
	// Lengths of values that are left out for being long, see [RollForward.Shorten].
	OpeningBytes int             `json:"opening_bytes,omitempty"`
	ClosingBytes int             `json:"closing_bytes,omitempty"`
	Secret       bool            `json:"secret,omitempty"`
	Changes      int             `json:"changes"`          // applied in between
	Events       []audit.Ref     `json:"events,omitempty"` // of them, the first and last few
	Lacks        []LackingChange `json:"lacks,omitempty"`
}

// LackingChange is a change that the log lacks: it lies after the one and before the other. The snapshots count as "opening" and
// "closing".
type LackingChange struct {
	After  string `json:"after"`  // a ref, or "opening"
	Before string `json:"before"` // a ref, or "closing"
	Gaps   int    `json:"gaps"`   // stretches without records in between
	Words  string `json:"words"`
}

// What stands in place of a ref where a snapshot says the value.
const (
	openingEnd = "opening"
	closingEnd = "closing"
)

// Most of what an answer lists.
const (
	maxRolledEvents = 8
	maxLacking      = 20
)

// RollForward compares. It reads every applied change of class:admin in between, of the deployments under audit, also outside of
// the period under audit.
func (c *Case) RollForward(ctx context.Context, req RollForwardRequest) (RollForward, error) {
	out := RollForward{
		Opening: filepath.Base(req.Opening.Path), OpeningSHA256: req.Opening.SHA256,
		Closing: filepath.Base(req.Closing.Path), ClosingSHA256: req.Closing.SHA256, Rows: []RolledRow{},
	}
	scope, err := c.scope(ctx)
	if err != nil {
		return out, err
	}
	info, err := c.Info(ctx)
	if err != nil {
		return out, err
	}
	zone, err := Zone(req.Zone)
	if err != nil {
		return out, err
	}
	if out.OpeningAt, err = rollInstant(openingEnd, req.OpeningAt, zone, scope.Span.From, info.First); err != nil {
		return out, err
	}
	end := scope.Span.To
	if end != nil {
		last := *end - 1
		end = &last
	}
	if out.ClosingAt, err = rollInstant(closingEnd, req.ClosingAt, zone, end, info.Last); err != nil {
		return out, err
	}
	if out.ClosingAt <= out.OpeningAt {
		return out, audit.Errorf("give --opening-at and --closing-at in this order", "the closing snapshot is of %s, not after the opening one of %s", out.ClosingAt, out.OpeningAt)
	}
	r := roller{opening: out.OpeningAt, closing: out.ClosingAt, settings: map[rolledKey]*rolled{}}
	r.gaps = info.gapsInScope()
	out.Gaps = len(gapsWithin(r.gaps, out.OpeningAt, out.ClosingAt))
	if out.Generation, err = c.rolledChanges(ctx, scope.Scope, &r); err != nil {
		return out, err
	}
	r.rows(&out, req.Opening, req.Closing)
	out.Limits = []string{
		"Compared are the applied changes that are logged in the records received, after the opening instant up to the closing one; that the snapshots are of these instants, and whole, is the client's word.",
		"Coder v2 takes server options from flags, environment and files, and logs no change of them; secrets are compared by whether they are set.",
	}
	return out, nil
}

// gapsInScope are the stretches without records of the deployments under audit.
func (in *Info) gapsInScope() []audit.Gap {
	under := in.Engagement.Deployments
	if len(under) == 0 {
		return in.Gaps
	}
	return slices.DeleteFunc(slices.Clone(in.Gaps), func(g audit.Gap) bool { return !slices.Contains(under, g.Deployment) })
}

// gapsWithin are those that reach into the time between two instants.
func gapsWithin(gaps []audit.Gap, from, to audit.Time) []audit.Gap {
	return slices.DeleteFunc(slices.Clone(gaps), func(g audit.Gap) bool { return g.To <= from || g.From >= to })
}

// rollInstant reads an instant. A day is its first moment when something opens, and its last when something closes.
func rollInstant(which, text string, zone *time.Location, scope, record *audit.Time) (audit.Time, error) {
	if text == "" {
		switch {
		case scope != nil:
			return *scope, nil
		case record != nil && which == openingEnd:
			return *record - 1, nil
		case record != nil:
			return *record, nil
		}
		return 0, audit.Errorf("import the logs between the two snapshots first", "the case holds no records")
	}
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		if at, ok := instantOf(t); ok {
			return at, nil
		}
	}
	day, err := time.ParseInLocation(time.DateOnly, text, zone)
	at, ok := instantOf(day)
	if which == closingEnd {
		at, ok = instantOf(day.AddDate(0, 0, 1))
		at--
	}
	if err != nil || !ok {
		return 0, audit.Errorf("write RFC 3339 such as 2026-06-30T12:00:00Z, or a day, yyyy-mm-dd", "%q is no instant of the %s snapshot", text, which)
	}
	return at, nil
}

func instantOf(t time.Time) (audit.Time, bool) {
	if y := t.Year(); y < 1678 || y > 2261 {
		return 0, false
	}
	return audit.Time(t.UnixNano()), true
}

// Shorten leaves out long values. Words hold their beginning, and the snapshots all of them.
func (f *RollForward) Shorten() {
	for i := range f.Rows {
		r := &f.Rows[i]
		if n := len(r.Opening); n > maxValue {
			r.Opening, r.OpeningBytes = nil, n
		}
		if n := len(r.Closing); n > maxValue {
			r.Closing, r.ClosingBytes = nil, n
		}
	}
}

// rolledKey tells one logged setting from another. Times and names are no part of it.
type rolledKey struct {
	deployment, version, typ, subject, field string
}

// rolled is what is logged of one setting between the two instants, in the order of time.
type rolled struct {
	key    rolledKey
	last   audit.ChangeRow // what it is called
	steps  []rolledStep
	n      int  // applied
	secret bool // by any of its changes
	named  bool
}

type rolledStep struct {
	diff.Step
	old, now string // in words
}

type roller struct {
	opening, closing audit.Time
	gaps             []audit.Gap
	settings         map[rolledKey]*rolled
	order            []*rolled
	blank            map[rolledKey]audit.Ref // the last applied write without content to a thing
}

// rolledChanges reads what is logged in between, and says of which generation of the case.
func (c *Case) rolledChanges(ctx context.Context, scope audit.Query, r *roller) (generation int64, err error) {
	_, changes, generation, err := c.indexes(ctx)
	if err != nil {
		return 0, err
	}
	from, to := r.opening+1, r.closing+1
	selected, err := changes.Select(ctx, facet.Filter{Query: adminQuery(), Scope: scope, Span: audit.Span{From: &from, To: &to}})
	if err != nil {
		return 0, err
	}
	r.blank = map[rolledKey]audit.Ref{}
	numbers := selected.Numbers(audit.Oldest, 0, math.MaxInt)
	for chunk := range slices.Chunk(numbers, exportPage) {
		rows, err := c.store.ChangesByNumber(ctx, chunk)
		if err != nil {
			return 0, fmt.Errorf("read changes: %w", err)
		}
		for i := range rows {
			r.add(chunk[i], &rows[i])
		}
	}
	return generation, nil
}

const zeroUUID = "00000000-0000-0000-0000-000000000000"

func keyOfRow(row *audit.ChangeRow) rolledKey {
	k := rolledKey{deployment: row.Deployment, version: string(row.Version), typ: audit.FoldKey(row.Type), field: audit.FoldKey(row.Field)}
	k.subject = "id " + row.ResourceID
	switch {
	case row.Version == audit.V2 && strings.HasPrefix(k.typ, "idp sync "):
		k.subject = "organization " + row.OrganizationID
	case row.Version == audit.V2 && strings.HasSuffix(k.typ, " settings"), row.ResourceID == "", row.ResourceID == zeroUUID:
		k.subject = "target " + audit.FoldKey(row.Target)
		if row.Version == audit.V2 {
			k.subject += " organization " + row.OrganizationID
		}
	case row.Version == audit.V2 && k.typ == "organization member":
		k.subject += " organization " + row.OrganizationID
	}
	return k
}

func (r *roller) add(number uint32, row *audit.ChangeRow) {
	key := keyOfRow(row)
	may := row.Outcome == audit.OutcomeOK || row.Outcome == audit.OutcomeUnknown || row.Outcome == audit.OutcomeNone
	if !may {
		return
	}
	if row.Field == "" {
		r.blank[key] = row.Event
		return
	}
	if row.Version == audit.V2 && audit.FoldASCII(row.Type) == "user" && !catalog.FollowsV2(row.Type, row.Field) {
		return
	}
	s := r.settings[key]
	if s == nil {
		s = &rolled{key: key}
		r.settings[key] = s
		r.order = append(r.order, s)
	}
	ch := row.Change
	if ch.Basis == audit.BasisDerived { // from another record of the log: nothing that this one says
		ch.Old, ch.SecretWas = nil, audit.SecretUnknown
	}
	step := rolledStep{Step: diff.StepOf(number, row.Event, row.Time, row.Outcome, &ch, row.Version)}
	step.old, step.now = diff.ValueWords(ch.Old, ch.SecretWas, ch.Secret, row.Version), diff.ValueWords(ch.New, ch.SecretNow, ch.Secret, row.Version)
	if !catalog.FollowsV2(row.Type, row.Field) && row.Version == audit.V2 { // logged as if it had never been read
		step.HasOld = false
	}
	s.steps = append(s.steps, step)
	if row.Outcome == audit.OutcomeOK {
		s.n++
	}
	s.secret = s.secret || row.Secret
	s.last = *row
	s.last.Change.Old, s.last.Change.New = nil, nil
}

// matches reports whether a setting of a snapshot can mean the one that is logged.
func (s *rolled) matches(e *SnapshotSetting) bool {
	fold := audit.FoldKey
	named := e.Field != "" && fold(e.Field) == s.key.field || e.Field == "" && e.Setting != "" && fold(e.Setting) == fold(s.last.Setting)
	return named &&
		(e.Deployment == "" || audit.FoldASCII(e.Deployment) == audit.FoldASCII(s.last.Deployment)) &&
		(e.Panel == "" || s.last.Panel == "" || fold(e.Panel) == fold(s.last.Panel)) &&
		(e.Type == "" || fold(e.Type) == s.key.typ || fold(e.Type) == fold(s.last.Target)) &&
		(e.Target == "" || slices.ContainsFunc([]string{s.last.Target, s.last.ResourceID, s.last.Organization, s.last.OrganizationID, s.last.Type}, func(t string) bool { return fold(t) == fold(e.Target) }))
}

// entry is one setting as the two snapshots have it.
type entry struct{ opening, closing *SnapshotSetting }

// join takes from o what e does not have.
func (e *entry) join(o entry) {
	e.opening, e.closing = cmp.Or(e.opening, o.opening), cmp.Or(e.closing, o.closing)
}

func (e entry) any() *SnapshotSetting { return cmp.Or(e.opening, e.closing) }

func entryKey(s *SnapshotSetting) string {
	parts := []string{s.Deployment, s.Panel, s.Type, s.Target, s.Field}
	if s.Field == "" {
		parts = append(parts, s.Setting)
	}
	for i := range parts {
		parts[i] = audit.FoldKey(parts[i])
	}
	return fmt.Sprintf("%q", parts)
}

func (r *roller) rows(out *RollForward, opening, closing Snapshot) {
	entries := map[string]*entry{}
	twice := map[string]bool{}
	var order []string
	note := func(list []SnapshotSetting, side func(*entry) **SnapshotSetting) {
		for i := range list {
			key := entryKey(&list[i])
			e := entries[key]
			if e == nil {
				e = &entry{}
				entries[key] = e
				order = append(order, key)
			}
			to := side(e)
			twice[key] = twice[key] || *to != nil
			*to = cmp.Or(*to, &list[i])
		}
	}
	note(opening.Settings, func(e *entry) **SnapshotSetting { return &e.opening })
	note(closing.Settings, func(e *entry) **SnapshotSetting { return &e.closing })
	byField := map[string][]*rolled{}
	byLabel := map[string][]*rolled{}
	for _, s := range r.order {
		byField[s.key.field] = append(byField[s.key.field], s)
		byLabel[audit.FoldKey(s.last.Setting)] = append(byLabel[audit.FoldKey(s.last.Setting)], s)
	}
	of := map[*rolled]int{} // what two names turn out to mean, by id here and by name there, is one row
	type pair struct {
		entry
		found  []*rolled
		twice  bool
		secret bool
	}
	var pairs []pair
	for _, key := range order {
		e := entries[key]
		candidates := byField[audit.FoldKey(e.any().Field)]
		if e.any().Field == "" {
			candidates = byLabel[audit.FoldKey(e.any().Setting)]
		}
		var found []*rolled
		for _, s := range candidates {
			if s.matches(e.any()) {
				found = append(found, s)
				s.named = true
			}
		}
		one := pair{*e, found, twice[key], secretEntry(e.any(), candidates)}
		if len(found) == 1 {
			if at, known := of[found[0]]; known {
				pairs[at].join(one.entry)
				p := &pairs[at]
				p.secret = p.secret || one.secret
				p.twice = p.twice || one.twice || one.opening != nil && p.opening != one.opening || one.closing != nil && p.closing != one.closing
				continue
			}
			of[found[0]] = len(pairs)
		}
		pairs = append(pairs, one)
	}
	for _, p := range pairs {
		out.Rows = append(out.Rows, r.row(p.entry, p.found, p.twice, p.secret))
	}
	for _, s := range r.order {
		if !s.named && s.n > 0 {
			out.Unnamed++
		}
	}
	rank := map[audit.Verdict]int{audit.Differs: 0, audit.Untestable: 1, audit.Agrees: 2}
	slices.SortStableFunc(out.Rows, func(a, b RolledRow) int {
		return cmp.Or(cmp.Compare(rank[a.Verdict], rank[b.Verdict]), cmp.Compare(a.Deployment, b.Deployment), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Field, b.Field), cmp.Compare(a.Target, b.Target))
	})
	for _, row := range out.Rows {
		switch row.Verdict {
		case audit.Differs:
			out.Differs++
		case audit.Agrees:
			out.Agrees++
		default:
			out.Untested++
		}
	}
}

// secretEntry reports whether the values of a setting are secret: by either of its names, or because the log says so of one that it
// may mean.
func secretEntry(is *SnapshotSetting, candidates []*rolled) bool {
	return mask.Field(is.Field, mask.Unflagged) || mask.Field(is.Setting, mask.Unflagged) ||
		slices.ContainsFunc(candidates, func(s *rolled) bool { return s.secret })
}

// row compares one setting.
func (r *roller) row(e entry, found []*rolled, twice, secret bool) RolledRow {
	is := e.any()
	row := RolledRow{Deployment: is.Deployment, Panel: is.Panel, Setting: is.Setting, Type: is.Type, Target: is.Target, Field: is.Field}
	version := audit.V2
	if len(found) == 1 {
		last := &found[0].last
		version = last.Version
		row.Deployment, row.Type = last.Deployment, last.Type
		row.Panel, row.Setting, row.Target, row.Field = cmp.Or(row.Panel, last.Panel), cmp.Or(row.Setting, last.Setting), cmp.Or(row.Target, last.Target), cmp.Or(row.Field, last.Field)
	}
	row.Secret = secret
	open := end{at: r.opening, name: openingEnd}
	shut := end{at: r.closing, name: closingEnd}
	if e.opening != nil {
		row.OpeningLine = e.opening.Line
		open.read(e.opening.Value, secret, version)
		row.Opening = open.shown
	}
	if e.closing != nil {
		row.ClosingLine = e.closing.Line
		shut.read(e.closing.Value, secret, version)
		row.Closing = shut.shown
	}
	untestable := func(format string, args ...any) RolledRow {
		row.Verdict, row.Words = audit.Untestable, fmt.Sprintf(format, args...)
		return row
	}
	switch {
	case twice:
		return untestable("a snapshot names the setting twice: give target, type or deployment")
	case len(found) > 1:
		slices.SortFunc(found, func(a, b *rolled) int { return cmp.Compare(a.words(), b.words()) })
		return untestable("the name fits %d settings that are logged, such as %s and %s: give target, type or deployment", len(found), found[0].words(), found[1].words())
	}
	var steps []rolledStep
	if len(found) == 1 {
		steps = found[0].steps
		row.Changes = found[0].n
		row.Events = refsOf(steps)
	}
	return r.judge(row, open, shut, steps, found)
}

func (s *rolled) words() string {
	return fmt.Sprintf("%s of %s %q in %s", s.last.Field, s.last.Type, cmp.Or(s.last.Target, s.last.ResourceID), s.last.Deployment)
}

func refsOf(steps []rolledStep) []audit.Ref {
	var refs []audit.Ref
	for _, s := range steps {
		if s.Outcome == audit.OutcomeOK {
			refs = append(refs, s.Ref)
		}
	}
	if len(refs) > maxRolledEvents {
		refs = slices.Concat(refs[:maxRolledEvents/2], refs[len(refs)-maxRolledEvents/2:])
	}
	return refs
}

// end is the value at one instant: of a snapshot, or what a change left.
type end struct {
	at     audit.Time
	name   string // "opening", "closing" or a ref
	given  bool
	known  bool
	secret bool
	masked bool // a part of it
	token  diff.Token
	words  string
	shown  json.RawMessage
}

// read takes a value of a snapshot. A secret's leaves no more than whether there is one.
func (e *end) read(raw json.RawMessage, secret bool, v audit.Version) {
	e.given, e.known, e.secret = true, true, secret
	if secret {
		ch := audit.Change{Secret: true, SecretNow: mask.State(raw)}
		e.token = diff.SecretToken(ch.SecretNow)
		e.words = diff.ValueWords(nil, ch.SecretNow, true, v)
		e.shown, _ = json.Marshal("(" + map[bool]string{true: "set", false: "empty"}[ch.SecretNow == audit.SecretSet] + ")") //nolint:errchkjson // a text
		return
	}
	masked, ok := mask.JSON(raw)
	if !ok {
		masked = []byte(`"(masked)"`)
	}
	e.shown, e.masked = masked, !bytes.Equal(masked, raw)
	e.token = diff.TokenOf(masked, v)
	e.words = diff.ValueWords(masked, 0, false, v)
}

// judge walks from the opening value over the changes to the closing one.
func (r *roller) judge(row RolledRow, open, shut end, steps []rolledStep, found []*rolled) RolledRow {
	walk := rollWalk{r: r, row: &row, value: open}
	ordered := make([]diff.Step, len(steps))
	for i := range steps {
		ordered[i] = steps[i].Step
	}
	for _, i := range diff.InOrder(ordered) {
		walk.step(&steps[i])
	}
	walk.close(shut)
	if len(found) == 1 && len(row.Lacks) > 0 {
		thing := found[0].key
		thing.field = ""
		if ref, ok := r.blank[thing]; ok {
			row.Verdict = audit.Untestable
			row.Words = fmt.Sprintf("%s; event %s is a write to the same thing whose content Coder did not record, and may be it", row.Lacks[0].Words, ref)
			return row
		}
	}
	switch {
	case len(row.Lacks) > 0:
		row.Verdict = audit.Differs
		row.Words = row.Lacks[0].Words
		switch n := len(row.Lacks) - 1; {
		case n == maxLacking-1:
			row.Words += fmt.Sprintf("; and at least %d more", n)
		case n > 0:
			row.Words += fmt.Sprintf("; and %d more", n)
		}
	case !open.given && !shut.given:
		row.Verdict, row.Words = audit.Untestable, "neither snapshot has the setting"
	case !open.given:
		row.Verdict, row.Words = audit.Untestable, "the opening snapshot does not have the setting"
	case !shut.given:
		row.Verdict, row.Words = audit.Untestable, "the closing snapshot does not have the setting"
	case walk.doubt != "":
		row.Verdict, row.Words = audit.Untestable, walk.doubt
	case row.Changes == 0 && row.Secret:
		row.Verdict, row.Words = audit.Agrees, fmt.Sprintf("opening and closing both say %s, and no applied change is logged in between", open.words)
	case row.Changes == 0:
		row.Verdict, row.Words = audit.Agrees, "opening and closing are the same, and no applied change is logged in between"
	default:
		row.Verdict, row.Words = audit.Agrees, fmt.Sprintf("the opening value, after %d applied changes that are logged, is the closing one", row.Changes)
		if row.Changes == 1 {
			row.Words = "the opening value, after one applied change that is logged, is the closing one"
		}
	}
	switch {
	case row.Verdict != audit.Agrees:
	case row.Secret:
		row.Words += "; of a secret no more is compared than whether it is set"
	case open.masked || shut.masked:
		row.Words += "; the secrets in it are not compared"
	}
	return row
}

type rollWalk struct {
	r      *roller
	row    *RolledRow
	value  end // as of now, unless it is not known
	unsure audit.Ref
	doubt  string // why something could not be compared
}

func (w *rollWalk) step(s *rolledStep) {
	if s.Outcome != audit.OutcomeOK {
		w.unsure = s.Ref
		return
	}
	if s.HasOld {
		w.compare(end{at: s.Time, name: string(s.Ref), known: true, secret: s.Secret, token: s.Old, words: s.old})
	} else if w.row.Secret && w.doubt == "" && w.value.known && w.value.name == openingEnd {
		w.doubt = "it is a secret, and whether there was a value before is not logged"
	}
	w.value = end{at: s.Time, name: string(s.Ref), known: s.HasNew, secret: s.Secret, token: s.New, words: s.now}
	w.unsure = ""
}

// compare compares what the value is with what a change, or the closing snapshot, says that it was.
func (w *rollWalk) compare(next end) {
	switch {
	case !w.value.known || w.value.secret != next.secret:
		return
	case w.value.token.Same(next.token):
		return
	case w.unsure != "":
		w.doubt = fmt.Sprintf("event %s is an attempt with unknown effect: %s says %s, %s says %s", w.unsure, w.value.called(), w.value.words, next.called(), next.words)
		return
	}
	if len(w.row.Lacks) == maxLacking {
		return
	}
	gaps := between(w.r.gaps, w.row.Deployment, w.value.at, next.at)
	w.row.Lacks = append(w.row.Lacks, LackingChange{After: w.value.name, Before: next.name, Gaps: gaps, Words: w.words(next, gaps)})
}

func (w *rollWalk) words(next end, gaps int) string {
	var s string
	switch {
	case w.value.name == openingEnd && next.name == closingEnd:
		s = fmt.Sprintf("opening says %s, closing says %s, and no applied change is logged in between", w.value.words, next.words)
	case w.value.name == openingEnd:
		s = fmt.Sprintf("opening says %s, the first logged change, %s, says the value before was %s", w.value.words, next.name, next.words)
	case next.name == closingEnd:
		s = fmt.Sprintf("the last logged change, %s, left %s, closing says %s", w.value.name, w.value.words, next.words)
	default:
		s = fmt.Sprintf("change %s left %s, the next one, %s, says the value before was %s", w.value.name, w.value.words, next.name, next.words)
	}
	switch gaps {
	case 0:
	case 1:
		s += "; a stretch without records lies in between"
	default:
		s += fmt.Sprintf("; %d stretches without records lie in between", gaps)
	}
	return s
}

func (e end) called() string {
	if e.name == openingEnd || e.name == closingEnd {
		return e.name
	}
	return "event " + e.name
}

func (w *rollWalk) close(shut end) {
	if !shut.given {
		return
	}
	switch {
	case w.value.known:
		w.compare(shut)
	case w.value.name == openingEnd:
	case w.value.secret:
		w.doubt = fmt.Sprintf("it is a secret, and whether event %s left one is not logged", w.value.name)
	default:
		w.doubt = fmt.Sprintf("event %s does not log what it left", w.value.name)
	}
}
