package decode_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"auditdesk/backend/decode"
)

func TestBrokenAndOddInput(t *testing.T) {
	const (
		v1 = "v1-json open 2022-10-11T14:53:47.120411Z main"
		v2 = "v2-json write 2026-11-20T09:15:22.334105Z main"

		human = "v1-human open 2022-10-11T14:53:47.120411Z main"
	)
	row := func(id string) string {
		return `{"id":"7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3` + id + `","time":"2026-11-20T09:15:22Z","action":"write","resource_type":"user","request_id":"","resource_target":"` + id + `"}`
	}
	rest := func(id string) string { return "v2-rest write 2026-11-20T09:15:22Z " + id }
	pretty := func(s string) string {
		var b bytes.Buffer
		if err := json.Indent(&b, []byte(s), "  ", "  "); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	lines := func(s ...string) string { return strings.Join(s, "\n") }
	cut := len(logLine) - 100
	tests := []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"a newline", "\n", "other: blank line"},
		{"no final newline", logLine, v1},
		{"CRLF", logLine + "\r\n" + flatLine + "\r\n", lines(v1, v2)},
		{"UTF-8 BOM", "\xef\xbb\xbf" + logLine + "\n" + flatLine, lines(v1, v2)},
		{"UTF-8 BOM before an array", "\xef\xbb\xbf[" + row("a1") + "]", rest("a1")},
		{"UTF-8 BOM before an answer", "\xef\xbb\xbf{\"audit_logs\":[" + row("a1") + "]}", rest("a1")},
		{"UTF-8 BOM before a human line", "\xef\xbb\xbf" + v1Human, "v1-human open 2022-10-11T14:53:47.120411Z main"},
		{"UTF-16 BOM", "\xff\xfe{\x00}\x00\n\x00", "unreadable: UTF-16 text: save it as UTF-8 to read it"},
		{"truncated line before another", lines(logLine[:cut], flatLine), lines(fmt.Sprintf("unreadable: broken JSON at byte %d", cut+1), v2)},
		{"truncated in a string", lines(logLine[:61], flatLine), lines("unreadable: broken JSON at byte 62", v2)},
		{"truncated behind a colon", lines(logLine[:strings.Index(logLine, `"level":`)+8], flatLine, logLine), lines("unreadable: broken JSON at byte 48", v2, v1)},
		{"truncated behind a bracket", lines(`{"a":[`, flatLine, logLine), lines("unreadable: broken JSON at byte 7", v2, v1)},
		{"truncated behind a comma of an array", lines(`{"a":[1,`, flatLine, "text"), lines("unreadable: broken JSON at byte 9", v2, "other: text: text")},
		{"truncated before text", lines(logLine[:cut], "some text", flatLine), lines(fmt.Sprintf("unreadable: broken JSON at byte %d", cut+1), "other: text: some text", v2)},
		{"truncated before an array", lines(logLine[:cut], "["+row("a1")+","+row("a2")+"]", flatLine), lines(fmt.Sprintf("unreadable: broken JSON at byte %d", cut+1), rest("a1"), rest("a2"), v2)},
		{"truncated behind a colon before an array", lines(`{"ts":"2022-10-11T14:53:47Z","fields":`, "["+row("a1")+","+row("a2")+"]", flatLine), lines("unreadable: broken JSON at byte 39", rest("a1"), rest("a2"), v2)},
		{"truncated before a pretty-printed array", lines(`{"ts":"2022-10-11T14:53:47Z","fields":`, "[", "  "+pretty(row("a1")), "]", flatLine), lines("unreadable: broken JSON at byte 39", "other: document frame", rest("a1"), "other: document frame", v2)},
		{"truncated behind a bracket before an array", lines(`{"a":[`, "["+row("a1")+","+row("a2")+"]", flatLine), lines("unreadable: broken JSON at byte 7", rest("a1"), rest("a2"), v2)},
		{"truncated behind a bracket before a pretty-printed array", lines(`{"a":[1,`, "[", "  "+pretty(row("a1")), "]", v1Human), lines("unreadable: broken JSON at byte 9", "other: document frame", rest("a1"), "other: document frame", "v1-human open 2022-10-11T14:53:47.120411Z main")},
		{"truncated behind a bracket before an array at the end", lines(`{"a":[`, "["+row("a1")+"]"), lines("unreadable: broken JSON at byte 7", rest("a1"))},
		{"truncated before an array of pages", lines(`{"a":`, "[["+row("a1")+"],["+row("a2")+"]]", flatLine), lines("unreadable: broken JSON at byte 6", rest("a1"), rest("a2"), v2)},
		{"truncated before an array of texts", lines(`{"a":`, "["+quote(row("a1"))+"]", flatLine), lines("unreadable: broken JSON at byte 6", rest("a1"), v2)},
		{"an array of objects at the left edge within an array", "{\n\"msg\": \"x\",\n\"list\": [\n[{\"a\": 1}],\n[{\"a\": 2}]\n]\n}\n" + flatLine, lines("other: msg: x", v2)},
		{"an array at the left edge within an object", "{\n\"msg\": \"x\",\n\"list\": [\n[1, 2],\n[3]\n]\n}\n" + flatLine, lines("other: msg: x", v2)},
		{"a human line behind an answer without a final newline", `{"audit_logs":[` + row("a1") + "],\n\"count\":1\n}" + v1Human + "\n" + flatLine, lines(rest("a1"), "other: document frame", "v1-human open 2022-10-11T14:53:47.120411Z main", v2)},
		{"a human line behind an answer on one line", `{"audit_logs":[` + row("a1") + `],"count":1}` + v1Human, lines(rest("a1"), "v1-human open 2022-10-11T14:53:47.120411Z main")},
		{"a human line behind an array on one line", "[" + row("a1") + "]" + v1Human, lines(rest("a1"), "v1-human open 2022-10-11T14:53:47.120411Z main")},
		{"a human line behind a pretty-printed array", "[\n" + pretty(row("a1")) + "\n]" + v2Human, lines("other: document frame", rest("a1"), "v2-human start 2023-06-13T03:43:29.230422Z linux-container")},
		{"truncated before a human line", lines(`{"a":`, v1Human), lines("unreadable: broken JSON at byte 6", "v1-human open 2022-10-11T14:53:47.120411Z main")},
		{"truncated at the end", lines(flatLine, logLine[:cut]), lines(v2, fmt.Sprintf("unreadable: broken JSON at byte %d", cut+1))},
		{"the end of a line is missing its start", lines(logLine[20:], flatLine), lines("other: text", v2)},
		{"broken pretty-printed object before a line", "{\n  \"a\": 1,\n  \"b\": [\n" + flatLine + "\n" + logLine, lines("unreadable: broken JSON at byte 21", v2, v1)},
		{"broken pretty-printed object with an unclosed string", "{\n  \"a\": \"x,\n  \"b\": 2\n}\n" + flatLine, lines("unreadable: broken JSON at byte 13", v2)},
		{"broken pretty-printed object without a comma", "{\n  \"a\": 1\n  \"b\": {\n    \"c\": 2\n  }\n}\n" + flatLine, lines("unreadable: broken JSON at byte 14", v2)},
		{"broken element of a document", "{\n \"audit_logs\": [\n  " + pretty(row("a1")) + ",\n  {\n    \"id\": \"x\n  },\n  " + pretty(row("a2")) + "\n ]\n}\n", lines(
			"other: document frame", "other: document frame", rest("a1"), "unreadable: broken JSON at byte 15", rest("a2"), "other: document frame", "other: document frame")},
		{"document cut off within an element, then lines", "{\n \"audit_logs\": [\n  " + pretty(row("a1")) + ",\n  {\n    \"id\": \"x\",\n" + lines(otherLine, flatLine), lines(
			"other: document frame", "other: document frame", rest("a1"), "unreadable: broken JSON at byte 17", "other: msg: http request", v2)},
		{"document cut off between elements", `{"audit_logs":[` + row("a1") + `,`, lines(rest("a1"), "unreadable: the document ends before its closing bracket")},
		{"document without elements", `{"audit_logs":[],"count":0}`, "other: document frame"},
		{"document whose count comes first", `{"count":1,"audit_logs":[` + row("a1") + `]}`, rest("a1")},
		{"document within an array", `[{"audit_logs":[` + row("a1") + `],"count":1},{"audit_logs":[` + row("a2") + `],"count":1}]`, lines(rest("a1"), rest("a2"))},
		{"element without action", `{"audit_logs":[{"id":"x","time":"2026-11-20T09:15:22Z","resource_type":"user"}]}`, "unreadable: no action"},
		{"element without time", `{"audit_logs":[{"id":"x","action":"write","resource_type":"user"}]}`, "unreadable: no time"},
		{"connection without time", `{"connection_logs":[{"id":"x","workspace_name":"main","type":"ssh"}]}`, "unreadable: no time"},
		{"row without action in an array", `[{"time":"2026-11-20T09:15:22Z","resource_type":"user","resource_target":"x","diff":""}]`, "unreadable: no action"},
		{"audit_log without action", `{"audit_log":{"time":"2026-11-20T09:15:22Z"}}`, "unreadable: no action"},
		{"audit_log whose action is no text", `{"audit_log":{"action":null,"time":"2026-11-20T09:15:22Z"}}`, "unreadable: no action"},
		{"announced record without fields", `{"ts":"2026-11-20T09:15:22Z","msg":"audit_log"}`, "unreadable: no action"},
		{"announced record of which the action is missing", strings.Replace(flatLine, `"Action":"write",`, "", 1), "unreadable: no action"},
		{"array with one element a line", "[\n" + row("a1") + ",\n" + row("a2") + "\n]\n", lines("other: document frame", rest("a1"), rest("a2"), "other: document frame")},
		{"array with leading commas", "[" + row("a1") + "\n," + row("a2") + "\n]\n", lines(rest("a1"), rest("a2"), "other: document frame")},
		{"array of arrays", "[[" + row("a1") + "],[" + row("a2") + "]]", lines(rest("a1"), rest("a2"))},
		{"text in an open array", "[\n" + row("a1") + ",\n" + v1Human + "\n" + flatLine, lines("other: document frame", rest("a1"), "v1-human open 2022-10-11T14:53:47.120411Z main", v2)},
		{"a bracket that is no array", "[INFO] started\n[2022] x\n" + flatLine, lines("other: text: [INFO] started", "other: text: x", v2)},
		{"lines that lost their array", row("a1") + ",\n" + row("a2") + "\n]\n", lines(rest("a1"), rest("a2"), "other: text")},
		{"objects one behind another on a line", flatLine + logLine, lines(v2, v1)},
		{"a human line behind an object without a final newline", flatLine + v1Human + "\n" + logLine, lines(v2, human, v1)},
		{"a human line of v2 behind an object", logLine + v2Human, lines(v1, "v2-human start 2023-06-13T03:43:29.230422Z linux-container")},
		{"a human line behind a pretty-printed object", pretty(row("a1")) + v1Human, lines(rest("a1"), human)},
		{"a human line that is no record behind an object", flatLine + "2022-10-11 14:53:47.121 [INFO]\tserved", v2},
		{"a broken human line behind an object", flatLine + v1Human[:len(v1Human)-1], lines(v2, fmt.Sprintf("unreadable: broken JSON at byte %d of the line's fields", len(v1Human)-strings.Index(v1Human, "{")))},
		{"text behind an object", flatLine + " and more", fmt.Sprintf("unreadable: broken JSON at byte %d", len(flatLine)+2)},
		{"text behind an object and a comma", flatLine + ", more", lines(v2, "unreadable: broken JSON: text behind a record that belongs to none")},
		{"object over lines that close first", "{\"a\":{\"b\":1}\n,\"msg\":\"x\"}\n" + flatLine, lines("other: msg: x", v2)},
		{"NUL in a line", strings.Replace(logLine, "main", "ma\x00in", 1) + "\n" + flatLine, lines(fmt.Sprintf("unreadable: broken JSON at byte %d", strings.Index(logLine, "main")+3), v2)},
		{"NULs before a line", "\x00\x00\x00" + logLine + "\n" + flatLine, lines("unreadable: NUL at byte 1", v2)},
		{"NULs alone", "\x00\x00\x00\n" + flatLine, lines("other: binary data", v2)},
		{"binary", "\x89PNG\x0d\x1a\x02\n" + flatLine, lines("other: binary data", v2)},
		{"a control character in a string", strings.Replace(logLine, "main", "ma\x01in", 1), fmt.Sprintf("unreadable: broken JSON at byte %d", strings.Index(logLine, "main")+3)},
		{"a leading zero", `{"msg":"x","a":01}`, "unreadable: broken JSON at byte 17"},
		{"NaN", `{"msg":"x","a":NaN}`, "unreadable: broken JSON at byte 16"},
		{"a comma at the end", `{"msg":"x",}`, "unreadable: broken JSON at byte 12"},
		{"single quotes", `{'msg':'x'}`, "unreadable: broken JSON at byte 2"},
		{"a brace too many", logLine + "}", fmt.Sprintf("unreadable: broken JSON at byte %d", len(logLine)+1)},
		{"broken JSON in a wrapper", `{"message":` + quote(logLine[:200]) + `}`, "unreadable: broken JSON at byte 201 of a wrapped line"},
		{"broken JSON in Docker", `{"log":` + quote(logLine[:200]+"\n") + `,"stream":"stderr","time":"2023-06-13T03:43:29.233Z"}`, "unreadable: broken JSON at byte 201 of a wrapped line"},
		{"broken JSON in CRI", `2022-10-11T14:53:47.121003552Z stderr F ` + logLine[:200], "unreadable: broken JSON at byte 201"},
		{"Docker part that nobody finished", `{"log":` + quote(logLine[:200]) + `,"stream":"stderr","time":"2023-06-13T03:43:29.233Z"}`, "unreadable: broken JSON at byte 201 of a wrapped line"},
		{"Docker part, then a process that starts anew", `{"log":` + quote(logLine[:200]) + `,"stream":"stderr","time":"2023-06-13T03:43:29.233Z"}` + "\n" + `{"log":` + quote(flatLine+"\n") + `,"stream":"stderr","time":"2023-06-13T03:43:30Z"}`, lines("unreadable: broken JSON at byte 201 of a wrapped line", v2+" in Docker json-file")},
		{"Docker parts of two streams", lines(
			`{"log":`+quote(logLine[:200])+`,"stream":"stderr","time":"2023-06-13T03:43:29.233Z"}`,
			`{"log":`+quote(flatLine[:100])+`,"stream":"stdout","time":"2023-06-13T03:43:29.233Z"}`,
			`{"log":`+quote(otherLine+"\n")+`,"stream":"other","time":"2023-06-13T03:43:29.233Z"}`,
			`{"log":`+quote(logLine[200:]+"\n")+`,"stream":"stderr","time":"2023-06-13T03:43:29.233Z"}`,
			`{"log":`+quote(flatLine[100:]+"\n")+`,"stream":"stdout","time":"2023-06-13T03:43:29.233Z"}`,
		), lines("other: msg: http request", v1+" in Docker json-file", v2+" in Docker json-file")},
		{"a human line that is cut off", v2Human[:len(v2Human)-130], fmt.Sprintf("unreadable: broken line at byte %d: a quoted value does not end", strings.Index(v2Human, "AdditionalFields=")+1)},
		{"a human line without action", "2023-06-13 03:43:29.233 [info]  coderd: audit_log  ID=95f7c392-da3e-480c-a579-8909f145fbe2  ResourceType=user", "unreadable: no action"},
		{"a human line with broken JSON", v1Human[:len(v1Human)-1], fmt.Sprintf("unreadable: broken JSON at byte %d of the line's fields", len(v1Human)-strings.Index(v1Human, "{"))},
		{"a human line whose tabs became spaces", strings.ReplaceAll(v1Human, "\t", "    ") + "\n" + v1Human, lines(human, human)},
		{"a human line whose tabs became single spaces", strings.ReplaceAll(v1Human, "\t", " "), human},
		{"a human line of which only some tabs became spaces", strings.Replace(v1Human, "\t{", "  {", 1), human},
		{"a human line whose tabs syslog has escaped", strings.ReplaceAll(v1Human, "\t", "#011"), human},
		{"a human line with spaces behind a prefix", "coderd-1  | " + strings.ReplaceAll(v1Human, "\t", "   "), human + " in a prefix"},
		{"a human line with spaces and broken JSON", strings.ReplaceAll(v1Human[:len(v1Human)-1], "\t", " "), fmt.Sprintf("unreadable: broken JSON at byte %d of the line's fields", len(v1Human)-strings.Index(v1Human, "{"))},
		{"a human line with spaces and the flat record", "2023-03-13 03:43:29.233 [INFO]  <coderd.go:12>  audit_log  " + flatLine[strings.Index(flatLine, `"fields":`)+len(`"fields":`):len(flatLine)-1], strings.Replace(v2, "v2-json", "v2-human", 1)},
		{"a human line with spaces and another message", "2022-10-11 14:53:47.121 [INFO]  <api.go:12>  served  {\"status\": 200}", "other: text: <api.go:#>"},
		{"a human line that quotes a record", "2022-10-11 14:53:47.121 [INFO]  api: got  body=x  {" + v1Human[strings.Index(v1Human, "{")+1:], "other: text: api: got"},
		{"CSV with a quoted newline", "time,action,resource_type,resource_target\n2026-11-20T09:15:22Z,write,user,\"a\n\"\"b\"\"\"\n2026-11-20T09:15:23Z,write,user,c\n", lines("other: document frame", "v1-csv write 2026-11-20T09:15:22Z a\n\"b\"", "v1-csv write 2026-11-20T09:15:23Z c")},
		{"CSV with an unclosed quote", "time,action,resource_type,resource_target\n2026-11-20T09:15:22Z,write,user,\"a\n2026-11-20T09:15:23Z,write,user,c\n", lines("other: document frame", "unreadable: quoted cell without its end", "v1-csv write 2026-11-20T09:15:23Z c")},
		{"all kinds of shapes in one file", lines("[", row("a1"), "]", logLine, "", v2Human, pretty(row("a2")), `{"audit_logs":[`+row("a3")+`]}`, flatLine), lines(
			"other: document frame", rest("a1"), "other: document frame", v1, "other: blank line", "v2-human start 2023-06-13T03:43:29.230422Z linux-container", rest("a2"), rest("a3"), v2)},
		{"JSON that is no object", "null\n12\n\"x\"\ntrue", lines("other: text: null", "other: text", "other: text: x", "other: text: true")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			checkAccounting(t, []byte(test.in), split(t, []byte(test.in), 0, decode.Limits{}))
			want := test.want + "\n"
			if test.want == "" {
				want = ""
			}
			if got := summary(items(t, []byte(test.in))); got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
			if got := summaryOfChunks(t, test.in, 7); got != want {
				t.Errorf("read 7 bytes at a time: got\n%swant\n%s", got, want)
			}
		})
	}
}

