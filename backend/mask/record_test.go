package mask_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"auditdesk/backend/mask"
)

func TestMaskingARecord(t *testing.T) {
	for _, c := range []struct{ why, in, want string }{
		{"human line of v1", "2022-10-11 14:53:47.121 [INFO]\t(coderd.audit)\t<slog.go:118>\taudit_log\t{\"audit_log\": {\"diff\": {\"client secret\": \"x\"}, \"status_code\": 200}}",
			"2022-10-11 14:53:47.121 [INFO]\t(coderd.audit)\t<slog.go:118>\taudit_log\t{\"audit_log\": {\"diff\": {\"client secret\": \"(masked)\"}, \"status_code\": 200}}"},
		{"human line of v2", `2023-06-13 03:43:29.233 [info]  coderd: audit_log  ID=95f7  ResourceType=git_ssh_key  ResourceTarget="my token"  Diff="{\"private_key\":{\"old\":\"a\",\"new\":\"b\",\"secret\":true},\"public_key\":{\"old\":\"\",\"new\":\"ssh\",\"secret\":false}}"  StatusCode=200`,
			`2023-06-13 03:43:29.233 [info]  coderd: audit_log  ID=95f7  ResourceType=git_ssh_key  ResourceTarget="my token"  Diff="{\"private_key\":{\"old\":\"(masked)\",\"new\":\"(masked)\",\"secret\":true},\"public_key\":{\"old\":\"\",\"new\":\"ssh\",\"secret\":false}}"  StatusCode=200`},
		{"CRI line", `2026-01-01T00:00:00Z stdout F {"token":"x","a":1}`, `2026-01-01T00:00:00Z stdout F {"token":"(masked)","a":1}`},
		{"pretty-printed object", "{\n  \"token\": \"x\",\n  \"a\": 1\n}", "{\n  \"token\": \"(masked)\",\n  \"a\": 1\n}"},
		{"Docker, split within a value",
			`{"log":"{\"client_secret\":\"hun","stream":"stderr"}` + "\n" + `{"log":"ter2\",\"a\":1}\n","stream":"stderr"}`,
			`{"log":"{\"client_secret\":\"(masked)","stream":"stderr"}` + "\n" + `{"log":"\",\"a\":1}\n","stream":"stderr"}`},
		{"Docker, split within a name",
			`{"log":"{\"client_sec","attrs":{"token":"t"}}` + "\n" + `{"log":"ret\":\"hunter2\",\"a\":1}\n","stream":"stderr"}` + "\n",
			`{"log":"{\"client_sec","attrs":{"token":"(masked)"}}` + "\n" + `{"log":"ret\":\"(masked)\",\"a\":1}\n","stream":"stderr"}` + "\n"},
		{"Docker, split in three, the value in the last",
			`{"log":"{\"token\":"}` + "\n" + `{"log":"12"}` + "\n" + `{"log":"34,\"a\":1}"}`,
			`{"log":"{\"token\":"}` + "\n" + `{"log":"\"(masked)\""}` + "\n" + `{"log":",\"a\":1}"}`},
		{"CRI, split within a value",
			"2026-01-01T00:00:00Z stdout P {\"token\":\"hun\n2026-01-01T00:00:00Z stdout F ter2\",\"a\":1}",
			"2026-01-01T00:00:00Z stdout P {\"token\":\"(masked)\n2026-01-01T00:00:00Z stdout F \",\"a\":1}"},
		{"split and broken",
			`{"log":"{\"client_sec"}` + "\n" + `{"log":"ret\":\"hunter2"}`,
			`{"log":"{\"client_sec"}` + "\n" + `{"log":"ret … (rest masked)"}`},
		{"row of CSV", `2022-10-11T14:53:47Z,write,oauth_config,,"{""client_secret"":""x"",""n"":1}",200,"a, b"`,
			`2022-10-11T14:53:47Z,write,oauth_config,,"{""client_secret"":""(masked)"",""n"":1}",200,"a, b"`},
		{"row of CSV with a number", `a,b,c,d,e,"{""token"":1}"`, `a,b,c,d,e,"{""token"":""(masked)""}"`},
		{"broken JSON", `{"audit_log":{"client_secret":"hunter2","a":`, `{"audit_log":{"client_secret … (rest masked)`},
		{"broken and escaped JSON", `{"log":"{\"client_secret\":\"hunter2`, `{"log":"{\"client_secret … (rest masked)`},
		{"broken in its middle", `{"client_secret":"hunter2" "b":{"c":1}}`, `{"client_secret … (rest masked)`},
		{"broken, name spelled with escapes", `{"p\u0061ssword":"hunter2`, `{"p\u0061ssword … (rest masked)`},
		{"broken, name spelled with escapes two levels down", `{"m":"{\"p\\u0061ssword\":\"hunter2`, `{"m":"{\"p\\u0061ssword … (rest masked)`},
		{"broken, after an escaped line feed", `{"m":"a\npassword: hunter2`, `{"m":"a\npassword … (rest masked)`},
		{"YAML", "name: x\nclient_secret: hunter2\n", "name: x\nclient_secret … (rest masked)"},
		{"XML", "<password>hunter2</password>", "<password … (rest masked)"},
		{"two documents on a line", `{"token":"x"}{"token":"y"}`, `{"token":"(masked)"}{"token":"(masked)"}`},
		{"nothing", "", ""},
	} {
		t.Run(c.why, func(t *testing.T) {
			in := []byte(c.in)
			if got := mask.Record(in); string(got) != c.want {
				t.Errorf("Record(%s)\n got %s\nwant %s", c.in, got, c.want)
			}
			if string(in) != c.in {
				t.Error("the input was written to")
			}
		})
	}
}

