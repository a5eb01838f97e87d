package ingest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"auditdesk/backend/audit"
	"auditdesk/backend/ingest"
)

func look(t testing.TB, in ingest.Input, opt ingest.PreviewOptions) ingest.Preview {
	t.Helper()
	opt.Time = time.Hour // a test does not hang on the speed of the machine
	p, err := ingest.Look(t.Context(), in, opt)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func codes(list []ingest.Warning) []string {
	out := []string{}
	for _, w := range list {
		out = append(out, w.Code)
	}
	return out
}

// What is small enough to be looked at as a whole is counted as an import counts it, in whatever container it comes.
func TestAPreviewOfAllOfAFileSaysWhatAnImportWill(t *testing.T) {
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
			for kind, packed := range map[string][]byte{
				"plain": b, "gzip": gz(t, b), "zip": zipOf(t, name, string(b)), "tar.gz": gz(t, tarOf(t, file(name, string(b)))),
				"zip in tar.zst": zst(t, tarOf(t, file("x.zip", string(zipOf(t, name, string(b)))))),
			} {
				st := newCase(t)
				want := run(t, st, "acme", onDisk(t, packed)).Sources[0]
				got := look(t, onDisk(t, packed), ingest.PreviewOptions{})
				if got.Lines != want.Lines || got.Records != want.Records || got.Other != want.Other || got.Unreadable != want.Unreadable ||
					got.Form != want.Form || got.Shape != want.Shape || !got.Whole || got.Read != want.Unpacked || got.Bytes != int64(len(packed)) {
					t.Errorf("%s: %+v\nimported: %+v", kind, got, want)
				}
				if diff := cmp.Diff([]*audit.Time{want.First, want.Last}, []*audit.Time{got.First, got.Last}); diff != "" {
					t.Errorf("%s: %s", kind, diff)
				}
				if (got.Archive != "") != (len(got.Members) == 1) {
					t.Errorf("%s: archive %q of %d members", kind, got.Archive, len(got.Members))
				}
				refs := refsFrom(t, st, 0)
				for i, e := range got.Events {
					if i < len(refs) && int64(len(refs)) == want.Records && string(e.Ref) != refs[i] {
						t.Errorf("%s: event %d has the ref %s, imported it has %s", kind, i, e.Ref, refs[i])
					}
				}
			}
		})
	}
}

func many(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintln(&b, strings.ReplaceAll(loginAt(0), "2022-10-11T15:10:00.5Z", time.Date(2022, 10, 11, 0, 0, i, 0, time.UTC).Format(time.RFC3339)))
	}
	return b.Bytes()
}

func TestAPreviewOfALargeFileLooksAtItsBeginningAndItsEnd(t *testing.T) {
	all := many(5000)
	var first, last ingest.Preview
	for kind, in := range map[string]ingest.Input{"plain": onDisk(t, all), "gzip": onDisk(t, gz(t, all))} {
		got := look(t, in, ingest.PreviewOptions{Bytes: 100_000})
		if got.Whole || got.Read != 100_000 || got.Unreadable != 0 || got.Records == 0 || got.Records >= 5000 || len(got.Events) != 20 {
			t.Errorf("%s: %+v; want a part, and no record that is cut off", kind, got)
		}
		if kind == "plain" {
			first = got
		} else {
			last = got
		}
	}
	whole := look(t, onDisk(t, all), ingest.PreviewOptions{})
	if *first.Last != *whole.Last || *first.First != *whole.First {
		t.Errorf("plain: from %s to %s, want the end of the file too: %s to %s", first.First, first.Last, whole.First, whole.Last)
	}
	if *last.Last >= *whole.Last {
		t.Errorf("gzip: to %s, which nobody has seen", last.Last)
	}
}

// Wherever a look ends, what was cut off there is neither a record nor an unreadable one.
func TestWhereAPreviewEndsNothingIsCutOff(t *testing.T) {
	for _, f := range []string{"v2_api_response.json", "v1_human.log", "docker_json_file.ndjson"} {
		b, err := os.ReadFile("../decode/testdata/samples/" + f)
		if err != nil {
			t.Fatal(err)
		}
		whole := look(t, onDisk(t, b), ingest.PreviewOptions{})
		for n := 1; n < len(b); n += 7 {
			if got := look(t, bytesInput(f, b), ingest.PreviewOptions{Bytes: int64(n)}); got.Unreadable != 0 || got.Records > whole.Records || got.Lines > whole.Lines || got.Whole {
				t.Fatalf("%s, %d bytes: %d records, %d unreadable (%+v)", f, n, got.Records, got.Unreadable, got.Failures)
			}
		}
	}
}

