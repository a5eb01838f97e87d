package cli_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"auditdesk/backend/cli"
	"auditdesk/backend/needle"
)

// secretLogs writes the corpus, and of some of its files other containers, with a record of their own each.
func secretLogs(t *testing.T, corpus func(dir string) error) (logs, snapshots string) {
	t.Helper()
	dir := t.TempDir()
	if err := corpus(dir); err != nil {
		t.Fatal(err)
	}
	logs = filepath.Join(dir, needle.Logs)
	text, err := os.ReadFile(filepath.Join(logs, "message.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	later := func(second string) []byte {
		return bytes.ReplaceAll(text, []byte("2022-10-11T"), []byte("2022-10-1"+second+"T"))
	}
	var gz, archive bytes.Buffer
	g, err1 := gzip.NewWriterLevel(&gz, gzip.NoCompression) // else its size would depend on the secret
	_, err2 := g.Write(later("3"))
	z := zip.NewWriter(&archive)
	w, err3 := z.CreateHeader(&zip.FileHeader{Name: "inner.ndjson", Method: zip.Store})
	_, err4 := w.Write(later("4"))
	if err := errors.Join(err1, err2, err3, err4, g.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	wide := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune(string(later("5")))) {
		wide = binary.LittleEndian.AppendUint16(wide, u)
	}
	write(t, filepath.Join(logs, "message.ndjson.gz"), gz.String())
	write(t, filepath.Join(logs, "message.zip"), archive.String())
	write(t, filepath.Join(logs, "message_utf16.ndjson"), string(wide))
	return logs, filepath.Join(dir, needle.Snapshots)
}

// said is what a command line left behind, told apart by what was asked.
type said struct{ asked, out, errors string }

// askedOfSecrets runs every command in every format over the corpus. What it writes to files is part of what is said.
func askedOfSecrets(t *testing.T, corpus func(dir string) error) (path string, all []said) {
	t.Helper()
	logs, snapshots := secretLogs(t, corpus)
	dir := t.TempDir()
	path = filepath.Join(dir, "c.auditcase")
	in := func(name string) string { return filepath.Join(dir, name) }
	snap := func(name string) string { return filepath.Join(snapshots, name) }
	ask := func(args ...string) result {
		t.Helper()
		r := run(t, args...)
		if r.code == cli.ExitUsage {
			t.Fatalf("auditdesk %s: %s", strings.Join(args, " "), r.errors)
		}
		all = append(all, said{strings.Join(args, " "), r.out, r.errors})
		return r
	}
	wrote := func(name string) {
		t.Helper()
		b, err := os.ReadFile(in(name))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, said{asked: "what " + name + " holds", out: string(b)})
	}

	ask("preview", logs)
	ask("preview", logs, "--format", "json")
	// Twice: first without one file, which is then both new and, in the others, known.
	ask("import", path, filepath.Join(logs, "v1.ndjson"), "--deployment", "acme", "--format", "json")
	ask("import", path, logs, "--deployment", "acme")
	ask("preview", logs, "--case", path, "--format", "json")
	ask("upgrade", path)
	ask("version")

	for _, format := range []string{"table", "json", "jsonl", "csv"} {
		ask("events", path, "--limit", "0", "--format", format)
		ask("changes", path, "--limit", "0", "--format", format)
	}
	eventFacets := "user,action,type,target,ip,status,outcome,changed,organization,source,deployment,panel,setting,kind,basis,build_reason"
	changeFacets := "new,changed,setting,panel,kind,basis,continuity"
	for _, format := range []string{"table", "json"} {
		ask("facets", path, "--top", "0", "--format", format, "--field", eventFacets)
		ask("facets", path, "--top", "0", "--format", format, "--field", changeFacets, "--changes")
		ask("timeline", path, "--format", format)
	}
	// Nor can a secret be guessed: a search for it finds nothing.
	for _, q := range []string{"class:admin", "has:secret", "text:8wk3q", "text:zq7x", "zq7x", "new:zq7x*", `text:"(masked)"`, "user:zq7x*", "target:*8wk3q*"} {
		ask("count", path, q)
		ask("events", path, q, "--limit", "0", "--format", "jsonl")
		ask("facets", path, q, "--top", "0", "--field", changeFacets, "--changes")
	}

	for _, args := range [][]string{{}, {"--unseen"}, {"--from", "2022-10-11", "--to", "2026-11-22"}, {"--search", "zq7x"}, {"--search", "secret"}} {
		for _, format := range []string{"table", "json", "jsonl", "csv"} {
			ask(slices.Concat([]string{"settings", path, "--format", format}, args)...)
		}
	}
	var settings []struct{ Key, Kind, Words string }
	if err := json.Unmarshal([]byte(ask("settings", path, "--format", "json").out), &settings); err != nil || len(settings) < 15 {
		t.Fatalf("%d settings, %v", len(settings), err)
	}
	span := []string{"--from", "2022-10-11", "--to", "2026-11-22"}
	for _, s := range settings {
		history, statement, line := []string{"json"}, []string{"json"}, []string{"text"}
		if s.Kind == "secret" || strings.Contains(s.Words, "masked") {
			history, statement, line = []string{"table", "json", "jsonl"}, []string{"table", "json", "text", "markdown", "row"}, []string{"text", "markdown", "row"}
		}
		for _, format := range history {
			ask("settings", path, "--history", s.Key, "--format", format)
		}
		for _, format := range statement {
			ask(slices.Concat([]string{"settings", path, "--statement", s.Key, "--format", format}, span)...)
		}
		for _, format := range line {
			ask(slices.Concat([]string{"settings", path, "--line", s.Key, "--format", format}, span)...)
		}
	}
	ask("settings", path, "--line", settings[0].Key)
	ask("settings", path, "--history", "innocent") // fits several: the error lists them
	ask("settings", path, "--line", "no such field")

	var events []struct{ Ref string }
	if err := json.Unmarshal([]byte(ask("events", path, "--limit", "0", "--format", "json").out), &events); err != nil || len(events) < 60 {
		t.Fatalf("%d events, %v", len(events), err)
	}
	for i, e := range events {
		ask("show", path, e.Ref)
		ask("show", path, e.Ref, "--raw")
		if i%8 == 0 { // what it prints is what events prints of it
			ask("show", path, e.Ref, "--format", "json")
		}
	}

	for _, format := range []string{"table", "json", "summary"} {
		ask("sources", path, "--format", format)
	}
	for _, format := range []string{"table", "json"} {
		ask("completeness", path, "--format", format)
		ask("compare", path, "#1", "v2.ndjson", "--format", format)
		ask("unreadable", path, "--format", format)
		ask("unreadable", path, "--reasons", "--format", format)
	}
	for _, format := range []string{"text", "json"} {
		ask("engagement", path, "--format", format)
		ask("receipt", path, "#1", "--count", "3", "--format", format)
		ask("verify", path, "--format", format)
		ask("retry", path, "--format", format)
	}
	for _, format := range []string{"table", "json", "csv"} {
		ask("rollforward", path, snap("opening.json"), snap("closing.csv"), "--format", format)
	}
	for _, format := range []string{"xlsx", "csv"} {
		ask("rollforward", path, snap("opening.json"), snap("closing.csv"), "-o", in("rolled."+format))
		wrote("rolled." + format)
	}
	broken, err := filepath.Glob(snap("broken*"))
	if err != nil || len(broken) < 10 {
		t.Fatalf("%d broken snapshots, %v", len(broken), err)
	}
	for _, snapshot := range broken {
		if r := ask("rollforward", path, snapshot, snapshot); r.code != cli.ExitFailed {
			t.Errorf("the snapshot %s is taken", snapshot)
		}
	}
	for _, format := range []string{"csv", "jsonl"} {
		ask("unreadable", path, "-o", in("unreadable."+format))
		wrote("unreadable." + format)
	}
	ask("export", path, "-o", in("raw.csv"), "--csv-raw")
	wrote("raw.csv")
	for _, format := range []string{"xlsx", "csv", "jsonl"} {
		ask("export", path, "-o", in("x."+format))
		wrote("x." + format)
	}
	for _, format := range []string{"text", "json"} {
		ask("check", in("x.xlsx"), path, "--format", format)
	}
	ask("redact", path, in("copy.auditcase"))
	wrote("copy.auditcase")
	ask("verify", in("copy.auditcase"))
	ask("events", in("copy.auditcase"), "--limit", "0", "--format", "json")
	ask("demo", in("demo.auditcase"), "--events", "10")
	return path, all
}

