package casefile_test

import (
	"errors"
	"strings"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
)

const row = `{"id":"7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a1","time":"2026-01-01T15:10:00Z","resource_type":"api_key","action":"login","status_code":201,"diff":{},"additional_fields":{"api_token":"hunter2hunter2"},"user":{"id":"6c405053-27e3-484a-9ad7-bcb64e7bfde6","username":"sam","email":"sam@acme.example"}}` + "\n"

func TestAnEventIsFoundByRefAndByID(t *testing.T) {
	c := newCase(t, audit.Engagement{})
	take(t, c, "acme", row+at("2026-01-02T00:00:00Z"))
	rows, err := c.EventRows(t.Context(), casefile.RowsRequest{Query: "version:v2", Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	ref := string(rows.Rows[0].Ref)
	for _, key := range []string{ref, strings.ToLower(ref), strings.ReplaceAll(ref, "-", ""), strings.ReplaceAll(ref, "-", " "), " " + ref + "\n", "7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a1", "7C1D2F04-6A0B-4D51-9A55-1F2E60B7C3A1"} {
		d, err := c.Event(t.Context(), key)
		if err != nil || string(d.Event.Ref) != ref {
			t.Errorf("%q: %s, %v", key, d.Event.Ref, err)
		}
	}
	for _, key := range []string{"", "0000-0000-0000", "7c1d2f04", "sam", "7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a2"} {
		var e *audit.Error
		if _, err := c.Event(t.Context(), key); !errors.Is(err, audit.ErrNotFound) || !errors.As(err, &e) || e.Hint == "" {
			t.Errorf("%q: %v", key, err)
		}
	}
}

func TestAKeyThatNamesEventsOfTwoDeployments(t *testing.T) {
	c := newCase(t, audit.Engagement{})
	take(t, c, "one", row)
	take(t, c, "two", row)
	_, err := c.Event(t.Context(), "7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a1")
	var e *audit.Error
	if !errors.As(err, &e) || !strings.Contains(e.Message, "names 2 events") || !strings.Contains(e.Hint, "BC3Z-N3R6-WGJH@one") || !strings.Contains(e.Hint, "BC3Z-N3R6-WGJH@two") {
		t.Errorf("got %v", err)
	}
	for _, key := range []string{"BC3Z-N3R6-WGJH@two", "7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a1@Two"} {
		if d, err := c.Event(t.Context(), key); err != nil || d.Event.Deployment != "two" {
			t.Errorf("%s: deployment %q, %v", key, d.Event.Deployment, err)
		}
	}
	one, err1 := c.Locate(t.Context(), casefile.RowsRequest{Order: audit.Newest}, "BC3Z-N3R6-WGJH@one")
	two, err2 := c.Locate(t.Context(), casefile.RowsRequest{Order: audit.Newest}, "BC3Z-N3R6-WGJH@two")
	if err := errors.Join(err1, err2); err != nil || one == two || one+two != 1 {
		t.Errorf("at %d and %d, %v", one, two, err)
	}
	if _, err := c.Event(t.Context(), "BC3Z-N3R6-WGJH@three"); !errors.Is(err, audit.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestADeploymentIsTheSameInAnyCase(t *testing.T) {
	c := newCase(t, audit.Engagement{})
	take(t, c, "prod", row)
	take(t, c, "PROD", row)
	info, err := c.Info(t.Context())
	if err != nil || len(info.Deployments) != 1 || info.Deployments[0].Name != "prod" || info.Events != 1 {
		t.Errorf("got %+v, %v", info.Deployments, err)
	}
}

func TestRawRecordsAreMaskedUntilRevealed(t *testing.T) {
	c := newCase(t, audit.Engagement{})
	take(t, c, "acme", row)
	const id = "7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a1"
	d, err := c.Event(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Raw) != 1 || !d.Raw[0].Masked || strings.Contains(d.Raw[0].Text, "hunter2") || strings.Contains(d.Event.Additional, "hunter2") {
		t.Errorf("got %+v, %s", d.Raw, d.Event.Additional)
	}
	shown, err := c.RevealRaw(t.Context(), id)
	if err != nil || len(shown) != 1 || shown[0].Text+"\n" != row || shown[0].Masked {
		t.Errorf("got %+v, %v", shown, err)
	}
	bytes, err := c.RevealBytes(t.Context(), id)
	if err != nil || string(bytes[0].Bytes)+"\n" != row {
		t.Errorf("got %v, %v", bytes, err)
	}
}

// A cell in a column named password must not be shown, whatever divides the cells.
func TestCellsOfCSVAreMaskedByTheirColumns(t *testing.T) {
	for name, log := range map[string]string{
		"commas":     "time,action,resource_type,resource_target,status_code,email,password,note,diff\n2026-01-01T15:10:00Z,write,user,sam,200,root@acme.example,hunter2,\"a, \"\"quoted\"\"\",\"{\"\"status\"\":{\"\"old\"\":\"\"a\"\",\"\"new\"\":\"\"b\"\"},\"\"client_secret\"\":\"\"hunter2\"\"}\"\n",
		"semicolons": "Time;Action;Resource Type;Resource Target;Status Code;User Email;Password\n2026-01-01T15:10:00Z;write;user;sam;200;root@acme.example;hunter2\n",
		"tabs":       "Time\tAction\tResource Type\tResource Target\tStatus Code\tUser Email\tPassword\n2026-01-01T15:10:00Z\twrite\tuser\tsam\t200\troot@acme.example\thunter2\n",
	} {
		t.Run(name, func(t *testing.T) {
			c := newCase(t, audit.Engagement{})
			take(t, c, "acme", log)
			rows, err := c.EventRows(t.Context(), casefile.RowsRequest{Limit: 10})
			if err != nil || len(rows.Rows) != 1 {
				t.Fatalf("%d events, %v", len(rows.Rows), err)
			}
			ref := string(rows.Rows[0].Ref)
			d, err := c.Event(t.Context(), ref)
			if err != nil {
				t.Fatal(err)
			}
			masked, err := c.MaskedBytes(t.Context(), ref)
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range []string{d.Raw[0].Text, string(masked[0].Bytes)} {
				if strings.Contains(text, "hunter2") {
					t.Errorf("a secret is shown: %s", text)
				}
				for _, known := range []string{"2026-01-01T15:10:00Z", "write", "sam", "root@acme.example", "200"} {
					if !strings.Contains(text, known) {
						t.Errorf("%s is masked too: %s", known, text)
					}
				}
			}
		})
	}
}

func TestASearchForTextKnowsNoCaseInAnyScript(t *testing.T) {
	c := newCase(t, audit.Engagement{})
	take(t, c, "acme", strings.Replace(row, `"action"`, `"resource_target":"ÄÖ Straße Ωmega","action"`, 1))
	for query, want := range map[string]int64{`"äö straße"`: 1, "ÄÖ": 1, "ωMEGA": 1, "str": 1, "äöü": 0} {
		n, err := c.Count(t.Context(), casefile.OfEvents, query, "")
		if err != nil || n != want {
			t.Errorf("%s: %d events, want %d, %v", query, n, want, err)
		}
	}
}
