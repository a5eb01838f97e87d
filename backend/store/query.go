package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"auditdesk/backend/audit"
)

// This file gives audit.Query its meaning a second time, in SQL, for tests that compare the column index with it and for
// cases that are not worth an index. It is slow: every question reads all events.

// Select returns the numbers of the events that the query holds for, within the span (what the query's time terms leave;
// the terms themselves are not looked at), in time order, then by ref and number. A limit below 0 is none.
func (s *Store) Select(ctx context.Context, q audit.Query, span audit.Span, order audit.Order, offset, limit int) ([]uint32, error) {
	w, err := s.where(ctx, q, span)
	if err != nil {
		return nil, err
	}
	dir := "DESC"
	if order == audit.Oldest {
		dir = "ASC"
	}
	return s.numbers(ctx, "SELECT e.number FROM event e WHERE "+w.sql+fmt.Sprintf(" ORDER BY e.time %s, e.ref %s, e.number %s LIMIT ? OFFSET ?", dir, dir, dir), append(w.args, limit, offset)...)
}

// Count returns how many events the query holds for.
func (s *Store) Count(ctx context.Context, q audit.Query, span audit.Span) (n int64, err error) {
	return s.count(ctx, q, span, false)
}

// CountChanges is Count for changes: what the query says of changes must hold for the change itself.
func (s *Store) CountChanges(ctx context.Context, q audit.Query, span audit.Span) (n int64, err error) {
	return s.count(ctx, q, span, true)
}

func (s *Store) count(ctx context.Context, q audit.Query, span audit.Span, changes bool) (n int64, err error) {
	w, err := s.where(ctx, q, span)
	if err != nil {
		return 0, err
	}
	sql := "SELECT count(*) FROM event e WHERE " + w.sql
	if changes {
		sql = "SELECT count(*) FROM change r JOIN event e ON e.number = r.event WHERE " + strings.ReplaceAll(w.sql, ofEvent, "c.number = r.number")
	}
	err = s.read(ctx, "count events", func(c *conn) error {
		n, err = c.number(ctx, sql, w.args...)
		return err
	})
	return n, err
}

// ofEvent stands in every condition about the changes of an event.
const ofEvent = "c.event = e.number"

// FacetCounts counts the events of each value of a field, and those without a recorded one, under every term of the query
// but the field's own: for each value, as many as choosing it would select. Values that differ in ASCII case (in spelling,
// for changed fields) only are one, spelt as the first of them; those without events are left out.
func (s *Store) FacetCounts(ctx context.Context, q audit.Query, span audit.Span, f audit.Field) (counts map[string]int64, missing int64, err error) {
	return s.facetCounts(ctx, q, span, f, false)
}

// FacetCountsOfChanges is FacetCounts for changes.
func (s *Store) FacetCountsOfChanges(ctx context.Context, q audit.Query, span audit.Span, f audit.Field) (counts map[string]int64, missing int64, err error) {
	return s.facetCounts(ctx, q, span, f, true)
}

func (s *Store) facetCounts(ctx context.Context, q audit.Query, span audit.Span, f audit.Field, changes bool) (counts map[string]int64, missing int64, err error) {
	values, err := s.facetValues(ctx, f)
	if err != nil {
		return nil, 0, err
	}
	rest := q.Without(f)
	counts = map[string]int64{}
	for _, v := range values {
		n, err := s.count(ctx, rest.With(audit.Term{Field: f, Values: []audit.Value{{Op: audit.OpEqual, Text: v}}}), span, changes)
		if err != nil {
			return nil, 0, err
		}
		if n > 0 {
			counts[v] = n
		}
	}
	missing, err = s.count(ctx, rest.With(audit.Term{Field: f, Values: []audit.Value{{Op: audit.OpNotRecorded}}}), span, changes)
	return counts, missing, err
}

