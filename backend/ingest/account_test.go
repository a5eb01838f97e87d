package ingest_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"auditdesk/backend/audit"
	"auditdesk/backend/ingest"
	"auditdesk/backend/store"
)

// Whatever a source is put together from: every line and every record is accounted for, and the case verifies.
func TestEveryLineOfAnythingIsAccountedFor(t *testing.T) {
	var parts [][]byte
	paths, err := filepath.Glob("testdata/samples/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, b)
	}
	docker := `{"log":"` + strings.ReplaceAll(login[:200], `"`, `\"`) + `","stream":"stdout","time":"2022-10-11T15:10:00Z"}` + "\n" +
		`{"log":"` + strings.ReplaceAll(login[200:], `"`, `\"`) + `\n","stream":"stdout","time":"2022-10-11T15:10:00Z"}` + "\n"
	for _, s := range []string{
		login + "\n", v2Log + "\r\n", v2Row + "\n", "\n\n", "text\n", "[\n" + v2Row + ",\n" + v2Row + "\n]\n", `{"audit_logs":[` + v2Row + `],"count":1}` + "\n",
		strings.ReplaceAll(v2Row, ",", ",\n  ") + "\n", docker, docker[:150] + "\n", login + login + "\n", "{\"a\":\n", "\x00\x01\n", "time,action,resource_type\n2022-10-11T15:10:00Z,login,user\n",
		`{"streams":[{"values":[["1665500000000000000",` + fmt.Sprintf("%q", login) + `],["1665500000000000001",` + fmt.Sprintf("%q", v2Log) + `]]}]}` + "\n", "\xef\xbb\xbf" + human + "\n",
	} {
		parts = append(parts, []byte(s))
	}
	rapid.Check(t, func(rt *rapid.T) {
		st := newCase(t)
		defer st.Close()
		for n := range rapid.IntRange(1, 3).Draw(rt, "sources") {
			var text []byte
			for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(parts)-1), 0, 5).Draw(rt, "parts") {
				text = append(text, parts[i]...)
			}
			text = text[:len(text)-rapid.IntRange(0, min(len(text), 50)).Draw(rt, "cut off")]
			lines := int64(bytes.Count(text, []byte("\n")))
			if len(text) > 0 && text[len(text)-1] != '\n' {
				lines++
			}
			res, err := ingest.Run(t.Context(), st, []ingest.Input{bytesInput(fmt.Sprint("source", n), text)}, ingest.Options{Deployment: "acme", Batch: rapid.IntRange(1, 9).Draw(rt, "batch")})
			if err != nil {
				rt.Fatal(err)
			}
			s := res.Sources[0]
			if !s.AddsUp() || s.State == audit.SourceWhole && (s.Lines != lines || s.Unpacked != int64(len(text))) {
				rt.Errorf("%+v; want %d lines, %d bytes", s, lines, len(text))
			}
		}
		rep, err := st.Verify(t.Context())
		if err != nil || !rep.Sound() {
			rt.Fatalf("%+v, %v", rep, err)
		}
	})
}

func TestSeveralRecordsOnALokiLine(t *testing.T) {
	loki := func(lines ...string) []byte {
		var values []string
		for i, l := range lines {
			values = append(values, fmt.Sprintf(`["16655000000000000%02d",%q]`, i, l))
		}
		return []byte(`{"streams":[{"values":[` + strings.Join(values, ",") + `]}]}` + "\n")
	}
	st := newCase(t)
	s := run(t, st, "acme", bytesInput("loki", loki(login, login, v2Log, v2Log, loginAt(3)))).Sources[0]
	if s.Lines != 1 || s.Records != 5 || s.Events != 4 || s.Duplicates != 1 {
		t.Errorf("got %+v", s.Counts)
	}
	// A REST row matches one of the records on that line: its values are taken anew from the right one.
	run(t, st, "acme", bytesInput("row", []byte(v2Row)))
	e, err := st.EventsByNumber(t.Context(), []uint32{3})
	if err != nil {
		t.Fatal(err)
	}
	if e[0].Form != audit.FormV2REST || e[0].Differs || e[0].ResourceTarget != "main" || len(e[0].Sources) != 3 {
		t.Errorf("got %+v", e[0])
	}
	sound(t, st)
}

