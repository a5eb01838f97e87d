package cli_test

import (
	"bytes"
	"compress/gzip"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/cli"
)

const good = `{"ts":"2022-10-11T15:10:00.6Z","level":"INFO","msg":"audit_log","fields":{"audit_log":{"time":"2022-10-11T15:10:00.5Z","user":{"id":"u1","email":"jessie@acme.example"},"action":"login","resource_type":"user","resource_id":"u1","resource_target":"jessie","diff":"","status_code":401,"user_agent":{"ip_address":"203.0.113.24"},"user_agent_raw":"x"}}}`

func packed(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func noise(n int) string {
	r := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return string(b)
}

// Whatever is imported, the command ends, says what it could not read, and leaves a case that verifies.
func TestImportOfBadFiles(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	whole := packed(t, strings.Repeat(good+"\n", 3000))
	damaged := []byte(whole)
	for i := len(damaged) / 2; i < len(damaged)/2+8; i++ {
		damaged[i] ^= 0xFF
	}
	type unreadable struct {
		line   int64
		reason string // a part of it
	}
	for name, c := range map[string]struct {
		content       string
		code          int
		events, other int64 // -1: some
		unreadable    []unreadable
		says          string // on stderr
	}{
		"an empty file":                {"", 0, 0, 0, nil, "no audit record found in 0 lines"},
		"a binary file":                {noise(100_000), -1, 0, -1, nil, "auditdesk: "},
		"a file of NULs":               {strings.Repeat("\x00", 100_000) + "\n" + good, 0, 1, 1, nil, ""},
		"text without logs":            {"hello\nworld\n", 0, 0, 2, nil, "no audit record found in 2 lines"},
		"a gzip cut off":               {whole[:len(whole)*2/3], 4, -1, 0, []unreadable{{0, "broken JSON"}, {0, "the gzip stream is cut off"}}, "2 records could not be read"},
		"a damaged gzip":               {string(damaged), 4, -1, -1, []unreadable{{0, "the gzip stream is damaged"}}, "could not be read"},
		"only a gzip header":           {whole[:4], 4, 0, 0, []unreadable{{0, "the gzip stream is cut off"}}, "1 record could not be read"},
		"invalid UTF-8":                {strings.Replace(good, "jessie", "jes\xff\xfesie", 1) + "\n" + good + "\n", 0, 2, 0, nil, ""},
		"a NUL in a value":             {strings.Replace(good, `"x"`, `"a\u0000b"`, 1) + "\n", 0, 1, 0, nil, ""},
		"a line of 20 MiB":             {strings.Replace(good, `"x"`, `"`+strings.Repeat("x", 20<<20)+`"`, 1) + "\n" + good + "\n", 0, 2, 0, nil, ""},
		"truncated JSON":               {good + "\n" + good[:len(good)-30], 4, 1, 0, []unreadable{{2, "broken JSON at byte"}}, "1 record could not be read"},
		"a record cut by the next":     {good[:200] + "\n" + good + "\n", 4, 1, 0, []unreadable{{1, "broken JSON at byte"}}, "1 record"},
		"a record without time":        {`{"msg":"audit_log","fields":{"audit_log":{"action":"login","resource_type":"user"}}}` + "\n" + good, 4, 1, 0, []unreadable{{1, "no time"}}, "1 record"},
		"a time that is none":          {strings.Replace(good, "2022-10-11T15:10:00.5Z", "yesterday", 1), 4, 0, 0, []unreadable{{1, "time"}}, "1 record"},
		"the year 9999":                {strings.Replace(good, "2022-10-11T15:10:00.5Z", "9999-10-11T15:10:00Z", 1), 4, 0, 0, []unreadable{{1, "time outside 1678–2261"}}, "1 record"},
		"100,000 brackets":             {deep(100_000) + "\n" + good, 0, 1, 1, nil, ""},
		"100,000 brackets in a record": {strings.Replace(good, `"diff":""`, `"diff":`+deep(100_000), 1) + "\n" + good, 4, 1, 0, []unreadable{{1, "nested deeper than"}}, "1 record"},
		"100,000 objects":              {strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000) + "\n" + good, 4, 1, 0, []unreadable{{1, "nested deeper than"}}, "1 record"},
		"100,000 open brackets":        {strings.Repeat("[", 100_000), -1, 0, -1, nil, ""},
		"100,000 open objects":         {strings.Repeat(`{"a":`, 100_000) + "\n" + good, 4, 1, -1, nil, "could not be read"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path, file := filepath.Join(dir, "c.auditcase"), write(t, filepath.Join(dir, "bad.log"), c.content)
			got := run(t, "import", path, file, "--format", "json")
			if c.code >= 0 && got.code != c.code {
				t.Fatalf("exit code %d, want %d: %s", got.code, c.code, got.errors)
			}
			if !strings.Contains(got.errors, c.says) {
				t.Errorf("stderr does not say %q: %s", c.says, got.errors)
			}
			var said struct{ Sources []audit.Source }
			if err := json.Unmarshal([]byte(got.out), &said); err != nil {
				t.Fatal(err)
			}
			s := said.Sources[0]
			if !s.AddsUp() || s.State != audit.SourceWhole {
				t.Errorf("%s: the account does not add up: %+v", s.State, s.Counts)
			}
			if c.events >= 0 && s.Events != c.events || c.events < 0 && s.Events == 0 || c.other >= 0 && s.Other != c.other || c.other < 0 && s.Other == 0 && s.Unreadable == 0 {
				t.Errorf("got %+v", s.Counts)
			}
			list := document[[]audit.Unreadable](t, "unreadable", path)
			if c.unreadable != nil && len(list) < len(c.unreadable) {
				t.Fatalf("%d unreadable records: %+v", len(list), list)
			}
			for i, u := range c.unreadable {
				is := list[i]
				if name == "a damaged gzip" { // what was broken off before it is a record of its own
					is = list[len(list)-1]
				}
				if u.line > 0 && is.Line != u.line || !strings.Contains(is.Reason, u.reason) || is.Path != file || len([]rune(is.Excerpt)) > 200 {
					t.Errorf("unreadable record %d is %+v, want line %d, %q", i, is, u.line, u.reason)
				}
			}
			wholeCase(t, path)
			onlyFiles(t, dir, "bad.log", "c.auditcase")
		})
	}
}