// facetValues lists a field's distinct values, "" left out.
func (s *Store) facetValues(ctx context.Context, f audit.Field) ([]string, error) {
	var all []string
	var err error
	dims := map[audit.Field]audit.Dim{
		audit.FieldType: audit.DimType, audit.FieldAction: audit.DimAction, audit.FieldTarget: audit.DimTarget, audit.FieldUser: audit.DimAccount,
		audit.FieldIP: audit.DimIP, audit.FieldStatus: audit.DimStatus, audit.FieldVersion: audit.DimVersion,
		audit.FieldLog: audit.DimLog, audit.FieldDeployment: audit.DimDeployment, audit.FieldSource: audit.DimSource,
		audit.FieldBuildReason: audit.DimBuildReason, audit.FieldResourceID: audit.DimResourceID,
	}
	fold := audit.FoldASCII
	switch f {
	case audit.FieldOutcome:
		for _, o := range audit.Outcomes() {
			all = append(all, string(o))
		}
	case audit.FieldChanged:
		fold = audit.FoldKey
		all, err = s.ChangeDictionary(ctx, audit.DictFieldName)
	case audit.FieldSetting:
		all, err = s.ChangeDictionary(ctx, audit.DictSetting)
	case audit.FieldPanel:
		all, err = s.ChangeDictionary(ctx, audit.DictPanel)
	case audit.FieldKind:
		for _, k := range audit.Kinds() {
			all = append(all, string(k))
		}
	case audit.FieldBasis:
		for _, b := range audit.Bases() {
			all = append(all, string(b))
		}
	case audit.FieldContinuity:
		for _, c := range audit.Continuities() {
			all = append(all, string(c))
		}
		all = append(all, string(audit.ContinuityBreakAfter))
	case audit.FieldNew:
		fold = audit.ValueKey
		all = append(all, audit.SecretLabel)
		err = s.ValuesFrom(ctx, 1, func(_ uint32, raw string) error { all = append(all, audit.ValueLabel(raw)); return nil })
	case audit.FieldOrganization:
		err = s.read(ctx, "read the organizations", func(c *conn) error {
			return c.query(ctx, "SELECT label FROM organization_view ORDER BY key", func(r row) error {
				all = append(all, r.text(0))
				return nil
			})
		})
	default:
		dim, ok := dims[f]
		if !ok {
			return nil, fmt.Errorf("there is no facet of %s", f)
		}
		all, err = s.Dictionary(ctx, dim)
	}
	var out []string
	seen := map[string]bool{"": true}
	for _, v := range all {
		if key := fold(v); v != "" && !seen[key] {
			seen[key] = true
			out = append(out, v)
		}
	}
	return out, err
}

// TimelineCounts counts the selected events by buckets of a zone, from the first event's to the last one's, empty ones included.
func (s *Store) TimelineCounts(ctx context.Context, q audit.Query, span audit.Span, b audit.BucketSize, zone *time.Location) ([]audit.TimeBucket, error) {
	w, err := s.where(ctx, q, span)
	if err != nil {
		return nil, err
	}
	out := []audit.TimeBucket{}
	var next time.Time
	err = s.read(ctx, "count events", func(c *conn) error {
		return c.query(ctx, "SELECT e.time, ifnull(e.status, 0) FROM event e WHERE "+w.sql+" ORDER BY e.time", func(r row) error {
			t := audit.Time(r.num(0)).Std()
			if len(out) == 0 {
				next = b.Floor(t, zone)
			}
			for !t.Before(next) {
				if len(out) == audit.MaxTimelineBuckets {
					return fmt.Errorf("more than %d buckets: %w", len(out), audit.ErrTooMany)
				}
				out = append(out, audit.TimeBucket{Start: audit.Time(next.UnixNano())})
				next = b.Next(next, zone)
			}
			last := &out[len(out)-1]
			last.Count++
			if r.num(1) >= 400 {
				last.Failed++
			}
			return nil
		}, w.args...)
	})
	return out, err
}

// clause is SQL over event e, never NULL, with its arguments.
type clause struct {
	sql  string
	args []any
}

func (s *Store) where(ctx context.Context, q audit.Query, span audit.Span) (clause, error) {
	all := clause{sql: "1"}
	and := func(c clause, not bool) {
		if not {
			all.sql += " AND NOT"
		} else {
			all.sql += " AND"
		}
		all.sql += " (" + c.sql + ")"
		all.args = append(all.args, c.args...)
	}
	if span.From != nil {
		and(clause{"e.time >= ?", []any{int64(*span.From)}}, false)
	}
	if span.To != nil {
		and(clause{"e.time < ?", []any{int64(*span.To)}}, false)
	}
	include := map[audit.Field]*clause{}
	var fields []audit.Field
	for _, t := range q.Terms {
		switch t.Field {
		case audit.FieldDateFrom, audit.FieldDateTo, audit.FieldAfter, audit.FieldBefore:
			continue
		}
		alt, err := s.term(ctx, t)
		if err != nil {
			return all, fmt.Errorf("filter by %s: %w", t.Field, err)
		}
		switch {
		case t.Exclude:
			and(alt, true)
		case t.Field == audit.FieldText:
			and(alt, false)
		case include[t.Field] == nil:
			include[t.Field] = &alt
			fields = append(fields, t.Field)
		default:
			inc := include[t.Field]
			inc.sql += " OR " + alt.sql
			inc.args = append(inc.args, alt.args...)
		}
	}
	for _, f := range fields {
		and(*include[f], false)
	}
	return all, nil
}

