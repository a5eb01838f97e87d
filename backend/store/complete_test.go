package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/store"
)

func TestFormDaysAreThoseOfTheRecords(t *testing.T) {
	s := newCase(t)
	day := int64(24 * time.Hour)
	event := func(n int64, form audit.Form) audit.Event {
		e := v2Event(int(n + 1))
		e.Time, e.Form = audit.Time(n*day/4), form
		return e
	}
	// A source of one form, by its account; one of two forms, by its events and matching records. Days before 1970 count too.
	one := begin(t, s, "one.json", "prod")
	add(t, s, batchOf(t, s, one, event(0, audit.FormV2REST), event(1, audit.FormV2REST), event(5, audit.FormV2REST)))
	finish(t, s, one, "one.json")
	two := begin(t, s, "two.json", "prod")
	b := batchOf(t, s, two, event(-1, audit.FormV2JSON), event(1, audit.FormV2Human))
	b.Matches = []store.Match{{Event: 3, Form: audit.FormV2JSON, Rank: audit.RankJSON, Line: 3}}
	b.Days["1970-01-02"]++
	b.Counts.Add(audit.Counts{Lines: 1, RecordLines: 1, Records: 1, Matching: 1})
	add(t, s, b)
	if err := s.FinishSource(t.Context(), two, audit.Source{Path: "two.json", SHA256: shaOf("two.json"), Form: "mixed", State: audit.SourceWhole}); err != nil {
		t.Fatal(err)
	}
	got, err := s.FormDays(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []audit.FormDay{
		{Deployment: "prod", Day: "1969-12-31", Form: "v2-json", Records: 1},
		{Deployment: "prod", Day: "1970-01-01", Form: "v2-human", Records: 1},
		{Deployment: "prod", Day: "1970-01-01", Form: "v2-rest", Records: 2},
		{Deployment: "prod", Day: "1970-01-02", Form: "v2-json", Records: 1},
		{Deployment: "prod", Day: "1970-01-02", Form: "v2-rest", Records: 1},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
	var records []string
	if err := s.RecordSources(t.Context(), func(event uint32, source int64) error {
		records = append(records, fmt.Sprintf("%d of %d", event, source))
		return nil
	}); err != nil || !slices.Equal(records, []string{"1 of 1", "2 of 1", "3 of 1", "4 of 2", "5 of 2", "3 of 2"}) {
		t.Errorf("records %v, %v", records, err)
	}
}

func TestBuildsAreThoseOfWorkspaceBuilds(t *testing.T) {
	s := newCase(t)
	var list []audit.Event
	for i, e := range []struct{ typ, additional string }{{"workspace_build", `{"build_number":"1"}`}, {"workspace", `{"build_number":"2"}`}, {"Workspace_Build", `{"build_number":"3"}`}, {"workspace_build", ""}} {
		one := v2Event(i)
		one.ResourceType, one.Additional = e.typ, e.additional
		list = append(list, one)
	}
	source := begin(t, s, "a.json", "prod")
	add(t, s, batchOf(t, s, source, list...))
	var got []string
	if err := s.Builds(t.Context(), func(_ uint32, at audit.Time, additional string) error {
		got = append(got, fmt.Sprint(at, additional))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if want := []string{fmt.Sprint(list[0].Time, list[0].Additional), fmt.Sprint(list[2].Time, list[2].Additional)}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
