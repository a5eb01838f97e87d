package ingest_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditdesk/backend/audit"
	"auditdesk/backend/store"
)

// Each shape of package decode's suite gives the same events and the same account in whatever container it comes, and once it
// was read in one, it is known in each other that holds the same file.
func TestEveryShapeInEveryContainer(t *testing.T) {
	var files []string
	for _, pattern := range []string{"../decode/testdata/samples/*", "../decode/testdata/shapes/*"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) < 10 {
			t.Fatalf("%s: %d, %v", pattern, len(found), err)
		}
		files = append(files, found...)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(f)
		t.Run(name, func(t *testing.T) {
			st := newCase(t) // each container is a deployment of its own, so that each gives the events anew
			want := run(t, st, "plain", bytesInput(name, b)).Sources[0]
			refs := refsFrom(t, st, 0)
			for kind, packed := range map[string][]byte{
				"zip": zipOf(t, name, string(b)), "tar.gz": gz(t, tarOf(t, file(name, string(b)))), "gzip in zip": zipOf(t, name+".gz", string(gz(t, b))),
				"zip in tar.zst": zst(t, tarOf(t, file("x.zip", string(zipOf(t, name, string(b)))))),
			} {
				before := st.Events()
				res := run(t, st, kind, onDisk(t, packed))
				if len(res.Sources) != 1 || len(res.Errors)+len(res.Skipped) > 0 {
					t.Fatalf("%s: %+v", kind, res)
				}
				got := res.Sources[0]
				if got.Counts != want.Counts || got.Form != want.Form || got.Unpacked != want.Unpacked || !strings.HasPrefix(got.Shape, want.Shape) {
					t.Errorf("%s: %+v, want %+v", kind, got, want)
				}
				if diff := cmp.Diff(refs, refsFrom(t, st, before)); diff != "" {
					t.Errorf("%s: %s", kind, diff)
				}
				if kind == "gzip in zip" { // the member has bytes of its own
					continue
				}
				if again := run(t, st, kind, bytesInput(name, b)).Sources[0]; again.State != audit.SourceRepeat {
					t.Errorf("the file itself behind its %s: %+v", kind, again)
				}
			}
		})
	}
}

// refsFrom are the references of the events behind the first so many, in their order.
func refsFrom(t testing.TB, st *store.Store, from uint32) []string {
	t.Helper()
	var numbers []uint32
	for n := from + 1; n <= st.Events(); n++ {
		numbers = append(numbers, n)
	}
	list, err := st.EventsByNumber(context.Background(), numbers)
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for i := range list {
		out = append(out, string(list[i].Ref))
	}
	return out
}