func TestMaskingCSVWithItsHeader(t *testing.T) {
	header := []string{"time", "client_secret", "diff", "note"}
	for _, c := range []struct{ why, in, want string }{
		{"a secret column", `t,hunter2,,x`, `t,(masked),,x`},
		{"a quoted one", `t,"a ""b"" c",,x`, `t,"(masked)",,x`},
		{"an empty one", `t,,,x`, `t,,,x`},
		{"JSON in a cell", `t,,"{""token"":1}",x`, `t,,"{""token"":""(masked)""}",x`},
		{"semicolons", `t;hunter2;"{""token"":1}";a, b`, `t;(masked);"{""token"":""(masked)""}";a, b`},
		{"semicolons around commas", `t;hunter2,a,b,c,d;;x`, `t;(masked);;x`},
		{"tabs", "t\thunter2\t\tx", "t\t(masked)\t\tx"},
		{"fewer cells than columns", `t;hunter2`, `t;(masked)`},
		{"more cells than columns", `t,a,b,c,"{""token"":1}"`, `t,(masked),b,c,"{""token"":""(masked)""}"`},
		{"an open quote", `t,"hunter2 token=abc`, `t,"hunter2 token=(masked)`},
	} {
		t.Run(c.why, func(t *testing.T) {
			if got := mask.CSV([]byte(c.in), header); string(got) != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestExcerpts(t *testing.T) {
	for _, c := range []struct {
		why, in string
		limit   int
		want    string
	}{
		{"short and harmless", `{"a":1`, 200, `{"a":1`},
		{"cut at characters", "äöüß", 2, "äö"},
		{"a secret", `{"a":1,"client_secret":"hunter2"`, 200, `{"a":1,"client_secret … (rest masked)`},
		{"in escaped JSON", `{"log":"{\"client_secret\":\"hunter2\"`, 200, `{"log":"{\"client_secret … (rest masked)`},
		{"a name spelled with escapes", `{"tok\u0065n":"hunter2"`, 200, `{"tok\u0065n … (rest masked)`},
		{"public key goes on to the next", `{"public_key":"ssh","token":"hunter2"`, 200, `{"public_key":"ssh","token … (rest masked)`},
		{"the secret lies behind the cut", `{"a":1,"client_secret":"hunter2"`, 6, `{"a":1`},
		{"the cut lies in the secret name", `{"client_secret":"hunter2"`, 10, `{"client_s`},
		{"the cut lies in the mark", `{"token":"hunter2"`, 10, `{"token … `},
		{"the name is the end", `{"token`, 200, `{"token`},
		{"invalid UTF-8", "a\xff\xfeb", 200, "a\ufffdb"},
		{"NUL stays", "a\x00b", 200, "a\x00b"},
		{"a secret in UTF-16", "\xff\xfe{\x00\"\x00t\x00o\x00k\x00e\x00n\x00\"\x00:\x00\"\x00h\x00", 200, "\ufffd{\"token … (rest masked)"},
		{"a flag in UTF-16", "{\x00\"\x00o\x00l\x00d\x00\"\x00:\x00\"\x00h\x00", 200, `{"old … (rest masked)`},
		{"a zero byte within a word", "pass\x00word: hunter2", 200, "password … (rest masked)"},
		{"nothing", "", 200, ""},
		{"no room", "abc", 0, ""},
	} {
		t.Run(c.why, func(t *testing.T) {
			if got := mask.Excerpt([]byte(c.in), c.limit); got != c.want {
				t.Errorf("Excerpt = %q, want %q", got, c.want)
			}
		})
	}
}

func TestAnExcerptOfAHugeLineIsValidAndShort(t *testing.T) {
	for _, in := range []string{strings.Repeat("電", 1<<20), strings.Repeat("\xff", 1<<20), strings.Repeat("a\xff", 1<<20)} {
		got := mask.Excerpt([]byte(in), 200)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > 200 || got == "" {
			t.Errorf("%.10q…: %q", in, got)
		}
	}
}

// The samples hold no secret but a v1 user's key_regenerated_at and the vendor's own asterisks.
func TestSampleRecordsKeepEverythingElse(t *testing.T) {
	files, err := filepath.Glob("testdata/*.*")
	if err != nil || len(files) == 0 {
		t.Fatal("no samples", err)
	}
	undo := strings.NewReplacer(
		`"key_regenerated_at":"(masked)"`, `"key_regenerated_at":"2021-03-04T09:12:44.120931Z"`,
		`"key_regenerated_at": "(masked)"`, `"key_regenerated_at": "2021-03-04T09:12:44.120931Z"`,
		`\"key_regenerated_at\":\"(masked)\"`, `\"key_regenerated_at\":\"2021-03-04T09:12:44.120931Z\"`,
		`"client_secret":"(masked)"`, `"client_secret":"******"`)
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		records := []string{string(b)}
		if !strings.HasSuffix(f, ".json") && !strings.Contains(f, "docker") {
			records = strings.SplitAfter(string(b), "\n")
		}
		for _, r := range records {
			got := string(mask.Record([]byte(r)))
			if strings.Contains(got, mask.Rest) {
				t.Errorf("%s: blanked: %s", f, got)
			}
			if undo.Replace(got) != r {
				t.Errorf("%s: changed: %s", f, got)
			}
			if want := strings.Count(r, "key_regenerated_at") + strings.Count(r, "client_secret"); strings.Count(got, mask.Text) != want {
				t.Errorf("%s: %d values masked, want %d: %s", f, strings.Count(got, mask.Text), want, got)
			}
		}
	}
}
