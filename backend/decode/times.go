package decode

import (
	"errors"
	"math"
	"strings"
	"time"

	"auditdesk/backend/audit"
)

// Reasons that a time gives for a record to be unreadable.
const (
	noTime      = "no time"
	brokenTime  = "the time can't be read"
	outsideTime = "time outside 1678–2261"
)

// eventTime finds when a record happened: by its own time, else by what stands around it, from the inside out. own is not passed over
// where it is there but can't be read: another time would be told as the record's.
func (d *Decoder) eventTime(own value) (t audit.Time, as, problem string) {
	t, as, problem = d.timeOf(own)
	if d.lent = problem == noTime; !d.lent {
		return t, as, problem
	}
	for i := len(d.frames) - 1; i >= 0; i-- {
		f := &d.frames[i]
		doc := f.v.doc
		for _, v := range [...]value{f.time, doc.get(f.n.ts), doc.get(f.n.timestamp)} {
			if t, as, problem = d.timeOf(v); problem == "" {
				return t, as, ""
			}
		}
		if t, as, problem = d.splitTime(doc.get(f.n.seconds), doc.get(f.n.nanos)); problem == "" {
			return t, as, ""
		}
		for _, v := range [...]value{doc.get(f.n.time), doc.get(f.n.atTimestamp), doc.get(f.n.underTime)} {
			if t, as, problem = d.timeOf(v); problem == "" {
				return t, as, ""
			}
		}
	}
	if d.piece.Time != "" {
		if t, err := audit.ParseTime(d.piece.Time); err == nil {
			return t, d.piece.Time, ""
		}
	}
	return 0, "", noTime
}

// timeOf reads one time.
func (d *Decoder) timeOf(v value) (audit.Time, string, string) {
	switch v.kind {
	case number:
		t, problem := epoch(v.raw)
		return t, d.str(v), problem
	case text, object:
		if v.kind == object && v.member("seconds").held() { // google.protobuf.Timestamp
			return d.splitTime(v.member("seconds"), v.member("nanos"))
		}
		s := d.timeText(v)
		if s == "" {
			return 0, "", noTime
		}
		t, problem := parseTime(s)
		return t, s, problem
	}
	return 0, "", noTime
}

func (d *Decoder) timeText(v value) string {
	if v.kind == object { // google.protobuf.Timestamp is {seconds, nanos}, sql.NullTime {Time, Valid}
		return d.goText(v)
	}
	return strings.TrimSpace(d.goText(v))
}

// The layouts beside RFC 3339: Splunk, Go's Time.String with and without a name of the zone.
var layouts = [...]string{
	"2006-01-02T15:04:05.999999999Z0700",
	"2006-01-02 15:04:05.999999999 -0700 MST",
	"2006-01-02 15:04:05.999999999 MST",
	"2006-01-02 15:04:05.999999999 -0700",
}

func parseTime(s string) (audit.Time, string) {
	t, err := audit.ParseTime(s)
	if err == nil {
		return t, ""
	}
	if errors.Is(err, audit.ErrTimeRange) {
		return 0, outsideTime
	}
	if isNumber(s) {
		return epoch([]byte(s))
	}
	for _, layout := range layouts {
		if std, err := time.Parse(layout, s); err == nil {
			if t, err := audit.TimeOf(std); err == nil {
				return t, ""
			}
			return 0, outsideTime
		}
	}
	return 0, brokenTime
}

func isNumber(s string) bool {
	end, k, ok := scanScalar([]byte(s), 0)
	return ok && k == number && end == len(s)
}

// splitTime joins Stackdriver's timestampSeconds and timestampNanos.
func (d *Decoder) splitTime(seconds, nanos value) (audit.Time, string, string) {
	if !seconds.held() {
		return 0, "", noTime
	}
	s := d.str(seconds)
	whole, _, ok := decimal([]byte(s))
	if !ok {
		return 0, "", brokenTime
	}
	var n int64
	if nanos.held() {
		ns := d.str(nanos)
		if n, _, ok = decimal([]byte(ns)); !ok {
			return 0, "", brokenTime
		}
		s += "." + strings.Repeat("0", max(9-len(ns), 0)) + ns
	}
	t, problem := fromUnits(whole, 0, 1e9)
	if problem == "" {
		t += audit.Time(n)
	}
	return t, s, problem
}

// epoch reads a number of seconds, milliseconds, microseconds or nanoseconds since 1970; which it is, its size tells: each unit
// covers the years 1973 to 5138 of the one before.
func epoch(raw []byte) (audit.Time, string) {
	whole, frac, ok := decimal(raw)
	if !ok {
		return 0, brokenTime
	}
	abs := whole
	if abs < 0 {
		abs = -abs
	}
	switch {
	case abs < 1e11:
		return fromUnits(whole, frac, 1e9)
	case abs < 1e14:
		return fromUnits(whole, frac/1e3, 1e6)
	case abs < 1e17:
		return fromUnits(whole, frac/1e6, 1e3)
	}
	return fromUnits(whole, 0, 1)
}

// fromUnits is whole units of unit nanoseconds, and ns nanoseconds of the same sign.
func fromUnits(whole, ns, unit int64) (audit.Time, string) {
	if whole > math.MaxInt64/unit-1 || whole < math.MinInt64/unit+1 {
		return 0, outsideTime
	}
	if whole < 0 {
		ns = -ns
	}
	t, err := audit.TimeOf(time.Unix(0, whole*unit+ns))
	if err != nil {
		return 0, outsideTime
	}
	return t, ""
}

// decimal reads a decimal number exactly: its whole part and nine digits of its fraction. Exponents are not understood.
func decimal(b []byte) (whole, frac int64, ok bool) {
	negative := len(b) > 0 && b[0] == '-'
	if negative {
		b = b[1:]
	}
	i := 0
	for ; i < len(b) && isDigit(b[i]); i++ {
		if whole > (math.MaxInt64-9)/10 {
			return 0, 0, false
		}
		whole = whole*10 + int64(b[i]-'0')
	}
	if i == 0 {
		return 0, 0, false
	}
	if negative {
		whole = -whole
	}
	if i == len(b) {
		return whole, 0, true
	}
	if b[i] != '.' {
		return 0, 0, false
	}
	digits := 0
	for i++; i < len(b) && isDigit(b[i]); i++ {
		if digits < 9 {
			frac = frac*10 + int64(b[i]-'0')
			digits++
		}
	}
	for ; digits < 9; digits++ {
		frac *= 10
	}
	return whole, frac, i == len(b)
}
