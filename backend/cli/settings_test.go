package cli_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"auditdesk/backend/cli"
)

// settingLog is one v1 write a line, at minutes of one day.
func settingLog(t *testing.T, diffs ...map[string]any) string {
	t.Helper()
	var b strings.Builder
	for i, d := range diffs {
		diff, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		target := "oauth configs"
		if _, ok := d["tos body"]; ok {
			target = "appearance"
		}
		fmt.Fprintf(&b, `{"msg":"audit_log","fields":{"audit_log":{"time":"2022-10-11T15:%02d:00Z","user":{"id":"u9","email":"root@acme.example"},"action":"write","resource_type":%q,"resource_target":%q,"diff":%s,"status_code":200}}}`+"\n", i, target, target, diff)
	}
	return b.String()
}

// Secrets never appear, whatever is asked: the text is searched byte by byte.
func TestNoSecretIsAmongTheSettings(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "c.auditcase")
	const secret = "hunter2hunter2"
	log := settingLog(t,
		map[string]any{"client secret": secret}, map[string]any{"client secret": map[string]any{"old": secret, "new": secret + "!"}},
		map[string]any{"description": "x", "api_token": secret}, map[string]any{"description": map[string]any{"password": secret, "name": "n"}},
		map[string]any{"client_secret": ""}) +
		`{"id":"7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a1","time":"2022-10-12T15:10:00Z","action":"write","resource_type":"oauth2_provider_app_secret","resource_id":"ef8d1cf4-82de-4fd9-8980-047dad6d06b5","resource_target":"app","diff":{"hashed":{"old":"` + secret + `","new":"` + secret + `","secret":true}},"status_code":200,"user":{"username":"root"}}` + "\n"
	if got := runAs(t, cli.Env{}, "import", path, write(t, filepath.Join(dir, "a.log"), log), "--deployment", "acme"); got.code != cli.ExitDone {
		t.Fatal(got.errors)
	}
	rows := document[[]struct{ Field, Known, Words, Key string }](t, "settings", path)
	if len(rows) != 4 {
		t.Fatalf("%d settings: %+v", len(rows), rows)
	}
	commands := [][]string{{"settings", path, "--at", "2022-10-11T15:00:30Z", "--format", "json"}, {"settings", path, "--from", "2022-10-11T15:00:30Z", "--to", "2022-10-13", "--format", "json"}}
	for _, format := range []string{"table", "json", "jsonl", "csv"} {
		commands = append(commands, []string{"settings", path, "--format", format}, []string{"settings", path, "--from", "2022-10-11", "--to", "2022-10-13", "--format", format})
	}
	for _, r := range rows {
		commands = append(commands, []string{"settings", path, "--history", r.Key}, []string{"settings", path, "--history", r.Key, "--format", "json"},
			[]string{"settings", path, "--statement", r.Key, "--from", "2022-10-11T15:00:00Z", "--to", "2022-10-12", "--format", "json"})
	}
	for _, args := range commands {
		got := runAs(t, cli.Env{}, args...)
		if got.code != cli.ExitDone || got.out == "" {
			t.Errorf("%v: exit code %d: %s", args[2:], got.code, got.errors)
		}
		if text := got.out + got.errors; strings.Contains(text, "hunter") {
			t.Errorf("%v shows a secret: %s", args[2:], text)
		}
	}
	for _, r := range rows {
		if r.Field == "client_secret" && (r.Known != "secret" || r.Words != "empty") {
			t.Errorf("a secret that was taken away: %+v", r)
		}
	}
}

// A value of 1 MiB is whole in JSON, and one line of a table.
func TestALongSettingIsWhole(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "c.auditcase")
	long := strings.Repeat("terms\n", 1<<18)[:1<<20]
	if got := runAs(t, cli.Env{}, "import", path, write(t, filepath.Join(dir, "a.log"), settingLog(t, map[string]any{"tos body": "short"}, map[string]any{"tos body": long})), "--deployment", "acme"); got.code != cli.ExitDone {
		t.Fatal(got.errors)
	}
	rows := document[[]struct{ Value, Words string }](t, "settings", path)
	if len(rows) != 1 || rows[0].Value != long || len(rows[0].Words) > 600 {
		t.Fatalf("%d rows, a value of %d bytes, words of %d", len(rows), len(rows[0].Value), len(rows[0].Words))
	}
	for _, line := range strings.Split(strings.TrimSpace(runAs(t, cli.Env{}, "settings", path).out), "\n") {
		if len(line) > 2000 {
			t.Errorf("a line of %d bytes", len(line))
		}
	}
}