// term is a term's values as alternatives.
func (s *Store) term(ctx context.Context, t audit.Term) (clause, error) {
	out := clause{sql: "0"}
	for _, v := range t.Values {
		c, err := s.holds(ctx, t.Field, v)
		if err != nil {
			return out, err
		}
		out.sql += " OR (" + c.sql + ")"
		out.args = append(out.args, c.args...)
	}
	return out, nil
}

// textCondition is SQL for [audit.Value.Match] on a text. SQLite's lower knows ASCII only, as audit.FoldASCII does; bytes
// are compared, since its functions on text stop at a NUL.
func textCondition(expr string, v audit.Value) (string, []any, error) {
	switch v.Op {
	case audit.OpRecorded:
		return expr + " <> ''", nil, nil
	case audit.OpNotRecorded:
		return expr + " = ''", nil, nil
	case audit.OpPrefix:
		folded := []byte(audit.FoldASCII(v.Text))
		if len(folded) == 0 {
			return "1", nil, nil // not compared: substr of an empty blob is NULL
		}
		return fmt.Sprintf("substr(CAST(lower(%s) AS BLOB), 1, %d) = ?", expr, len(folded)), []any{folded}, nil
	case audit.OpEqual:
		return "lower(" + expr + ") = ?", []any{audit.FoldASCII(v.Text)}, nil
	}
	return "", nil, fmt.Errorf("%s can't compare a text", v.Op)
}

func (s *Store) holds(ctx context.Context, f audit.Field, v audit.Value) (clause, error) {
	dictionaries := map[audit.Field]string{
		audit.FieldType: "resource_type", audit.FieldAction: "action", audit.FieldTarget: "target", audit.FieldIP: "ip",
		audit.FieldDeployment: "deployment", audit.FieldBuildReason: "build_reason", audit.FieldResourceID: "resource",
	}
	if table := dictionaries[f]; table != "" {
		expr := "value"
		if table == "resource" {
			expr = uuidText(expr)
		}
		cond, args, err := textCondition(expr, v)
		return clause{fmt.Sprintf("e.%s IN (SELECT code FROM %s WHERE %s)", table, table, cond), args}, err
	}
	switch f {
	case audit.FieldUser:
		return userHolds(v)
	case audit.FieldOrganization:
		return organizationHolds(v)
	case audit.FieldOutcome:
		return textClause(`CASE WHEN e.status IS NULL THEN '' WHEN e.status < 400 THEN 'ok' WHEN e.status IN (401, 403) THEN 'denied' WHEN e.status < 500 THEN 'failed' ELSE 'unknown' END`, v)
	case audit.FieldStatus:
		return statusHolds(v)
	case audit.FieldVersion:
		return textClause("CASE e.version WHEN 1 THEN 'v1' ELSE 'v2' END", v)
	case audit.FieldLog:
		return textClause("CASE e.log WHEN 1 THEN 'audit' ELSE 'connection' END", v)
	case audit.FieldSource:
		return s.sourceHolds(ctx, v)
	case audit.FieldChanged, audit.FieldSetting, audit.FieldPanel, audit.FieldKind, audit.FieldBasis, audit.FieldNew:
		return changeHolds(f, v)
	case audit.FieldContinuity:
		return continuityHolds(v)
	case audit.FieldHas, audit.FieldClass:
		return flagHolds(f, v)
	case audit.FieldID, audit.FieldRequestID:
		cond, args, err := idCondition(f, v)
		return clause{"coalesce(" + cond + ", 0)", args}, err
	case audit.FieldRef:
		return refHolds(v)
	case audit.FieldText:
		return textHolds(v)
	}
	return clause{}, fmt.Errorf("there is no such filter")
}

func textClause(expr string, v audit.Value) (clause, error) {
	cond, args, err := textCondition(expr, v)
	return clause{cond, args}, err
}

// userHolds is about persons: any account's e-mail, username or id selects all accounts of its person.
func userHolds(v audit.Value) (clause, error) {
	nobody := "a.email = '' AND a.username = '' AND a.id = ''"
	some := "SELECT a.code FROM account a WHERE "
	switch {
	case v.Op == audit.OpNotRecorded, v.Op == audit.OpEqual && v.Text == "":
		return clause{sql: "e.account IN (" + some + nobody + ")"}, nil
	case v.Op == audit.OpRecorded:
		return clause{sql: "e.account IN (" + some + "NOT (" + nobody + "))"}, nil
	}
	var conds []string
	var args []any
	for _, expr := range []string{"a.email", "a.username", uuidText("a.id")} {
		cond, arg, err := textCondition(expr, v)
		if err != nil {
			return clause{}, err
		}
		conds, args = append(conds, "("+expr+" <> '' AND "+cond+")"), append(args, arg...)
	}
	sql := `e.account IN (SELECT account FROM account_person WHERE person <> '' AND person IN (
		SELECT p.person FROM account_person p JOIN account a ON a.code = p.account WHERE ` + strings.Join(conds, " OR ") + "))"
	if v.Op == audit.OpPrefix && v.Text == "" {
		sql += " OR e.account IN (" + some + nobody + ")"
	}
	return clause{sql, args}, nil
}

