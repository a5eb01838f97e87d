package ingest_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"auditdesk/backend/audit"
	"auditdesk/backend/decode"
	"auditdesk/backend/ingest"
)

// member is what a tar archive of a test holds; a file, unless its header says another kind.
type member struct {
	tar.Header
	text string
}

func file(name, text string) member {
	return member{tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o600}, text}
}

func tarOf(t testing.TB, members ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, m := range members {
		m.Size = int64(len(m.text))
		if err := w.WriteHeader(&m.Header); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, m.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipOf(t testing.TB, members ...string) []byte {
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
	return b.Bytes()
}

func zst(t testing.TB, b []byte) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return w.EncodeAll(b, nil)
}

// onDisk writes a file without an ending in its name: containers are recognised by what they hold.
func onDisk(t testing.TB, b []byte) ingest.Input {
	t.Helper()
	p := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(p, b, 0o600); err != nil {
		t.Fatal(err)
	}
	in, _, err := ingest.Files([]string{p}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return in[0]
}

// Each member is a source of its own, whatever it lies in, and the same bytes once more add nothing.
func TestContainersAreRecognisedByTheirContent(t *testing.T) {
	one, two := login+"\n", v2Log+"\n"
	plain := tarOf(t, member{tar.Header{Name: "logs/", Typeflag: tar.TypeDir}, ""}, file("logs/a.log", one), file("logs/b.log", two))
	v7 := bytes.Clone(plain) // of before 1988: no magic, the sum is right
	for i := 0; i+512 <= len(v7); i += 512 {
		if b := v7[i : i+512]; string(b[257:262]) == "ustar" {
			copy(b[257:265], make([]byte, 8))
			copy(b[148:156], "        ")
			sum := 0
			for _, c := range b {
				sum += int(c)
			}
			copy(b[148:156], fmt.Sprintf("%06o\x00 ", sum))
		}
	}
	tests := []struct {
		name  string
		b     []byte
		paths string
		shape string // of the first source, its end
	}{
		{"tar", plain, "logs/a.log logs/b.log", ", tar"},
		{"old tar without magic", v7, "logs/a.log logs/b.log", ", tar"},
		{"tar.gz", gz(t, plain), "logs/a.log logs/b.log", ", tar in gzip"},
		{"tar.zst", zst(t, plain), "logs/a.log logs/b.log", ", tar in zstd"},
		{"compressed members", tarOf(t, file("a.log.gz", string(gz(t, []byte(one)))), file("b.zst", string(zst(t, []byte(two))))), "a.log.gz b.zst", ", gzip in tar"},
		{"tar behind tar", append(bytes.Clone(plain), tarOf(t, file("c.log", loginAt(3)))...), "logs/a.log logs/b.log c.log", ", tar"},
		{"zip", zipOf(t, "a.log", one, "b.log", two), "a.log b.log", ", zip"},
		{"zip in gzip", gz(t, zipOf(t, "a.log", one, "b.log", two)), "a.log b.log", ", zip in gzip"},
		{"zip in tar.gz", gz(t, tarOf(t, file("x", string(zipOf(t, "a.log", one))), file("b.log", two))), "x/a.log b.log", ", zip in tar in gzip"},
		{"tar.gz in tar", tarOf(t, file("x", string(gz(t, plain))), file("c.log", loginAt(3))), "x/logs/a.log x/logs/b.log c.log", ", tar in gzip in tar"},
		{"tar.gz in zip", zipOf(t, "x.tgz", string(gz(t, plain)), "c.log", loginAt(3)), "x.tgz/logs/a.log x.tgz/logs/b.log c.log", ", tar in gzip in zip"},
		{"zip in zip", zipOf(t, "x", string(zipOf(t, "a.log", one)), "b.log", two), "x/a.log b.log", ", zip in zip"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			st := newCase(t)
			in := onDisk(t, test.b)
			res := run(t, st, "acme", in)
			var paths []string
			for _, s := range res.Sources {
				paths = append(paths, strings.TrimPrefix(s.Path, in.Path+"/"))
				if s.Events != 1 || s.State != audit.SourceWhole || s.Note != "in an archive with SHA-256 "+digestOf(test.b) {
					t.Errorf("%s: %+v", s.Path, s)
				}
			}
			if got := strings.Join(paths, " "); got != test.paths || len(res.Errors)+len(res.Skipped) > 0 {
				t.Fatalf("sources %s, errors %v, left out %v", got, res.Errors, res.Skipped)
			}
			if s := res.Sources[0]; !strings.HasSuffix(s.Shape, test.shape) {
				t.Errorf("shape %q", s.Shape)
			}
			for _, s := range run(t, st, "acme", in).Sources {
				if s.State != audit.SourceRepeat {
					t.Errorf("again: %+v", s)
				}
			}
			if st.Events() != uint32(len(paths)) {
				t.Errorf("%d events", st.Events())
			}
			sound(t, st)
		})
	}
}

func TestAMemberIsKnownAgainAsAFileAndTheOtherWayRound(t *testing.T) {
	st := newCase(t)
	run(t, st, "acme", bytesInput("a.log", []byte(login+"\n")))
	res := run(t, st, "acme", onDisk(t, gz(t, tarOf(t, file("a", login+"\n"), file("b", v2Log+"\n"), file("c", v2Log+"\n")))))
	if a, b, c := res.Sources[0], res.Sources[1], res.Sources[2]; a.State != audit.SourceRepeat || b.State != audit.SourceWhole || c.State != audit.SourceRepeat {
		t.Errorf("%+v", res.Sources)
	}
	if s := run(t, st, "acme", bytesInput("b.log", []byte(v2Log+"\n"))).Sources[0]; s.State != audit.SourceRepeat || !strings.Contains(s.Note, "/b") {
		t.Errorf("%+v", s)
	}
}

func TestMembersThatAreNoFilesAreLeftOutAndSaid(t *testing.T) {
	b := tarOf(t,
		file("a.log", login+"\n"),
		member{tar.Header{Name: "soft", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}, ""},
		member{tar.Header{Name: "hard", Typeflag: tar.TypeLink, Linkname: "a.log"}, ""},
		member{tar.Header{Name: "pipe", Typeflag: tar.TypeFifo}, ""},
		member{tar.Header{Name: "null", Typeflag: tar.TypeChar}, ""},
		file("x.auditcase", "x"),
		file("__MACOSX/._a.log", "x"),
	)
	res := run(t, newCase(t), "acme", onDisk(t, b))
	got := strings.Join(res.Skipped, "\n")
	for _, want := range []string{"soft: a symbolic link to /etc/passwd, not followed", "hard: a hard link to a.log, which is read where it stands", "pipe: a special file", "null: a special file", "x.auditcase: a case file", "macOS"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not said in\n%s", want, got)
		}
	}
	if len(res.Sources) != 1 || res.Events != 1 || len(res.Skipped) != 6 {
		t.Errorf("%d sources, %d events, left out\n%s", len(res.Sources), res.Events, got)
	}
}

