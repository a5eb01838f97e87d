package casefile_test

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
)

func snapshot(t testing.TB, name, text string) casefile.Snapshot {
	t.Helper()
	s, err := casefile.ParseSnapshot(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// rolled is each row in short.
func rolled(t testing.TB, c *casefile.Case, opening, closing string) []string {
	t.Helper()
	got, err := c.RollForward(testContext(), casefile.RollForwardRequest{Opening: snapshot(t, "o", opening), Closing: snapshot(t, "c", closing), OpeningAt: "2026-01-31", ClosingAt: "2026-02-01"})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range got.Rows {
		words := r.Words
		for i, e := range r.Events {
			words = strings.ReplaceAll(words, string(e), fmt.Sprintf("#%d", i+1))
		}
		out = append(out, fmt.Sprintf("%s %s: %s", r.Field, r.Verdict, words))
	}
	return out
}

func TestRollForward(t *testing.T) {
	setting := func(n, hour, status int, diff string) string {
		return fmt.Sprintf(`{"id":"00000000-0000-4000-8000-%012x","time":"2026-02-01T%02d:00:00Z","resource_type":"organization","resource_id":"00000000-0000-4000-8000-0000000000aa","resource_target":"acme","action":"write","status_code":%d,"diff":%s}`+"\n", n, hour, status, diff)
	}
	name := func(n, hour, status int, old, now string) string {
		return setting(n, hour, status, fmt.Sprintf(`{"name":{"old":%s,"new":%s,"secret":false}}`, old, now))
	}
	v1 := func(hour, status int, field, value string) string {
		return fmt.Sprintf(`{"msg":"audit_log","fields":{"audit_log":{"time":"2026-02-01T%02d:00:00Z","action":"write","resource_type":"infrastructure","resource_target":"infrastructure","diff":{%q:%s},"status_code":%d}}}`+"\n", hour, field, value, status)
	}
	for _, c := range []struct {
		why, log, opening, closing string
		want                       []string
	}{
		{"opening, changes and closing agree", name(1, 1, 200, `"a"`, `"b"`) + name(2, 2, 200, `"b"`, `"c"`), `{"name":"a"}`, `{"name":"c"}`,
			[]string{"name agrees: the opening value, after 2 applied changes that are logged, is the closing one"}},
		{"nothing changed", name(1, 1, 200, `"a"`, `"b"`), `{"icon":"x"}`, `{"icon":"x"}`, []string{"icon agrees: opening and closing are the same, and no applied change is logged in between"}},
		{"the log lacks the first change", name(1, 1, 200, `"x"`, `"b"`), `{"name":"a"}`, `{"name":"b"}`,
			[]string{"name differs: opening says a, the first logged change, #1, says the value before was x"}},
		{"the log lacks the last change", name(1, 1, 200, `"a"`, `"b"`), `{"name":"a"}`, `{"name":"z"}`,
			[]string{"name differs: the last logged change, #1, left b, closing says z"}},
		{"the log lacks one in the middle", name(1, 1, 200, `"a"`, `"b"`) + name(2, 2, 200, `"x"`, `"c"`), `{"name":"a"}`, `{"name":"c"}`,
			[]string{"name differs: change #1 left b, the next one, #2, says the value before was x"}},
		{"the log lacks the only change", name(1, 1, 200, `"a"`, `"b"`), `{"icon":"x"}`, `{"icon":"y"}`,
			[]string{"icon differs: opening says x, closing says y, and no applied change is logged in between"}},
		{"several are lacking", name(1, 1, 200, `1`, `2`) + name(2, 2, 200, `3`, `4`), `{"name":0}`, `{"name":5}`,
			[]string{"name differs: opening says 0, the first logged change, #1, says the value before was 1; and 2 more"}},
		{"denied and failed attempts move nothing", name(1, 1, 403, `"a"`, `"b"`) + name(2, 2, 404, `"a"`, `"c"`), `{"name":"a"}`, `{"name":"a"}`,
			[]string{"name agrees: opening and closing are the same, and no applied change is logged in between"}},
		{"other values after an unknown effect can't be tested", name(1, 1, 500, `"a"`, `"b"`), `{"name":"a"}`, `{"name":"b"}`,
			[]string{"name cannot be tested: event "}},
		{"changes before the opening and after the closing count not", name(1, 1, 200, `"a"`, `"b"`) + strings.ReplaceAll(name(2, 2, 200, `"q"`, `"r"`), "2026-02-01", "2026-02-02"), `{"name":"a"}`, `{"name":"b"}`,
			[]string{"name agrees: the opening value, after one applied change that is logged, is the closing one"}},
		{"a snapshot lacks the setting", name(1, 1, 200, `"a"`, `"b"`), `{"name":"a"}`, `{"icon":"x"}`,
			[]string{"icon cannot be tested: the opening snapshot does not have the setting", "name cannot be tested: the closing snapshot does not have the setting"}},
		{"but what it has differs", name(1, 1, 200, `"q"`, `"b"`), `{"name":"a"}`, `{"icon":"x"}`,
			[]string{"name differs: opening says a, the first logged change, #1, says the value before was q", "icon cannot be tested: the opening snapshot does not have the setting"}},
		{"values compare by what they mean", setting(1, 1, 200, `{"roles":{"old":["a","b"],"new":["b","c"],"secret":false}}`), `{"roles":["b","a"]}`, "field,value\nroles,\"[\"\"c\"\",\"\"b\"\"]\"\n",
			[]string{"roles agrees: the opening value, after one applied change that is logged, is the closing one"}},
		{"one resource by its id, one by its name", name(1, 1, 200, `"a"`, `"b"`), `{"organization":[{"id":"00000000-0000-4000-8000-0000000000aa","name":"a"}]}`, "resource_type,target,field,value\norganization,acme,name,b\n",
			[]string{"name agrees: the opening value, after one applied change that is logged, is the closing one"}},
		{"a name that fits two", name(1, 1, 200, `"a"`, `"b"`) + strings.ReplaceAll(strings.ReplaceAll(name(2, 1, 200, `"a"`, `"b"`), "00aa", "00bb"), "acme", "beta"), `{"name":"a"}`, `{"name":"b"}`,
			[]string{`name cannot be tested: the name fits 2 settings that are logged, such as name of organization "acme" in prod and name of organization "beta" in prod: give target, type or deployment`}},
		{"twice in a snapshot", name(1, 1, 200, `"a"`, `"b"`), "field,value\nname,a\nName,c\n", `{"name":"b"}`,
			[]string{"name cannot be tested: a snapshot names the setting twice: give target, type or deployment"}},
		{"v1 logs the new value alone", v1(1, 200, "gpu vendor", `"amd"`) + v1(2, 200, "gpu_vendor", `"none"`), `{"gpu_vendor":"nvidia"}`, `{"GPU Vendor":"none"}`,
			[]string{"gpu_vendor agrees: the opening value, after 2 applied changes that are logged, is the closing one"}},
		{"v1: what the last change left", v1(1, 200, "gpu vendor", `"amd"`), `{"gpu_vendor":"nvidia"}`, `{"gpu vendor":"none"}`,
			[]string{"gpu_vendor differs: the last logged change, #1, left amd, closing says none"}},
		{"a setting by the vendor's label", v1(1, 200, "gpu vendor", `"amd"`), "setting,panel,value\nGPU Vendor,Infrastructure,none\n", "setting,value\nGPU Vendor,amd\n",
			[]string{"gpu vendor agrees: the opening value, after one applied change that is logged, is the closing one"}},
		{"a secret of v2", setting(1, 1, 200, `{"client_secret":{"old":"","new":"","secret":true}}`), `{"client_secret":"hunter2"}`, `{"client_secret":"correct horse"}`,
			[]string{"client_secret cannot be tested: it is a secret, and whether event #1 left one is not logged"}},
		{"a secret of v1", v1(1, 200, "client_secret", `"x"`), `{"client_secret":""}`, `{"client_secret":"battery staple"}`,
			[]string{"client_secret cannot be tested: it is a secret, and whether there was a value before is not logged"}},
		{"a secret that should be gone", v1(1, 200, "client_secret", `""`), `{"client_secret":"hunter2"}`, `{"client_secret":"battery staple"}`,
			[]string{"client_secret differs: the last logged change, #1, left an empty secret, closing says a secret that is set"}},
		{"a secret that is set at both ends", name(1, 1, 200, `"a"`, `"b"`), `{"api_token":"hunter2"}`, `{"api_token":"correct horse"}`,
			[]string{"api_token agrees: opening and closing both say a secret that is set, and no applied change is logged in between; of a secret no more is compared than whether it is set"}},
		{"a value with a secret in it", name(1, 1, 200, `"a"`, `"b"`), `{"config":{"url":"u","password":"hunter2"}}`, `{"config":{"url":"u","password":"correct horse"}}`,
			[]string{"config agrees: opening and closing are the same, and no applied change is logged in between; the secrets in it are not compared"}},
		{"a write without content may be it", name(1, 1, 200, `"a"`, `"b"`) + setting(2, 2, 200, `{}`), `{"name":"a"}`, `{"name":"z"}`,
			[]string{"name cannot be tested: the last logged change, #1, left b, closing says z; event "}},
	} {
		t.Run(c.why, func(t *testing.T) {
			cs := caseOf(t, t.TempDir(), c.log)
			defer cs.Close()
			got := rolled(t, cs, c.opening, c.closing)
			for i := range got {
				if i < len(c.want) && strings.HasSuffix(c.want[i], "event ") && strings.HasPrefix(got[i], c.want[i]) {
					got[i] = c.want[i]
				}
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// No secret of a snapshot comes out again, nor one within another value.
func TestRollForwardKeepsSecrets(t *testing.T) {
	c := caseOf(t, t.TempDir(), groupWrite(1, 1, 1, 200, `"a"`, `"b"`))
	defer c.Close()
	req := casefile.RollForwardRequest{
		Opening: snapshot(t, "o", `[{"field":"api_token","value":"hunter2"},{"field":"config","value":{"password":"hunter2","deep":[{"client_secret":"hunter2"}]}},{"setting":"Client Secret","value":"hunter2"}]`),
		Closing: snapshot(t, "c", "field,value\napi_token,hunter2\nconfig,\"{\"\"password\"\":\"\"hunter2\"\"}\"\n"),
	}
	got, err := c.RollForward(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(b), "hunter") || len(got.Rows) != 3 {
		t.Errorf("%s", b)
	}
	for n := range got.Rows {
		for _, format := range []string{"text", "markdown", "row"} {
			if line, err := got.PaperLine(n, format, time.UTC); err != nil || strings.Contains(line, "hunter") {
				t.Errorf("%s, %v", line, err)
			}
		}
	}
	for _, name := range []string{"a.csv", "a.xlsx"} {
		path := filepath.Join(t.TempDir(), name)
		if _, err := c.ExportRollForward(t.Context(), req, path, "1"); err != nil {
			t.Fatal(err)
		}
		if text := wholeText(t, path); strings.Contains(text, "hunter") || !strings.Contains(text, "api_token") {
			t.Errorf("%s: %s", name, text)
		}
	}
}

// wholeText is the text of a file, of a workbook that of all its parts.
func wholeText(t *testing.T, path string) string {
	t.Helper()
	if !strings.HasSuffix(path, ".xlsx") {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var all strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, r); err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

func TestErrorsOfSnapshotsKeepSecrets(t *testing.T) {
	for _, text := range []string{"hunter2,field\n", "field,value\napi_token,hunter2,x\n", "field,value\napi_token,\"hunter2\n"} {
		if _, err := casefile.ParseSnapshot("a.csv", []byte(text)); err == nil || strings.Contains(err.Error(), "hunter") {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{`{"api_token":"hunter2`, `{"api_token":hunter2}`, `[{"field":"api_token","value":"hunter2"},"hunter2"]`, `{"group":[{"api_token":"hunter2"}]}`} {
		if _, err := casefile.ParseSnapshot("a.json", []byte(text)); err == nil || strings.Contains(err.Error(), "hunter") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestRollForwardFile(t *testing.T) {
	dir := t.TempDir()
	c := caseOf(t, dir, groupWrite(1, 1, 1, 200, `"a"`, `"b"`))
	defer c.Close()
	opening := filepath.Join(dir, "opening.csv")
	if err := os.WriteFile(opening, []byte("field,value\nname,a\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	req := casefile.RollForwardRequest{Closing: snapshot(t, "c", `{"name":"z"}`)}
	var err error
	if req.Opening, err = casefile.ReadSnapshot(opening); err != nil {
		t.Fatal(err)
	}
	sum := fmt.Sprintf("%x", sha256.Sum256([]byte("field,value\nname,a\n")))
	path := filepath.Join(dir, "out.xlsx")
	got, err := c.ExportRollForward(t.Context(), req, path, "9.9")
	if err != nil || got.Differs != 1 || got.OpeningSHA256 != sum {
		t.Fatalf("%+v, %v", got, err)
	}
	head, err := c.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text := wholeText(t, path)
	for _, want := range []string{sum, head.Head, "Auditdesk 9.9", "opening.csv", "a.auditcase", got.Rows[0].Words, "a change between event " + string(got.Rows[0].Events[0]) + " and the closing snapshot"} {
		if !strings.Contains(text, want) {
			t.Errorf("the workbook does not say %q", want)
		}
	}
	for _, path := range []string{opening, filepath.Join(dir, "out.jsonl"), filepath.Join(dir, "out")} {
		if _, err := c.ExportRollForward(t.Context(), req, path, "9.9"); err == nil {
			t.Errorf("a roll-forward was written to %s", path)
		}
	}
	if b, err := os.ReadFile(opening); err != nil || string(b) != "field,value\nname,a\n" {
		t.Errorf("the snapshot holds %q now, %v", b, err)
	}
}

func TestRollForwardLines(t *testing.T) {
	c := caseOf(t, t.TempDir(), groupWrite(1, 1, 1, 200, `"a"`, `"b\u202e"`))
	defer c.Close()
	got, err := c.RollForward(t.Context(), casefile.RollForwardRequest{
		Opening: snapshot(t, "=o.json", `{"name":"a"}`), Closing: snapshot(t, "c.json", "{\n\"name\":\"z\"}"), OpeningAt: "2026-01-31", ClosingAt: "2026-02-01",
	})
	if err != nil || len(got.Rows) != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	ref := string(got.Rows[0].Events[0])
	words := "the last logged change, " + ref + ", left b<U+202E>, closing says z"
	for format, want := range map[string]string{
		"text": "Roll-forward of `name` of g (deployment prod): differs. The opening snapshot `=o.json` (SHA-256 " + got.OpeningSHA256 + ") as of 2026-01-31 00:00:00 UTC, line 1, has `a`. " +
			"The closing snapshot `c.json` (SHA-256 " + got.ClosingSHA256 + ") as of 2026-02-01 23:59:59 UTC, line 2, has `z`. In between, 1 applied change is logged (" + ref + "). Why: " + words +
			". The log lacks a change between event " + ref + " and the closing snapshot.",
		"markdown": "Roll-forward of `name` of `g` (deployment `prod`): differs. The opening snapshot `=o.json` (SHA-256 " + got.OpeningSHA256 + ") as of 2026-01-31 00:00:00 UTC, line 1, has `a`. " +
			"The closing snapshot `c.json` (SHA-256 " + got.ClosingSHA256 + ") as of 2026-02-01 23:59:59 UTC, line 2, has `z`. In between, 1 applied change is logged (" + ref + "). Why: `" + words +
			"`. The log lacks a change between event " + ref + " and the closing snapshot.",
		"row": strings.Join([]string{
			"differs", "prod", "group", "g", "Users and roles", "", "name", "'=o.json", got.OpeningSHA256, "2026-01-31T00:00:00Z", "1", "a", "1", ref,
			"c.json", got.ClosingSHA256, "2026-02-01T23:59:59.999999999Z", "2", "z", words, "a change between event " + ref + " and the closing snapshot",
		}, "\t"),
	} {
		if line, err := got.PaperLine(0, format, time.UTC); err != nil || line != want {
			t.Errorf("%s, %v:\n%s", format, err, cmp.Diff(want, line))
		}
	}
	if _, err := got.PaperLine(1, "text", time.UTC); err == nil {
		t.Error("a row that is not there has a line")
	}
	if _, err := got.PaperLine(0, "html", time.UTC); err == nil {
		t.Error("a form that is not there has a line")
	}
}

// A setting may be secret by more than the name of its field: by the vendor's label alone, or because the log flags one that it may mean.
func TestRollForwardKeepsSecretsOfOtherNames(t *testing.T) {
	flagged := func(n int) string { return groupWrite(n, n, n, 200, `"a"`, `"b"`) }
	secret := strings.NewReplacer(`"secret":false`, `"secret":true`)
	c := caseOf(t, t.TempDir(), secret.Replace(flagged(1)+flagged(2)))
	defer c.Close()
	for why, text := range map[string]string{
		"a label":                       `[{"setting":"SMTP password","value":"hunter2"}]`,
		"a flag of one of several":      `{"name":"hunter2"}`,
		"a flag on another thing's one": `[{"field":"name","target":"no such","value":"hunter2"}]`,
	} {
		got, err := c.RollForward(t.Context(), casefile.RollForwardRequest{Opening: snapshot(t, "o", text), Closing: snapshot(t, "c", text)})
		if err != nil {
			t.Fatal(err)
		}
		if b, err := json.Marshal(got); err != nil || strings.Contains(string(b), "hunter") || len(got.Rows) != 1 || !got.Rows[0].Secret {
			t.Errorf("%s: %s, %v", why, b, err)
		}
	}
}

func TestSnapshotsThatCantBeRead(t *testing.T) {
	for _, c := range []struct{ why, name, text, want string }{
		{"an empty file", "a.json", "", "a.json, line 1: broken JSON"},
		{"broken JSON", "a.json", "{\n\"a\": 1,\n\"b\": }", "a.json, line 3: broken JSON"},
		{"two documents", "a.json", `{"a":1} {"b":2}`, "a.json, line 1: something follows"},
		{"a number", "a.json", `5`, "a.json, line 1: it is neither an object nor an array"},
		{"nothing in it", "a.json", `{}`, "a.json: it holds no setting"},
		{"a list of texts", "a.json", "[\n\"a\"]", "a.json, line 2: an item is no object"},
		{"a list of something else", "a.json", "[{\"name\":\"x\"}]", "a.json, line 1: an item names no setting"},
		{"a field that is a number", "a.json", `[{"field":5,"value":1}]`, `a.json, line 1: "field" is no text`},
		{"a field twice", "a.json", "{\"a\":1,\n\"A\":2}", `a.json, line 2: "A" stands twice`},
		{"resources without a name", "a.json", `{"group":[{"quota":5}]}`, "a.json, line 1: a group names neither id nor name"},
		{"too deep", "a.json", strings.Repeat("[", 100) + strings.Repeat("]", 100), "a.json: it is nested 100 deep"},
		{"far too deep", "a.json", strings.Repeat("[", 5_000_000), "a.json: it is nested"},
		{"no UTF-8", "a.json", "{\"a\":\n\"\xff\"}", "a.json, line 2: it is no UTF-8"},
		{"CSV without a header", "a.csv", "name,acme\n", `a.csv, line 1: the header's column 1 is none of a snapshot's`},
		{"CSV without values", "a.csv", "field,target\na,b\n", "a.csv, line 1: the header names no setting or no value"},
		{"CSV with a ragged row", "a.csv", "field,value\na,b\nc\n", "a.csv, line 3: wrong number of fields"},
		{"CSV with an open quote", "a.csv", "field,value\na,\"b\n", "a.csv, line "},
		{"CSV with a row that names nothing", "a.csv", "field,value\n,b\n", "a.csv, line 2: the row names no setting"},
		{"CSV with a deep value", "a.csv", "field,value\na," + strings.Repeat("[", 50) + strings.Repeat("]", 50) + "\n", "a.csv, line 2: the value is nested"},
		{"too large", "a.json", `{"a":"` + strings.Repeat("x", 64<<20) + `"}`, "a.json: it is larger than"},
	} {
		t.Run(c.why, func(t *testing.T) {
			_, err := casefile.ParseSnapshot(c.name, []byte(c.text))
			var e *audit.Error
			if !errors.As(err, &e) || !strings.HasPrefix(e.Message, c.want) {
				t.Errorf("%.200v", err)
			}
		})
	}
	if _, err := casefile.ReadSnapshot(filepath.Join(t.TempDir(), "none.json")); err == nil || !errors.Is(err, os.ErrNotExist) && !strings.Contains(err.Error(), "can't be read") {
		t.Errorf("%v", err)
	}
}

func FuzzParseSnapshot(f *testing.F) {
	for _, s := range []string{`{"a":1}`, `[{"field":"a","value":null}]`, "field,value\na,b\n", `{"group":[{"id":"x","a":{}}],"template":{"b":[]}}`, "\uFEFF{}", `{"settings":[{"setting":"x","value":"\u202e"}]}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := casefile.ParseSnapshot("f", []byte(text))
		if err != nil {
			var e *audit.Error
			if !errors.As(err, &e) {
				t.Fatalf("an error that is not for people: %v", err)
			}
			return
		}
		for _, one := range s.Settings {
			if one.Field == "" && one.Setting == "" || !json.Valid(one.Value) || one.Line < 1 {
				t.Fatalf("%+v", one)
			}
		}
	})
}

// A log that lacks nothing agrees with the states before and after it; one that lacks a change that mattered differs, at that
// setting alone.
func TestRollForwardFindsWhatWasTakenOut(t *testing.T) {
	type play struct {
		lines            []string
		fields           []int
		moved            []bool
		before, after    [3]int
		gone             int
		opening, closing string
	}
	plays := rapid.Custom(func(t *rapid.T) play {
		var p play
		for i := range p.before {
			p.before[i] = rapid.IntRange(0, 3).Draw(t, "before")
		}
		p.after = p.before
		for n := range rapid.IntRange(1, 12).Draw(t, "changes") {
			f, next := rapid.IntRange(0, 2).Draw(t, "setting"), rapid.IntRange(0, 3).Draw(t, "value")
			p.lines = append(p.lines, groupWrite(n+1, f, n, 200, fmt.Sprint(p.after[f]), fmt.Sprint(next)))
			p.fields, p.moved = append(p.fields, f), append(p.moved, p.after[f] != next)
			p.after[f] = next
		}
		p.gone = rapid.IntRange(-1, len(p.lines)-1).Draw(t, "taken out")
		text := func(state [3]int) string {
			out := "target,resource_type,field,value\n"
			for i, v := range state {
				out += fmt.Sprintf("00000000-0000-4000-8000-0000000000%02x,group,name,%d\n", i, v)
			}
			return out
		}
		p.opening, p.closing = text(p.before), text(p.after)
		return p
	})
	for seed := range 40 {
		p := plays.Example(seed)
		lines := p.lines
		if p.gone >= 0 {
			lines = slices.Delete(slices.Clone(lines), p.gone, p.gone+1)
		}
		c := caseOf(t, t.TempDir(), groupWrite(99, 9, 0, 200, "1", "2"), strings.Join(lines, ""))
		differ := map[string]bool{}
		got, err := c.RollForward(t.Context(), casefile.RollForwardRequest{Opening: snapshot(t, "o.csv", p.opening), Closing: snapshot(t, "c.csv", p.closing), OpeningAt: "2026-01-01", ClosingAt: "2026-03-01"})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range got.Rows {
			if r.Verdict == audit.Untestable {
				t.Errorf("seed %d: %+v", seed, r)
			}
			differ[r.Target] = r.Verdict == audit.Differs
		}
		for i := range p.before {
			target := fmt.Sprintf("00000000-0000-4000-8000-0000000000%02x", i)
			if want := p.gone >= 0 && p.fields[p.gone] == i && p.moved[p.gone]; differ[target] != want {
				t.Errorf("seed %d, setting %d: differs %t, want %t: %v", seed, i, differ[target], want, got.Rows)
			}
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// What settings says of two instants rolls forward to agreement, whatever is not known of some of it.
func TestWhatSettingsSaysOfTwoInstantsAgrees(t *testing.T) {
	c := newCase(t, audit.Engagement{Zone: "UTC"})
	take(t, c, "acme", v1Write("2026-01-01T10:00:00Z", "infrastructure", `{"gpu vendor":"amd"}`, 200)+v1Write("2026-01-02T10:00:00Z", "features", `""`, 200)+
		v1Write("2026-01-03T10:00:00Z", "infrastructure", `{"gpu vendor":"none","access URL":"a.example"}`, 200)+v1Write("2026-01-05T10:00:00Z", "telemetry", `""`, 200))
	said := func(name, at string) casefile.Snapshot {
		rows, err := c.SettingRows(t.Context(), casefile.SettingRowsRequest{SettingsRequest: casefile.SettingsRequest{At: at}, Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		var items []string
		for _, r := range rows.Rows {
			item, err := json.Marshal(map[string]any{"deployment": r.Deployment, "resource_type": r.Type, "target": r.Target, "field": r.Field, "known": r.Now.Known, "value": r.Now.Value})
			if err != nil {
				t.Fatal(err)
			}
			if r.Now.Value == nil {
				item = []byte(strings.Replace(string(item), `,"value":null`, "", 1))
			}
			items = append(items, string(item))
		}
		return snapshot(t, name, "["+strings.Join(items, ",\n")+"]")
	}
	got, err := c.RollForward(t.Context(), casefile.RollForwardRequest{
		Opening: said("o", "2026-01-04"), Closing: said("c", "2026-01-06"), OpeningAt: "2026-01-04T23:59:59Z", ClosingAt: "2026-01-06",
	})
	if err != nil || got.Differs != 0 || got.Agrees != 2 {
		t.Errorf("%d differ, %d agree: %+v, %v", got.Differs, got.Agrees, got.Rows, err)
	}
}