// organizationHolds is about organizations: any of its names, its id or its label selects all records of one.
func organizationHolds(v audit.Value) (clause, error) {
	none := "e.organization_id = 0 AND e.organization = 0"
	switch {
	case v.Op == audit.OpNotRecorded, v.Op == audit.OpEqual && v.Text == "":
		return clause{sql: none}, nil
	case v.Op == audit.OpRecorded:
		return clause{sql: "NOT (" + none + ")"}, nil
	}
	var args []any
	holds := func(expr string) string {
		cond, arg, err := textCondition(expr, v)
		if err != nil {
			return "0"
		}
		args = append(args, arg...)
		return "(" + expr + " <> '' AND " + cond + ")"
	}
	sql := `(e.deployment, e.organization_id, e.organization) IN (SELECT deployment, organization_id, organization FROM organization_key WHERE key IN (
		SELECT key FROM organization_key WHERE ` + holds("id") + " OR " + holds("name") + " UNION SELECT key FROM organization_view WHERE " + holds("label") + "))"
	if v.Op == audit.OpPrefix && v.Text == "" {
		sql += " OR " + none
	}
	return clause{sql, args}, nil
}

func statusHolds(v audit.Value) (clause, error) {
	switch v.Op {
	case audit.OpAtLeast, audit.OpBelow:
		n, err := strconv.Atoi(v.Text)
		if err != nil {
			return clause{}, fmt.Errorf("%q is no status", v.Text)
		}
		if v.Op == audit.OpBelow {
			return clause{"ifnull(e.status < ?, 0)", []any{n}}, nil
		}
		return clause{"ifnull(e.status >= ?, 0)", []any{n}}, nil
	}
	return textClause("ifnull(CAST(e.status AS TEXT), '')", v)
}

// sourceHolds takes the whole path, its base name or "#" and the number, of any source that holds a record of the event.
func (s *Store) sourceHolds(ctx context.Context, v audit.Value) (clause, error) {
	paths, err := s.Dictionary(ctx, audit.DimSource)
	if v.Op == audit.OpNotRecorded || v.Op == audit.OpEqual && v.Text == "" {
		return clause{sql: "0"}, err
	}
	var numbers []uint32
	for n, p := range paths {
		if n > 0 && slices.ContainsFunc(audit.SourceNames(int64(n), p), v.Match) {
			numbers = append(numbers, uint32(n))
		}
	}
	return clause{"e.source IN (SELECT value FROM json_each(?)) OR EXISTS (SELECT 1 FROM matching m WHERE m.event = e.number AND m.source IN (SELECT value FROM json_each(?)))",
		[]any{list(numbers), list(numbers)}}, err
}

// changeHolds is about fields with several values: any change may hold, and "not recorded" means that none has a value.
func changeHolds(f audit.Field, v audit.Value) (clause, error) {
	var expr string
	switch f {
	case audit.FieldChanged:
		expr = "(SELECT value FROM field WHERE code = c.field)"
		key := audit.FoldKey(v.Text)
		if v.Op == audit.OpPrefix && key != "" && strings.HasSuffix(strings.ReplaceAll(v.Text, "_", " "), " ") {
			key += " " // "gpu_*" begins with a whole word
		}
		v.Text = key
	case audit.FieldSetting:
		expr = "(SELECT value FROM setting WHERE code = c.setting)"
	case audit.FieldPanel:
		expr = "(SELECT value FROM panel WHERE code = c.panel)"
	case audit.FieldKind:
		expr = caseOf("c.kind", audit.Kinds())
	case audit.FieldNew:
		expr = "iif(c.secret, '" + audit.SecretLabel + "', ifnull((SELECT value_label(value) FROM value WHERE code = c.new), ''))"
		if v.Op == audit.OpEqual && v.Text != "" {
			return clause{"EXISTS (SELECT 1 FROM change c WHERE " + ofEvent + ` AND iif(c.secret, ?, c.new IN (SELECT code FROM value WHERE CAST(value_key(value_label(value)) AS BLOB) = ?)))`,
				[]any{v.MatchNew(audit.SecretLabel), []byte(audit.ValueKey(audit.CutLabel(v.Text)))}}, nil
		}
	default:
		expr = caseOf("iif(EXISTS (SELECT 1 FROM derivation WHERE change = c.number), 1, c.basis)", audit.Bases())
	}
	if v.Op == audit.OpNotRecorded || v.Op == audit.OpEqual && v.Text == "" {
		return clause{sql: "NOT EXISTS (SELECT 1 FROM change c WHERE " + ofEvent + " AND " + expr + " <> '')"}, nil
	}
	cond, args, err := textCondition(expr, v)
	return clause{"EXISTS (SELECT 1 FROM change c WHERE " + ofEvent + " AND " + expr + " <> '' AND " + cond + ")", args}, err
}