// Nothing is written to where a name points, and a name shows what it holds.
func TestNamesThatLeadOutOfTheirArchiveAreSaid(t *testing.T) {
	dir := t.TempDir()
	before, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]struct{ shown, note string }{
		"../../etc/passwd":        {"../../etc/passwd", "leads out of the archive's folder"},
		"/etc/passwd":             {"/etc/passwd", "leads out"},
		`..\..\boot.ini`:          {`..\..\boot.ini`, "leads out"},
		`C:\logs\a.log`:           {`C:\logs\a.log`, "leads out"},
		"c:a.log":                 {"c:a.log", "leads out"},
		"a/../../b.log":           {"a/../../b.log", "leads out"},
		"a/../b..log":             {"a/../b..log", ""},
		"a\x1b[2Jb.log":           {"a<U+001B>[2Jb.log", "do not show"},
		"a\nb.log":                {"a<U+000A>b.log", "do not show"},
		"gpj.\u202egol.log":       {"gpj.<U+202E>gol.log", "do not show"},
		strings.Repeat("x", 5000): {strings.Repeat("x", 1000) + "…", ""},
	} {
		for kind, b := range map[string][]byte{"tar": tarOf(t, file(name, login+"\n")), "zip": zipOf(t, name, login+"\n")} {
			in := ingest.Input{Path: "logs", Size: int64(len(b)), Open: func() (io.ReadCloser, error) { return readerAt{bytes.NewReader(b)}, nil }}
			res := run(t, newCase(t), "acme", in)
			if len(res.Sources) != 1 {
				t.Fatalf("%s %q: %+v", kind, name, res)
			}
			s := res.Sources[0]
			if s.Path != "logs/"+want.shown || s.Events != 1 || !strings.Contains(s.Note, want.note) || want.note == "" && strings.Contains(s.Note, "name") {
				t.Errorf("%s: %q, note %q", kind, s.Path, s.Note)
			}
		}
	}
	if after, err := os.ReadDir(dir); err != nil || len(after) != len(before) {
		t.Errorf("%v, %v", after, err)
	}
}

