package casefile_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3" // as a stranger would open the case

	"auditdesk/backend/casefile"
)

// threeWrites are changes of one setting: the second and third have a derived value before.
const threeWrites = `{"msg":"audit_log","fields":{"audit_log":{"time":"2022-10-11T15:10:00Z","user":{"id":"u9","email":"root@acme.example"},"action":"write","resource_type":"infrastructure","resource_target":"infrastructure","diff":{"gpu vendor":"amd"},"status_code":200}}}
{"msg":"audit_log","fields":{"audit_log":{"time":"2022-10-11T15:11:00Z","user":{"id":"u9","email":"root@acme.example"},"action":"write","resource_type":"infrastructure","resource_target":"infrastructure","diff":{"gpu vendor":"nvidia"},"status_code":200}}}
a line beside them
{"msg":"audit_log","fields":{"audit_log":{"time":"2022-10-11T15:12:00Z","user":{"id":"u9","email":"root@acme.example"},"action":"write","resource_type":"infrastructure","resource_target":"infrastructure","diff":{"gpu vendor":"none"},"status_code":200}}}
{"msg":"audit_log","fields":{"audit_log":{"time":"2022-10-11T15:1
`

// damage verifies a case and tells which checks found something.
func damage(t *testing.T, path string) []string {
	t.Helper()
	c, err := casefile.Open(t.Context(), path, casefile.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	rep, err := c.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, check := range rep.Checks {
		if len(check.Damage) > 0 {
			found = append(found, check.Name)
		}
	}
	return found
}

func TestVerifyFindsWhatAStrangerChanged(t *testing.T) {
	dir := t.TempDir()
	sound := filepath.Join(dir, "sound.auditcase")
	importText(t, sound, map[string]string{"log.ndjson": threeWrites})
	if found := damage(t, sound); found != nil {
		t.Fatalf("a case that nobody changed: %v", found)
	}
	for name, c := range map[string]struct{ sql, check string }{
		"a status":                    {"UPDATE event SET status = 403 WHERE number = 2", "values against raw records"},
		"a time":                      {"UPDATE event SET time = time + 1 WHERE number = 2", "values against raw records"},
		"who did it":                  {"UPDATE account SET email = 'nobody@acme.example' WHERE email <> ''", "values against raw records"},
		"an action":                   {"UPDATE action SET value = 'read' WHERE value = 'write'", "values against raw records"},
		"a target":                    {"UPDATE target SET value = 'nothing' WHERE value = 'infrastructure'", "values against raw records"},
		"a new value":                 {"UPDATE value SET value = '\"intel\"' WHERE value = '\"none\"'", "values against raw records"},
		"a change taken away":         {"DELETE FROM derivation; DELETE FROM change WHERE number = 3", "values against raw records"},
		"a change in words":           {"UPDATE phrase SET value = 'nothing changed' WHERE value LIKE '%amd'", "values against raw records"},
		"a derived value":             {"UPDATE derivation SET old = (SELECT code FROM value WHERE value = '\"none\"') WHERE change = 2", "values before changes, derived anew"},
		"a derivation taken away":     {"DELETE FROM derivation WHERE change = 3", "values before changes, derived anew"},
		"an event taken away":         {"DELETE FROM derivation; DELETE FROM change WHERE event = 3; DELETE FROM event WHERE number = 3", "events and their changes"},
		"an identity":                 {"UPDATE event SET ref = ref + 1 WHERE number = 1", "events and their changes"},
		"a record's place":            {"UPDATE event SET block_offset = block_offset + 1 WHERE number = 1", "events and their changes"},
		"a raw block":                 {"UPDATE raw_block SET data = zeroblob(length(data))", "raw blocks"},
		"the account of a source":     {"UPDATE source SET events = events - 1, matching = matching + 1", "accounts of the sources"},
		"an unreadable record hidden": {"DELETE FROM unreadable", "accounts of the sources"},
		"the digest of a source":      {"UPDATE source SET sha256 = replace(sha256, 'a', 'b')", "sources, imports and the engagement"},
		"the chain":                   {"UPDATE chain SET text = text || ' ' WHERE number = 1", "chain of digests"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "changed.auditcase")
			b, err := os.ReadFile(sound)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
			alter(t, path, c.sql)
			found := damage(t, path)
			for _, f := range found {
				if f == c.check {
					return
				}
			}
			t.Errorf("found %q, not %q", strings.Join(found, ", "), c.check)
		})
	}
}

func alter(t *testing.T, path, statements string) {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, one := range strings.Split(statements, ";") {
		res, err := db.ExecContext(context.Background(), one)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			t.Fatalf("%s changes nothing (%v)", one, err)
		}
	}
}
