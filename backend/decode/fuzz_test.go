package decode_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"auditdesk/backend/decode"
)

func addSamples(f *testing.F) {
	f.Helper()
	for _, file := range sampleFiles(f) {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	for _, s := range fragments {
		f.Add([]byte(strings.ReplaceAll(s, "%d", "1")))
	}
}

// FuzzSplit checks that any bytes are accounted for line by line, and cut alike however they are read.
func FuzzSplit(f *testing.F) {
	addSamples(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, l := range []decode.Limits{{}, {Record: 100, Depth: 5}} {
			whole := split(t, b, 0, l)
			checkAccounting(t, b, whole)
			if x, y := show(whole), show(split(t, b, 3, l)); x != y {
				t.Fatalf("read at once:\n%s\nread in chunks:\n%s", x, y)
			}
		}
	})
}

// FuzzDecode checks that decoding does not fail on any bytes, says the same twice, yields what can be shown and written, and takes the
// same texts for JSON as encoding/json.
func FuzzDecode(f *testing.F) {
	addSamples(f)
	for _, s := range []string{flatLine, logLine, v1Human, v2Human, v1With(`"diff":{"a":{"old":1}}`), `{"a":"\ud800\u00e9"}`, `{"a":-0.0e+1}`, `{"streams":[{"values":[["1665500027121003552","x"]]}]}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		l := decode.Limits{Depth: 50}
		d := decode.NewDecoder(l)
		p := decode.Piece{Raw: b, Text: b, Line: 1, Lines: 1}
		its := d.Decode(p, nil)
		if len(its) == 0 {
			t.Fatal("no item")
		}
		shown := fmt.Sprintf("%+v", its)
		if again := fmt.Sprintf("%+v", d.Decode(p, nil)); again != shown {
			t.Fatalf("first %s\nthen %s", shown, again)
		}
		for _, it := range its {
			checkItem(t, it)
		}
		text := bytes.Trim(b, " \t\r\n")
		if len(text) == 0 || text[0] != '{' {
			return
		}
		taken := its[0].Kind != decode.Unreadable || !strings.HasPrefix(its[0].Note, "broken JSON") || strings.HasSuffix(its[0].Note, "of a wrapped line")
		if its[0].Kind == decode.Unreadable && strings.HasPrefix(its[0].Note, "nested deeper") {
			return
		}
		if valid := isJSONObjects(text); valid != taken && its[len(its)-1].Kind != decode.Unreadable {
			t.Fatalf("encoding/json takes it: %v, taken: %v, %s", valid, taken, its[0].Note)
		}
	})
}

func checkItem(t *testing.T, it decode.Item) {
	t.Helper()
	if it.Kind != decode.Record {
		if it.Note == "" || utf8.RuneCountInString(it.Excerpt) > 200 || !utf8.ValidString(it.Note+it.Excerpt) {
			t.Fatalf("note %q, excerpt %q", it.Note, it.Excerpt)
		}
		return
	}
	e := it.Event
	if e.Action == "" || e.Version == "" || e.Form == "" || e.Log == "" || e.TimeText == "" {
		t.Fatalf("not whole: %+v", e)
	}
	if _, err := json.Marshal(e); err != nil {
		t.Fatalf("%v: %+v", err, e)
	}
	for _, c := range e.Changes {
		if c.Secret && (c.Old != nil || c.New != nil) {
			t.Fatalf("a secret with its values: %+v", c)
		}
		for _, raw := range []json.RawMessage{c.Old, c.New} {
			if raw != nil && (!json.Valid(raw) || !utf8.Valid(raw)) {
				t.Fatalf("no JSON: %q", raw)
			}
		}
	}
	if e.Additional != "" && !json.Valid([]byte(e.Additional)) {
		t.Fatalf("no JSON: %q", e.Additional)
	}
	for _, s := range []string{e.Action, e.ResourceType, e.ResourceID, e.ResourceTarget, e.User.ID, e.User.Email, e.IP, e.UserAgent, e.Description, e.Additional} {
		if !utf8.ValidString(s) {
			t.Fatalf("no UTF-8: %q", s)
		}
	}
}

// humanStart is how a line of the human format starts.
var humanStart = regexp.MustCompile(`(?s)^\d...-..-.. ..:..:..(\.\d*)? \[[^\]]{0,13}\]`)

// isJSONObjects reports whether b is one or more JSON objects, with a line of the human format behind them at most.
func isJSONObjects(b []byte) bool {
	dec := json.NewDecoder(bytes.NewReader(b))
	for at := int64(0); ; {
		var raw json.RawMessage
		err := dec.Decode(&raw)
		if errors.Is(err, io.EOF) {
			return true
		}
		if rest := bytes.TrimLeft(b[at:], " \t\r\n"); at > 0 && len(rest) > 26 && humanStart.Match(rest) {
			return true
		}
		if err != nil || raw[0] != '{' {
			return false
		}
		at = dec.InputOffset()
	}
}

// FuzzUnpack checks that unpacking any bytes ends, and gives back what was packed.
func FuzzUnpack(f *testing.F) {
	f.Add([]byte("text"), 0)
	f.Add([]byte{0x1f, 0x8b, 8, 0}, 3)
	f.Add([]byte{0x28, 0xb5, 0x2f, 0xfd}, 1)
	f.Fuzz(func(t *testing.T, b []byte, cut int) {
		l := decode.Limits{Stream: 1 << 20}
		_, _, _ = unpack(b, l)
		for _, packed := range [][]byte{gz(t, b), zst(t, b)} {
			if _, words, err := unpack(b, l); words == "" && err == nil && len(b) < 1<<20 {
				got, _, err := unpack(packed, l)
				if err != nil || !bytes.Equal(got, b) {
					t.Fatalf("packed and unpacked: %d bytes of %d, %v", len(got), len(b), err)
				}
			}
			_, _, _ = unpack(packed[:max(0, min(cut, len(packed)))], l)
		}
	})
}

// FuzzTree checks that the tree takes the same texts as encoding/json, and that each value's canonical spelling is the same value.
func FuzzTree(f *testing.F) {
	addSamples(f)
	for _, s := range []string{`{"a":[1,-0.0e+1,"\ud83d\ude00",null,true],"a":{}}`, `[[[]]]`, `"\u0000"`, "\"\xff\"", `1`, `{"\u0061":1,"a":2}`, `[1,]`} {
		f.Add([]byte(s))
	}
	canonical := decode.Canonical()
	f.Fuzz(func(t *testing.T, b []byte) {
		got, n, ok := canonical(b)
		rest := bytes.TrimLeft(b[min(n, len(b)):], " \t\r\n")
		deep := depth(b) > 50
		if valid := json.Valid(b); valid && !ok && !deep || ok && len(rest) == 0 && !valid {
			t.Fatalf("encoding/json takes it: %v, the tree: %v", valid, ok)
		}
		if !ok || len(rest) > 0 {
			return
		}
		if x, y := anyOf(t, b), anyOf(t, got); x != y {
			t.Fatalf("%s\nspelled %s", x, y)
		}
		again, _, ok := canonical(got)
		if !ok || !bytes.Equal(again, got) {
			t.Fatalf("%q, spelled again %q", got, again)
		}
	})
}

// depth is how deep brackets lie within one another, outside of strings.
func depth(b []byte) (most int) {
	n, quoted := 0, false
	for i := 0; i < len(b); i++ {
		switch {
		case quoted && b[i] == '\\':
			i++
		case b[i] == '"':
			quoted = !quoted
		case quoted:
		case b[i] == '[' || b[i] == '{':
			n++
			most = max(most, n)
		case b[i] == ']' || b[i] == '}':
			n--
		}
	}
	return most
}

func anyOf(t *testing.T, b []byte) string {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("%v: %q", err, b)
	}
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// FuzzHuman checks lines of the human formats: what is behind their head is anybody's.
func FuzzHuman(f *testing.F) {
	const v1, v2 = "2022-10-11 14:53:47.121 [INFO]\t(x)\t<y:1>\taudit_log\t", "2023-06-13 03:43:29.233 [info]  coderd: audit_log  "
	for _, l := range []string{v1Human, v2Human} {
		f.Add([]byte(l[len("2022-10-11 14:53:47.121 [INFO]"):]))
	}
	f.Add([]byte(`ID=x  Time="2023-06-13T03:43:29Z"  Action=a  ResourceType="b\"c"  Diff="{\"a\":{\"old\":1}}"  Ip=<nil>`))
	f.Add([]byte(`{"audit_log":` + auditObject + `}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		b = bytes.ReplaceAll(b, []byte("\n"), nil)
		for _, head := range []string{v1, v2, "2022-10-11 14:53:47.121 [INFO]", "2025-07-03 05:09:41.929 [info]  coderd: connection_log  "} {
			everything(t, append([]byte(head), b...))
		}
	})
}

