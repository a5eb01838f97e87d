package audit

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// ParseQuery reads the query language. An error is a [*QueryError] that names the position.
func ParseQuery(text string) (Query, error) {
	p := parser{s: text}
	var q Query
	seen := map[Field]bool{}
	for {
		p.space()
		if p.end() {
			return q, nil
		}
		start := p.i
		t, err := p.term()
		if err != nil {
			return Query{}, err
		}
		if t.Field.isTime() {
			if seen[t.Field] {
				return Query{}, p.errAt(start, p.i-start, "%s stands twice", t.Field)
			}
			seen[t.Field] = true
		}
		q.Terms = append(q.Terms, t)
	}
}

type parser struct {
	s string
	i int
}

func (p *parser) end() bool { return p.i >= len(p.s) }

func (p *parser) space() {
	for !p.end() {
		r, n := utf8.DecodeRuneInString(p.s[p.i:])
		if !unicode.IsSpace(r) {
			return
		}
		p.i += n
	}
}

func (p *parser) errAt(pos, length int, format string, args ...any) error {
	return &QueryError{Pos: pos, Len: length, Column: utf8.RuneCountInString(p.s[:pos]) + 1, Message: fmt.Sprintf(format, args...)}
}

func (p *parser) term() (Term, error) {
	var t Term
	start := p.i
	if p.s[p.i] == '-' && p.i+1 < len(p.s) && !isSpaceAt(p.s, p.i+1) {
		t.Exclude = true
		p.i++
	}
	if p.s[p.i] == '"' { // a quoted word
		v, err := p.quoted()
		if err != nil {
			return t, err
		}
		if v == "" {
			return t, p.errAt(start, p.i-start, "the search text is empty")
		}
		if !p.end() && !isSpaceAt(p.s, p.i) {
			return t, p.errAt(p.i, 1, "a space must follow the closing quote")
		}
		t.Field, t.Values = FieldText, []Value{{OpEqual, v}}
		return t, nil
	}
	nameStart := p.i
	for !p.end() && !isSpaceAt(p.s, p.i) && p.s[p.i] != ':' && p.s[p.i] != '"' {
		p.i++
	}
	name := p.s[nameStart:p.i]
	if p.end() || p.s[p.i] != ':' {
		if !p.end() && p.s[p.i] == '"' {
			return t, p.errAt(p.i, 1, "a quote stands inside a word; put the whole word in quotes")
		}
		t.Field, t.Values = FieldText, []Value{{OpEqual, name}}
		return t, nil
	}
	f, ok := ParseField(name)
	if !ok {
		return t, p.errAt(nameStart, len(name), "there is no field %q; to search for text with a colon, put it in quotes", name)
	}
	t.Field = f
	p.i++ // the colon
	if t.Exclude && f.isTime() {
		return t, p.errAt(start, p.i-start, "%s can't be excluded; use the opposite bound", f)
	}
	for {
		vs := p.i
		v, err := p.value()
		if err != nil {
			return t, err
		}
		if v, err = p.check(f, v, vs); err != nil {
			return t, err
		}
		t.Values = append(t.Values, v)
		if p.end() || p.s[p.i] != ',' {
			break
		}
		if f.isTime() {
			return t, p.errAt(p.i, 1, "%s takes one value", f)
		}
		p.i++
	}
	if !p.end() && !isSpaceAt(p.s, p.i) {
		return t, p.errAt(p.i, 1, "a space or comma must follow a value")
	}
	return t, nil
}

func isSpaceAt(s string, i int) bool {
	r, _ := utf8.DecodeRuneInString(s[i:])
	return unicode.IsSpace(r)
}

