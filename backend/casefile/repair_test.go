package casefile_test

import (
	"io"
	"path/filepath"
	"strings"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/ingest"
	"auditdesk/backend/store"
)

// An import that was killed behind its last commit leaves its values before changes underived. Whoever opens the case for
// writing finishes it; whoever only reads is told.
func TestOpeningFinishesWhatAKilledImportLeft(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "killed.auditcase")
	st, err := store.Create(ctx, path, audit.Engagement{Zone: "UTC"}, now)
	if err != nil {
		t.Fatal(err)
	}
	log := write("2026-01-01T00:00:00Z", "gpu vendor", "amd", 200) + write("2026-01-02T00:00:00Z", "gpu vendor", "none", 200)
	in := ingest.Input{Path: "log", Size: int64(len(log)), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(log)), nil }}
	if res, err := ingest.Run(ctx, st, []ingest.Input{in}, ingest.Options{Deployment: "acme"}); err != nil || res.Events != 2 {
		t.Fatalf("%d events, %v", res.Events, err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}

	derived := func(opt casefile.Options, wantUnderived bool, want int64) {
		t.Helper()
		c, err := casefile.Open(ctx, path, opt)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		info, err := c.Info(ctx)
		if err != nil || info.Underived != wantUnderived {
			t.Errorf("underived %t, %v; want %t", info.Underived, err, wantUnderived)
		}
		if n, err := c.Count(ctx, casefile.OfChanges, "basis:derived", ""); err != nil || n != want {
			t.Errorf("%d derived values, %v; want %d", n, err, want)
		}
		rep, err := c.Verify(ctx)
		if err != nil || !rep.Sound() {
			t.Errorf("verify: %+v, %v", rep, err)
		}
	}
	derived(casefile.Options{ReadOnly: true}, true, 0)

	// While another process writes, that one finishes it.
	other, err := store.Open(ctx, path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := other.BeginWrite(ctx); err != nil {
		t.Fatal(err)
	}
	derived(casefile.Options{}, true, 0)
	other.EndWrite()
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	derived(casefile.Options{}, false, 1)
	derived(casefile.Options{ReadOnly: true}, false, 1)
}