// wholeCase makes sure that a case verifies, and that it can be asked.
func wholeCase(t testing.TB, path string) {
	t.Helper()
	if got := run(t, "verify", path); got.code != 0 {
		t.Errorf("verify: exit code %d: %s%s", got.code, got.out, got.errors)
	}
	must(t, "count", path)
}

func onlyFiles(t testing.TB, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if strings.Join(names, " ") != strings.Join(want, " ") {
		t.Errorf("the folder holds %v, want %v", names, want)
	}
}

// A line beyond the limit is one unreadable record and costs no more memory than the limit allows, however long it is.
func TestALineBeyondTheLimit(t *testing.T) {
	const length = 160 << 20
	dir := t.TempDir()
	file, path := filepath.Join(dir, "long.log"), filepath.Join(dir, "c.auditcase")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(strings.TrimSuffix(good, `"x"}}}`) + `"`); err != nil {
		t.Fatal(err)
	}
	for range length >> 20 {
		if _, err := f.WriteString(strings.Repeat("x", 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.WriteString(`"}}}` + "\n" + good + "\n"); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "auditdesk", "import", path, file)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState.ExitCode() != cli.ExitUnreadable {
		t.Fatalf("%v: %s", err, out)
	}
	list := document[[]audit.Unreadable](t, "unreadable", path)
	if len(list) != 1 || list[0].Line != 1 || list[0].Reason != "line longer than 32 MiB" {
		t.Errorf("got %+v", list)
	}
	if must(t, "count", path) != "1\n" {
		t.Error("the record behind it is lost")
	}
	wholeCase(t, path)
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		t.Skip("this system does not say how much memory a process used")
	}
	// Linux counts in KiB. What is read twice at the limit, the engine and SQLite come to some 200 to 300 MiB, however long the line.
	bound := int64(400 << 20)
	if underRace {
		bound *= 3
	}
	if peak := usage.Maxrss << 10; peak > bound {
		t.Errorf("it took %d MiB of memory for a limit of 32 MiB", peak>>20)
	} else {
		t.Logf("peak memory %d MiB", peak>>20)
	}
}

func sqlite(t testing.TB, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsNoCase(t *testing.T) {
	for name, c := range map[string]struct {
		make func(path string)
		says string
	}{
		"text":             {func(p string) { write(t, p, strings.Repeat("a log, not a case\n", 1000)) }, "not an Auditdesk case"},
		"nothing":          {func(p string) { write(t, p) }, "not an Auditdesk case"},
		"another database": {func(p string) { sqlite(t, p, "CREATE TABLE a (b)") }, "not an Auditdesk case"},
		"a newer case": {func(p string) {
			must(t, "demo", p, "--events", "10")
			sqlite(t, p, "PRAGMA user_version = 99")
		}, "open it with a newer Auditdesk"},
		"a folder": {func(p string) {
			if err := os.Mkdir(p, 0o700); err != nil {
				t.Fatal(err)
			}
		}, "choose a case file"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "c.auditcase")
			c.make(path)
			file := write(t, filepath.Join(t.TempDir(), "good.log"), good)
			for _, args := range [][]string{{"import", path, file}, {"count", path}, {"events", path}, {"verify", path}, {"changes", path}, {"sources", path}, {"export", path, "-o", filepath.Join(dir, "x.csv")}} {
				got := run(t, args...)
				if got.code != cli.ExitFailed || got.out != "" || strings.Count(got.errors, "\n") != 1 || !strings.Contains(got.errors, c.says) || !strings.Contains(got.errors, "c.auditcase") {
					t.Errorf("%s: exit code %d, %q, %q", args[0], got.code, got.out, got.errors)
				}
			}
			onlyFiles(t, dir, "c.auditcase")
		})
	}
}