// everything decodes b and checks what holds for any bytes.
func everything(t *testing.T, b []byte) (out []decode.Item) {
	t.Helper()
	pieces := split(t, b, 0, decode.Limits{})
	checkAccounting(t, b, pieces)
	d := decode.NewDecoder(decode.Limits{})
	for _, p := range pieces {
		n := len(out)
		out = d.Decode(p, out)
		for _, it := range out[n:] {
			checkItem(t, it)
			if it.Kind == decode.Record && p.Header != nil { // what is kept of it says the same
				if again := d.Decode(decode.Again(p.Stored(nil), decode.Limits{}), nil); len(again) != 1 || print1(again[0]) != print1(it) {
					t.Fatalf("stored %q: %+v, want %+v", p.Stored(nil), again, it)
				}
			}
		}
	}
	return out
}

// FuzzCSV checks tables: cells as encoding/csv reads them, where it takes the row.
func FuzzCSV(f *testing.F) {
	f.Add("time,action,resource_type", "2022-10-11T14:53:47Z,write,\"a \"\"b\"\"\n\"\nx,y,z\n")
	f.Add("id;time;action;resource_type;diff", `1;2022-10-11T14:53:47Z;login;user;"{""a"":{""old"":1}}"`)
	f.Add("Time\tUser Email\tAction\tResource Type\tAction", "a\tb\tc\td\te\n{\"a\":1}\n")
	f.Fuzz(func(t *testing.T, header, rows string) {
		everything(t, []byte("time,action,resource_type,"+header+"\n"+rows))
		everything(t, []byte(header+"\n"+rows))
	})
}

