package casefile_test

import (
	"bytes"
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
	"unicode/utf16"

	"github.com/klauspost/compress/zstd"
	"pgregory.net/rapid"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/store"
)

// hidden is a secret that stands in the sources of handedOver in clear, named for where.
func hidden(where string) string { return "Xy9Qz-" + where + "-4fT2w" }

// withSecrets is a case of v1, v2 and CSV, with secrets in every form of record, in unreadable ones and in a line that is none.
func withSecrets(t testing.TB) (path string, secrets []string) {
	t.Helper()
	used := func(where string) string {
		secrets = append(secrets, hidden(where))
		return hidden(where)
	}
	v1 := func(diff string) string {
		return `{"time":"2022-10-11T15:10:00Z","user":{"id":"u9","email":"root@acme.example"},"action":"write","resource_type":"infrastructure","resource_target":"infrastructure","diff":` + diff + `,"status_code":200}`
	}
	v2 := `{"id":"7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a1","request_id":"53bded77-7b9d-4e82-8771-991a34d759f9","time":"2026-11-20T09:15:22.334105Z","ip":"203.0.113.24","user_agent":"x","resource_type":"oauth2_provider_app","resource_id":"ef8d1cf4-82de-4fd9-8980-047dad6d06b5","resource_target":"main","resource_icon":"","action":"write","diff":{"name":{"old":"a","new":"b","secret":false},"innocent":{"old":"` +
		used("flagged-old") + `","new":"` + used("flagged-new") + `","secret":true}},"status_code":200,"additional_fields":{},"description":"{user} updated {target}","user":{"id":"6c405053-27e3-484a-9ad7-bcb64e7bfde6","username":"jessie","name":"Jessie Ito","email":"jessie@acme.example"}}`
	csv := "id,time,action,resource_type,resource_id,resource_target,status_code,user_id,ip,user_agent,request_id,additional_fields,api_key,token=" + used("column") + "\n" +
		"8d2e3f15-7b1c-4e62-8b66-2f3f71c8d4b2,2026-11-20T09:16:00Z,write,workspace,ef8d1cf4-82de-4fd9-8980-047dad6d06b5,other,200,6c405053-27e3-484a-9ad7-bcb64e7bfde6,203.0.113.99,x,53bded77-7b9d-4e82-8771-991a34d759f8,{}," + used("csv") + ",y\n"
	path = filepath.Join(t.TempDir(), "clear.auditcase")
	importText(t, path,
		map[string]string{
			"1-v1.ndjson": threeWrites + "\n" + `{"msg":"audit_log","fields":{"audit_log":` + v1(`{"gpu vendor":"amd","oidc client secret":{"old":"`+used("v1-old")+`","new":"`+used("v1-new")+`"}}`) + `}}` + "\n",
			"2-human.log": "2022-10-11 14:53:47.121 [INFO]\t(coderd.audit)\t<slog.go:118>\taudit_log\t" + `{"audit_log": ` + v1(`{"registry password":"`+used("human")+`"}`) + "}\n",
			"3-v2.ndjson": v2 + "\n",
			"4-v2.csv":    csv,
			"5-broken.log": `{"msg":"audit_log","fields":{"audit_log":{"time":"2026-02-01T12:00:00Z","action":"write","diff":{"token":{"old":"","new":"` + used("cut") + "\n" +
				`{"msg":"audit_log","fields":{"audit_log":{"time":"2026-02-01T12:00:01Z","action":"write","diff":{"innocent":{"old":"` + used("cut-flag") + `","new":"y","secret":true}}` + "\n",
		},
		map[string]string{
			"7-docker.log": docker(`{"msg":"audit_log","fields":{"audit_log":`+v1(`{"smtp password":"`+used("docker")+`"}`)+`}}`) + "\n",
			"8-loki.json": loki(`{"msg":"audit_log","fields":{"audit_log":`+v1(`{"access token":"`+used("loki")+`"}`)+`}}`,
				`{"msg":"audit_log","fields":{"audit_log":{"time":"x","diff":{"api key":"`+used("loki-broken")+`"}}}}`),
			"9-utf16.log": utf16le(`{"msg":"audit_log","fields":{"audit_log":` + v1(`{"smtp password":"`+hidden("utf16")+`"}`) + "}}\n"),
			"9-zero.log":  `{"msg":"audit_log","fields":{"audit_log":{"time":"2026-02-01T12:00:01Z",` + "\x00" + `"pass` + "\x00" + `word":"` + used("zero") + "\n",
			"9-line.log":  "2026-02-01 12:00:01 connecting to db with password=" + used("other-line") + "\n",
		},
		map[string]string{"6-again.ndjson": v2 + "\n" + v2 + "\n"}, // duplicates
	)
	return path, append(secrets, utf16le(hidden("utf16"))[2:])
}

