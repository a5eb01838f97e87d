package audit_test

import (
	"testing"
	"time"

	"auditdesk/backend/audit"
	"pgregory.net/rapid"
)

func zone(t interface{ Fatal(...any) }, name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestStartOfDay(t *testing.T) {
	for _, c := range []struct {
		name, zone string
		y, m, d    int
		want       string
	}{
		{"plain day", "Europe/Berlin", 2026, 6, 30, "2026-06-30T00:00:00+02:00"},
		{"clocks go forward at midnight, west of Greenwich", "America/Sao_Paulo", 2018, 11, 4, "2018-11-04T01:00:00-02:00"},
		{"clocks go forward at midnight, east of Greenwich", "Asia/Beirut", 2022, 3, 27, "2022-03-27T01:00:00+03:00"},
		{"midnight occurs twice", "America/Havana", 2021, 11, 7, "2021-11-07T00:00:00-04:00"},
		{"clocks go back at midnight", "America/Sao_Paulo", 2018, 2, 18, "2018-02-18T00:00:00-03:00"},
		{"a day that the zone skipped", "Pacific/Apia", 2011, 12, 30, "2011-12-31T00:00:00+14:00"},
		{"half-hour offset", "Asia/Kolkata", 2026, 1, 1, "2026-01-01T00:00:00+05:30"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := audit.StartOfDay(c.y, time.Month(c.m), c.d, zone(t, c.zone)).Format(time.RFC3339)
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestDayBoundsOfAQueryHoldTheWholeDayWhereMidnightIsSkipped(t *testing.T) {
	q, err := audit.ParseQuery("date_from:2018-11-03 date_to:2018-11-03")
	if err != nil {
		t.Fatal(err)
	}
	s, err := q.Span(zone(t, "America/Sao_Paulo"), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.From.String() + " " + s.To.String(); got != "2018-11-03T03:00:00Z 2018-11-04T03:00:00Z" {
		t.Errorf("got %s", got)
	}
}

// Buckets must cover time without gap or overlap, whatever the clocks of a zone did.
func TestEveryInstantLiesInTheBucketThatFloorNames(t *testing.T) {
	zones := []string{"UTC", "Europe/Berlin", "America/Sao_Paulo", "America/Havana", "Asia/Beirut", "Pacific/Apia", "America/St_Johns",
		"Australia/Lord_Howe", "Asia/Kolkata", "Asia/Kathmandu", "Atlantic/Azores", "Africa/Cairo", "Asia/Tehran"}
	sizes := []audit.BucketSize{audit.BucketMinute, audit.BucketHour, audit.BucketDay, audit.BucketWeek, audit.BucketMonth}
	rapid.Check(t, func(t *rapid.T) {
		z := zone(t, rapid.SampledFrom(zones).Draw(t, "zone"))
		size := rapid.SampledFrom(sizes).Draw(t, "size")
		at := time.Unix(rapid.Int64Range(0, 2_000_000_000).Draw(t, "at"), 0).In(z)
		if rapid.Bool().Draw(t, "near a change of clocks") {
			if _, end := at.ZoneBounds(); !end.IsZero() {
				at = end.Add(time.Duration(rapid.Int64Range(-10_000, 10_000).Draw(t, "seconds")) * time.Second)
			}
		}
		start := size.Floor(at, z)
		next := size.Next(start, z)
		if start.After(at) || !next.After(at) {
			t.Fatalf("%s does not lie in [%s, %s)", at, start, next)
		}
		if again := size.Floor(start, z); !again.Equal(start) {
			t.Fatalf("the bucket that begins at %s begins at %s", start, again)
		}
		if again := size.Floor(next, z); !again.Equal(next) {
			t.Fatalf("the bucket after %s begins at %s, not at %s", start, again, next)
		}
	})
}
