package casefile_test

import (
	"slices"
	"strings"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
)

func TestARowNamesThePersonAsFacetsDo(t *testing.T) {
	c := newCase(t, audit.Engagement{})
	idOnly := strings.NewReplacer(
		"7c1d2f04", "7c1d2f05", "15:10:00", "15:20:00",
		`"username":"sam","email":"sam@acme.example"`, `"username":""`,
	).Replace(row)
	nobody := strings.NewReplacer(
		"7c1d2f04", "7c1d2f06", "15:10:00", "15:30:00",
		`"user":{"id":"6c405053-27e3-484a-9ad7-bcb64e7bfde6","username":"sam","email":"sam@acme.example"}`, `"user":null`,
	).Replace(row)
	take(t, c, "acme", idOnly+nobody)
	ask := func() casefile.EventRows {
		t.Helper()
		rows, err := c.EventRows(t.Context(), casefile.RowsRequest{Order: audit.Oldest, Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	const id = "6c405053-27e3-484a-9ad7-bcb64e7bfde6"
	if got, want := ask().Persons, []string{id, ""}; !slices.Equal(got, want) {
		t.Errorf("before the e-mail is known: got %q, want %q", got, want)
	}
	take(t, c, "acme", row)
	rows := ask()
	if want := []string{"sam@acme.example", "sam@acme.example", ""}; !slices.Equal(rows.Persons, want) {
		t.Errorf("after: got %q, want %q", rows.Persons, want)
	}
	if label := rows.Rows[1].User.Label(); label != id {
		t.Errorf("the record itself names %q, want its id", label)
	}
	d, err := c.Event(t.Context(), string(rows.Rows[1].Ref))
	if err != nil || d.Person != "sam@acme.example" {
		t.Errorf("details: got %q, %v", d.Person, err)
	}
}
