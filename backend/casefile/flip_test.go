package casefile_test

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/demo"
	"auditdesk/backend/store"
)

// severalRecords are records of one event: each later file is of better rank, or says something else.
func severalRecords(t testing.TB) []string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(samples, "v2_slog_json.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	log := string(b)
	return []string{
		"id,time,action,resource_type,resource_id,resource_target,status_code,user_id,ip,user_agent,request_id,additional_fields\n" +
			"7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a1,2026-11-20T09:15:22.334105Z,write,workspace,ef8d1cf4-82de-4fd9-8980-047dad6d06b5,other,200,6c405053-27e3-484a-9ad7-bcb64e7bfde6,203.0.113.99,x,53bded77-7b9d-4e82-8771-991a34d759f9,{}\n",
		strings.ReplaceAll(log, `"StatusCode":200`, `"StatusCode":404`),
		log,
		log + log, // duplicates
		`{"id":"7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a1","request_id":"53bded77-7b9d-4e82-8771-991a34d759f9","time":"2026-11-20T09:15:22.334105Z","ip":"203.0.113.24","user_agent":"x","resource_type":"workspace","resource_id":"ef8d1cf4-82de-4fd9-8980-047dad6d06b5","resource_target":"main","resource_icon":"","action":"write","diff":{"ttl":{"old":0,"new":7200000000000,"secret":false}},"status_code":200,"additional_fields":{},"description":"{user} updated workspace {target}","user":{"id":"6c405053-27e3-484a-9ad7-bcb64e7bfde6","username":"jessie","name":"Jessie Ito","email":"jessie@acme.example"}}` + "\n",
	}
}

// ending is a stream that ends with a cancelled import.
type ending struct {
	text   string
	cancel context.CancelFunc
}

func (e *ending) Read(p []byte) (int, error) {
	if e.text == "" {
		e.cancel()
		return 0, context.Canceled
	}
	n := copy(p, e.text)
	e.text = e.text[n:]
	return n, nil
}

