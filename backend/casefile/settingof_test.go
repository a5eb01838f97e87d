package casefile_test

import (
	"fmt"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
)

// Each change of class:admin leads to its own row in the history of its setting; any other change is of no setting.
func TestAChangeLeadsToItsPlaceInTheHistoryOfItsSetting(t *testing.T) {
	c := newCase(t, audit.Engagement{Zone: "UTC"})
	for _, deployment := range []string{"acme", "other"} {
		take(t, c, deployment, v1Write("2026-01-01T10:00:00Z", "infrastructure", `{"gpu vendor":"amd","access URL":"a.example"}`, 200)+
			v1Write("2026-01-02T10:00:00Z", "infrastructure", `{"gpu vendor":"none"}`, 403)+
			v1Write("2026-01-03T10:00:00Z", "infrastructure", `{"gpu vendor":"nvidia"}`, 200)+
			v1Write("2026-01-04T10:00:00Z", "features", `""`, 200)+
			v1Write("2026-01-05T10:00:00Z", "workspace of jo", `{"name":"main"}`, 200))
	}
	changes, err := c.ChangeRows(t.Context(), casefile.RowsRequest{Of: casefile.OfChanges, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	admin, others := 0, 0
	for _, row := range changes.Rows {
		detail, err := c.Event(t.Context(), fmt.Sprintf("%s@%s", row.Event, row.Deployment))
		if err != nil {
			t.Fatal(err)
		}
		for ordinal := range max(len(detail.Event.Changes), 1) {
			found, err := c.SettingOf(t.Context(), casefile.SettingOfRequest{Event: fmt.Sprintf("%s@%s", row.Event, row.Deployment), Ordinal: ordinal})
			if err != nil {
				t.Fatal(err)
			}
			if row.Type == "workspace of jo" {
				others++
				if found != nil {
					t.Errorf("a change of no setting leads to %+v", found)
				}
				continue
			}
			admin++
			if found == nil {
				t.Fatalf("change %d of %s %s leads nowhere", ordinal, row.Event, row.Words)
			}
			h, err := c.SettingHistory(t.Context(), casefile.SettingHistoryRequest{Key: found.Key, Offset: found.Offset, Limit: 1})
			if err != nil {
				t.Fatal(err)
			}
			if h.Rows[0].Event != row.Event || h.Rows[0].Ordinal != ordinal || h.Setting.Deployment != row.Deployment {
				t.Errorf("change %d of %s@%s leads to %+v of %s", ordinal, row.Event, row.Deployment, h.Rows[0], h.Setting.Deployment)
			}
		}
	}
	if admin == 0 || others == 0 {
		t.Errorf("%d changes of settings and %d others were looked at", admin, others)
	}
	e, err := c.Engagement(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	e.Deployments = []string{"other"}
	if err := c.SaveEngagement(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	first := changes.Rows[len(changes.Rows)-1]
	for deployment, inScope := range map[string]bool{"acme": false, "other": true} {
		found, err := c.SettingOf(t.Context(), casefile.SettingOfRequest{Event: fmt.Sprintf("%s@%s", first.Event, deployment)})
		if err != nil || (found != nil) != inScope {
			t.Errorf("in %s: %+v, %v", deployment, found, err)
		}
	}
	if _, err := c.SettingOf(t.Context(), casefile.SettingOfRequest{Event: "0000-0000-0000"}); err == nil {
		t.Error("an event that is not in the case leads to a setting")
	}
}

// A history says from when to when records of its deployment were received: what lies outside is not known.
func TestAHistorySaysWhichTimeItsDeploymentHasRecordsOf(t *testing.T) {
	c := newCase(t, audit.Engagement{Zone: "UTC"})
	take(t, c, "acme", v1Write("2026-01-02T10:00:00Z", "infrastructure", `{"gpu vendor":"amd"}`, 200)+daily("2026-01-03", 3))
	take(t, c, "other", daily("2025-12-01", 60))
	h, err := c.SettingHistory(t.Context(), casefile.SettingHistoryRequest{Key: settingsOf(t, c, casefile.SettingsRequest{Search: "acme"})["gpu vendor"].Key})
	if err != nil {
		t.Fatal(err)
	}
	if h.Begin == nil || h.End == nil || h.Begin.String() != "2026-01-02T10:00:00Z" || h.End.String() != "2026-01-05T12:00:00Z" {
		t.Errorf("from %v to %v", h.Begin, h.End)
	}
}