// commandNames lists the commands that the help names.
func commandNames(t *testing.T) (names []string) {
	t.Helper()
	for _, m := range regexp.MustCompile(`(?m)^  ([a-z]+) `).FindAllStringSubmatch(must(t, "--help"), -1) {
		names = append(names, m[1])
	}
	return names
}

func TestNoCommandSaysASecret(t *testing.T) {
	if testing.Short() || underRace {
		t.Skip("it asks some 400 questions; the full checks run it, without the detector")
	}
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	defer slog.SetDefault(before)
	path, all := askedOfSecrets(t, needle.Write)

	for _, s := range all {
		for what, text := range map[string]string{"": s.out, "'s messages": s.errors} {
			for _, found := range needle.In([]byte(text)) {
				t.Errorf("%s%s: %s", s.asked, what, found)
			}
		}
	}
	for _, found := range needle.In(log.Bytes()) {
		t.Errorf("the program's log: %s", found)
	}
	for _, found := range needle.In(storedOutsideOfRecords(t, path)) {
		t.Errorf("the case, outside of its raw records: %s", found)
	}
	everyCommandAsked(t, all)
	secretsThere(t, path)

	// What is said does not depend on secrets at all: not on what they are, nor on how long.
	_, others := askedOfSecrets(t, needle.WriteOthers)
	if len(all) != len(others) {
		t.Fatalf("%d questions, and %d of the other logs", len(all), len(others))
	}
	for i, s := range all {
		o := others[i]
		if strings.HasSuffix(s.asked, "copy.auditcase holds") { // packed
			continue
		}
		if diff := cmp.Diff(but(t, s), but(t, o)); diff != "" {
			t.Errorf("%s (-these +with other secrets):\n%s", s.asked, diff)
		}
	}
}

