package casefile_test

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/store"
)

func verify(t testing.TB, path string) store.Report {
	t.Helper()
	rep, err := casefile.VerifyFile(t.Context(), path, casefile.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

func copyOf(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "copy.auditcase")
	if err := os.WriteFile(to, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return to
}

func stranger(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// Every column of every table: one value of the last row is made another. Every row: it is taken away, and one is added.
func TestVerifyFindsAnyRowThatAStrangerChanged(t *testing.T) {
	path := richCase(t)
	if rep := verify(t, path); !rep.Sound() {
		t.Fatalf("a case that nobody changed: %+v", rep)
	}
	done := 0
	for _, table := range evidenceTables {
		if table == "underived" || table == "uncompared" { // they are empty when an import is done
			continue
		}
		db := stranger(t, path)
		rows, err := dump(db, "SELECT group_concat(name) FROM pragma_table_info('"+table+"')")
		if err != nil {
			t.Fatal(err)
		}
		columns := strings.Split(strings.Split(rows, `"`)[1], ",")
		key := columns[0]
		last := fmt.Sprintf("WHERE %s = (SELECT max(%s) FROM %s)", key, key, table)
		if table == "other_line" || table == "source_day" {
			last = fmt.Sprintf("WHERE (source, %s) = (SELECT source, %s FROM %s LIMIT 1)", columns[1], columns[1], table)
		}
		statements := []string{fmt.Sprintf("DELETE FROM %s %s", table, last)}
		for _, c := range columns {
			statements = append(statements, fmt.Sprintf(
				`UPDATE %s SET %s = CASE typeof(%s) WHEN 'integer' THEN %s + 1 WHEN 'text' THEN %s || 'x' WHEN 'blob' THEN CAST(%s || x'00' AS BLOB) ELSE 1 END %s`, table, c, c, c, c, c, last))
		}
		if table != "engagement" && table != "format" && table != "meta" {
			added := strings.Join(columns, ", ")
			added = strings.Replace(added, columns[0], columns[0]+" + 1", 1)
			statements = append(statements, fmt.Sprintf("INSERT INTO %s SELECT %s FROM %s %s", table, added, table, last))
		}
		for _, s := range statements {
			changed := copyOf(t, path)
			other := stranger(t, changed)
			if _, err := other.ExecContext(t.Context(), s); err != nil {
				// A time as text is NULL mostly: an integer can't stand in its place. Nor can a second engagement. No record is recovered twice.
				if !strings.Contains(err.Error(), "cannot store INT") && !strings.Contains(err.Error(), "CHECK") && !strings.Contains(err.Error(), "UNIQUE") {
					t.Errorf("%s: %v", s, err)
				}
				continue
			}
			if err := other.Close(); err != nil {
				t.Fatal(err)
			}
			done++
			if rep := verify(t, changed); rep.Sound() {
				t.Errorf("%s: verify finds nothing", s)
			}
		}
	}
	if done < 200 {
		t.Errorf("only %d changes were tried", done)
	}
}

func TestVerifyFindsAChainThatWasChanged(t *testing.T) {
	path := richCase(t)
	noted := verify(t, path).Head
	for name, c := range map[string]struct {
		sql  string
		want string
	}{
		"a link taken out":        {"DELETE FROM chain WHERE number = 5", "link 5 is missing"},
		"two links exchanged":     {"UPDATE chain SET number = -1 WHERE number = 5; UPDATE chain SET number = 5 WHERE number = 6; UPDATE chain SET number = 6 WHERE number = -1", "link 5: its head is"},
		"a link's run":            {"UPDATE chain SET run = NULL WHERE number = 5", "link 5: its run is given as 0"},
		"the last link's head":    {"UPDATE chain SET head = zeroblob(32) WHERE number = (SELECT max(number) FROM chain)", "its head is 0000"},
		"the end cut off":         {"DELETE FROM chain WHERE number = (SELECT max(number) FROM chain)", "the receipt of source 1"},
		"the end with its export": {"DELETE FROM chain WHERE number > (SELECT max(number) - 2 FROM chain)", "export_note has 1 rows, the chain speaks of 0"},
	} {
		t.Run(name, func(t *testing.T) {
			changed := copyOf(t, path)
			alterMay(t, changed, c.sql)
			if got := fmt.Sprintf("%+v", verify(t, changed)); !strings.Contains(got, c.want) {
				t.Errorf("%q is not in %s", c.want, got)
			}
		})
	}
	// Whoever takes the last links away with all that they speak of leaves a case that agrees with itself: only a head that was
	// noted elsewhere shows it.
	cut := copyOf(t, path)
	alter(t, cut, "DELETE FROM chain WHERE number = (SELECT max(number) FROM chain)")
	alter(t, cut, "UPDATE source SET receipt_from = '', receipt_received = '', receipt_request = '', receipt_method = '', receipt_count = NULL WHERE number = 1")
	rep := verify(t, cut)
	if !rep.Sound() {
		t.Errorf("the end cut off with its rows: %+v", rep)
	}
	if rep.Heads[noted] != 0 {
		t.Error("the noted head stands in a chain that was cut before it")
	}
	if rep := verify(t, path); rep.Heads[noted] != rep.Links {
		t.Errorf("the noted head is that of link %d of %d", rep.Heads[noted], rep.Links)
	}
}

func TestVerifySaysWhereTheDamageBegins(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.auditcase")
	importText(t, path, map[string]string{"a.log": threeWrites}, map[string]string{"b.log": strings.ReplaceAll(threeWrites, "2022", "2023")},
		map[string]string{"c.log": strings.ReplaceAll(threeWrites, "2022", "2024")})
	for name, c := range map[string]struct{ sql, first, still string }{
		"an event and a later one": {"UPDATE event SET status = 403 WHERE number IN (5, 8)", "event 5 (", "events 1 to 3, raw blocks 1 to 1, sources 1 to 1"},
		"an event's change":        {"UPDATE change SET words = words - 1 WHERE event = 8", "event 8 (", "events 1 to 6, raw blocks 1 to 2, sources 1 to 2"},
		"an event taken away":      {"DELETE FROM event WHERE number = 4", "event 4", "events 1 to 3,"},
		"a source":                 {"UPDATE source SET note = 'x' WHERE number = 2", "source 2 (", "events 1 to 3, raw blocks 1 to 1, sources 1 to 1"},
		"a raw block":              {"UPDATE raw_block SET data = zeroblob(length(data)) WHERE number = 3", "raw block 3 of source 3", "events 1 to 6,"},
		"the first rows":           {"UPDATE format SET value = 'x' WHERE key = 'raw'", "table format", "nothing before it"},
		"an index":                 {"UPDATE meta SET value = value WHERE key = 'x'", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			changed := copyOf(t, path)
			alterMay(t, changed, c.sql)
			rep := verify(t, changed)
			if !strings.HasPrefix(rep.First, c.first) || !strings.Contains(rep.Still, c.still) || (c.first == "") != rep.Sound() {
				t.Errorf("%q, %q: %+v", rep.First, rep.Still, rep.Checks)
			}
		})
	}
}

func TestExportsAreNoted(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	path := filepath.Join(dir, "a.auditcase")
	importText(t, path, map[string]string{"a.log": threeWrites})
	var head, sum string
	exported := func(opt casefile.Options, name string) {
		t.Helper()
		opt.Now = now
		c, err := casefile.Open(ctx, path, opt)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if head, err = c.Head(ctx); err != nil {
			t.Fatal(err)
		}
		res, err := c.Export(ctx, casefile.ExportRequest{Format: casefile.CSV, Query: "action:write", Zone: "Europe/Berlin", Path: filepath.Join(dir, name)})
		if err != nil || res.Events != 3 {
			t.Fatalf("%d events, %v", res.Events, err)
		}
		sum = res.SHA256
	}
	exported(casefile.Options{ReadOnly: true}, "not noted.csv")
	other, err := store.Open(ctx, path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := other.BeginWrite(ctx); err != nil {
		t.Fatal(err)
	}
	exported(casefile.Options{}, "locked.csv")
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	exported(casefile.Options{}, "noted.csv")
	check := func(agrees bool) {
		t.Helper()
		want := store.NotedHead{ExportNote: store.ExportNote{Time: audit.Time(now().UnixNano()), Name: "noted.csv", Query: "action:write", Zone: "Europe/Berlin", Rows: 3, SHA256: sum, Head: head}, Agrees: agrees}
		rep := verify(t, path)
		if len(rep.Exports) != 1 || rep.Sound() != agrees {
			t.Fatalf("%+v", rep)
		}
		got := rep.Exports[0]
		if (got.Link > 0) != agrees {
			t.Errorf("link %d", got.Link)
		}
		if got.Link = 0; got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	check(true)
	c, err := casefile.Open(ctx, path, casefile.Options{})
	if err != nil {
		t.Fatal(err)
	}
	take(t, c, "acme", strings.ReplaceAll(threeWrites, "2022", "2023"))
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	check(true)
	// A chain made anew: it agrees with itself, and not with what was written into the export.
	db := stranger(t, path)
	alterMay(t, path, "UPDATE chain SET text = replace(text, 'link 1 at ', 'link 1 at 1')")
	rehead(t, db)
	check(false)
}

// The following take the digests as docs/case-format.md says, with nothing of the program.

func encoded(values []any) (b []byte) {
	for _, v := range values {
		switch v := v.(type) {
		case nil:
			b = append(b, 0)
		case int64:
			b = binary.AppendUvarint(append(b, 1), uint64(v<<1)^uint64(v>>63))
		case string:
			b = append(binary.AppendUvarint(append(b, 2), uint64(len(v))), v...)
		case []byte:
			b = append(binary.AppendUvarint(append(b, 3), uint64(len(v))), v...)
		}
	}
	return b
}

func rowsOf(t testing.TB, db *sql.DB, query string, args ...any) (out [][]any) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		out = append(out, values)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func hashOf(t testing.TB, db *sql.DB, event int64) []byte {
	t.Helper()
	var b []byte
	for _, r := range rowsOf(t, db, "SELECT * FROM event WHERE number = ?", event) {
		b = append(b, encoded(r)...)
	}
	for _, r := range rowsOf(t, db, "SELECT * FROM change WHERE event = ? ORDER BY ordinal", event) {
		b = append(b, encoded(r)...)
	}
	sum := sha256.Sum256(b)
	return sum[:]
}

// eventsLine is what a link says of a stretch of events, and their marks.
func eventsLine(t testing.TB, db *sql.DB, first, last int64) (line string, marks []byte) {
	t.Helper()
	h := sha256.New()
	for n := first; n <= last; n++ {
		hash := hashOf(t, db, n)
		if was := rowsOf(t, db, "SELECT was FROM revision WHERE event = ? ORDER BY number LIMIT 1", n); len(was) > 0 {
			hash = was[0][0].([]byte)
		}
		h.Write(hash)
		marks = append(marks, hash[:4]...)
	}
	return fmt.Sprintf("events %d to %d sha256 %x", first, last, h.Sum(nil)), marks
}

func rowsLine(t testing.TB, db *sql.DB, table string, first, last int64) string {
	t.Helper()
	var b []byte
	key := rowsOf(t, db, "SELECT name FROM pragma_table_info('"+table+"') LIMIT 1")[0][0].(string)
	for _, r := range rowsOf(t, db, fmt.Sprintf("SELECT * FROM %s WHERE %s BETWEEN ? AND ? ORDER BY %s", table, key, key), first, last) {
		b = append(b, encoded(r)...)
	}
	return fmt.Sprintf("rows %s %d to %d sha256 %x", table, first, last, sha256.Sum256(b))
}

// rehead computes all heads anew, as whoever can write the file can.
func rehead(t testing.TB, db *sql.DB) {
	t.Helper()
	head := make([]byte, 32)
	for _, r := range rowsOf(t, db, "SELECT number, run, text FROM chain ORDER BY number") {
		sum := sha256.Sum256(append(slices.Clone(head), r[2].(string)...))
		head = sum[:]
		for _, q := range []string{"UPDATE chain SET head = ?1 WHERE number = ?2", "UPDATE import_run SET head = ?1 WHERE number = (SELECT run FROM chain WHERE number = ?2)"} {
			if _, err := db.ExecContext(t.Context(), q, head, r[0]); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestAnotherProgramCanTakeTheDigests(t *testing.T) {
	path := richCase(t)
	db := stranger(t, path)
	head := make([]byte, 32)
	compared, differs := map[string]int{}, rowsOf(t, db, "SELECT 1 FROM chain WHERE text LIKE '%\ndiffers %'")
	for _, r := range rowsOf(t, db, "SELECT number, text, head FROM chain ORDER BY number") {
		sum := sha256.Sum256(append(head, r[1].(string)...))
		if head = sum[:]; !bytes.Equal(head, r[2].([]byte)) {
			t.Fatalf("the head of link %d is %x, not %x", r[0], r[2], head)
		}
		for line := range strings.Lines(r[1].(string)) {
			line = strings.TrimSpace(line)
			f := strings.Fields(line)
			compared[f[0]]++
			var first, last int64
			switch f[0] {
			case "events":
				if _, err := fmt.Sscanf(line, "events %d to %d", &first, &last); err != nil {
					t.Fatal(err)
				}
				if is, _ := eventsLine(t, db, first, last); is != line {
					t.Errorf("%s is taken as %s", line, is)
				}
			case "rows":
				if _, err := fmt.Sscanf(strings.Join(f[2:], " "), "%d to %d", &first, &last); err != nil {
					t.Fatal(err)
				}
				if f[1] == "matching" && len(differs) > 0 {
					continue // whose marks changed later
				}
				if is := rowsLine(t, db, f[1], first, last); is != line {
					t.Errorf("%s is taken as %s", line, is)
				}
			case "engagement", "format":
				if line == lastLine(t, db, f[0]) {
					var b []byte
					for _, r := range rowsOf(t, db, "SELECT * FROM "+f[0]) {
						b = append(b, encoded(r)...)
					}
					if is := fmt.Sprintf("%s sha256 %x", f[0], sha256.Sum256(b)); is != line {
						t.Errorf("%s is taken as %s", line, is)
					}
				}
			}
		}
	}
	for _, what := range []string{"link", "run", "rows", "block", "events", "source", "receipt", "engagement", "format", "meta"} {
		if compared[what] == 0 {
			t.Errorf("no link has a line %q", what)
		}
	}
	if rows := rowsOf(t, db, "SELECT 1 FROM revision"); len(rows) == 0 {
		t.Error("no event was merged later")
	}
}

func lastLine(t testing.TB, db *sql.DB, what string) string {
	t.Helper()
	last := ""
	for _, r := range rowsOf(t, db, "SELECT text FROM chain ORDER BY number") {
		for line := range strings.Lines(r[0].(string)) {
			if strings.HasPrefix(line, what+" ") {
				last = strings.TrimSpace(line)
			}
		}
	}
	return last
}

// A later version may understand a record otherwise than the one that imported it. That is no damage as long as the rows are
// the ones that were written.
func TestWhatAnotherVersionReadIsNoDamage(t *testing.T) {
	for name, c := range map[string]struct {
		version int
		sound   bool
	}{"another version": {audit.Reading + 1, true}, "the same version": {audit.Reading, false}} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.auditcase")
			importText(t, path, map[string]string{"a.log": threeWrites})
			db := stranger(t, path)
			was, wasMarks := eventsLine(t, db, 1, 3)
			wasRow := rowsLine(t, db, "event_mark", 1, 1)
			do := func(query string, args ...any) {
				t.Helper()
				if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
					t.Fatal(err)
				}
			}
			do("DELETE FROM derived")
			do("UPDATE event SET account = 0 WHERE number = 2")
			is, marks := eventsLine(t, db, 1, 3)
			if bytes.Equal(marks, wasMarks) {
				t.Fatal("the mark of an event with another account is the same")
			}
			do("UPDATE event_mark SET marks = ?", marks)
			do("UPDATE chain SET text = replace(replace(replace(text, ?, ?), ?, ?), ?, ?)", was, is, wasRow, rowsLine(t, db, "event_mark", 1, 1),
				fmt.Sprintf("reading %d", audit.Reading), fmt.Sprintf("reading %d", c.version))
			rehead(t, db)
			rep := verify(t, path)
			if rep.Sound() != c.sound {
				t.Errorf("%+v", rep)
			}
			note := "this version reads 1 records otherwise"
			if got := strings.Contains(fmt.Sprint(rep.Checks), note); got != c.sound {
				t.Errorf("the note: %t; %+v", got, rep.Checks)
			}
		})
	}
}

func TestVerifyOfWhatCannotBeOpened(t *testing.T) {
	path := richCase(t)
	sound, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func([]byte) []byte{
		"its first byte": func(b []byte) []byte { b[0] ^= 1; return b },
		"its mark":       func(b []byte) []byte { b[68] ^= 1; return b },
		"the page size":  func(b []byte) []byte { b[16] ^= 0xff; return b },
		"the schema": func(b []byte) []byte {
			return bytes.ReplaceAll(b, []byte("CREATE TABLE raw_block"), []byte("CREATE TABLE raw_blocc"))
		},
		"a table's root page": func(b []byte) []byte { clear(b[8192*6 : 8192*7]); return b },
		"its second half":     func(b []byte) []byte { return b[:len(b)/2] },
		"all but the header":  func(b []byte) []byte { clear(b[100:]); return b },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.auditcase")
			if err := os.WriteFile(path, change(bytes.Clone(sound)), 0o600); err != nil {
				t.Fatal(err)
			}
			if rep := verify(t, path); rep.Sound() || rep.First == "" || rep.Still == "" {
				t.Errorf("%+v", rep)
			}
		})
	}
	other := filepath.Join(t.TempDir(), "a.auditcase")
	if err := os.WriteFile(other, []byte(hex.Dump(sound[:1000])), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := casefile.VerifyFile(t.Context(), other, casefile.Options{}); err == nil {
		t.Error("a file that never was a case is verified")
	}
	if _, err := casefile.VerifyFile(t.Context(), filepath.Join(t.TempDir(), "none"), casefile.Options{}); err == nil {
		t.Error("no file is verified")
	}
}
