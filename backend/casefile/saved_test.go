package casefile_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/demo"
	"auditdesk/backend/store"
)

// answer is what a case says, as JSON.
func answer(t *testing.T, path string) string {
	t.Helper()
	ctx := context.Background()
	c, err := casefile.Open(ctx, path, casefile.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	req := casefile.SearchRequest{Of: casefile.OfEvents, Query: "-action:login", Zone: "UTC", Timeline: audit.BucketMonth}
	for _, f := range audit.FacetFields() {
		req.Facets = append(req.Facets, audit.FacetRequest{Field: f, Top: 50})
	}
	events, err := c.Search(ctx, req)
	if err != nil {
		t.Fatal(err)
	}
	req.Of = casefile.OfChanges
	changes, err := c.Search(ctx, req)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal([]casefile.SearchResult{events, changes})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestKeptIndexSaysWhatTheRowsSay(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "demo.auditcase")
	c, _, err := casefile.CreateDemo(ctx, path, casefile.DemoRequest{Options: demo.Options{Events: 21_000, Seed: 1}})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	kept := answer(t, path)

	st, err := store.Open(ctx, path, store.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"column index of events", "column index of changes"} {
		generation, _, data, err := st.Blob(ctx, name)
		if err != nil {
			t.Fatalf("nothing was kept: %v", err)
		}
		data[len(data)/2] ^= 1 // a damaged index must not be believed
		if err := st.SetBlob(ctx, name, generation, nil, data); err != nil {
			t.Fatal(err)
		}
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	if rows := answer(t, path); rows != kept {
		t.Errorf("kept index:\n%s\nrows:\n%s", kept, rows)
	}
}

// A window keeps its index up to date step by step; what is kept is what building it at once gives, which verify compares.
func TestAnIndexKeptAfterSeveralImportsIsFoundSound(t *testing.T) {
	c := newCase(t, audit.Engagement{})
	for seed, events := range []int{20_500, 800} {
		var log strings.Builder
		if err := demo.Write(&log, demo.Options{Events: events, Seed: uint64(seed + 1), Log: "v2"}); err != nil {
			t.Fatal(err)
		}
		take(t, c, "acme", log.String())
		if _, err := c.Search(t.Context(), casefile.SearchRequest{}); err != nil {
			t.Fatal(err)
		}
		report, err := c.Verify(t.Context()) // the first import is followed, the second read
		if err != nil || !report.Sound() {
			t.Errorf("import %d: %+v, %v", seed+1, report, err)
		}
	}
}
