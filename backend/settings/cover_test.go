package settings_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"auditdesk/backend/audit"
	"auditdesk/backend/settings"
)

func at(day, hour int) audit.Time {
	return audit.Time(time.Date(2026, 1, day, hour, 0, 0, 0, time.UTC).UnixNano())
}

func TestMissing(t *testing.T) {
	span := func(a, b audit.Time) settings.Span { return settings.Span{From: a, To: b} }
	for _, c := range []struct {
		name         string
		covers, gaps []settings.Span
		want         []settings.Span
	}{
		{"no source", nil, nil, []settings.Span{span(at(5, 0), at(10, 0))}},
		{"one source over all of it", []settings.Span{span(at(4, 0), at(11, 0))}, nil, nil},
		{"it ends at the very end", []settings.Span{span(at(5, 0), at(10, 0))}, nil, nil},
		{"it begins late and ends early", []settings.Span{span(at(6, 0), at(9, 0))}, nil, []settings.Span{span(at(5, 0), at(6, 0)-1), span(at(9, 0)+1, at(10, 0))}},
		{"logs cut at midnight", []settings.Span{span(at(4, 0), at(7, 23)), span(at(8, 1), at(11, 0))}, nil, nil},
		{"a whole day between two", []settings.Span{span(at(4, 0), at(6, 20)), span(at(8, 0), at(11, 0))}, nil, []settings.Span{span(at(6, 20)+1, at(8, 0)-1)}},
		{"a day between two that a third covers", []settings.Span{span(at(4, 0), at(6, 20)), span(at(8, 0), at(11, 0)), span(at(5, 0), at(9, 0))}, nil, nil},
		{"a known gap", []settings.Span{span(at(4, 0), at(11, 0))}, []settings.Span{span(at(7, 0), at(8, 0)-1)}, []settings.Span{span(at(7, 0), at(8, 0)-1)}},
		{"a known gap within what no source covers", []settings.Span{span(at(4, 0), at(6, 20)), span(at(8, 0), at(11, 0))}, []settings.Span{span(at(7, 0), at(8, 0)-1)}, []settings.Span{span(at(6, 20)+1, at(8, 0)-1)}},
		{"gaps outside", []settings.Span{span(at(1, 0), at(20, 0))}, []settings.Span{span(at(2, 0), at(3, 0)-1), span(at(12, 0), at(13, 0)-1)}, nil},
		{"sources outside", []settings.Span{span(at(1, 0), at(3, 0)), span(at(12, 0), at(13, 0))}, nil, []settings.Span{span(at(5, 0), at(10, 0))}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := settings.Missing(span(at(5, 0), at(10, 0)), c.covers, c.gaps); !slices.Equal(got, c.want) {
				t.Errorf("missing %v, want %v", got, c.want)
			}
		})
	}
}

// What is missing lies within what was asked, in order, and apart; whatever no source and no day's distance covers is in it.
func TestMissingStretchesAreTheOnesWithoutCover(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) settings.Span {
			a, b := rapid.IntRange(0, 600).Draw(t, name), rapid.IntRange(0, 600).Draw(t, name+" end")
			return settings.Span{From: at(1, min(a, b)), To: at(1, max(a, b))}
		}
		asked := draw("asked")
		var covers, gaps []settings.Span
		for range rapid.IntRange(0, 4).Draw(t, "sources") {
			covers = append(covers, draw("cover"))
		}
		for range rapid.IntRange(0, 2).Draw(t, "gaps") {
			gaps = append(gaps, draw("gap"))
		}
		missing := settings.Missing(asked, covers, gaps)
		for i, m := range missing {
			if m.From > m.To || m.From < asked.From || m.To > asked.To || i > 0 && m.From <= missing[i-1].To+1 {
				t.Fatalf("%v of %v", missing, asked)
			}
		}
		holds := func(list []settings.Span, x audit.Time) bool {
			return slices.ContainsFunc(list, func(s settings.Span) bool { return s.From <= x && x <= s.To })
		}
		for h := range 601 {
			x := at(1, h)
			if x < asked.From || x > asked.To {
				continue
			}
			covered := holds(covers, x)
			if !covered { // between two sources with less than a whole day
				var before, after audit.Time = -1, -1
				for _, c := range covers {
					if c.To < x {
						before = max(before, c.To)
					}
					if c.From > x && (after < 0 || c.From < after) {
						after = c.From
					}
				}
				day := audit.Time(24 * time.Hour)
				covered = before >= 0 && after >= 0 && (before/day+2)*day > after
			}
			if want := !covered || holds(gaps, x); holds(missing, x) != want {
				t.Fatalf("%s is missing: %v, want %v; asked %v, covers %v, gaps %v: %v", x, !want, want, asked, covers, gaps, missing)
			}
		}
	})
}