// A case that was cut off is never taken for a whole one.
func TestATruncatedCase(t *testing.T) {
	dir := t.TempDir()
	whole := filepath.Join(dir, "whole.auditcase")
	must(t, "demo", whole, "--events", "800")
	b, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	for part := range 12 {
		n := len(b) * part / 12
		if part == 11 {
			n = len(b) - 1
		}
		t.Run(fmt.Sprintf("to %d bytes", n), func(t *testing.T) {
			path := write(t, filepath.Join(t.TempDir(), "cut.auditcase"), string(b[:n]))
			got := run(t, "verify", path)
			want := cli.ExitDamage
			if n == 0 { // nothing shows that it was a case
				want = cli.ExitFailed
			}
			if got.code != want {
				t.Errorf("verify: exit code %d: %s%s", got.code, got.out, got.errors)
			}
			for _, args := range [][]string{{"count", path}, {"events", path, "--format", "json"}, {"changes", path}, {"facets", path}, {"sources", path}} {
				if got := run(t, args...); got.code != 0 && (got.code != cli.ExitFailed || strings.Count(got.errors, "\n") != 1) {
					t.Errorf("%s: exit code %d: %q", args[0], got.code, got.errors)
				}
			}
		})
	}
}

// mount makes a small file system, or skips the test.
func mount(t *testing.T, options string) string {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", options, "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("mounting a small file system is not allowed here: %s", bytes.TrimSpace(out))
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil { //nolint:noctx // the test's context is over
			t.Errorf("umount: %s", out)
		}
	})
	return dir
}

func remount(t *testing.T, dir, options string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), "mount", "-o", "remount,"+options, dir).CombinedOutput(); err != nil {
		t.Fatalf("mount: %s", out)
	}
}

func TestAFullDisk(t *testing.T) {
	dir := mount(t, "size=2m")
	logs := t.TempDir()
	raw, want := filepath.Join(logs, "raw.ndjson"), filepath.Join(logs, "want.auditcase")
	must(t, "demo", filepath.Join(logs, "unused.auditcase"), "--events", "12000", "--raw", raw)
	run(t, "import", want, raw, "--deployment", "acme")

	path := filepath.Join(dir, "c.auditcase")
	got := run(t, "import", path, raw, "--deployment", "acme")
	if got.code != cli.ExitFailed || !strings.Contains(got.errors, "the disk is full") || !strings.Contains(got.errors, "free some space and import again") || strings.Count(got.errors, "\n") != 1 {
		t.Fatalf("exit code %d: %q", got.code, got.errors)
	}
	remount(t, dir, "size=64m")
	if _, err := os.Stat(path); err == nil {
		wholeCase(t, path)
	}
	if got := run(t, "import", path, raw, "--deployment", "acme"); got.code != cli.ExitUnreadable { // the demo has a broken line
		t.Fatalf("exit code %d: %s", got.code, got.errors)
	}
	sameCase(t, saying(t, want, true), path, true)
	wholeCase(t, path)

	// An export that does not fit leaves nothing.
	remount(t, dir, "size="+fmt.Sprint(used(t, path)+400<<10))
	for _, name := range []string{"x.csv", "x.jsonl", "x.xlsx"} {
		got := run(t, "export", path, "-o", filepath.Join(dir, name))
		if got.code != cli.ExitFailed || !strings.Contains(got.errors, "no space left") || strings.Count(got.errors, "\n") != 1 {
			t.Errorf("%s: exit code %d: %q", name, got.code, got.errors)
		}
	}
	onlyFiles(t, dir, "c.auditcase")
}