// FuzzSplitLines checks that a line in the parts of Docker or of the kubelet, with another stream's lines in between, is the line.
func FuzzSplitLines(f *testing.F) {
	for _, l := range []string{logLine, flatLine, v1Human, v2Human, otherLine, "x\\", `{"log":"x"}`} {
		f.Add(l, 100)
		f.Add(l, 7)
	}
	f.Fuzz(func(t *testing.T, line string, size int) {
		line = strings.ToValidUTF8(strings.Trim(strings.ReplaceAll(line, "\n", ""), " \r\t"), "?")
		size = max(size, 1)
		if len(line)/size > 100 {
			return
		}
		var docker, cri strings.Builder
		for rest := []rune(line); ; {
			n := min(size, len(rest))
			part := string(rest[:n])
			rest = rest[n:]
			tag, end := "P", ""
			if len(rest) == 0 {
				tag, end = "F", "\n"
			}
			fmt.Fprintf(&docker, `{"log":%s,"stream":"stderr","time":"2020-01-01T00:00:00Z"}`+"\n", quote(part+end))
			docker.WriteString(`{"log":"y\n","stream":"stdout","time":"2020-01-01T00:00:00Z"}` + "\n")
			fmt.Fprintf(&cri, "2020-01-01T00:00:00Z stderr %s %s\n2020-01-01T00:00:00Z stdout F y\n", tag, part)
			if len(rest) == 0 {
				break
			}
		}
		want := recordsOf(everything(t, []byte(line)))
		if startsAnew(line, size) {
			return
		}
		if got := recordsOf(everything(t, []byte(cri.String()))); len(want) > 0 && got != want {
			t.Fatalf("CRI: %s\nwant %s", got, want)
		}
		if got := recordsOf(everything(t, []byte(docker.String()))); len(want) > 0 && got != want {
			t.Fatalf("Docker: %s\nwant %s", got, want)
		}
	})
}

// startsAnew reports whether the last part is a line of its own by what it holds: then two lines are told.
func startsAnew(line string, size int) bool {
	r := []rune(line)
	last := string(r[len(r)/size*size:])
	if len(r)%size == 0 && len(r) > 0 {
		last = string(r[len(r)-size:])
	}
	return json.Valid([]byte(last)) && last != line
}

func recordsOf(list []decode.Item) string {
	var out []string
	for _, it := range list {
		if it.Kind == decode.Record && !it.Lent {
			out = append(out, print1(it))
		}
	}
	return strings.Join(out, "\n")
}
