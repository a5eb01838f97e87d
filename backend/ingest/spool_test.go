package ingest_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"auditdesk/backend/audit"
	"auditdesk/backend/ingest"
)

// An archive that comes through a pipe gives what it gives from a file.
func TestArchivesThroughAPipe(t *testing.T) {
	members := tarOf(t, file("a.log", loginAt(1)+"\n"+loginAt(2)+"\n"), file("b.log", v2Log))
	zipped := mustRead(t, archive(t, "a.log", loginAt(1)+"\n"+loginAt(2)+"\n", "b.log", v2Log))
	for name, whole := range map[string][]byte{
		"zip": zipped, "tar": members, "tar in gzip": gz(t, members), "zip in gzip": gz(t, zipped), "zip in tar": tarOf(t, file("x.zip", string(zipped))), "zip cut off": zipped[:len(zipped)/2],
		"tar cut off": members[:len(members)-1500], "neither": []byte("PK, a line of text\n" + loginAt(1) + "\n"), "a gzip of lines": gz(t, []byte(loginAt(1)+"\n")), "nothing": {},
		"the first bytes of a zip": zipped[:4], "the first bytes of a gzip": gz(t, members)[:20],
	} {
		for how, slowly := range map[string]func(io.Reader) io.Reader{"at once": func(r io.Reader) io.Reader { return r }, "byte by byte": iotest.OneByteReader} {
			t.Run(name+" "+how, func(t *testing.T) {
				sameGoroutines(t)
				folder := t.TempDir()
				st := newCase(t)
				fixed := func() time.Time { return time.Unix(1_700_000_000, 0) }
				got, err := ingest.Run(t.Context(), st, []ingest.Input{stream("x", slowly(bytes.NewReader(whole)))}, ingest.Options{Deployment: "acme", Spool: folder, Now: fixed})
				if err != nil {
					t.Fatal(err)
				}
				want, err := ingest.Run(t.Context(), newCase(t), []ingest.Input{bytesInput("x", whole)}, ingest.Options{Deployment: "acme", Now: fixed})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(ingest.Result{}, "Seconds"), cmp.Comparer(func(a, b error) bool { return a.Error() == b.Error() })); diff != "" {
					t.Error(diff)
				}
				if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
					t.Errorf("left behind: %v, %v", left, err)
				}
			})
		}
	}
}

func TestAnArchiveThroughAPipeThatIsTooLarge(t *testing.T) {
	folder := t.TempDir()
	st := newCase(t)
	whole := tarOf(t, file("a.log", loginAt(1)))
	opt := ingest.Options{Deployment: "acme", Spool: folder, MostAside: int64(len(whole)) - 1}
	res, err := ingest.Run(t.Context(), st, []ingest.Input{stream("-", bytes.NewReader(whole))}, opt)
	if err != nil || len(res.Sources) != 0 || len(res.Errors) != 1 || !strings.Contains(res.Errors[0].Error(), "save it to a file") {
		t.Errorf("%+v, %v", res, err)
	}
	opt.MostAside++
	if res, err := ingest.Run(t.Context(), st, []ingest.Input{stream("-", bytes.NewReader(whole))}, opt); err != nil || len(res.Sources) != 1 {
		t.Errorf("just as large as may be: %+v, %v", res, err)
	}
	opt.Spool = folder + "/missing"
	if res, err := ingest.Run(t.Context(), st, []ingest.Input{stream("-", bytes.NewReader(whole))}, opt); err != nil || len(res.Errors) != 1 {
		t.Errorf("nowhere to put it: %+v, %v", res, err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// While an archive is put aside it has no name, so that nothing is left of it if the process is killed; and a pipe that falls silent
// can be cancelled.
func TestAnArchiveThroughAPipeThatFallsSilent(t *testing.T) {
	sameGoroutines(t)
	folder := t.TempDir()
	whole := tarOf(t, file("a.log", loginAt(1)))
	r, w := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	wait := background(ctx, t, newCase(t), ingest.Options{Deployment: "acme", Spool: folder}, stream("-", r))
	for i := range 5 { // two are read ahead: when the last one is taken, the first ones were put aside
		if _, err := w.Write(whole[i*400:][:400]); err != nil {
			t.Fatal(err)
		}
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("it has a name: %v, %v", left, err)
	}
	cancel()
	res, err := wait(10 * time.Second)
	if err != nil || !res.Cancelled || len(res.Sources)+len(res.Errors) > 0 {
		t.Errorf("%+v, %v", res, err)
	}
	_ = r.Close()
}

// A stream of lines is not held back while it is looked whether it is an archive.
func TestAStreamOfLinesIsCommittedAfterItsFirst(t *testing.T) {
	short := `{"audit_log":{"time":"2026-01-05T15:10:00Z","action":"login","resource_type":"u","diff":{}}}`
	for name, line := range map[string][]byte{"plain": []byte(short + "\n"), "a blank line first": []byte("\n" + short + "\n")} {
		t.Run(name, func(t *testing.T) {
			st := newCase(t)
			r, w := io.Pipe()
			ctx, cancel := context.WithCancel(t.Context())
			wait := background(ctx, t, st, ingest.Options{Deployment: "acme"}, stream("-", r))
			if _, err := w.Write(line); err != nil {
				t.Fatal(err)
			}
			eventually(t, "the record is not committed", func() bool { return st.Events() == 1 })
			cancel()
			if res, err := wait(10 * time.Second); err != nil || res.Sources[0].State != audit.SourcePartial {
				t.Errorf("%+v, %v", res, err)
			}
			_ = r.Close()
		})
	}
}
