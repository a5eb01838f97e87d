package store_test

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"auditdesk/backend/audit"
	"auditdesk/backend/store"
)

// anyText is text as logs have it: empty, short, long, with NULs, quotes, upper case and other scripts.
func anyText(t *rapid.T, label string) string {
	return rapid.OneOf(rapid.Just(""), rapid.StringN(0, 12, -1), rapid.SampledFrom([]string{
		"6c405053-27e3-484a-9ad7-bcb64e7bfde6", "6C405053-27E3-484A-9AD7-BCB64E7BFDE6", "5e876e9a-121663f01ebd1522060d5270", "a\x00b", `say "hi"`, "Ünïcode", "*",
		strings.Repeat("long ", 40), "00000000-0000-0000-0000-000000000000", "6c405053-27e3-484a-9ad7-bcb64e7bfdeg", "6c405053027e3-484a-9ad7-bcb64e7bfde6",
	})).Draw(t, label)
}

func anyChange(t *rapid.T) audit.Change {
	c := audit.Change{
		Field: anyText(t, "field"), Panel: anyText(t, "panel"), Setting: anyText(t, "setting"), Kind: rapid.SampledFrom(audit.Kinds()).Draw(t, "kind"),
		Basis: rapid.SampledFrom([]audit.Basis{audit.BasisLogged, audit.BasisNotRecorded}).Draw(t, "basis"), Secret: rapid.Bool().Draw(t, "secret"),
		SecretWas: audit.SecretState(rapid.IntRange(0, 2).Draw(t, "was")), SecretNow: audit.SecretState(rapid.IntRange(0, 2).Draw(t, "now")),
		Note: anyText(t, "note"), Words: anyText(t, "words"),
	}
	values := rapid.SampledFrom([]string{"", "null", `"a"`, "1e400", `{"a": [1, 2]}`, `"` + strings.Repeat("x", 5000) + `"`, "9007199254740993"})
	if v := values.Draw(t, "old"); v != "" {
		c.Old = jsonOf(v)
	}
	if v := values.Draw(t, "new"); v != "" {
		c.New = jsonOf(v)
	}
	return c
}

func anyEvent(t *rapid.T) audit.Event {
	e := audit.Event{
		ID: anyText(t, "id"), Time: audit.Time(rapid.Int64().Draw(t, "time")), Log: rapid.SampledFrom([]audit.Log{audit.AuditLog, audit.ConnectionLog}).Draw(t, "log"),
		Version: rapid.SampledFrom([]audit.Version{audit.V1, audit.V2}).Draw(t, "version"), Form: rapid.SampledFrom(audit.Forms()).Draw(t, "form"),
		Rank: audit.Rank(rapid.IntRange(0, 3).Draw(t, "rank")), Deployment: rapid.SampledFrom([]string{"prod", "test"}).Draw(t, "deployment"),
		Action: anyText(t, "action"), ResourceType: anyText(t, "type"), ResourceID: anyText(t, "resource"), ResourceTarget: anyText(t, "target"),
		User:         audit.Person{ID: anyText(t, "user id"), Username: anyText(t, "username"), Email: anyText(t, "email"), Name: anyText(t, "name")},
		Organization: anyText(t, "organization"), OrganizationID: anyText(t, "organization id"), IP: anyText(t, "ip"), UserAgent: anyText(t, "agent"),
		Status: rapid.SampledFrom([]int{audit.NoStatus, 0, 200, 404, 1 << 30}).Draw(t, "status"), RequestID: anyText(t, "request"), Description: anyText(t, "description"),
		BuildReason: anyText(t, "reason"), Additional: rapid.SampledFrom([]string{"", `{"a":1}`, "not JSON"}).Draw(t, "additional"),
		Unrecorded: rapid.Bool().Draw(t, "unrecorded"), Synthetic: rapid.Bool().Draw(t, "synthetic"), Differs: rapid.Bool().Draw(t, "differs"),
	}
	e.TimeText = rapid.OneOf(rapid.Just(e.Time.String()), rapid.Just(""), rapid.Just("2022-10-11 14:53:47.121")).Draw(t, "time text")
	for range rapid.IntRange(0, 3).Draw(t, "changes") {
		c := anyChange(t)
		c.Outcome = e.Outcome()
		e.Changes = append(e.Changes, c)
	}
	return e
}

func read(tb testing.TB, s *store.Store) []audit.Event {
	tb.Helper()
	var numbers []uint32
	for i := range s.Events() {
		numbers = append(numbers, i+1)
	}
	events, err := s.EventsByNumber(tb.Context(), numbers)
	if err != nil {
		tb.Fatal(err)
	}
	return events
}