// everyCommandAsked fails for a command that is new and not asked about secrets yet.
func everyCommandAsked(t *testing.T, all []said) {
	t.Helper()
	asked := map[string]bool{}
	for _, s := range all {
		name, _, _ := strings.Cut(s.asked, " ")
		asked[name] = true
	}
	for _, name := range commandNames(t) {
		if !asked[name] {
			t.Errorf("no test of secrets asks %s", name)
		}
	}

}

// secretsThere shows that the case does hold the secrets: what is found nowhere else was there to be found.
func secretsThere(t *testing.T, path string) {
	t.Helper()
	var revealed strings.Builder
	for _, e := range document[[]struct{ Ref string }](t, "events", path, "--limit", "0") {
		revealed.WriteString(must(t, "show", path, e.Ref, "--raw", "--reveal"))
	}
	missing := 0
	for _, s := range needle.All() {
		if !strings.Contains(revealed.String(), s) {
			missing++
		}
	}
	if missing > 45 { // snapshots, unreadable records, other lines, and records that are a second sight of an event
		t.Errorf("%d of %d secrets stand in no record", missing, len(needle.All()))
	}
}

// storedOutsideOfRecords is all that the tables of a case hold but the raw records.
func storedOutsideOfRecords(t *testing.T, path string) []byte {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var out bytes.Buffer
	for _, name := range strings.Fields(dump(t, db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'raw_block'")) {
		fmt.Fprintf(&out, "%s\n%s\n", name, dump(t, db, "SELECT * FROM "+name))
	}
	if !strings.Contains(out.String(), "oauth2_provider_app") {
		t.Error("the tables hold nothing")
	}
	return out.Bytes()
}

// dump is the cells of all rows, one a line.
func dump(t *testing.T, db *sql.DB, query string) string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	cells, to := make([]sql.RawBytes, len(columns)), make([]any, len(columns))
	for i := range cells {
		to[i] = &cells[i]
	}
	var out strings.Builder
	for rows.Next() {
		if err := rows.Scan(to...); err != nil {
			t.Fatal(err)
		}
		for _, c := range cells {
			fmt.Fprintf(&out, "%s\n", c)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// digests are what may differ between logs with other secrets: what is taken over the bytes of a file or of the chain, and where
// a record was cut off.
var digests = regexp.MustCompile(`[0-9a-f]{64}|[0-9a-f]{20,}…|at byte [0-9]+`)

// but is what was asked and said, without digests and where the files lie.
func but(t *testing.T, s said) []string {
	t.Helper()
	places := regexp.MustCompile(regexp.QuoteMeta(filepath.Dir(t.TempDir())) + `/[0-9]+`)
	out := s.out
	if strings.HasSuffix(s.asked, ".xlsx holds") {
		out = unzipped(t, out)
	}
	var lines []string
	for line := range strings.SplitSeq(s.asked+"\n"+out+"\n"+s.errors, "\n") {
		lines = append(lines, strings.TrimRight(digests.ReplaceAllString(places.ReplaceAllString(line, ""), "DIGEST"), " "))
	}
	return lines
}

func unzipped(t *testing.T, file string) string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s\n%s\n", f.Name, bytes.ReplaceAll(b, []byte("</"), []byte("\n</")))
	}
	return out.String()
}