func (p *parser) value() (Value, error) {
	start := p.i
	if !p.end() && p.s[p.i] == '"' {
		v, err := p.quoted()
		if err != nil {
			return Value{}, err
		}
		if !p.end() && p.s[p.i] == '*' {
			p.i++
			return Value{OpPrefix, v}, nil
		}
		if v == "" {
			return Value{Op: OpNotRecorded}, nil
		}
		return Value{OpEqual, v}, nil
	}
	for !p.end() && !isSpaceAt(p.s, p.i) && p.s[p.i] != ',' {
		if p.s[p.i] == '"' {
			return Value{}, p.errAt(p.i, 1, "a quote stands inside a value; put the whole value in quotes")
		}
		p.i++
	}
	v := p.s[start:p.i]
	switch {
	case v == "":
		return Value{}, p.errAt(start, 0, `a value is missing; write "" for "not recorded"`)
	case v == "*":
		return Value{Op: OpRecorded}, nil
	case strings.HasSuffix(v, "*"):
		return Value{OpPrefix, v[:len(v)-1]}, nil
	default:
		return Value{OpEqual, v}, nil
	}
}

func (p *parser) quoted() (string, error) {
	start := p.i
	p.i++
	var b strings.Builder
	for !p.end() {
		switch c := p.s[p.i]; c {
		case '"':
			p.i++
			return b.String(), nil
		case '\\':
			if p.i+1 < len(p.s) && (p.s[p.i+1] == '"' || p.s[p.i+1] == '\\') {
				p.i++
			}
			b.WriteByte(p.s[p.i])
			p.i++
		default:
			b.WriteByte(c)
			p.i++
		}
	}
	return "", p.errAt(start, len(p.s)-start, "the quote opened here is not closed")
}

var closedSets = map[Field][]string{
	FieldOutcome: {"ok", "denied", "failed", "unknown"},
	FieldVersion: {"v1", "v2"},
	FieldLog:     {"audit", "connection"},
	FieldClass:   {"admin"},
	FieldHas:     {"changes", "secret", "unrecorded", "differs", "matching", "synthetic"},
	FieldBasis:   {"logged", "derived", "not recorded"},
}

// check validates what a field takes and brings closed sets and statuses to one spelling.
func (p *parser) check(f Field, v Value, pos int) (Value, error) {
	if set, ok := closedSets[f]; ok && v.Op == OpEqual {
		for _, s := range set {
			if FoldASCII(v.Text) == s {
				return Value{OpEqual, s}, nil
			}
		}
		return v, p.errAt(pos, p.i-pos, "%s takes one of %s, not %q", f, strings.Join(set, ", "), v.Text)
	}
	switch f {
	case FieldHas, FieldClass:
		return v, p.errAt(pos, p.i-pos, "%s takes one of %s", f, strings.Join(closedSets[f], ", "))
	case FieldText:
		if v.Op == OpPrefix {
			return Value{OpEqual, v.Text + "*"}, nil
		}
		if v.Op != OpEqual {
			return v, p.errAt(pos, p.i-pos, "the search text is empty")
		}
		return v, nil
	case FieldStatus:
		return p.checkStatus(v, pos)
	case FieldDateFrom, FieldDateTo:
		if v.Op != OpEqual {
			return v, p.errAt(pos, p.i-pos, "%s takes a day, yyyy-mm-dd", f)
		}
		if msg := checkDay(v.Text); msg != "" {
			return v, p.errAt(pos, p.i-pos, "%s", msg)
		}
	case FieldAfter, FieldBefore:
		if v.Op != OpEqual {
			return v, p.errAt(pos, p.i-pos, "%s takes an instant such as 2026-06-30T12:00:00Z, or -7d", f)
		}
		if _, err := parseInstant(v.Text, time.Unix(0, 0)); err != nil {
			return v, p.errAt(pos, p.i-pos, "%q is no instant; write 2026-06-30T12:00:00Z, or -7d, -12h, -30m", v.Text)
		}
	}
	return v, nil
}