func TestEveryFieldOfAnEventComesBackAsItWentIn(t *testing.T) {
	s := newCase(t)
	source := begin(t, s, "a.json", "prod")
	var want []audit.Event
	rapid.Check(t, func(rt *rapid.T) {
		var events []audit.Event
		for range rapid.IntRange(1, 5).Draw(rt, "events") {
			events = append(events, anyEvent(rt))
		}
		before := s.Events()
		b := batchOf(t, s, source, events...)
		add(t, s, b)
		for i := range events {
			events[i].Sources = []audit.Position{{Source: source, Path: "a.json", Line: int64(i + 1), Offset: int64(i * 100), Form: events[i].Form}}
		}
		got := read(t, s)[before:]
		if diff := cmp.Diff(events, got); diff != "" {
			rt.Fatal(diff)
		}
		want = append(want, events...)
	})
	s = reopen(t, s, store.Options{ReadOnly: true})
	if diff := cmp.Diff(want, read(t, s)); diff != "" {
		t.Error("after closing and opening: ", diff)
	}
}

func TestEventsComeInTheOrderAskedFor(t *testing.T) {
	s := newCase(t)
	source := begin(t, s, "a.json", "prod")
	add(t, s, batchOf(t, s, source, v2Event(1), v2Event(2), v2Event(3)))
	events, err := s.EventsByNumber(t.Context(), []uint32{3, 1, 3})
	if err != nil {
		t.Fatal(err)
	}
	if got := []string{events[0].ID, events[1].ID, events[2].ID}; got[0] != v2Event(3).ID || got[1] != v2Event(1).ID || got[2] != got[0] {
		t.Errorf("got %v", got)
	}
	if _, err := s.EventsByNumber(t.Context(), []uint32{1, 4}); !errors.Is(err, audit.ErrNotFound) {
		t.Errorf("an event that does not exist: %v", err)
	}
	if events, err := s.EventsByNumber(t.Context(), nil); err != nil || len(events) != 0 {
		t.Errorf("no numbers: %v, %v", events, err)
	}
}

func TestWalkPassesChunkBounds(t *testing.T) {
	s := newCase(t)
	source := begin(t, s, "a.json", "prod")
	var events []audit.Event
	for i := range 1200 {
		e := v2Event(i)
		e.Changes = []audit.Change{{Field: "ttl", New: jsonOf("1"), Kind: audit.KindNumber, Basis: audit.BasisLogged}}
		events = append(events, e)
	}
	add(t, s, batchOf(t, s, source, events...))
	var got []string
	numbers := func(yield func(uint32) bool) {
		for n := uint32(1200); n > 0; n-- {
			if !yield(n) {
				return
			}
		}
	}
	if err := s.Walk(t.Context(), numbers, func(e audit.Event) error { got = append(got, e.ID); return nil }); err != nil {
		t.Fatal(err)
	}
	slices.Reverse(got)
	if len(got) != 1200 || got[0] != v2Event(0).ID || got[1199] != v2Event(1199).ID || got[600] != v2Event(600).ID {
		t.Errorf("%d events, out of order or not all", len(got))
	}
	n := 0
	if err := s.WalkChanges(t.Context(), numbers, func(audit.ChangeRow) error { n++; return nil }); err != nil || n != 1200 {
		t.Errorf("%d changes, %v", n, err)
	}
	stop := errors.New("enough")
	if err := s.Walk(t.Context(), numbers, func(audit.Event) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("an error of the callback: %v", err)
	}
}

func TestChangesOfAChangeRow(t *testing.T) {
	s := newCase(t)
	source := begin(t, s, "a.json", "prod")
	e := v2Event(2) // denied
	e.Changes = []audit.Change{
		{Field: "ttl", Panel: "Panel", Setting: "Setting", Old: jsonOf("0"), New: jsonOf("1"), Kind: audit.KindDuration, Basis: audit.BasisLogged, Words: "0 → 1 ns", Note: "odd"},
		{Field: "token", Kind: audit.KindSecret, Basis: audit.BasisLogged, Secret: true, SecretNow: audit.SecretSet, Words: "secret set"},
	}
	add(t, s, batchOf(t, s, source, v2Event(1), e))
	rows, err := s.ChangesByNumber(t.Context(), []uint32{2, 1})
	if err != nil {
		t.Fatal(err)
	}
	status := 403
	row := func(c audit.Change) audit.ChangeRow {
		c.Outcome = audit.OutcomeDenied
		return audit.ChangeRow{Event: digestOf("2").Ref(), Time: e.Time, User: "user2@acme.example", Action: "delete", Target: "target-2", Type: "user", Status: &status, Deployment: "prod", Version: audit.V2,
			ResourceID: e.ResourceID, Organization: e.Organization, OrganizationID: e.OrganizationID, Change: c}
	}
	if diff := cmp.Diff([]audit.ChangeRow{row(e.Changes[1]), row(e.Changes[0])}, rows); diff != "" {
		t.Error(diff)
	}
}