// continuityHolds is changeHolds for what lies before a change and what lies after it.
func continuityHolds(v audit.Value) (clause, error) {
	state, next := caseOf("ifnull((SELECT state FROM continuity WHERE change = c.number), 0)", audit.Continuities()),
		"iif(EXISTS (SELECT 1 FROM continuity WHERE change = c.number AND next IS NOT NULL), '"+string(audit.ContinuityBreakAfter)+"', '')"
	if v.Op == audit.OpNotRecorded || v.Op == audit.OpEqual && v.Text == "" {
		return clause{sql: "NOT EXISTS (SELECT 1 FROM change c WHERE " + ofEvent + " AND (" + state + " <> '' OR " + next + " <> ''))"}, nil
	}
	var out clause
	for _, expr := range []string{state, next} {
		cond, args, err := textCondition(expr, v)
		if err != nil {
			return out, err
		}
		out.sql += " OR " + expr + " <> '' AND " + cond
		out.args = append(out.args, args...)
	}
	out.sql = "EXISTS (SELECT 1 FROM change c WHERE " + ofEvent + " AND (0" + out.sql + "))"
	return out, nil
}

func caseOf[T ~string](col string, words []T) string {
	var b strings.Builder
	b.WriteString("CASE " + col)
	for i, w := range words {
		fmt.Fprintf(&b, " WHEN %d THEN '%s'", i, w)
	}
	return b.String() + " ELSE '' END"
}

func flagHolds(f audit.Field, v audit.Value) (clause, error) {
	flag, ok := audit.FlagNamed(f, v.Text)
	switch {
	case !ok || v.Op != audit.OpEqual:
		return clause{}, fmt.Errorf("there is no value %q", v.Text)
	case flag == audit.FlagMatching:
		return clause{sql: "EXISTS (SELECT 1 FROM matching m WHERE m.event = e.number AND m.duplicate = 0)"}, nil
	}
	return clause{"e.flags & ? <> 0", []any{uint8(flag)}}, nil
}

// refHolds compares numbers: a prefix of n characters of five bits leaves a range.
func refHolds(v audit.Value) (clause, error) {
	switch v.Op {
	case audit.OpRecorded:
		return clause{sql: "1"}, nil
	case audit.OpNotRecorded:
		return clause{sql: "0"}, nil
	}
	typed := strings.NewReplacer("-", "", " ", "").Replace(v.Text)
	missing := 12 - len(typed)
	if missing < 0 || missing > 0 && v.Op != audit.OpPrefix {
		return clause{sql: "0"}, nil
	}
	n, ok := audit.Ref(typed + strings.Repeat("0", missing)).Uint64()
	if !ok {
		return clause{sql: "0"}, nil
	}
	return clause{"e.ref BETWEEN ? AND ?", []any{n, n | (1<<(5*missing) - 1)}}, nil
}

func textHolds(v audit.Value) (clause, error) {
	if v.Op != audit.OpEqual || v.Text == "" {
		return clause{}, fmt.Errorf("the search text is empty")
	}
	folded := audit.FoldText(v.Text)
	return clause{`e.target IN (SELECT code FROM target WHERE text_has(value, ?))
		OR e.account IN (SELECT code FROM account WHERE text_has(username, ?) OR text_has(name, ?) OR text_has(email, ?))
		OR EXISTS (SELECT 1 FROM change c WHERE ` + ofEvent + ` AND (
			c.field > 0 AND c.spelling IN (SELECT code FROM spelling WHERE text_has(value, ?))
			OR c.old IN (SELECT code FROM value WHERE json_has(value, ?)) OR c.new IN (SELECT code FROM value WHERE json_has(value, ?))))`,
		[]any{folded, folded, folded, folded, folded, folded, folded}}, nil
}