func utf16le(s string) string {
	b := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return string(b)
}

// heldBy is all that can be read from a file, and from zstd frames and pieces of them wherever they begin in it.
func heldBy(t testing.TB, path string) []byte {
	t.Helper()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	out := bytes.Clone(file)
	unpack := func(b []byte) {
		z, err := zstd.NewReader(bytes.NewReader(b), zstd.WithDecoderConcurrency(1))
		if err != nil {
			return
		}
		defer z.Close()
		part, _ := io.ReadAll(z) // as far as it can be unpacked
		out = append(out, part...)
	}
	for at := 0; ; {
		n := bytes.Index(file[at:], []byte{0x28, 0xB5, 0x2F, 0xFD})
		if n < 0 {
			break
		}
		at += n
		unpack(file[at:])
		at += 4
	}
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro&immutable=1")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), "SELECT data FROM raw_block")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var b []byte
		if err := rows.Scan(&b); err != nil {
			t.Fatal(err)
		}
		unpack(b)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// handOver makes a hand-over copy beside the case.
func handOver(t testing.TB, path string) (out string, did store.Redaction) {
	t.Helper()
	c, err := casefile.Open(t.Context(), path, casefile.Options{ReadOnly: true, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	out = filepath.Join(t.TempDir(), "copy.auditcase")
	did, err = c.Redact(t.Context(), out, nil)
	if err := errors.Join(err, c.Close()); err != nil {
		t.Fatal(err)
	}
	return out, did
}

func names(t testing.TB, dir string) (out []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func TestAHandOverCopyHoldsNoClearRecords(t *testing.T) {
	path, secrets := withSecrets(t)
	inClear := heldBy(t, path)
	for _, s := range secrets {
		if s == hidden("other-line") { // lines that are no records are not kept
			continue
		}
		if !bytes.Contains(inClear, []byte(s)) {
			t.Fatalf("the case itself does not hold %s", s)
		}
	}
	out, _ := handOver(t, path)
	if files := names(t, filepath.Dir(out)); len(files) != 1 {
		t.Errorf("beside the copy lies more: %q", files)
	}
	held := heldBy(t, out)
	for _, s := range append(secrets, "Xy9Qz", "4fT2w", utf16le("4fT2w")[2:], fmt.Sprintf("%x", "Xy9Qz")) {
		if i := bytes.Index(held, []byte(s)); i >= 0 {
			t.Errorf("the copy holds %s: %.200q", s, held[max(0, i-80):])
		}
	}
	if !bytes.Contains(held, []byte("(masked)")) || !bytes.Contains(held, []byte("gpu vendor")) {
		t.Error("the copy does not hold the records with their secrets masked")
	}
}

// allBut is the evidence without the tables that a copy has otherwise.
func allBut(t testing.TB, path string, tables ...string) string {
	t.Helper()
	all, err := evidence(path)
	if err != nil {
		t.Fatal(err)
	}
	for i, table := range evidenceTables {
		for _, other := range tables {
			if table != other {
				continue
			}
			from := strings.Index("\n"+all, "\n"+table+"\n")
			to := len(all)
			if i+1 < len(evidenceTables) {
				to = strings.Index("\n"+all, "\n"+evidenceTables[i+1]+"\n")
			}
			all = all[:from] + all[to:]
		}
	}
	return all
}

func TestAHandOverCopyHoldsAllElseAsItWas(t *testing.T) {
	path := richCase(t)
	head := headOf(t, path)
	before := allBut(t, path, "chain", "format", "raw_block")
	out, did := handOver(t, path)
	if after := allBut(t, out, "chain", "format", "raw_block"); after != before {
		t.Errorf("the rows are others:%s", firstLine(before, after))
	}
	if did.Head != head || did.Records == 0 || did.Masked == 0 || did.Masked == did.Records {
		t.Errorf("it says %+v of itself; the head was %s", did, head)
	}
	rep, err := casefile.VerifyFile(t.Context(), out, casefile.Options{})
	if err != nil || !rep.Sound() {
		t.Fatalf("%+v, %v", rep, err)
	}
	if rep.Heads[head] == 0 || rep.Heads[head] != rep.Links-1 || rep.Head == head {
		t.Errorf("the head of the case is that of link %d of %d", rep.Heads[head], rep.Links)
	}
	if rep.Redaction == nil || *rep.Redaction != did {
		t.Errorf("the report says %+v, not %+v", rep.Redaction, did)
	}
	said := fmt.Sprint(rep.Checks)
	if !strings.Contains(said, "raw records: removed from this copy ("+audit.Counted(did.Blocks, "block", "blocks")) || !strings.Contains(said, "can't be understood anew from this copy") {
		t.Errorf("the report does not say what can't be compared: %s", said)
	}
	if len(rep.Reveals) != 1 || len(rep.Exports) != 1 || !rep.Exports[0].Agrees {
		t.Errorf("notes of records shown %v, of exports %v", rep.Reveals, rep.Exports)
	}
	for _, c := range rep.Checks {
		if c.Name == "values against raw records" && c.Count == 0 {
			t.Error("no event was understood anew")
		}
	}
}

func headOf(t testing.TB, path string) string {
	t.Helper()
	c, err := casefile.Open(t.Context(), path, casefile.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	head, err := c.Head(t.Context())
	if err := errors.Join(err, c.Close()); err != nil {
		t.Fatal(err)
	}
	return head
}

// What the window and the command line show of a record is the same in the copy and in the case, but where nothing has understood
// the record.
func TestAHandOverCopyShowsRecordsAsTheCaseDoes(t *testing.T) {
	path := richCase(t)
	out, _ := handOver(t, path)
	shown := func(path string) []string {
		c, err := casefile.Open(t.Context(), path, casefile.Options{ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		rows, err := c.EventRows(t.Context(), casefile.RowsRequest{Of: casefile.OfEvents, Order: audit.Oldest, Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, e := range rows.Rows {
			d, err := c.Event(t.Context(), string(e.Ref)+"@"+e.Deployment)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range d.Raw {
				texts = append(texts, fmt.Sprintf("%s %d %s", e.Ref, r.Position.Line, r.Text))
			}
		}
		return texts
	}
	was, is := shown(path), shown(out)
	if len(was) != len(is) || len(is) < 40 {
		t.Fatalf("%d and %d records", len(was), len(is))
	}
	for i := range was {
		if was[i] != is[i] {
			t.Errorf("shown otherwise:\n%s\n%s", was[i], is[i])
		}
	}
}

func TestNothingIsWrittenToAHandOverCopy(t *testing.T) {
	path, _ := withSecrets(t)
	out, _ := handOver(t, path)
	before, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	c, err := casefile.Open(t.Context(), out, casefile.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	info, err := c.Info(t.Context())
	if err != nil || !info.ReadOnly || info.Redaction == nil {
		t.Errorf("it is shown as %+v, %v", info, err)
	}
	refused := map[string]error{}
	_, refused["an import"] = c.Import(t.Context(), []string{samples}, casefile.ImportOptions{Deployment: "acme"})
	_, refused["a retry"] = c.Retry(t.Context(), casefile.RetryOptions{})
	_, refused["a record unmasked"] = c.RevealBytes(t.Context(), "7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a1")
	_, refused["a record unmasked in the window"] = c.RevealRaw(t.Context(), "7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a1")
	refused["an engagement"] = c.SaveEngagement(t.Context(), audit.Engagement{Title: "x", Zone: "UTC"})
	_, refused["a copy of the copy"] = c.Redact(t.Context(), out+"2", nil)
	for what, err := range refused {
		var ae *audit.Error
		if !errors.As(err, &ae) || ae.Hint == "" || !strings.Contains(err.Error(), "hand-over copy") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := c.Export(t.Context(), casefile.ExportRequest{Format: casefile.JSONLines, Zone: "UTC", Path: filepath.Join(t.TempDir(), "all.jsonl")}); err != nil {
		t.Error(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(out)
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the copy is another now (%v)", err)
	}
	if files := names(t, filepath.Dir(out)); len(files) != 1 && len(files) != 2 {
		t.Errorf("beside the copy lies %q", files)
	}
}

func TestACopyThatFailsLeavesNothing(t *testing.T) {
	path := richCase(t)
	c, err := casefile.Open(t.Context(), path, casefile.Options{ReadOnly: true, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	dir := t.TempDir()
	taken := filepath.Join(dir, "taken.auditcase")
	if err := os.WriteFile(taken, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Redact(t.Context(), taken, nil); !errors.Is(err, os.ErrExist) {
		t.Errorf("a name that is taken: %v", err)
	}
	if b, err := os.ReadFile(taken); err != nil || string(b) != "mine" {
		t.Errorf("what was there is %q now (%v)", b, err)
	}
	if _, err := c.Redact(t.Context(), filepath.Join(dir, "none", "x.auditcase"), nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that is none: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := c.Redact(ctx, filepath.Join(dir, "cancelled.auditcase"), func(int64, int64) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if files := names(t, dir); len(files) != 1 {
		t.Errorf("left behind: %q", files)
	}
}

func TestADamagedRawBlockIsNotHandedOver(t *testing.T) {
	path, _ := withSecrets(t)
	alter(t, path, "UPDATE raw_block SET data = (SELECT data FROM raw_block b WHERE b.number = 1) WHERE number = 2")
	c, err := casefile.Open(t.Context(), path, casefile.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	dir := t.TempDir()
	if _, err := c.Redact(t.Context(), filepath.Join(dir, "x.auditcase"), nil); !errors.Is(err, audit.ErrDamaged) || !strings.Contains(err.Error(), "raw block 2") {
		t.Error(err)
	}
	if files := names(t, dir); len(files) != 0 {
		t.Errorf("left behind: %q", files)
	}
}

func TestVerifyFindsWhatAStrangerChangedInAHandOverCopy(t *testing.T) {
	path, _ := withSecrets(t)
	sound, _ := handOver(t, path)
	file, err := os.ReadFile(sound)
	if err != nil {
		t.Fatal(err)
	}
	for name, statement := range map[string]string{
		"masked records exchanged":   "UPDATE raw_block SET data = (SELECT data FROM raw_block b WHERE b.number = 1) WHERE number = 2",
		"what a raw block was":       "UPDATE raw_block SET sha256 = zeroblob(32) WHERE number = 2",
		"the size of a raw block":    "UPDATE raw_block SET size = size + 1 WHERE number = 2",
		"the mark taken away":        "DELETE FROM format WHERE key = 'redacted'",
		"the mark with another head": "UPDATE format SET value = replace(value, '\"head\":\"', '\"head\":\"0') WHERE key = 'redacted'",
		"an event":                   "UPDATE event SET status = 403 WHERE number = 2",
		"a place":                    "UPDATE event SET block_offset = block_offset + 1 WHERE number = 1",
	} {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "changed.auditcase")
			if err := os.WriteFile(out, file, 0o600); err != nil {
				t.Fatal(err)
			}
			alter(t, out, statement)
			if found := damage(t, out); len(found) == 0 {
				t.Error("verify finds nothing")
			}
		})
	}
	t.Run("a mark in a case that is no copy", func(t *testing.T) {
		alter(t, path, "INSERT INTO format SELECT 'redacted', '{}'")
		if found := damage(t, path); len(found) == 0 {
			t.Error("verify finds nothing")
		}
	})
}

// Whatever byte of a hand-over copy is another: where the evidence reads otherwise than before, verify says so.
func TestVerifyFindsAnyFlippedByteOfAHandOverCopy(t *testing.T) {
	path, _ := handOver(t, richCase(t))
	before, err := evidence(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	flipped := filepath.Join(t.TempDir(), "flipped.auditcase")
	hits, rnd := 0, rand.New(rand.NewPCG(5, 6))
	for _, at := range flips(t, path, file, 120, 2) {
		by := byte(1 + rnd.IntN(255))
		file[at] ^= by
		if err := os.WriteFile(flipped, file, 0o600); err != nil {
			t.Fatal(err)
		}
		file[at] ^= by
		if after, err := evidence(flipped); err == nil && after == before {
			continue
		}
		hits++
		rep, err := casefile.VerifyFile(t.Context(), flipped, casefile.Options{})
		for _, tail := range []string{"-wal", "-shm"} {
			_ = os.Remove(flipped + tail)
		}
		if err != nil || rep.Sound() || rep.First == "" {
			t.Errorf("byte %d (page %d, %d) ^ %#x: verify finds nothing, %v", at, at/8192+1, at%8192, by, err)
		}
	}
	if hits < 50 {
		t.Errorf("only %d flips hit evidence", hits)
	}
}

// Whatever the records say and wherever they were cut: a copy holds no part of a secret, agrees with itself, and shows the same events.
func TestACopyOfAnyLogHoldsNoSecret(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var file strings.Builder
		for i := range rapid.IntRange(1, 8).Draw(rt, "records") {
			secret := hidden(fmt.Sprint(i))
			second := fmt.Sprintf("2026-02-01T12:00:%02dZ", i)
			body := rapid.SampledFrom([]string{
				`{"time":"` + second + `","user":{"id":"u9","email":"root@acme.example"},"action":"write","resource_type":"infrastructure","resource_target":"infrastructure","diff":{"gpu vendor":"amd","client secret":{"old":"a","new":"` + secret + `"}},"status_code":200}`,
				`{"time":"` + second + `","user":{"id":"u9"},"action":"write","resource_type":"infrastructure","resource_target":"infrastructure","diff":{"registry password":"` + secret + `"},"status_code":200}`,
				`{"id":"7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a` + fmt.Sprint(i) + `","time":"` + second + `","resource_type":"oauth2_provider_app","action":"write","diff":{"innocent":{"old":"` + secret + `","new":"","secret":true},"name":{"old":"a","new":"b","secret":false}},"status_code":200,"additional_fields":{"api_key":"` + secret + `"},"user":{"id":"6c405053-27e3-484a-9ad7-bcb64e7bfde6","username":"jessie"}}`,
			}).Draw(rt, "body")
			line := rapid.SampledFrom([]func(string) string{
				func(s string) string { return s },
				func(s string) string { return `{"msg":"audit_log","fields":{"audit_log":` + s + `}}` },
				func(s string) string { return docker(`{"msg":"audit_log","fields":{"audit_log":` + s + `}}`) },
				func(s string) string { return loki(`{"msg":"audit_log","fields":{"audit_log":` + s + `}}`) },
				func(s string) string {
					return `{"message":` + quoted(`{"msg":"audit_log","fields":{"audit_log":`+s+`}}`) + `}`
				},
				func(s string) string {
					return "2022-10-11 14:53:47.121 [INFO]\t(coderd.audit)\t<slog.go:118>\taudit_log\t{\"audit_log\": " + s + "}"
				},
			}).Draw(rt, "wrapper")(body)
			if rapid.IntRange(0, 2).Draw(rt, "cut") == 0 {
				line = line[:rapid.IntRange(1, len(line)).Draw(rt, "at")]
			}
			file.WriteString(line + "\n")
		}
		dir := t.TempDir()
		path := filepath.Join(dir, "a.auditcase")
		importText(t, path, map[string]string{"log.ndjson": file.String()})
		out, _ := handOver(t, path)
		if held := heldBy(t, out); bytes.Contains(held, []byte("Xy9Qz")) {
			i := bytes.Index(held, []byte("Xy9Qz"))
			rt.Fatalf("the copy holds %.300q\nof\n%s", held[max(0, i-200):], file.String())
		}
		rep, err := casefile.VerifyFile(t.Context(), out, casefile.Options{})
		if err != nil || !rep.Sound() {
			rt.Fatalf("%+v, %v", rep, err)
		}
		if before, after := allBut(t, path, "chain", "format", "raw_block"), allBut(t, out, "chain", "format", "raw_block"); before != after {
			rt.Fatalf("the rows are others:%s", firstLine(before, after))
		}
	})
}
