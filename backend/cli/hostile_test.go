package cli_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"auditdesk/backend/cli"
)

// evil is what a log can hold to deceive whoever reads it: escape sequences (a title, a link, the clipboard, colours, cursor movement),
// C1 controls, text that runs backwards, invisible characters, markup, a formula.
const evil = "\x1b]0;owned\a\x1b[31mred\x1b[2J\u009b31m\r\b\x7f\u202etxt.exe\u202c\u2066\u2069\u200b\u200f\ufeff\u2028\u00ad\x1b]8;;https://evil.example\x1b\\\x1b]52;c;ZXZpbA==\a<script>alert(1)</script>=cmd|' /C calc'!A0"

// hidden tells what must not reach a terminal.
func hidden(r rune) bool {
	switch {
	case r == '\n':
		return false
	case r < 0x20, 0x7f <= r && r < 0xa0, r == 0xad, r == 0x61c, 0x200b <= r && r <= 0x200f, 0x2028 <= r && r <= 0x202e, 0x2060 <= r && r <= 0x2069, r == 0xfeff, 0xe0000 <= r && r < 0xe0080:
		return true
	}
	return false
}

func hostileLog(t *testing.T) string {
	t.Helper()
	quoted, err := json.Marshal(evil + "\x00")
	if err != nil {
		t.Fatal(err)
	}
	// encoding/json escapes what is below a space; a log may also hold such bytes as they are.
	rude := `"` + strings.NewReplacer("\x1b", "\x1b", `"`, `\"`, "\r", `\r`).Replace(evil) + `"`
	var lines []string
	for i, text := range []string{string(quoted), rude} {
		second := string(rune('0' + i))
		lines = append(lines,
			`{"msg":`+text+`,"fields":{"audit_log":{"time":"2022-10-11T15:10:0`+second+`Z","user":{"id":`+text+`,"email":`+text+`,"username":`+text+`,"name":`+text+`},"action":`+text+`,"resource_type":`+text+`,"resource_id":`+text+`,"resource_target":`+text+`,"diff":{`+text+`:{"old":`+text+`,"new":`+text+`},"list":{"old":[`+text+`],"new":[]},"object":{"old":{},"new":{`+text+`:`+text+`}}},"status_code":200,"user_agent":{"ip_address":`+text+`},"user_agent_raw":`+text+`}}}`,
			`{"id":"7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a`+second+`","request_id":`+text+`,"time":"2022-10-12T15:10:0`+second+`Z","action":"write","resource_type":"template","resource_target":`+text+`,"organization":{"name":`+text+`},"diff":{"name":{"old":`+text+`,"new":"b","secret":false}},"additional_fields":{`+text+`:`+text+`},"description":`+text+`,"status_code":200,"user":{"username":`+text+`,"email":`+text+`}}`,
			`{"msg":`+text+`}`,
			`{"msg":"audit_log","fields":{"audit_log":{"time":`+text+`,"action":"x","resource_type":"y"}}}`,
		)
	}
	lines = append(lines, "some text "+strings.ReplaceAll(evil, "\r", ""), `{"audit_log":{"action":"a","time":"`+evil)
	return strings.Join(lines, "\n") + "\n"
}