// Whatever room there is for a new case: it is laid out whole or not there, and with more room the same import ends well.
func TestADiskThatIsFullBeforeTheCaseIsMade(t *testing.T) {
	raw := filepath.Join(t.TempDir(), "raw.ndjson")
	must(t, "demo", filepath.Join(t.TempDir(), "unused.auditcase"), "--events", "2000", "--raw", raw)
	dir := mount(t, "size=64k")
	path := filepath.Join(dir, "c.auditcase")
	refused := 0
	for room := 64; room <= 1200; room += 80 {
		remount(t, dir, fmt.Sprintf("size=%dk", room))
		got := run(t, "import", path, raw)
		if got.code == cli.ExitUnreadable {
			break
		}
		refused++
		if got.code != cli.ExitFailed || !strings.Contains(got.errors, "disk is full") && !strings.Contains(got.errors, "no space left") {
			t.Errorf("%d KiB: exit code %d: %q", room, got.code, got.errors)
		}
		if _, err := os.Stat(path); err == nil {
			if got := run(t, "verify", path); got.code != cli.ExitDone {
				t.Fatalf("%d KiB: %s%s", room, got.out, got.errors)
			}
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}
		onlyFiles(t, dir)
	}
	if refused < 3 {
		t.Errorf("%d sizes were too small: this shows nothing", refused)
	}
	remount(t, dir, "size=64m")
	if got := run(t, "import", path, raw); got.code != cli.ExitUnreadable { // the demo has a broken line
		t.Fatalf("exit code %d: %s", got.code, got.errors)
	}
	wholeCase(t, path)
}

func used(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

func TestAFolderThatCanOnlyBeRead(t *testing.T) {
	dir := mount(t, "size=16m")
	path := filepath.Join(dir, "c.auditcase")
	must(t, "demo", path, "--events", "300")
	want := must(t, "facets", path, "--format", "json")
	remount(t, dir, "ro")
	if got := must(t, "facets", path, "--format", "json"); got != want {
		t.Error("the facets are other ones")
	}
	wholeCase(t, path)
	must(t, "export", path, "-o", filepath.Join(t.TempDir(), "x.csv"))
	file := write(t, filepath.Join(t.TempDir(), "good.log"), good)
	ref := document[[]struct{ Ref string }](t, "events", path, "--limit", "1")[0].Ref
	for _, args := range [][]string{
		{"import", path, file}, {"import", filepath.Join(dir, "new.auditcase"), file}, {"demo", filepath.Join(dir, "new.auditcase"), "--events", "10"},
		{"export", path, "-o", filepath.Join(dir, "x.xlsx")}, {"show", path, ref, "--raw", "--reveal"},
	} {
		got := run(t, args...)
		if got.code != cli.ExitFailed || got.out != "" || strings.Count(got.errors, "\n") != 1 || !strings.Contains(got.errors, "; ") {
			t.Errorf("%s: exit code %d, %q, %q", args[0], got.code, got.out, got.errors)
		}
	}
	onlyFiles(t, dir, "c.auditcase")
}

// A second process that writes is told; reading goes on.
func TestASecondWriter(t *testing.T) {
	dir := t.TempDir()
	path, file := filepath.Join(dir, "c.auditcase"), write(t, filepath.Join(t.TempDir(), "good.log"), good, "\n")
	must(t, "import", path, file)
	first := exec.CommandContext(t.Context(), "auditdesk", "import", path, "-")
	stdin, err := first.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	first.Stdout, first.Stderr = &out, &out
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(stdin, strings.Replace(good, "00.5Z", "07.5Z", 1)+"\n"); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the first process to commit its record", func() bool { return must(t, "count", path) == "2\n" })

	other := write(t, filepath.Join(t.TempDir(), "other.log"), strings.Replace(good, "00.5Z", "08.5Z", 1))
	got := run(t, "import", path, other)
	if got.code != cli.ExitFailed || !strings.Contains(got.errors, "another process is writing to this case") || !strings.Contains(got.errors, "reading goes on") || strings.Count(got.errors, "\n") != 1 {
		t.Errorf("exit code %d: %q", got.code, got.errors)
	}
	if got := run(t, "changes", path); got.code != 0 || got.errors != "" {
		t.Errorf("nothing is underived: exit code %d: %q", got.code, got.errors)
	}
	change := `{"msg":"audit_log","fields":{"audit_log":{"time":"2022-10-12T15:10:00Z","action":"write","resource_type":"infrastructure","resource_target":"infrastructure","diff":{"gpu vendor":"amd"},"status_code":200}}}`
	if _, err := io.WriteString(stdin, change+"\n"); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the first process to commit its change", func() bool { return must(t, "count", path) == "3\n" })
	if got := run(t, "changes", path); got.code != 0 || !strings.Contains(got.out, "gpu vendor") || !strings.Contains(got.errors, "is running or was interrupted, so values before changes may be missing") {
		t.Errorf("while an import runs: exit code %d: %q", got.code, got.errors)
	}
	if err := stdin.Close(); err != nil {
		t.Fatal(err)
	}
	if err := first.Wait(); err != nil {
		t.Fatalf("%v: %s", err, out.String())
	}
	must(t, "import", path, other)
	if must(t, "count", path) != "4\n" {
		t.Error("an event is missing")
	}
	wholeCase(t, path)
	onlyFiles(t, dir, "c.auditcase")
}
