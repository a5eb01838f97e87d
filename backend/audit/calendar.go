package audit

import "time"

// StartOfDay returns the first instant of a day in zone, or of the day after where the zone skipped the day. That is not
// always 00:00: clocks can go forward at midnight, and time.Date then answers an instant of the day before.
func StartOfDay(year int, month time.Month, day int, zone *time.Location) time.Time {
	midnight := time.Date(year, month, day, 0, 0, 0, 0, time.UTC) // as a wall clock shows it
	at := midnight.Add(-24 * time.Hour).In(zone)                  // no offset is that large
	for {
		begin, end := at.ZoneBounds()
		_, offset := at.Zone()
		start := midnight.Add(-time.Duration(offset) * time.Second).In(zone)
		if start.Before(begin) {
			start = begin
		}
		if end.IsZero() || start.Before(end) {
			return start
		}
		at = end
	}
}

// Floor returns the start of the bucket that holds t, in zone.
func (b BucketSize) Floor(t time.Time, zone *time.Location) time.Time {
	t = t.In(zone)
	switch b {
	case BucketMinute:
		return t.Truncate(time.Minute)
	case BucketHour:
		// An hour of the zone: offsets of a half hour exist, an hour can occur twice, and clocks can change within one.
		start := t.Add(-time.Duration(t.Minute())*time.Minute - time.Duration(t.Second())*time.Second - time.Duration(t.Nanosecond()))
		if begin, _ := t.ZoneBounds(); start.Before(begin) {
			return begin
		}
		return start
	}
	y, m, d := t.Date()
	switch b {
	case BucketWeek:
		d -= (int(t.Weekday()) + 6) % 7
	case BucketMonth:
		d = 1
	}
	start := StartOfDay(y, m, d, zone)
	// Where clocks go back over midnight, the end of the day before is shown once more.
	if next := b.Next(start, zone); !next.After(t) {
		return next
	}
	return start
}

// Next returns the start of the bucket after the one that starts at start.
func (b BucketSize) Next(start time.Time, zone *time.Location) time.Time {
	start = start.In(zone)
	y, m, d := start.Date()
	switch b {
	case BucketMinute:
		return start.Add(time.Minute)
	case BucketHour:
		next := b.Floor(start.Add(time.Hour), zone)
		if _, end := start.ZoneBounds(); !end.IsZero() && end.Before(next) {
			return end
		}
		return next
	case BucketWeek:
		d += 7
	case BucketMonth:
		m, d = m+1, 1
	default:
		d++
	}
	next := StartOfDay(y, m, d, zone)
	for !next.After(start) {
		d++
		next = StartOfDay(y, m, d, zone)
	}
	return next
}