// richCase has rows in every table: all samples, a demo of both versions, merged values, duplicates, unreadable records, an
// import that was cancelled, a receipt, a note of a record shown and one of an export.
func richCase(t testing.TB) string {
	t.Helper()
	ctx, dir := t.Context(), t.TempDir()
	path := filepath.Join(dir, "rich.auditcase")
	at := now()
	clock := func() time.Time { at = at.Add(time.Second); return at }
	c, err := casefile.Create(ctx, path, audit.Engagement{Title: "Access review", Zone: "Europe/Berlin"}, casefile.Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	imported := func(ctx context.Context, what, deployment string, stdin io.Reader) {
		t.Helper()
		if _, err := c.Import(ctx, []string{what}, casefile.ImportOptions{Deployment: deployment, Stdin: stdin}); err != nil && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	var made strings.Builder
	if err := demo.Write(&made, demo.Options{Events: 60, Seed: 3}); err != nil {
		t.Fatal(err)
	}
	imported(ctx, "-", "acme", strings.NewReader(threeWrites))
	imported(ctx, "-", "acme", strings.NewReader(made.String()))
	imported(ctx, samples, "acme", nil)
	for i, text := range severalRecords(t) {
		name := filepath.Join(dir, fmt.Sprintf("%d.log", i))
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		imported(ctx, name, "other", nil)
	}
	imported(ctx, filepath.Join(dir, "2.log"), "other", nil) // a repeat
	cancelled, cancel := context.WithCancel(ctx)
	defer cancel()
	imported(cancelled, "-", "cancelled", &ending{made.String()[:made.Len()/2], cancel})
	deeper := filepath.Join(dir, "deeper.log")
	if err := os.WriteFile(deeper, []byte(deep(1, "gpu")+"\n"+deep(2, "gpu")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Import(ctx, []string{deeper}, casefile.ImportOptions{Deployment: "acme", Limits: earlier}); err != nil {
		t.Fatal(err)
	}
	if res, err := c.Retry(ctx, casefile.RetryOptions{Version: "2"}); err != nil || res.Understood != 2 {
		t.Fatal(res, err)
	}
	if _, err := c.RevealBytes(ctx, "a3c9e1d4-0b72-4c58-9f16-3d5b8e27c041"); err != nil {
		t.Fatal(err)
	}
	if err := c.SaveEngagement(ctx, audit.Engagement{Title: "Access review 2026", Reference: "A-17", Zone: "Europe/Berlin", From: "2026-01-01"}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Export(ctx, casefile.ExportRequest{Format: casefile.JSONLines, Query: "action:write", Zone: "UTC", Path: filepath.Join(dir, "writes.jsonl")}); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(ctx, path, store.Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	count := int64(3)
	if err := st.SaveReceipt(ctx, 1, audit.Receipt{From: "provider", Received: "2026-11-21", Request: "R-1", Method: "kubectl logs", Count: &count}); err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// evidence is all that the tables hold, read by plain SQL: everything but derived. Of derivation it is what is meant, since a
// text that stands twice has two codes.
func evidence(path string) (out string, err error) {
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro&immutable=1")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	tables, err := dump(db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
	if err != nil {
		return "", err
	}
	for _, table := range evidenceTables {
		if !strings.Contains(tables, fmt.Sprintf("%q", table)) {
			return "", fmt.Errorf("table %s is missing", table)
		}
		q := "SELECT * FROM " + table
		if table == "derivation" {
			q = "SELECT change, from_event, (SELECT value FROM value WHERE code = old), secret_was, (SELECT value FROM phrase WHERE code = words), (SELECT value FROM phrase WHERE code = note) FROM derivation"
		}
		rows, err := dump(db, q)
		if err != nil {
			return "", fmt.Errorf("%s: %w", table, err)
		}
		out += table + "\n" + rows
	}
	return out, nil
}

func dump(db *sql.DB, query string) (string, error) {
	rows, err := db.QueryContext(context.Background(), query)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return "", err
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	var b strings.Builder
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return "", err
		}
		for _, v := range values {
			fmt.Fprintf(&b, "%T %#v|", v, v)
		}
		b.WriteByte('\n')
	}
	return b.String(), rows.Err()
}

var evidenceTables = []string{
	"account", "action", "build_reason", "chain", "change", "continuity", "deployment", "derivation", "derive_key", "description", "engagement", "event", "event_mark", "export_note",
	"field", "format", "import_run", "ip", "matching", "meta", "organization", "organization_id", "other_line", "panel", "phrase", "raw_block", "recovered", "resource", "resource_type",
	"reveal_note", "revision", "setting", "source", "source_day", "spelling", "target", "uncompared", "underived", "unreadable", "user_agent", "value",
}

// flips are where a byte is flipped: anywhere, and within the cells of each table's first page.
func flips(t testing.TB, path string, file []byte, anywhere, each int) []int {
	t.Helper()
	rnd := rand.New(rand.NewPCG(1, 2))
	var out []int
	for range anywhere {
		out = append(out, rnd.IntN(len(file)))
	}
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro&immutable=1")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), "SELECT rootpage FROM sqlite_schema WHERE rootpage > 1 AND name <> 'derived' ORDER BY rootpage")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	const page = 8192
	for rows.Next() {
		var root int
		if err := rows.Scan(&root); err != nil {
			t.Fatal(err)
		}
		begin := (root - 1) * page
		cells := int(binary.BigEndian.Uint16(file[begin+5:]))
		for range each {
			if cells < page && cells > 0 {
				out = append(out, begin+cells+rnd.IntN(page-cells))
			}
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// Whatever byte of the file is another: where the evidence reads otherwise than before, or can't be read, verify says so.
func TestVerifyFindsAnyFlippedByte(t *testing.T) {
	path := richCase(t)
	alterMay(t, path, "DELETE FROM derived")
	alterMay(t, path, "VACUUM")
	before, err := evidence(path)
	if err != nil {
		t.Fatal(err)
	}
	for i, table := range evidenceTables {
		// A table without rows is followed by the next one's name. What waits to be derived is done by every import.
		if i+1 < len(evidenceTables) && table != "underived" && table != "uncompared" && strings.Contains("\n"+before, "\n"+table+"\n"+evidenceTables[i+1]+"\n") {
			t.Errorf("the case has no rows in %s", table)
		}
	}
	if rep, err := casefile.VerifyFile(t.Context(), path, casefile.Options{}); err != nil || !rep.Sound() {
		t.Fatalf("a case that nobody changed: %+v, %v", rep, err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	flipped := filepath.Join(t.TempDir(), "flipped.auditcase")
	hits, rnd := 0, rand.New(rand.NewPCG(3, 4))
	list := flips(t, path, file, 250, 5)
	for _, at := range list {
		by := byte(1) << rnd.IntN(8)
		if rnd.IntN(3) == 0 {
			by = byte(1 + rnd.IntN(255))
		}
		file[at] ^= by
		if err := os.WriteFile(flipped, file, 0o600); err != nil {
			t.Fatal(err)
		}
		file[at] ^= by
		after, dumpErr := evidence(flipped)
		if dumpErr == nil && after == before {
			continue
		}
		hits++
		rep, err := casefile.VerifyFile(t.Context(), flipped, casefile.Options{})
		for _, tail := range []string{"-wal", "-shm"} {
			_ = os.Remove(flipped + tail)
		}
		if err != nil || rep.Sound() {
			t.Errorf("byte %d (page %d, %d) ^ %#x: verify finds nothing, %v; %v%s", at, at/8192+1, at%8192, by, err, dumpErr, firstLine(before, after))
			continue
		}
		if rep.First == "" || rep.Still == "" {
			t.Errorf("byte %d: it does not say where the damage begins (%q) and what is sound (%q): %+v", at, rep.First, rep.Still, rep.Checks)
		}
	}
	t.Logf("%d of %d flips hit evidence; the case has %d bytes", hits, len(list), len(file))
	if hits < len(list)/3 {
		t.Errorf("only %d of %d flips hit evidence", hits, len(list))
	}
}

func firstLine(before, after string) string {
	a, b := strings.Split(before, "\n"), strings.Split(after, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("\n  %.300s\n  %.300s", a[i], b[i])
		}
	}
	return ""
}

// alterMay runs a statement that need not change a row.
func alterMay(t testing.TB, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(context.Background(), statement); err != nil {
		t.Fatal(err)
	}
}