func TestTheSameFileTwiceInARun(t *testing.T) {
	b := []byte(login + "\n" + login + "\n")
	st := newCase(t)
	res := run(t, st, "acme", bytesInput("a", b), bytesInput("b", b))
	if res.Events != 2 || res.Sources[1].State != audit.SourceRepeat || !strings.Contains(res.Sources[1].Note, " a") {
		t.Errorf("%d events, %+v", res.Events, res.Sources[1])
	}
}

func TestV2RecordsWithoutIDAreCountedLikeV1(t *testing.T) {
	noID := strings.Replace(v2Row, `"id":"7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a1",`, ``, 1)
	st := newCase(t)
	if s := run(t, st, "acme", bytesInput("a", []byte(noID+"\n"+noID+"\n"))).Sources[0]; s.Events != 2 {
		t.Errorf("%+v", s.Counts)
	}
	if s := run(t, st, "acme", bytesInput("b", []byte(noID+"\n"+noID+"\n"+noID+"\n"))).Sources[0]; s.Events != 1 || s.Matching != 2 {
		t.Errorf("%+v", s.Counts)
	}
}

func TestTheSameIDWithOtherValuesIsADuplicateThatDiffers(t *testing.T) {
	e := imported(t, v2Log+"\n"+strings.Replace(v2Log, `"StatusCode":200`, `"StatusCode":500`, 1)+"\n")
	if !e.Differs || len(e.Sources) != 2 || e.Status != 200 || e.Sources[0].Differs || !e.Sources[1].Differs {
		t.Errorf("status %d, %+v", e.Status, e.Sources)
	}
}

func TestADeploymentIsNamedByItsSources(t *testing.T) {
	st := newCase(t)
	gone := ingest.Input{Path: "gone", Open: func() (io.ReadCloser, error) { return nil, errors.New("gone") }}
	run(t, st, "mistyped", gone)
	run(t, st, "acme", bytesInput("a", []byte(login)))
	names, err := st.Deployments(t.Context())
	if err != nil || len(names) != 1 || names[0] != "acme" {
		t.Errorf("%q, %v; want the one that a source belongs to", names, err)
	}
}

func TestCaseFilesAndTheirLocksAreLeftOut(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.log", "x.auditcase", "x.auditcase-lock", "x.auditcase-wal"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(login), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	in, skipped, err := ingest.Files([]string{dir}, nil)
	if err != nil || len(in) != 1 || len(skipped) != 3 {
		t.Errorf("%d inputs, %q, %v", len(in), skipped, err)
	}
	if _, _, err := ingest.Files([]string{filepath.Join(dir, "x.auditcase")}, nil); err == nil || !strings.Contains(err.Error(), "case") {
		t.Errorf("a case as a log: %v", err)
	}
	if in, _, err := ingest.Files([]string{"-", "-"}, strings.NewReader("")); err != nil || len(in) != 1 {
		t.Errorf("stdin twice: %d inputs, %v", len(in), err)
	}
}

