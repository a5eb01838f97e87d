package audit

import (
	"errors"
	"math"
	"strings"
	"time"
)

// Time is an instant: nanoseconds since 1970-01-01 UTC. Its range, 1678–2261, is what a record may hold.
type Time int64

// The bounds of what a record may hold.
const (
	MinTime Time = math.MinInt64
	MaxTime Time = math.MaxInt64
)

// ErrTimeRange says that a time lies outside 1678–2261.
var ErrTimeRange = errors.New("time outside 1678–2261")

// TimeOf converts t, or returns [ErrTimeRange].
func TimeOf(t time.Time) (Time, error) {
	if y := t.UTC().Year(); y < 1678 || y > 2261 {
		return 0, ErrTimeRange
	}
	return Time(t.UnixNano()), nil
}

// ParseTime reads RFC 3339 (a space instead of T is understood too). Text without an offset is taken as UTC.
func ParseTime(s string) (Time, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		alt := strings.Replace(s, " ", "T", 1)
		if t, err = time.Parse(time.RFC3339Nano, alt); err != nil {
			var err2 error
			if t, err2 = time.Parse("2006-01-02T15:04:05.999999999", alt); err2 != nil {
				return 0, err
			}
		}
	}
	return TimeOf(t)
}

// Std is the time in UTC.
func (t Time) Std() time.Time { return time.Unix(0, int64(t)).UTC() }

// Micro is the time cut to microseconds, at which matching records compare (databases keep no more).
func (t Time) Micro() int64 {
	us := int64(t) / 1000
	if int64(t)%1000 < 0 {
		us--
	}
	return us
}

// String is RFC 3339 in UTC, with no more digits than needed.
func (t Time) String() string { return t.Std().Format(time.RFC3339Nano) }

// MarshalText writes RFC 3339 in UTC.
func (t Time) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads RFC 3339.
func (t *Time) UnmarshalText(b []byte) error {
	v, err := ParseTime(string(b))
	if err != nil {
		return err
	}
	*t = v
	return nil
}
