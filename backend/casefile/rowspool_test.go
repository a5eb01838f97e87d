package casefile_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/demo"
)

// Rows beyond those that stand in memory while an import runs are put aside; what is kept of them is what building the columns at
// once gives, which verify compares, and nothing is left beside the case.
func TestRowsThatArePutAsideAreKeptAsOthers(t *testing.T) {
	for name, c := range map[string]struct {
		events int
		values uint32
	}{"beyond so many events": {5000, 1 << 18}, "beyond so many values": {1 << 20, 300}, "all": {0, 0}} {
		t.Run(name, func(t *testing.T) {
			t.Cleanup(casefile.FollowUpTo(c.events, c.values))
			cs := newCase(t, audit.Engagement{})
			var log strings.Builder
			if err := demo.Write(&log, demo.Options{Events: 20_500, Seed: 7, Log: "v2"}); err != nil {
				t.Fatal(err)
			}
			take(t, cs, "acme", log.String())
			report, err := cs.Verify(t.Context())
			if err != nil || !report.Sound() {
				t.Errorf("%+v, %v", report, err)
			}
			for _, check := range report.Checks {
				if check.Name == "kept index against the rows" && check.Count < 20_500 {
					t.Errorf("%d rows were kept", check.Count)
				}
			}
			left, err := os.ReadDir(strings.TrimSuffix(cs.Path(), "test.auditcase"))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range left {
				if !strings.HasPrefix(f.Name(), "test.auditcase") {
					t.Errorf("%s is left", f.Name())
				}
			}
		})
	}
}

func TestRowsComeBackAsTheyWerePutAside(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		s, err := casefile.NewRowSpool(filepath.Join(dir, "a.auditcase"))
		if err != nil {
			rt.Fatal(err)
		}
		defer s.Close()
		code := rapid.Uint32()
		var want []audit.Row
		for n := range rapid.IntRange(0, 20).Draw(rt, "events") {
			r := audit.Row{
				Number: uint32(n) + 1, Event: uint32(n) + 1, Time: audit.Time(rapid.Int64().Draw(rt, "time")), Ref60: rapid.Uint64().Draw(rt, "ref"),
				OrganizationID: code.Draw(rt, "organization"), Flags: audit.Flags(rapid.Byte().Draw(rt, "flags")), Changes: []audit.ChangeCodes{},
			}
			for d := range r.Dims {
				r.Dims[d] = code.Draw(rt, "code")
			}
			for range rapid.IntRange(0, 3).Draw(rt, "changes") {
				b := rapid.Byte()
				r.Changes = append(r.Changes, audit.ChangeCodes{
					Field: code.Draw(rt, "field"), Setting: code.Draw(rt, "setting"), Panel: code.Draw(rt, "panel"),
					Kind: b.Draw(rt, "kind"), Basis: b.Draw(rt, "basis"), Continuity: b.Draw(rt, "continuity"),
				})
			}
			want = append(want, r)
			if err := s.Event(&r); err != nil {
				rt.Fatal(err)
			}
			for i := range r.Changes {
				c := r
				c.Number, c.New, c.Changes = code.Draw(rt, "number"), code.Draw(rt, "new"), r.Changes[i:i+1]
				want = append(want, c)
				if err := s.Change(&c); err != nil {
					rt.Fatal(err)
				}
			}
		}
		var got []audit.Row
		take := func(r *audit.Row) error {
			c := *r
			c.Changes = append([]audit.ChangeCodes{}, r.Changes...)
			got = append(got, c)
			return nil
		}
		if err := s.Read(take, take); err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			rt.Error(diff)
		}
	})
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