// archive writes a zip file; a name that ends in "/" is a folder.
func archive(t *testing.T, members ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(members); i += 2 {
		w, err := z.Create(members[i])
		if err == nil {
			_, err = io.WriteString(w, members[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "logs.zip")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func files(t *testing.T, paths ...string) []ingest.Input {
	t.Helper()
	in, _, err := ingest.Files(paths, nil)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func TestMembersOfAZipArchiveAreSources(t *testing.T) {
	path := archive(t, "logs/", "", "logs/a.log", login+"\n", "b.log.gz", string(gz(t, []byte(v2Log+"\n"))), "__MACOSX/._a.log", "x", "c.log", login+"\n")
	st := newCase(t)
	res := run(t, st, "acme", files(t, path)...)
	if len(res.Sources) != 3 || res.Events != 2 || len(res.Errors) > 0 {
		t.Fatalf("%d sources, %d events, %v", len(res.Sources), res.Events, res.Errors)
	}
	a, b, c := res.Sources[0], res.Sources[1], res.Sources[2]
	if a.Path != path+"/logs/a.log" || a.SHA256 != digestOf([]byte(login+"\n")) || a.Bytes != int64(len(login))+1 || !strings.HasSuffix(a.Shape, "zip") || !strings.Contains(a.Note, "SHA-256") {
		t.Errorf("got %+v", a)
	}
	if !strings.HasSuffix(b.Shape, "gzip in zip") || b.Events != 1 {
		t.Errorf("got %+v", b)
	}
	if c.State != audit.SourceRepeat {
		t.Errorf("the same bytes under another name: %+v", c)
	}
	again := run(t, st, "acme", files(t, path)...)
	for _, s := range again.Sources {
		if s.State != audit.SourceRepeat {
			t.Errorf("again: %+v", s)
		}
	}
	sound(t, st)
}

func TestZipArchivesThatCanNotBeRead(t *testing.T) {
	whole, err := os.ReadFile(archive(t, "a.log", string(demoLog(t, 3000, "v1")), "b.log", v2Log+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	put := func(name string, b []byte) ingest.Input {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return files(t, p)[0]
	}
	t.Run("a damaged member", func(t *testing.T) {
		b := bytes.Clone(whole)
		copy(b[len(b)/2:], bytes.Repeat([]byte{0xff}, 64))
		res := run(t, newCase(t), "acme", put("damaged.zip", b))
		if len(res.Sources) != 2 || res.Sources[0].Unreadable == 0 || res.Sources[0].Events == 0 || res.Sources[1].Events != 1 {
			t.Errorf("%+v, %v", res.Sources, res.Errors)
		}
	})
	t.Run("cut off", func(t *testing.T) {
		res := run(t, newCase(t), "acme", put("cut.zip", whole[:len(whole)/2]))
		if len(res.Errors) != 1 || !strings.Contains(res.Errors[0].Error(), "zip") {
			t.Errorf("%+v, %v", res.Sources, res.Errors)
		}
	})
	t.Run("within two others", func(t *testing.T) {
		in := archive(t, "inner.zip", string(whole))
		res := run(t, newCase(t), "acme", put("zip.zip.zip", mustRead(t, archive(t, "middle.zip", string(mustRead(t, in))))))
		if s := res.Sources[0]; s.Unreadable != 1 || s.Records != 1 || !strings.Contains(s.Note, "unpack") {
			t.Errorf("%+v", s)
		}
	})
	t.Run("without members", func(t *testing.T) {
		res := run(t, newCase(t), "acme", files(t, archive(t))...)
		if len(res.Sources) != 0 || len(res.Errors) != 1 {
			t.Errorf("%+v, %v", res.Sources, res.Errors)
		}
	})
}

func mustRead(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Of more names than are remembered as they stand, each still has one code, also after the case was opened anew.
func TestFortyThousandPeopleAreEachOne(t *testing.T) {
	const n = 40_000
	log := func(second int) []byte {
		var b bytes.Buffer
		for i := range n {
			fmt.Fprintf(&b, `{"audit_log":{"time":"2022-10-11T15:10:%02dZ","user":{"id":"u%d","email":"u%d@acme.example"},"action":"login","resource_type":"user","resource_id":"r%d","resource_target":"t%d","diff":{"f%d":"v%d"},"status_code":200}}`+"\n", second, i, i, i, i, i, i)
		}
		return b.Bytes()
	}
	st := newCase(t)
	run(t, st, "acme", bytesInput("a", log(1)), bytesInput("b", log(2)))
	path := st.Path()
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	run(t, st, "acme", bytesInput("c", log(3)))
	people, err := st.Accounts(t.Context())
	if err != nil || len(people) != n || st.Events() != 3*n {
		t.Fatalf("%d accounts, %d events, %v", len(people), st.Events(), err)
	}
	for _, at := range []int{0, 31_000, 33_000, n - 1} {
		list, err := st.EventsByNumber(t.Context(), []uint32{uint32(at + 1), uint32(at + 1 + n), uint32(at + 1 + 2*n)})
		if err != nil || len(list) != 3 {
			t.Fatal(err)
		}
		for _, e := range list {
			if got := fmt.Sprintf("%s %s %s %s", e.User.ID, e.ResourceID, e.ResourceTarget, e.Changes[0].Field); got != fmt.Sprintf("u%d r%d t%d f%d", at, at, at, at) {
				t.Errorf("event %d: %s", at, got)
			}
		}
	}
}