type readerAt struct{ *bytes.Reader }

func (readerAt) Close() error { return nil }

func TestTwoMembersOfOneNameAreTwoSources(t *testing.T) {
	for kind, b := range map[string][]byte{"tar": tarOf(t, file("a", login), file("a", v2Log)), "zip": zipOf(t, "a", login, "a", v2Log)} {
		res := run(t, newCase(t), "acme", onDisk(t, b))
		if len(res.Sources) != 2 || res.Events != 2 || !strings.Contains(res.Sources[1].Note, "earlier member of this name") {
			t.Errorf("%s: %+v", kind, res.Sources)
		}
	}
}

func TestEncryptedMembersOfAZipAreSaidAndTheOthersRead(t *testing.T) {
	b := zipOf(t, "a.log", login, "b.log", v2Log)
	for _, magic := range []string{"PK\x03\x04", "PK\x01\x02"} { // the first member, where it stands and in the directory
		i := bytes.Index(b, []byte(magic))
		b[i+map[string]int{"PK\x03\x04": 6, "PK\x01\x02": 8}[magic]] |= 1
	}
	res := run(t, newCase(t), "acme", onDisk(t, b))
	if len(res.Errors) != 1 || !strings.Contains(res.Errors[0].Error(), "encrypted") || len(res.Sources) != 1 || res.Events != 1 {
		t.Errorf("%v, %+v", res.Errors, res.Sources)
	}
}