func TestRawBytesComeBackExactly(t *testing.T) {
	s := newCase(t)
	source := begin(t, s, "a.json", "prod")
	block, refs := packed(t, `{"a":1}`, "broken \x00\xff", `{"b":2}`)
	b := batchOf(t, s, source, v2Event(1), v2Event(2))
	b.Blocks = []store.Block{block}
	b.Events[0].Raw, b.Events[1].Raw = refs[0], refs[2]
	b.Unreadable = []store.NewUnreadable{{Line: 2, Offset: 50, Reason: "broken JSON", Excerpt: "broken", Raw: refs[1]}, {Line: 3, Offset: 60, Reason: "line longer than 32 MiB"}}
	b.Counts = audit.Counts{Lines: 4, RecordLines: 4, Records: 4, Events: 2, Unreadable: 2}
	add(t, s, b)
	other := begin(t, s, "b.json", "prod")
	again := &store.Batch{Source: other, Days: map[string]int64{"2026-05-28": 1}, Counts: audit.Counts{Lines: 1, RecordLines: 1, Records: 1, Matching: 1}}
	block2, refs2 := packed(t, `{"a": 1, "more": true}`)
	again.Blocks = []store.Block{block2}
	again.Matches = []store.Match{{Event: 1, Form: audit.FormV2JSON, Rank: audit.RankJSON, Line: 9, Offset: 900, Raw: refs2[0], Differs: true}}
	add(t, s, again)

	raw, err := s.Raw(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	want := []store.RawRecord{
		{Position: audit.Position{Source: source, Path: "a.json", Line: 1, Form: audit.FormV2REST}, Bytes: []byte(`{"a":1}`)},
		{Position: audit.Position{Source: other, Path: "b.json", Line: 9, Offset: 900, Form: audit.FormV2JSON, Differs: true}, Bytes: []byte(`{"a": 1, "more": true}`)},
	}
	if diff := cmp.Diff(want, raw); diff != "" {
		t.Error(diff)
	}
	if got, err := s.UnreadableRaw(t.Context(), source, 50); err != nil || string(got) != "broken \x00\xff" {
		t.Errorf("unreadable record: %q, %v", got, err)
	}
	if got, err := s.UnreadableRaw(t.Context(), source, 60); err != nil || got != nil {
		t.Errorf("unreadable record without bytes: %q, %v", got, err)
	}
	if _, err := s.UnreadableRaw(t.Context(), source, 61); !errors.Is(err, audit.ErrNotFound) {
		t.Errorf("no such record: %v", err)
	}
	if e := read(t, s)[0]; !e.Differs || len(e.Sources) != 2 {
		t.Errorf("the event: differs %v, %d sources", e.Differs, len(e.Sources))
	}
	list, err := s.UnreadableList(t.Context(), 1, 10)
	if diff := cmp.Diff([]audit.Unreadable{{Source: source, Path: "a.json", Line: 3, Offset: 60, Reason: "line longer than 32 MiB"}}, list); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestEngagementBlobsAndNotes(t *testing.T) {
	s := newCase(t)
	e := audit.Engagement{Title: "Review", Reference: "R-1", PreparedBy: "Kim", From: "2026-01-01", To: "2026-06-30", Zone: "Europe/Berlin", MadeUp: true, Deployments: []string{"prod", "a \"b\", c"}}
	if err := s.SaveEngagement(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	if err := s.SetBlob(t.Context(), "columns", 7, []byte("sum"), []byte("data")); err != nil {
		t.Fatal(err)
	}
	if err := s.NoteReveal(t.Context(), "7K2M-9QXD-41TB"); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, s, store.Options{Now: clock})
	if got, err := s.Engagement(t.Context()); err != nil || cmp.Diff(e, got) != "" {
		t.Errorf("engagement %+v, %v", got, err)
	}
	generation, digest, data, err := s.Blob(t.Context(), "columns")
	if generation != 7 || string(digest) != "sum" || string(data) != "data" || err != nil {
		t.Errorf("blob %d %s %s %v", generation, digest, data, err)
	}
	if err := s.SetBlob(t.Context(), "columns", 0, nil, nil); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := s.Blob(t.Context(), "columns"); !errors.Is(err, audit.ErrNotFound) {
		t.Errorf("a removed blob: %v", err)
	}
	notes, err := s.Reveals(t.Context())
	if diff := cmp.Diff([]store.Reveal{{Time: audit.Time(clock().UnixNano()), Ref: "7K2M-9QXD-41TB"}}, notes); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestClosingTwiceAndUseAfterwards(t *testing.T) {
	s, err := store.Create(t.Context(), filepath.Join(t.TempDir(), "a.auditcase"), audit.Engagement{}, clock)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Close(), s.Close()); err != nil {
		t.Error(err)
	}
	if _, err := s.Sources(t.Context()); err == nil {
		t.Error("a closed case answered")
	}
	if err := s.BeginWrite(t.Context()); err == nil {
		t.Error("a closed case took the lock")
	}
}
