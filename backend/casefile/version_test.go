package casefile_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/zstd"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
)

// released are cases that released versions wrote, with the head of their chain. Each came of 14 sources of many shapes, with
// one unreadable record, a receipt, an export and a revealed record.
var released = []struct {
	version int
	head    string
	links   int64
	holds   [4]int64 // sources, lines, events, unreadable records
}{
	{1, "aaeadc3fa97e5f17f17102b5c503ae09f285370e2c48c3c1e3401da47d364479", 9, [4]int64{14, 323, 22, 1}},
}

// ofVersion lays a case of an earlier version.
func ofVersion(t *testing.T, name string) string {
	t.Helper()
	packed, err := os.ReadFile(filepath.Join("testdata", name+".auditcase.zst"))
	if err != nil {
		t.Fatal(err)
	}
	z, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	b, err := z.DecodeAll(packed, nil)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name+".auditcase")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCaseOfEveryReleasedVersionIsBroughtUpToDate(t *testing.T) {
	for _, r := range released {
		t.Run(fmt.Sprintf("version %d", r.version), func(t *testing.T) {
			ctx := t.Context()
			path := ofVersion(t, fmt.Sprintf("case-v%d", r.version))
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}

			var e *audit.Error
			if _, err := casefile.Open(ctx, path, casefile.Options{Now: now, ReadOnly: true}); !errors.Is(err, audit.ErrReadOnly) || !errors.As(err, &e) || e.Hint == "" {
				t.Errorf("read-only: %v", err)
			}
			if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
				t.Error("who only reads it changed it")
			}

			for range 2 { // brought up to date, then merely opened
				c, err := casefile.Open(ctx, path, casefile.Options{Now: now})
				if err != nil {
					t.Fatal(err)
				}
				info, err := c.Info(ctx)
				if err != nil {
					t.Fatal(err)
				}
				if holds := [4]int64{info.Sources, info.Lines, info.Events, info.Unreadable}; holds != r.holds {
					t.Errorf("it holds %v, want %v", holds, r.holds)
				}
				rep, err := c.Verify(ctx)
				if err != nil {
					t.Fatal(err)
				}
				if !rep.Sound() {
					t.Errorf("it does not agree with its digests: %+v", rep)
				}
				if rep.Links != r.links+2 || rep.Heads[r.head] != r.links {
					t.Errorf("its chain has %d links, want the %d that it had with the head of then, one of the migration and one of what is derived since", rep.Links, r.links)
				}
				if err := c.Close(); err != nil {
					t.Fatal(err)
				}
			}

			c, err := casefile.Open(ctx, path, casefile.Options{Now: now})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.Retry(ctx, casefile.RetryOptions{}); err != nil {
				t.Error(err)
			}
			if err := c.SaveEngagement(ctx, audit.Engagement{Title: "Access review", Zone: "UTC", Deployments: []string{"coder.example"}}); err != nil {
				t.Error(err)
			}
			if rep, err := c.Verify(ctx); err != nil || !rep.Sound() {
				t.Errorf("after further work: %+v, %v", rep, err)
			}
			if err := c.Close(); err != nil {
				t.Fatal(err)
			}
		})
	}
}