func (p *parser) checkStatus(v Value, pos int) (Value, error) {
	if v.Op != OpEqual {
		return v, nil
	}
	text := FoldASCII(v.Text)
	switch text {
	case "ok":
		return Value{OpBelow, "400"}, nil
	case "failed":
		return Value{OpAtLeast, "400"}, nil
	}
	op, shift := OpEqual, 0
	switch {
	case strings.HasPrefix(text, ">="):
		op, text = OpAtLeast, text[2:]
	case strings.HasPrefix(text, "<="):
		op, text, shift = OpBelow, text[2:], 1
	case strings.HasPrefix(text, ">"):
		op, text, shift = OpAtLeast, text[1:], 1
	case strings.HasPrefix(text, "<"):
		op, text = OpBelow, text[1:]
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 999_999 {
		return v, p.errAt(pos, p.i-pos, "%q is no status; write a code, >=500, ok or failed", v.Text)
	}
	return Value{op, strconv.Itoa(n + shift)}, nil
}

func checkDay(s string) string {
	if _, err := time.Parse("2006-01-02", s); err == nil {
		if y := s[:4]; y < "1678" || y > "2261" {
			return "the year must lie in 1678–2261"
		}
		return ""
	}
	var y, m, d int
	if n, err := fmt.Sscanf(s, "%4d-%2d-%2d", &y, &m, &d); n == 3 && err == nil && len(s) == 10 {
		if m < 1 || m > 12 {
			return fmt.Sprintf("there is no month %02d", m)
		}
		return fmt.Sprintf("there is no day %02d in %s", d, s[:7])
	}
	return fmt.Sprintf("%q is no day; write yyyy-mm-dd", s)
}

// parseInstant reads RFC 3339 or a span before now: -7d, -12h, -30m, -2w.
func parseInstant(s string, now time.Time) (Time, error) {
	if strings.HasPrefix(s, "-") && len(s) > 2 {
		units := map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}
		unit, ok := units[s[len(s)-1]]
		n, err := strconv.Atoi(s[1 : len(s)-1])
		if ok && err == nil && n >= 0 && n <= 100_000 {
			return TimeOf(now.Add(-time.Duration(n) * unit))
		}
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return 0, err
	}
	return TimeOf(t)
}

// Span is a stretch of time, from inclusive to exclusive. An open end is a nil pointer.
type Span struct {
	From, To *Time
}

// Holds reports whether t lies within the span.
func (s Span) Holds(t Time) bool {
	return (s.From == nil || t >= *s.From) && (s.To == nil || t < *s.To)
}

// Span is what the query's time terms leave: days are whole days of zone, relative instants count from now.
func (q Query) Span(zone *time.Location, now time.Time) (Span, error) {
	var s Span
	from := func(t Time) {
		if s.From == nil || t > *s.From {
			s.From = &t
		}
	}
	to := func(t Time) {
		if s.To == nil || t < *s.To {
			s.To = &t
		}
	}
	for _, t := range q.Terms {
		if !t.Field.isTime() || len(t.Values) == 0 {
			continue
		}
		text := t.Values[0].Text
		switch t.Field {
		case FieldDateFrom, FieldDateTo:
			day, err := time.Parse("2006-01-02", text)
			if err != nil {
				return s, fmt.Errorf("%s: %w", t.Field, err)
			}
			if t.Field == FieldDateTo {
				day = day.AddDate(0, 0, 1) // the whole day, however long it is in this zone
			}
			at, err := TimeOf(StartOfDay(day.Year(), day.Month(), day.Day(), zone))
			if err != nil {
				return s, fmt.Errorf("%s: %w", t.Field, err)
			}
			if t.Field == FieldDateFrom {
				from(at)
			} else {
				to(at)
			}
		default:
			at, err := parseInstant(text, now)
			if err != nil {
				return s, fmt.Errorf("%s: %w", t.Field, err)
			}
			if t.Field == FieldAfter {
				from(at)
			} else {
				to(at)
			}
		}
	}
	return s, nil
}

// Absolute returns the query with spans such as -7d turned into instants, as it is saved and exported.
func (q Query) Absolute(now time.Time) Query {
	out := Query{Terms: append([]Term(nil), q.Terms...)}
	for i, t := range out.Terms {
		if (t.Field == FieldAfter || t.Field == FieldBefore) && strings.HasPrefix(t.Values[0].Text, "-") {
			if at, err := parseInstant(t.Values[0].Text, now); err == nil {
				out.Terms[i].Values = []Value{{OpEqual, at.String()}}
			}
		}
	}
	return out
}
