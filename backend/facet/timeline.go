package facet

import (
	"fmt"
	"math"
	"time"

	"auditdesk/backend/audit"
)

// How many bars an automatic timeline should have.
const (
	fewBars  = 60
	manyBars = 200
)

// Timeline counts the selected rows by buckets of zone, empty ones included: over the filter's span where both its ends are
// given, else from the first selected row to the last. The first bucket can begin before the span. More than
// [audit.MaxTimelineBuckets] bars are an error that wraps [audit.ErrTooMany] and names the next wider size.
func (s *Selection) Timeline(size audit.BucketSize, zone *time.Location) (audit.Timeline, error) {
	switch size {
	case audit.BucketAuto, audit.BucketMinute, audit.BucketHour, audit.BucketDay, audit.BucketWeek, audit.BucketMonth:
	default:
		return audit.Timeline{}, audit.Errorf("choose auto, minute, hour, day, week or month", "there is no bucket size %q", size)
	}
	from, to, ok := s.stretch()
	if size == audit.BucketAuto {
		size = fitting(from, to)
	}
	t := audit.Timeline{Bucket: size, Zone: zone.String(), Buckets: []audit.TimeBucket{}}
	if !ok {
		return t, nil
	}
	starts, complete := edges(from, to, size, zone)
	if !complete {
		err := audit.Errorf("choose "+string(size.Wider()), "a timeline by %s would have more than %d bars", size, audit.MaxTimelineBuckets)
		if size == audit.BucketMonth {
			err.Hint = "choose a shorter time range"
		}
		err.Err = audit.ErrTooMany
		return audit.Timeline{}, err
	}
	t.Buckets = make([]audit.TimeBucket, len(starts))
	lo := s.state.firstAt(starts[0])
	for i, start := range starts {
		hi := s.state.rows()
		if i+1 < len(starts) {
			hi = s.state.firstAt(starts[i+1])
		}
		t.Buckets[i] = audit.TimeBucket{Start: start, Count: int64(s.rows.rank(hi) - s.rows.rank(lo)),
			Failed: countRange(s.rows.bits, s.state.failed, lo, hi)}
		lo = hi
	}
	return t, nil
}

// stretch is what a timeline covers: both ends inclusive. It is false where that is nothing.
func (s *Selection) stretch() (from, to audit.Time, ok bool) {
	if span := s.from.Span; span.From != nil && span.To != nil {
		return *span.From, *span.To - 1, *span.From < *span.To
	}
	total := s.rows.total()
	if total == 0 {
		return 0, 0, false
	}
	return s.state.times[s.rows.sel(0)], s.state.times[s.rows.sel(total-1)], true
}

// edges returns the starts of the buckets that cover from to to, both inclusive; false where there would be too many.
func edges(from, to audit.Time, size audit.BucketSize, zone *time.Location) ([]audit.Time, bool) {
	var starts []audit.Time
	for start := size.Floor(from.Std(), zone); !start.After(to.Std()); start = size.Next(start, zone) {
		if len(starts) == audit.MaxTimelineBuckets {
			return nil, false
		}
		starts = append(starts, clamped(start))
	}
	return starts, true
}

// clamped converts an instant, or returns the bound of what an audit.Time can say.
func clamped(t time.Time) audit.Time {
	switch {
	case t.Before(audit.MinTime.Std()):
		return audit.MinTime
	case t.After(audit.MaxTime.Std()):
		return audit.MaxTime
	default:
		return audit.Time(t.UnixNano())
	}
}

// fitting chooses the size whose number of bars comes nearest to what is wanted, the wider one of two alike.
func fitting(from, to audit.Time) audit.BucketSize {
	const day = 24 * time.Hour
	if from >= to {
		return audit.BucketDay
	}
	span := float64(to) - float64(from) // may be more than an int64 holds
	best, least := audit.BucketMonth, math.Inf(1)
	for _, c := range []struct {
		size  audit.BucketSize
		width time.Duration
	}{{audit.BucketMonth, 30 * day}, {audit.BucketWeek, 7 * day}, {audit.BucketDay, day}, {audit.BucketHour, time.Hour}, {audit.BucketMinute, time.Minute}} {
		bars := span/float64(c.width) + 1
		off := max(math.Log(bars/manyBars), math.Log(fewBars/bars), 0)
		if off < least {
			best, least = c.size, off
		}
	}
	return best
}

// DayCount is a day of a zone with the number of its selected rows.
type DayCount struct {
	Day   string // yyyy-mm-dd
	Count int64
}

// Days returns the days that have selected rows, in the order of the rows; false where there are more than limit.
func (s *Selection) Days(zone *time.Location, order audit.Order, limit int) ([]DayCount, bool) {
	days := []DayCount{}
	total := s.rows.total()
	for done := 0; done < total; {
		if len(days) == limit {
			return nil, false
		}
		first := s.state.times[s.rows.sel(done)].Std()
		start := audit.BucketDay.Floor(first, zone)
		next := s.rows.rank(s.state.firstAt(clamped(audit.BucketDay.Next(start, zone))))
		if next <= done { // the last day that a time can be on
			next = total
		}
		days = append(days, DayCount{Day: fmt.Sprintf("%04d-%02d-%02d", start.Year(), start.Month(), start.Day()), Count: int64(next - done)})
		done = next
	}
	if order != audit.Oldest {
		for i, j := 0, len(days)-1; i < j; i, j = i+1, j-1 {
			days[i], days[j] = days[j], days[i]
		}
	}
	return days, true
}
