package facet_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/facet"
	"github.com/google/go-cmp/cmp"
)

func at(t *testing.T, text string) audit.Time {
	t.Helper()
	v, err := audit.ParseTime(text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// selected builds a log with an event at each time, every second one failed, and selects all or a span of it.
func selected(t *testing.T, span audit.Span, times ...string) *facet.Selection {
	t.Helper()
	m := &memory{}
	for i, text := range times {
		m.add(event{time: at(t, text), ref: uint64(i), status: 200 + i%2*300})
	}
	sel, err := build(t, m).Select(context.Background(), facet.Filter{Span: span})
	if err != nil {
		t.Fatal(err)
	}
	return sel
}

func TestTimelineBuckets(t *testing.T) {
	for _, c := range []struct {
		name, zone string
		size       audit.BucketSize
		times      []string
		want       []string // start in the zone, count, failed
	}{
		{"days, an empty one included", "UTC", audit.BucketDay, []string{"2026-06-01T23:59:59.999999999Z", "2026-06-02T00:00:00Z", "2026-06-04T12:00:00Z"},
			[]string{"2026-06-01T00:00:00Z 1 0", "2026-06-02T00:00:00Z 1 1", "2026-06-03T00:00:00Z 0 0", "2026-06-04T00:00:00Z 1 0"}},
		{"the day on which clocks go forward has 23 hours", "Europe/Berlin", audit.BucketDay, []string{"2026-03-28T22:59:59Z", "2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z", "2026-03-29T22:00:00Z"},
			[]string{"2026-03-28T00:00:00+01:00 1 0", "2026-03-29T00:00:00+01:00 2 1", "2026-03-30T00:00:00+02:00 1 1"}},
		{"the hour that occurs twice is two bars", "Europe/Berlin", audit.BucketHour, []string{"2025-10-26T00:30:00Z", "2025-10-26T01:30:00Z", "2025-10-26T02:00:00Z"},
			[]string{"2025-10-26T02:00:00+02:00 1 0", "2025-10-26T02:00:00+01:00 1 1", "2025-10-26T03:00:00+01:00 1 0"}},
		{"hours of a zone with a half hour", "Asia/Kolkata", audit.BucketHour, []string{"2026-06-01T00:29:00Z", "2026-06-01T00:30:00Z"},
			[]string{"2026-06-01T05:00:00+05:30 1 0", "2026-06-01T06:00:00+05:30 1 1"}},
		{"weeks begin on Monday", "UTC", audit.BucketWeek, []string{"2026-06-07T23:00:00Z", "2026-06-08T00:00:00Z"},
			[]string{"2026-06-01T00:00:00Z 1 0", "2026-06-08T00:00:00Z 1 1"}},
		{"months", "America/New_York", audit.BucketMonth, []string{"2026-03-01T04:59:59Z", "2026-05-01T04:00:00Z"},
			[]string{"2026-02-01T00:00:00-05:00 1 0", "2026-03-01T00:00:00-05:00 0 0", "2026-04-01T00:00:00-04:00 0 0", "2026-05-01T00:00:00-04:00 1 1"}},
		{"a day without midnight", "America/Sao_Paulo", audit.BucketDay, []string{"2018-11-04T02:59:59Z", "2018-11-04T03:00:00Z"},
			[]string{"2018-11-03T00:00:00-03:00 1 0", "2018-11-04T01:00:00-02:00 1 1"}},
		{"the earliest time a record can hold", "UTC", audit.BucketMonth, []string{"1678-01-01T00:00:00Z"}, []string{"1678-01-01T00:00:00Z 1 0"}},
		{"the latest time a record can hold", "UTC", audit.BucketMonth, []string{"2261-12-31T23:59:59Z"}, []string{"2261-12-01T00:00:00Z 1 0"}},
		{"no event", "UTC", audit.BucketHour, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			zone := location(t, c.zone)
			line, err := selected(t, audit.Span{}, c.times...).Timeline(c.size, zone)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, b := range line.Buckets {
				got = append(got, fmt.Sprintf("%s %d %d", b.Start.Std().In(zone).Format(time.RFC3339), b.Count, b.Failed))
			}
			if diff := cmp.Diff(c.want, got); diff != "" || line.Bucket != c.size || line.Zone != c.zone {
				t.Errorf("%s %s (-want +got)\n%s", line.Bucket, line.Zone, diff)
			}
		})
	}
}

func TestTimelineCoversASpanThatIsGivenWhole(t *testing.T) {
	from, to := at(t, "2026-06-01T06:00:00Z"), at(t, "2026-06-05T00:00:00Z")
	for name, times := range map[string][]string{"with events": {"2026-06-02T05:00:00Z", "2026-06-09T05:00:00Z"}, "without": nil} {
		line, err := selected(t, audit.Span{From: &from, To: &to}, times...).Timeline(audit.BucketDay, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(line.Buckets); n != 4 || line.Buckets[0].Start != at(t, "2026-06-01T00:00:00Z") || line.Buckets[3].Start != at(t, "2026-06-04T00:00:00Z") {
			t.Errorf("%s: %v", name, line.Buckets)
		}
	}
	line, err := selected(t, audit.Span{From: &from}, "2026-06-02T05:00:00Z").Timeline(audit.BucketDay, time.UTC)
	if err != nil || len(line.Buckets) != 1 {
		t.Errorf("a span open at one end: %v, %v", line.Buckets, err)
	}
}

func TestTimelineNamesTheNextWiderSize(t *testing.T) {
	for _, c := range []struct {
		size audit.BucketSize
		last string
		hint string
	}{
		{audit.BucketMinute, "2026-01-04T11:20:00Z", "choose hour"},
		{audit.BucketHour, "2026-07-28T08:00:00Z", "choose day"},
		{audit.BucketDay, "2039-09-10T00:00:00Z", "choose week"},
		{audit.BucketWeek, "2121-11-01T00:00:00Z", "choose month"},
	} {
		sel := selected(t, audit.Span{}, "2026-01-01T00:00:00Z", c.last)
		var forPeople *audit.Error
		if _, err := sel.Timeline(c.size, time.UTC); !errors.Is(err, audit.ErrTooMany) || !errors.As(err, &forPeople) || forPeople.Hint != c.hint {
			t.Errorf("%s to %s: %v", c.size, c.last, err)
		}
		if _, err := sel.Timeline(audit.BucketAuto, time.UTC); err != nil {
			t.Errorf("auto to %s: %v", c.last, err)
		}
	}
	just := selected(t, audit.Span{}, "2026-01-01T00:00:00Z", "2026-01-04T11:19:59Z")
	if line, err := just.Timeline(audit.BucketMinute, time.UTC); err != nil || len(line.Buckets) != audit.MaxTimelineBuckets {
		t.Errorf("%d bars, %v", len(line.Buckets), err)
	}
	ages := selected(t, audit.Span{}, "1678-01-01T00:00:00Z", "2261-12-31T23:59:59Z")
	if _, err := ages.Timeline(audit.BucketAuto, time.UTC); !errors.Is(err, audit.ErrTooMany) || !strings.Contains(err.Error(), "shorter") {
		t.Errorf("six hundred years by month: %v", err)
	}
	if _, err := just.Timeline("fortnight", time.UTC); err == nil {
		t.Error("no error for a size there is not")
	}
}

func TestAutomaticBuckets(t *testing.T) {
	for last, want := range map[string]audit.BucketSize{
		"2026-01-01T00:00:00Z": audit.BucketDay, // one event
		"2026-01-01T02:00:00Z": audit.BucketMinute,
		"2026-01-05T00:00:00Z": audit.BucketHour,
		"2026-02-01T00:00:00Z": audit.BucketDay,
		"2026-06-01T00:00:00Z": audit.BucketDay,
		"2028-01-01T00:00:00Z": audit.BucketWeek,
		"2036-01-01T00:00:00Z": audit.BucketMonth,
	} {
		line, err := selected(t, audit.Span{}, "2026-01-01T00:00:00Z", last).Timeline(audit.BucketAuto, time.UTC)
		if err != nil || line.Bucket != want {
			t.Errorf("to %s: by %s (%d bars), want %s; %v", last, line.Bucket, len(line.Buckets), want, err)
		}
	}
}

func TestDays(t *testing.T) {
	sel := selected(t, audit.Span{}, "2018-11-04T02:59:59Z", "2018-11-04T03:00:00Z", "2018-11-04T12:00:00Z", "2018-11-09T12:00:00Z")
	zone := location(t, "America/Sao_Paulo")
	want := []facet.DayCount{{Day: "2018-11-09", Count: 1}, {Day: "2018-11-04", Count: 2}, {Day: "2018-11-03", Count: 1}}
	got, ok := sel.Days(zone, audit.Newest, 3)
	if diff := cmp.Diff(want, got); diff != "" || !ok {
		t.Errorf("%t (-want +got)\n%s", ok, diff)
	}
	if got, ok := sel.Days(zone, audit.Oldest, 2); ok {
		t.Errorf("more days than asked for: %v", got)
	}
}
