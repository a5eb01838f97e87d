package casefile_test

import (
	"strings"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
)

// Sentences say dates as the clock of the asked zone shows them, and name the zone; none is asked: UTC.
func TestSentencesSayDatesInTheAskedZone(t *testing.T) {
	c := newCase(t, audit.Engagement{Zone: "UTC"})
	take(t, c, "acme", v1Write("2026-01-01T23:30:00Z", "infrastructure", `{"gpu vendor":"amd"}`, 200)+
		v1Write("2026-01-04T23:30:00Z", "infrastructure", `{"gpu vendor":"none"}`, 500)+
		v1Write("2026-10-25T00:30:00Z", "infrastructure", `{"gpu vendor":"x"}`, 500))
	for _, want := range []struct {
		zone, at string
		weakened []string
		stated   []string
	}{
		{"", "2026-10-26", []string{"last logged 2026-01-01", "of 2026-10-25 lies in between", "is later than 2026-10-25"},
			[]string{"Can't be stated for 2026-01-03 00:00:00 UTC to 2026-10-26 23:59:59 UTC", "the last of 2026-10-25 00:30:00 UTC:", "at 2026-01-01 23:30:00 UTC:", "Without records: 2026-01-03 00:00:00 UTC to 2026-01-03 23:59:59 UTC"}},
		{"Europe/Zurich", "2026-10-26", []string{"last logged 2026-01-02 Europe/Zurich", "of 2026-10-25 Europe/Zurich lies in between", "is later than 2026-10-25 Europe/Zurich"},
			[]string{"at 2026-01-02 00:30:00 Europe/Zurich:", "the last of 2026-10-25 02:30:00 Europe/Zurich (+02:00):"}},
		{"America/New_York", "2026-10-26", []string{"last logged 2026-01-01 America/New_York", "of 2026-10-24 America/New_York lies in between", "is later than 2026-10-24 America/New_York"},
			[]string{"at 2026-01-01 18:30:00 America/New_York:", "the last of 2026-10-24 20:30:00 America/New_York:"}},
	} {
		t.Run(want.zone, func(t *testing.T) {
			r := settingsOf(t, c, casefile.SettingsRequest{At: want.at, Zone: want.zone})["gpu vendor"]
			for _, part := range want.weakened {
				if !strings.Contains(r.Now.Weakened, part) {
					t.Errorf("%q is not in %q", part, r.Now.Weakened)
				}
			}
			h, err := c.SettingHistory(t.Context(), casefile.SettingHistoryRequest{Key: r.Key, Zone: want.zone})
			if err != nil || !strings.Contains(h.Setting.Now.Weakened, want.weakened[1]) {
				t.Errorf("the history: %q, %v", h.Setting.Now.Weakened, err)
			}
			st, err := c.Statement(t.Context(), casefile.StatementRequest{Key: r.Key, From: "2026-01-03", To: want.at, Zone: want.zone})
			if err != nil {
				t.Fatal(err)
			}
			text := st.Title + " " + st.Text + " " + st.Stretches
			for _, part := range want.stated {
				if !strings.Contains(text, part) {
					t.Errorf("%q is not in %q", part, text)
				}
			}
			if want.zone != "" && strings.Contains(text, "UTC") {
				t.Errorf("another zone in %q", text)
			}
		})
	}
	key := settingsOf(t, c, casefile.SettingsRequest{})["gpu vendor"].Key
	if _, err := c.SettingHistory(t.Context(), casefile.SettingHistoryRequest{Key: key, Zone: "Nowhere/Else"}); err == nil {
		t.Error("a zone that is none is taken")
	}
}

// The paragraph counts the stretches that a statement is refused for; they are named once, beside it.
func TestARefusalNamesItsStretchesOnce(t *testing.T) {
	c := newCase(t, audit.Engagement{Zone: "UTC"})
	var log strings.Builder
	for _, day := range []string{"01", "04", "07", "10", "13", "16", "19", "22"} {
		log.WriteString(daily("2026-01-"+day, 1))
	}
	take(t, c, "acme", v1Write("2026-01-01T10:00:00Z", "infrastructure", `{"gpu vendor":"amd"}`, 200)+log.String())
	key := settingsOf(t, c, casefile.SettingsRequest{})["gpu vendor"].Key
	st, err := c.Statement(t.Context(), casefile.StatementRequest{Key: key, From: "2026-01-02", To: "2026-01-21"})
	if err != nil {
		t.Fatal(err)
	}
	if len(st.Gaps) != 7 || !strings.Contains(st.Text, "7 stretches of that time have no records.") || strings.Contains(st.Text, "2026-01-05 00:00:00") {
		t.Errorf("%d gaps: %s", len(st.Gaps), st.Text)
	}
	if strings.Count(st.Stretches, " to ") != 5 || !strings.HasSuffix(st.Stretches, "; and 2 more.") {
		t.Errorf("the stretches: %s", st.Stretches)
	}
	for _, format := range []string{"text", "markdown", "row"} {
		line, err := c.PaperLine(t.Context(), casefile.PaperLineRequest{Of: "statement", Format: format, Key: key, From: "2026-01-02", To: "2026-01-21"})
		if err != nil || strings.Count(line, st.Stretches) != 1 {
			t.Errorf("as %s: %s, %v", format, line, err)
		}
	}
}