func TestZip64WithMoreThan65535EntriesIsRead(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range 66_000 { // folders: as many sources would take minutes
		if _, err := z.Create(fmt.Sprintf("%d/", i)); err != nil {
			t.Fatal(err)
		}
	}
	w, err := z.Create("a.log")
	if err == nil {
		_, err = io.WriteString(w, login)
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(b.Bytes(), []byte("PK\x06\x06")) {
		t.Fatal("it is no zip64")
	}
	if res := run(t, newCase(t), "acme", onDisk(t, b.Bytes())); res.Events != 1 || len(res.Errors) > 0 {
		t.Errorf("%d events, %v", res.Events, res.Errors)
	}
}

// gnuSparse is an archive of one sparse member of GNU's old format: size bytes, of which the first ones are data.
func gnuSparse(t *testing.T, data string, size int64) []byte {
	t.Helper()
	b := tarOf(t, file("sparse.log", data))
	h := b[:512]
	h[156] = tar.TypeGNUSparse
	copy(h[257:265], "ustar  \x00")
	copy(h[345:], make([]byte, 167)) // what ustar keeps a prefix in
	put := func(at int, n int64) { copy(h[at:at+12], fmt.Sprintf("%011o ", n)) }
	put(386, 0)
	put(398, int64(len(data)))
	put(410, size)
	put(422, 0)
	put(483, size)
	copy(h[148:156], "        ")
	sum := 0
	for _, c := range h {
		sum += int(c)
	}
	copy(h[148:156], fmt.Sprintf("%06o\x00 ", sum))
	return b
}

func TestSparseMembersAreReadAsTheFilesThatTheyStandForUpToTheLimits(t *testing.T) {
	res := run(t, newCase(t), "acme", onDisk(t, gnuSparse(t, login+"\n", 10_000)))
	if len(res.Sources) != 1 || res.Events != 1 || res.Sources[0].Bytes != 10_000 || res.Sources[0].Lines != 2 {
		t.Errorf("%+v, %v", res.Sources, res.Errors)
	}
	res = run(t, newCase(t), "acme", onDisk(t, gnuSparse(t, login+"\n", 6<<30)))
	if len(res.Errors) != 1 || !errors.Is(res.Errors[0], decode.ErrTooLarge) || len(res.Sources) != 0 {
		t.Errorf("%+v, %v", res.Sources, res.Errors)
	}
}

func TestArchivesThatUnpackToTooMuchAreNotRead(t *testing.T) {
	zeros := strings.Repeat("\n", 1<<20)
	bomb := zipOf(t, "a", zeros, "b", zeros)
	// Members that overlap: each entry of the directory says the same 1 MiB, a hundred times.
	overlapping := func() []byte {
		b := zipOf(t, "a", zeros)
		dir := bytes.Index(b, []byte("PK\x01\x02"))
		end := bytes.Index(b, []byte("PK\x05\x06"))
		entry, tail := b[dir:end], bytes.Clone(b[end:])
		out := append(bytes.Clone(b[:dir]), bytes.Repeat(entry, 100)...)
		binary.LittleEndian.PutUint16(tail[8:], 100)
		binary.LittleEndian.PutUint16(tail[10:], 100)
		binary.LittleEndian.PutUint32(tail[12:], uint32(100*len(entry)))
		return append(out, tail...)
	}()
	for name, tt := range map[string]struct {
		b    []byte
		l    decode.Limits
		want string
	}{
		"a zip over the size":                    {bomb, decode.Limits{Stream: 1 << 20}, "unpacks to more than is allowed: 1048576 bytes"},
		"a tar over the size":                    {tarOf(t, file("a", zeros), file("b", zeros)), decode.Limits{Stream: 1 << 20}, "unpacks to more than is allowed: 1048576 bytes"},
		"a zip within a tar over the size":       {tarOf(t, file("x.zip", string(bomb))), decode.Limits{Stream: 1 << 20}, "unpacks to more than is allowed: 1048576 bytes"},
		"a zip whose members overlap":            {overlapping, decode.Limits{Ratio: 50}, "unpacks to more than is allowed: more than 50 times its size"},
		"a zip with too many members":            {zipOf(t, "a", "", "b", "", "c", ""), decode.Limits{Members: 2}, "more members than are read: 2"},
		"a tar with too many members":            {tarOf(t, file("a", ""), file("b", ""), file("c", "")), decode.Limits{Members: 2}, "more members than are read: 2"},
		"a tar.gz whose compression is too good": {gz(t, tarOf(t, file("a", strings.Repeat(zeros, 80)))), decode.Limits{Ratio: 50}, "unpacks to more than is allowed: more than 50 times its"},
	} {
		t.Run(name, func(t *testing.T) {
			res, err := ingest.Run(t.Context(), newCase(t), []ingest.Input{onDisk(t, tt.b)}, ingest.Options{Limits: tt.l})
			if err != nil {
				t.Fatal(err)
			}
			if len(res.Errors) != 1 || !strings.Contains(res.Errors[0].Error(), tt.want) || len(res.Sources) > 0 {
				t.Errorf("errors %v, %d sources", res.Errors, len(res.Sources))
			}
		})
	}
}

func TestADirectoryOfMillionsOfEntriesIsNotHeld(t *testing.T) {
	b := zipOf(t, "a", "x")
	dir, end := bytes.Index(b, []byte("PK\x01\x02")), bytes.Index(b, []byte("PK\x05\x06"))
	entry, tail := bytes.Clone(b[dir:end]), bytes.Clone(b[end:])
	n := 1_000_000
	binary.LittleEndian.PutUint32(tail[12:], uint32(n*len(entry)))
	binary.LittleEndian.PutUint16(tail[8:], uint16(n&0xffff))
	binary.LittleEndian.PutUint16(tail[10:], uint16(n&0xffff))
	huge := append(append(bytes.Clone(b[:dir]), bytes.Repeat(entry, n)...), tail...)
	res := run(t, newCase(t), "acme", onDisk(t, huge))
	if len(res.Errors) != 1 || !strings.Contains(res.Errors[0].Error(), "more members than are read") {
		t.Errorf("%v", res.Errors)
	}
}

func TestTarArchivesThatAreDamaged(t *testing.T) {
	first, second := string(demoLog(t, 500, "v1")), string(demoLog(t, 500, "v2"))
	whole := tarOf(t, file("a.log", first), file("b.log", second))
	secondAt := 512 + (len(first)+511)/512*512
	t.Run("cut off within a member", func(t *testing.T) {
		for name, b := range map[string][]byte{"tar": whole[:secondAt+512+len(second)/2], "tar.gz": gz(t, whole[:secondAt+512+len(second)/2])} {
			res := run(t, newCase(t), "acme", onDisk(t, b))
			if len(res.Sources) != 2 || res.Sources[0].Unreadable > 1 || res.Sources[1].Events == 0 || res.Sources[1].Unreadable == 0 || !strings.Contains(res.Sources[1].Note, "archive is damaged") {
				t.Fatalf("%s: %+v, %v", name, res.Sources, res.Errors)
			}
			if len(res.Errors) != 1 || !strings.Contains(res.Errors[0].Error(), "cut off") || !strings.Contains(res.Errors[0].Error(), "b.log") {
				t.Errorf("%s: %v", name, res.Errors)
			}
		}
	})
	t.Run("gzip cut off", func(t *testing.T) {
		b := gz(t, whole)
		res := run(t, newCase(t), "acme", onDisk(t, b[:len(b)*3/4]))
		if len(res.Sources) != 2 || res.Sources[1].Events == 0 || len(res.Errors) != 1 {
			t.Errorf("%+v, %v", res.Sources, res.Errors)
		}
	})
	t.Run("cut off between members", func(t *testing.T) {
		res := run(t, newCase(t), "acme", onDisk(t, whole[:secondAt]))
		if len(res.Sources) != 1 || len(res.Errors) != 1 || !strings.Contains(res.Errors[0].Error(), "end mark") {
			t.Errorf("%+v, %v", res.Sources, res.Errors)
		}
	})
	t.Run("a damaged header", func(t *testing.T) {
		b := bytes.Clone(whole)
		copy(b[secondAt+100:], "garbage")
		res := run(t, newCase(t), "acme", onDisk(t, b))
		if len(res.Sources) != 1 || len(res.Errors) != 1 || !strings.Contains(res.Errors[0].Error(), "damaged") {
			t.Errorf("%+v, %v", res.Sources, res.Errors)
		}
	})
	t.Run("text behind the end", func(t *testing.T) {
		res := run(t, newCase(t), "acme", onDisk(t, append(bytes.Clone(whole), login...)))
		if len(res.Sources) != 2 || len(res.Errors) != 1 || !strings.Contains(res.Errors[0].Error(), "behind the tar archive") {
			t.Errorf("%+v, %v", res.Sources, res.Errors)
		}
	})
	t.Run("without files", func(t *testing.T) {
		res := run(t, newCase(t), "acme", onDisk(t, tarOf(t, member{tar.Header{Name: "logs/", Typeflag: tar.TypeDir}, ""})))
		if len(res.Sources) != 0 || len(res.Errors) != 1 {
			t.Errorf("%+v, %v", res.Sources, res.Errors)
		}
	})
	t.Run("the medium fails", func(t *testing.T) {
		opened := 0
		in := ingest.Input{Path: "x.tar", Size: int64(len(whole)), Open: func() (io.ReadCloser, error) {
			if opened++; opened == 1 { // for the digests
				return io.NopCloser(bytes.NewReader(whole)), nil
			}
			return io.NopCloser(io.MultiReader(bytes.NewReader(whole[:secondAt+2000]), &failing{})), nil
		}}
		res := run(t, newCase(t), "acme", in)
		if len(res.Sources) != 2 || res.Sources[0].State != audit.SourceWhole || res.Sources[1].State != audit.SourcePartial || len(res.Errors) == 0 || !strings.Contains(res.Errors[0].Error(), "the disk is gone") {
			t.Errorf("%+v, %v", res.Sources, res.Errors)
		}
	})
	t.Run("it changes between its two readings", func(t *testing.T) {
		other := tarOf(t, file("a.log", loginAt(4)))
		s := run(t, newCase(t), "acme", changing("x.tar", whole, other)).Sources[0]
		if s.SHA256 != digestOf([]byte(loginAt(4))) || !strings.Contains(s.Note, "changed while it was read") {
			t.Errorf("%+v", s)
		}
	})
}

// An import of an archive that is ended at any place goes on there, member by member.
func TestCancelledImportsOfATarArchiveComeToTheSame(t *testing.T) {
	log := demoLog(t, 1500, "both")
	lines := bytes.SplitAfter(log, []byte("\n"))
	half := bytes.Join(lines[:len(lines)/2], nil)
	b := gz(t, tarOf(t, file("a.log", string(log)), file("x.tar", string(tarOf(t, file("inner.log", string(half))))), file("b.log", string(half)+login+"\n"), file("c.log", v2Log)))
	want := newCase(t)
	total := run(t, want, "acme", bytesInput("demo.tgz", b))
	if len(total.Sources) != 4 || len(total.Errors) > 0 {
		t.Fatalf("%+v", total)
	}
	st := newCase(t)
	for n := range 60 {
		ctx, cancel := context.WithCancel(t.Context())
		in := bytesInput("demo.tgz", b)
		inner := in.Open
		opened := 0
		in.Open = func() (io.ReadCloser, error) {
			f, err := inner()
			if opened++; opened < 2 { // the first time is for the digests
				return f, err
			}
			return io.NopCloser(&tripwire{r: f, left: int64(len(b)) * int64(n+1) / 40, trip: cancel}), err
		}
		res, err := ingest.Run(ctx, st, []ingest.Input{in}, ingest.Options{Deployment: "acme", Batch: 100 + n, Workers: 2})
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		if !res.Cancelled {
			break
		}
	}
	if res := run(t, st, "acme", bytesInput("demo.tgz", b)); len(res.Sources) != 4 {
		t.Fatalf("%+v", res)
	}
	if diff := cmp.Diff(events(t, want), events(t, st)); diff != "" {
		t.Error(diff)
	}
	byPath := func(st interface {
		Sources(context.Context) ([]audit.Source, error)
	}) map[string]audit.Counts {
		list, err := st.Sources(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]audit.Counts{}
		for _, s := range list {
			if s.State != audit.SourceRepeat {
				out[s.Path+" "+string(s.State)] = s.Counts
			}
		}
		return out
	}
	if diff := cmp.Diff(byPath(want), byPath(st)); diff != "" {
		t.Error(diff)
	}
	sound(t, st)
}