func TestTheEndOfATableAndOfAnAnswerIsUnderstood(t *testing.T) {
	csv := "id,time,action,resource_type,resource_target,status_code\n"
	answer := `{"audit_logs":[`
	for i := range 2000 {
		at := time.Date(2026, 1, 1, 0, i, 0, 0, time.UTC).Format(time.RFC3339)
		csv += fmt.Sprintf("%08d-0000-4000-8000-000000000000,%s,login,user,u,200\n", i, at)
		answer += fmt.Sprintf("\n"+`{"id":"%08d-0000-4000-8000-000000000000","time":%q,"action":"login","resource_type":"user","resource_target":"u","status_code":200,"diff":{}},`, i, at)
	}
	answer = strings.TrimSuffix(answer, ",") + "\n],\"count\":2000}\n"
	for kind, text := range map[string]string{"csv": csv, "answer": answer} {
		whole := look(t, onDisk(t, []byte(text)), ingest.PreviewOptions{})
		got := look(t, onDisk(t, []byte(text)), ingest.PreviewOptions{Bytes: 2000})
		if whole.Records != 2000 || got.Last == nil || *got.Last != *whole.Last || got.Records >= 100 {
			t.Errorf("%s: %d records, to %v; want the end, %v", kind, got.Records, got.Last, whole.Last)
		}
	}
}

func TestAPreviewOfAnArchiveLooksAtItsMembers(t *testing.T) {
	z := zipOf(t, "a.log", string(many(3)), "b.log", "no record\n", "c.log", string(many(5_000)))
	for kind, in := range map[string]ingest.Input{
		"zip": onDisk(t, z), "tar.gz": onDisk(t, gz(t, tarOf(t, file("a.log", string(many(3))), file("b.log", "no record\n"), file("c.log", string(many(5_000)))))),
	} {
		got := look(t, in, ingest.PreviewOptions{})
		if len(got.Members) != 3 || got.Whole || got.Further != 0 || !strings.HasPrefix(got.Archive, strings.TrimSuffix(kind, ".gz")) {
			t.Fatalf("%s: %+v", kind, got)
		}
		if m := got.Members[0]; m.Records != 3 || !m.Whole || !strings.HasSuffix(m.Path, "/a.log") {
			t.Errorf("%s: %+v", kind, m)
		}
		if m := got.Members[1]; !cmp.Equal(codes(m.Warnings), []string{"nothing"}) {
			t.Errorf("%s: %+v", kind, m)
		}
		if m := got.Members[2]; m.Whole || m.Records == 0 || m.Read != 1<<20 {
			t.Errorf("%s: %+v", kind, m)
		}
		if got.Records != got.Members[0].Records+got.Members[2].Records || len(got.Events) != 20 || len(got.Warnings) != 0 {
			t.Errorf("%s: %d records, %d events, %+v", kind, got.Records, len(got.Events), got.Warnings)
		}
		part := look(t, in, ingest.PreviewOptions{Bytes: 100})
		if len(part.Members) != 1 || part.Further == 0 || part.Whole {
			t.Errorf("%s: %d members, %d further; want that not all were looked at", kind, len(part.Members), part.Further)
		}
	}
}