func TestLogTextIsNeverATerminalEscape(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "c.auditcase")
	file := write(t, filepath.Join(dir, "evil\x1b[31m\u202e.log"), hostileLog(t))
	terminal := cli.Env{Terminal: true, ErrTerminal: false}

	imported := runAs(t, terminal, "import", path, file, "--deployment", "acme\x1b[31m")
	if imported.code != cli.ExitUnreadable {
		t.Fatalf("exit code %d: %s", imported.code, imported.errors)
	}
	quoted, err := json.Marshal(evil)
	if err != nil {
		t.Fatal(err)
	}
	snapshot := write(t, filepath.Join(dir, "snap\x1b[31m.json"), `[{"field":"name","value":`+string(quoted)+`},{"field":`+string(quoted)+`,"target":`+string(quoted)+`,"value":{`+string(quoted)+`:1}}]`)
	broken := write(t, filepath.Join(dir, "broken\x1b[31m.json"), `{`+string(quoted)+`:1,`+string(quoted)+`:2}`)
	check := func(what, text string) {
		t.Helper()
		if !utf8.ValidString(text) {
			t.Errorf("%s is no valid UTF-8", what)
		}
		if i := strings.IndexFunc(text, hidden); i >= 0 {
			t.Errorf("%s holds %q in %q", what, []rune(text[i:])[0], text[max(0, i-60):min(len(text), i+20)])
		}
	}
	check("import", imported.out)
	check("import's messages", imported.errors)
	events := document[[]struct {
		Ref     string
		Action  string
		Changes []struct{ Field string }
	}](t, "events", path)
	if len(events) != 2 { // the other two hold control characters as they are, which JSON forbids: they are unreadable
		t.Fatalf("%d events", len(events))
	}
	commands := [][]string{
		{"events", path}, {"events", path, "--format", "json"}, {"events", path, "--format", "jsonl"}, {"events", path, "--format", "csv"},
		{"changes", path}, {"changes", path, "--format", "json"}, {"changes", path, "--format", "jsonl"}, {"changes", path, "--format", "csv"},
		{"facets", path}, {"facets", path, "--format", "json"}, {"facets", path, "--field", "ip,organization,source,deployment,panel,setting,kind,basis,build_reason"},
		{"timeline", path}, {"sources", path}, {"sources", path, "--format", "json"}, {"unreadable", path}, {"unreadable", path, "--format", "json"},
		{"settings", path}, {"settings", path, "--format", "json"}, {"settings", path, "--format", "jsonl"}, {"settings", path, "--format", "csv"},
		{"settings", path, "--from", "2022-10-11", "--to", "2022-10-13"}, {"settings", path, "--history", "name"}, {"settings", path, "--history", "name", "--format", "json"},
		{"settings", path, "--statement", "name", "--from", "2022-10-11", "--to", "2022-10-13"}, {"settings", path, "--line", "name"}, {"settings", path, "--line", "x\x1b[31m"}, {"settings", path, "--unseen"}, {"settings", path, "--history", "x\x1b[31m"}, {"settings", path, "--at", "x\x1b[31m"},
		{"verify", path}, {"export", path, "-o", filepath.Join(dir, "x\x1b[31m.csv")}, {"count", path, "x\x1b[31m"},
		{"settings", path, "--line", "name", "--format", "markdown"}, {"settings", path, "--line", "name", "--format", "row"}, {"settings", path, "--statement", "name", "--from", "2022-10-11", "--to", "2022-10-13", "--format", "markdown"},
		{"sources", path, "--format", "summary"}, {"completeness", path}, {"completeness", path, "--format", "json"}, {"preview", file}, {"preview", file, "--format", "json", "--case", path}, {"unreadable", path, "--reasons"}, {"unreadable", path, "--reason", "x\x1b[31m"},
		{"compare", path, "#1", "x\x1b[31m"}, {"receipt", path, "x\x1b[31m"}, {"receipt", path, "#1", "--from", "x\x1b[31m"}, {"sources", path, "--format", "json"}, {"engagement", path, "--reference", "x\x1b[31m"}, {"engagement", path, "--from", "x\x1b[31m"},
		{"rollforward", path, "no\x1b[31m.json", "x"}, {"rollforward", path, snapshot, snapshot}, {"rollforward", path, snapshot, snapshot, "--format", "json"}, {"rollforward", path, snapshot, snapshot, "--format", "csv"}, {"rollforward", path, snapshot, broken},
		{"redact", path, filepath.Join(dir, "no\x1b[31m", "x.auditcase")}, {"redact", path, filepath.Join(dir, "x\x1b[31m.auditcase")}, {"check", "x\x1b[31m.xlsx", path}, {"upgrade", "x\x1b[31m.auditcase"}, {"verify", path, "--noted", "x\x1b[31m"},
		// What the shell makes of a file name can stand anywhere.
		{"x\x1b[31m"}, {"events", path, "", "x\x1b[31m"}, {"events", path, "--x\x1b[31m"}, {"events", path, "--limit", "x\x1b[31m"}, {"events", path, "--zone", "x\x1b[31m"}, {"-x\x1b[31m:y", path}, {"events", "-x\x1b[31m:y"}, {"import", path}, {"preview", "x\x1b[31m"},
		{"events", path, "colour\x1b[31m:x"}, {"events", "no\x1b[31m.auditcase"}, {"show", path, "\x1b[31m"}, {"import", path, "no\x1b[31m.log"}, {"events", path, "--format", "x\x1b[31m"}, {"facets", path, "--field", "\x1b[31m"},
	}
	for _, e := range events {
		commands = append(commands, []string{"show", path, e.Ref}, []string{"show", path, e.Ref, "--format", "json"}, []string{"show", path, e.Ref, "--raw"}, []string{"show", path, e.Ref, "--raw", "--reveal"})
	}
	for _, args := range commands {
		got := runAs(t, terminal, args...)
		name := strings.ReplaceAll(strings.Join(args, " "), " "+path, "")
		check(name, got.out)
		check(name+"'s messages", got.errors)
		if args[0] == "events" && strings.HasPrefix(name, "events --format json") {
			// What is escaped is still there.
			for _, part := range []string{`\u001b]0;owned\u0007`, `\u202etxt.exe`, "alert(1)"} {
				if !strings.Contains(got.out, part) {
					t.Errorf("%s does not hold %q", name, part)
				}
			}
		}
		if name == "events" && got.code == 0 && (!strings.Contains(got.out, "<U+001B>") || !strings.Contains(got.out, "<U+202E>")) {
			t.Errorf("the table hides what it escaped: %s", got.out)
		}
	}

	// What a program reads is not altered: the JSON means the same, and CSV holds the very text.
	for _, e := range events {
		if !strings.Contains(e.Action, evil) && e.Action != "write" {
			t.Errorf("the action reads %q", e.Action)
		}
	}
	if piped := must(t, "events", path, "--format", "csv"); !strings.Contains(piped, "\x1b[31mred") {
		t.Error("CSV for a program is altered")
	}
}