func summaryOfChunks(t *testing.T, in string, chunk int) string {
	t.Helper()
	d := decode.NewDecoder(decode.Limits{})
	var out []decode.Item
	for _, p := range split(t, []byte(in), chunk, decode.Limits{}) {
		out = d.Decode(p, out)
	}
	return summary(out)
}

func TestLimits(t *testing.T) {
	long := strings.Replace(logLine, "main", strings.Repeat("x", 1<<20), 1)
	huge := strings.Replace(logLine, "main", strings.Repeat("x", 20<<20), 1)
	over := strings.Replace(logLine, "main", strings.Repeat("x", 33<<20), 1)
	bigKey := `{"msg":"audit_log","` + strings.Repeat("k", 1<<20) + `":1,"audit_log":` + auditObject + `}`
	nested := func(n int) string { return `{"a":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}` }
	spread := func(n int) string { return `{"a":` + strings.Repeat("[\n", n) + strings.Repeat("]\n", n) + `}` }
	tests := []struct{ name, in, want string }{
		{"a value of 1 MiB", long, "v1-json open"},
		{"a line of 20 MiB", huge, "v1-json open"},
		{"a line over the limit", over + "\n" + flatLine, "unreadable: line longer than 32 MiB\nv2-json write"},
		{"text over the limit", strings.Repeat("x", 33<<20) + "\n" + flatLine, "unreadable: line longer than 32 MiB\nv2-json write"},
		{"an element over the limit", `{"audit_logs":[` + over + `,` + auditObject + `]}`, "unreadable: record longer than 32 MiB\nv1-rest open"},
		{"a key of 1 MiB", bigKey, "v1-json open"},
		{"199 arrays within one another", nested(199), "other: JSON without msg"},
		{"200 arrays within one another", nested(200), "unreadable: nested deeper than 200"},
		{"10,000 arrays within one another", nested(10_000), "unreadable: nested deeper than 200"},
		{"100,000 arrays within one another", nested(100_000) + "\n" + flatLine, "unreadable: nested deeper than 200\nv2-json write"},
		{"100,000 arrays over as many lines", spread(100_000) + "\n" + flatLine, "unreadable: nested deeper than 200\nv2-json write"},
		{"a million values", `{"a":[` + strings.Repeat("1,", 1_000_000) + `1]}` + "\n" + flatLine, "unreadable: more than 1000000 JSON values\nv2-json write"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			start := time.Now()
			pieces := split(t, []byte(test.in), 0, decode.Limits{})
			checkAccounting(t, []byte(test.in), pieces)
			var got []string
			d := decode.NewDecoder(decode.Limits{})
			for _, p := range pieces {
				if p.Problem != "" && len(p.Raw) > 64<<10 {
					t.Errorf("%d bytes are kept of what is over the limit", len(p.Raw))
				}
				for _, it := range d.Decode(p, nil) {
					if it.Kind == decode.Record {
						got = append(got, fmt.Sprintf("%s %s", it.Event.Form, it.Event.Action))
					} else {
						got = append(got, strings.TrimSuffix(summary([]decode.Item{it}), "\n"))
					}
				}
			}
			if got := strings.Join(got, "\n"); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// Streams that are made to cost much: each line looks like the start of an object that goes on.
func TestHostileStreamsEndSoon(t *testing.T) {
	const size = 2 << 20
	for name, unit := range map[string]string{
		"arrays that open":               "[\n",
		"objects that open":              "{\n",
		"objects that open with keys":    "{\"a\":\n",
		"arrays in objects that open":    "{\"a\":[\n",
		"the same indented":              "  {\"a\":[\n",
		"with values behind":             "{\"a\":[\n1,\n1,\n1,\n1,\n1,\n1,\n1,\n1,\n",
		"strings that do not end":        "{\"a\":\"\n",
		"Docker parts":                   "{\"log\":\"x\",\"stream\":\"s\",\"time\":\"t\"}\n",
		"CRI parts":                      "2022-10-11T14:53:47.121003552Z stdout P x\n",
		"answers within one another":     "{\"audit_logs\":[\n",
		"arrays and objects in turns":    "[{\"a\":\n",
		"quotation marks":                "\"\n",
		"CSV with unclosed quotes":       "time,action,resource_type\n\"x,\"\"\n",
		"closing brackets":               "]}\n",
		"commas":                         ",",
		"an array that opens, one line":  "[",
		"an object that opens, one line": "{\"a\":",
	} {
		t.Run(name, func(t *testing.T) {
			b := []byte(strings.Repeat(unit, size/len(unit)))
			start := time.Now()
			s := decode.NewSplitter(bytes.NewReader(b), decode.Limits{Record: 1 << 20}) // what may be scanned in vain goes by it
			var lines int64
			for {
				p, err := s.Next()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				lines += p.Lines
			}
			if lines != physicalLines(b) {
				t.Errorf("%d lines are accounted for, there are %d", lines, physicalLines(b))
			}
			// Linear work takes far less than a second; what this is to find takes hours.
			if took := time.Since(start); took > 30*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// Parts that hold nothing do not end a line, but they are not gathered without end either.
func TestPartsOfALineAreBoundedWithWhatStandsAroundThem(t *testing.T) {
	part := func(stream int) string {
		return fmt.Sprintf(`{"log":"","stream":"s%d","attrs":{"x":"%s"},"time":"2022-10-11T14:53:47Z"}`+"\n", stream, strings.Repeat("y", 900))
	}
	const n, limit = 20_000, 100 << 10
	var b bytes.Buffer
	for i := range n {
		b.WriteString(part(i % 8))
	}
	b.WriteString(logLine + "\n")
	pieces := split(t, b.Bytes(), 0, decode.Limits{Record: limit})
	checkAccounting(t, b.Bytes(), pieces)
	for _, p := range pieces {
		if len(p.Raw) > 2*limit+(64<<10)+2000 || len(p.Text) > 3*limit {
			t.Fatalf("a piece of %d bytes", len(p.Raw))
		}
	}
	if len(pieces) < n*900/(4*limit) {
		t.Errorf("only %d pieces", len(pieces))
	}
}

// A decoder that is asked to masks the first line of a pattern only.
func TestExamplesOnce(t *testing.T) {
	d := decode.NewDecoder(decode.Limits{})
	d.ExamplesOnce()
	var got []string
	for _, l := range []string{"started job 1", "started job 2", otherLine, "", otherLine, "stopped"} {
		for _, it := range d.Decode(decode.Piece{Raw: []byte(l), Text: []byte(l)}, nil) {
			got = append(got, fmt.Sprintf("%s %t", it.Note, it.Excerpt != ""))
		}
	}
	if want := "text: started job true, text: started job false, msg: http request true, blank line false, msg: http request false, text: stopped true"; strings.Join(got, ", ") != want {
		t.Errorf("got %s", strings.Join(got, ", "))
	}
}