func TestWhatAPreviewWarnsOf(t *testing.T) {
	now := func() time.Time { return time.Date(2022, 10, 12, 0, 0, 0, 0, time.UTC) }
	record := func(at string) string {
		return `{"msg":"audit_log","fields":{"audit_log":{"time":"` + at + `","user":{"id":"u1"},"action":"login","resource_type":"user","resource_target":"x","diff":"","status_code":200}}}` + "\n"
	}
	day := func(s string) *audit.Time {
		at, err := audit.ParseTime(s)
		if err != nil {
			t.Fatal(err)
		}
		return &at
	}
	for name, c := range map[string]struct {
		text   string
		period audit.Span
		want   []string
	}{
		"nothing odd":                {record("2022-10-11T10:00:00Z") + record("2022-10-11T11:00:00Z"), audit.Span{}, []string{}},
		"newest first":               {record("2022-10-11T11:00:00Z") + record("2022-10-11T10:00:00Z") + record("2022-10-11T09:00:00Z"), audit.Span{}, []string{}},
		"of one moment out of turn":  {record("2022-10-11T10:00:01Z") + record("2022-10-11T10:00:00Z") + record("2022-10-11T10:00:02Z"), audit.Span{}, []string{}},
		"no record":                  {"hello\n", audit.Span{}, []string{"nothing"}},
		"empty":                      {"", audit.Span{}, []string{"nothing"}},
		"unreadable":                 {record("2022-10-11T10:00:00Z") + `{"msg":"audit_log","fields":{"audit_log":{` + "\n", audit.Span{}, []string{"unreadable"}},
		"out of order":               {record("2022-10-11T10:00:00Z") + record("2022-10-11T08:00:00Z") + record("2022-10-11T11:00:00Z"), audit.Span{}, []string{"order"}},
		"in the future":              {record("2022-10-12T00:06:00Z"), audit.Span{}, []string{"future"}},
		"outside the period":         {record("2022-10-11T10:00:00Z") + record("2022-10-11T11:00:00Z"), audit.Span{From: day("2022-10-11T10:30:00Z")}, []string{"period"}},
		"UTF-16":                     {"\xff\xfeh\x00i\x00", audit.Span{}, []string{"nothing", "unreadable"}},
		"a record of another form":   {record("2022-10-11T10:00:00Z") + `[{"id":"00000000-0000-4000-8000-000000000001","time":"2022-10-11T11:00:00Z","action":"login","resource_type":"user","resource_target":"u","status_code":200,"diff":{}}]` + "\n", audit.Span{}, []string{"mixed"}},
		"a compressed file, damaged": {string(gz(t, many(2000))[:3000]), audit.Span{}, []string{"damaged", "unreadable"}},
		"a zip archive, encrypted":   {string(encrypted(t)), audit.Span{}, []string{"encrypted", "nothing"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := look(t, onDisk(t, []byte(c.text)), ingest.PreviewOptions{Now: now, Period: c.period}); !cmp.Equal(codes(got.Warnings), c.want) {
				t.Errorf("%v %+v, want %v", codes(got.Warnings), got.Warnings, c.want)
			}
		})
	}
}

func encrypted(t *testing.T) []byte {
	b := zipOf(t, "a.log", string(many(1)))
	for _, at := range []int{6, bytes.Index(b, []byte("PK\x01\x02")) + 8} {
		b[at] |= 1
	}
	return b
}

func TestAStreamAndAFileThatCantBeOpenedHaveNoPreview(t *testing.T) {
	for name, in := range map[string]ingest.Input{
		"stream": {Path: "-", Size: -1, Stream: true}, "gone": {Path: "gone", Open: func() (io.ReadCloser, error) { return nil, os.ErrNotExist }},
		"a zip without its end": onDisk(t, zipOf(t, "a.log", string(many(50)))[:200]),
	} {
		if _, err := ingest.Look(t.Context(), in, ingest.PreviewOptions{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestAPreviewCanBeGivenUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	in := ingest.Input{Path: "endless", Size: 1 << 40, Open: func() (io.ReadCloser, error) { return io.NopCloser(endless{cancel}), nil }}
	if _, err := ingest.Look(ctx, in, ingest.PreviewOptions{Bytes: 1 << 40, Time: time.Hour}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// endless gives lines for ever, and is called off at the first.
type endless struct{ cancel func() }

func (e endless) Read(p []byte) (int, error) {
	e.cancel()
	return copy(p, "a line\n"), nil
}

// What takes too long is answered with what was seen until then.
func TestAPreviewThatTakesTooLongIsThatOfWhatWasSeen(t *testing.T) {
	got, err := ingest.Look(t.Context(), ingest.Input{Path: "slow", Size: 1 << 40, Open: func() (io.ReadCloser, error) {
		return io.NopCloser(endless{func() {}}), nil
	}}, ingest.PreviewOptions{Bytes: 1 << 50, Time: time.Millisecond})
	if err != nil || got.Whole {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestTheDigestIsTakenWhereSomethingOfTheSizeIsKnown(t *testing.T) {
	all := many(2000)
	for _, known := range []bool{true, false} {
		got := look(t, onDisk(t, all), ingest.PreviewOptions{Bytes: 1000, Known: func(size int64) bool { return known && size == int64(len(all)) }})
		want := ""
		if known {
			want = digestOf(all)
		}
		if got.SHA256 != want {
			t.Errorf("known %t: SHA-256 %q, want %q", known, got.SHA256, want)
		}
	}
}
