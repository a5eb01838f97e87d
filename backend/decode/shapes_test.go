package decode_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"auditdesk/backend/decode"
)

// The suite that every shape passes. A shape is a file in testdata/samples or, made up, in testdata/shapes: it is found there, read
// into its golden file (TestSamples), and changed in every way below. Package ingest packs each in each container.

// sample is a file of one shape, and what it holds.
type sample struct {
	name    string
	b       []byte
	records []string // identity and content of each, in order
	ends    []int    // where the piece of each ends
	joined  bool     // it has lines that a container runtime split
}

func shapeSamples(t *testing.T) []sample {
	t.Helper()
	var out []sample
	for _, file := range sampleFiles(t) {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s := sample{name: filepath.Base(file), b: b}
		d := decode.NewDecoder(decode.Limits{})
		for _, p := range split(t, b, 0, decode.Limits{}) {
			joined := (p.Inside == "docker" || p.Inside == "cri") && bytes.Contains(p.Raw, []byte("\n"))
			s.joined = s.joined || joined
			for _, it := range d.Decode(p, nil) {
				if it.Kind == decode.Record {
					s.records = append(s.records, print1(it))
					end := int(p.Offset) + len(p.Raw)
					if joined { // its parts may have others between them
						end = len(b)
					}
					s.ends = append(s.ends, end)
				}
			}
		}
		out = append(out, s)
	}
	return out
}

// print1 is what of a record does not depend on what stands around it.
func print1(it decode.Item) string {
	return fmt.Sprintf("%s %x %016x", it.Event.Form, it.Base, it.Content)
}

// records decodes b, checks what holds for any bytes, and returns its records.
func records(t *testing.T, b []byte) []string {
	t.Helper()
	pieces := split(t, b, 0, decode.Limits{})
	checkAccounting(t, b, pieces)
	d := decode.NewDecoder(decode.Limits{})
	var out []string
	for _, p := range pieces {
		for _, it := range d.Decode(p, nil) {
			checkItem(t, it)
			if it.Kind == decode.Record {
				out = append(out, print1(it))
			}
		}
	}
	return out
}

func TestEveryShape(t *testing.T) {
	for _, s := range shapeSamples(t) {
		t.Run(s.name, func(t *testing.T) {
			same := func(name string, b []byte) {
				t.Run(name, func(t *testing.T) {
					if got := records(t, b); !slices.Equal(got, s.records) {
						t.Errorf("%d records, want %d\n%.2000q", len(got), len(s.records), b)
					}
				})
			}
			same("as it is", s.b)
			same("CRLF", bytes.ReplaceAll(s.b, []byte("\n"), []byte("\r\n")))
			same("a byte order mark", append([]byte("\xef\xbb\xbf"), s.b...))
			same("blank lines between", bytes.ReplaceAll(s.b, []byte("\n"), []byte("\n \n")))
			same("without its last line ending", bytes.TrimSuffix(s.b, []byte("\n")))
			same("a key of 1 MiB before it", append([]byte(`{"`+strings.Repeat("k", 1<<20)+`":1}`+"\n"), s.b...))
			same("10,000 arrays before it", append([]byte(`{"a":`+strings.Repeat("[", 10_000)+strings.Repeat("]", 10_000)+"}\n"), s.b...))
			same("text before it", append([]byte("started\n"), s.b...))
			same("a cut-off record before it", append([]byte(logLine[:300]+"\n"), s.b...))
			same("NULs before it", append([]byte("\x00\x00\x00\n"), s.b...))
			same("invalid UTF-8 before it", append([]byte("\xff\xfe\xfd \xc0\n"), s.b...)[1:])
			if !s.joined { // what Docker writes has one order, and only that is joined
				same("keys in reverse", rewrite(t, s.b, reversed))
				same("each key twice, the last one counts", rewrite(t, s.b, keysTwice))
			}
			same("numbers beyond 2^53 beside", rewrite(t, s.b, withBigNumber))
			t.Run("twice", func(t *testing.T) {
				b := append(append(bytes.Clone(s.b), '\n'), s.b...)
				if got := records(t, b); !slices.Equal(got, append(slices.Clone(s.records), s.records...)) {
					t.Errorf("%d records, want twice %d", len(got), len(s.records))
				}
			})
			t.Run("truncated", func(t *testing.T) {
				for _, cut := range positions(s.b) {
					got := records(t, s.b[:cut])
					whole := 0
					for whole < len(s.ends) && s.ends[whole] < cut {
						whole++
					}
					if len(got) < whole || !slices.Equal(got[:whole], s.records[:whole]) || len(got) > len(s.records) {
						t.Fatalf("at byte %d: %d records, want the first %d", cut, len(got), whole)
					}
				}
			})
			t.Run("a byte that is no UTF-8, a NUL, a quote or a bracket", func(t *testing.T) {
				for _, at := range positions(s.b) {
					for _, c := range []byte("\xff\x00\"{]") {
						if at < len(s.b) {
							b := bytes.Clone(s.b)
							b[at] = c
							records(t, b)
						}
					}
				}
			})
			t.Run("packed", func(t *testing.T) {
				for name, b := range map[string][]byte{"gzip": gz(t, s.b), "zstd": zst(t, s.b), "zstd in gzip": gz(t, zst(t, s.b))} {
					out, words, err := unpack(b, decode.Limits{})
					if err != nil || words != name || !bytes.Equal(out, s.b) {
						t.Errorf("%s: %q, %v", name, words, err)
					}
				}
			})
		})
	}
}

// A log line is the same event in whatever collectors wrap around it, and around that.
func TestEveryShapeInEveryWrapper(t *testing.T) {
	line := func(format string) func(string) string {
		return func(l string) string { return fmt.Sprintf(format, quote(l)) }
	}
	wrappers := map[string]func(string) string{
		"message": line(`{"message":%s}`),
		"log":     line(`{"log":%s}`),
		"Docker": func(l string) string {
			return `{"log":` + quote(l+"\n") + `,"stream":"stderr","time":"2020-01-01T00:00:00Z"}`
		},
		"CRI":           func(l string) string { return "2020-01-01T00:00:00.5Z stderr F " + l },
		"CloudWatch":    line(`{"@timestamp":"2020-01-01 00:00:00.000","@message":%s}`),
		"textPayload":   line(`{"insertId":"x","timestamp":"2020-01-01T00:00:00Z","textPayload":%s}`),
		"jsonPayload":   line(`{"insertId":"x","timestamp":"2020-01-01T00:00:00Z","jsonPayload":{"message":%s}}`),
		"Splunk HEC":    line(`{"time":1577836800,"sourcetype":"coder","event":%s}`),
		"HEC message":   line(`{"time":1577836800,"sourcetype":"coder","event":{"message":%s}}`),
		"Splunk export": line(`{"preview":false,"result":{"_raw":%s}}`),
		"Loki":          line(`{"streams":[{"stream":{},"values":[["1577836800000000000",%s]]}]}`),
		"logcli":        line(`{"labels":{"app":"coder"},"line":%s,"timestamp":"2020-01-01T00:00:00Z"}`),
		"Fluent Bit": func(l string) string {
			if json.Valid([]byte(l)) && strings.HasPrefix(l, "{") {
				return `{"log":` + quote(l+"\n") + `,"log_processed":` + l + `,"kubernetes":{}}`
			}
			return `{"log":` + quote(l+"\n") + `,"kubernetes":{}}`
		},
	}
	for _, s := range shapeSamples(t) {
		document := s.b[0] == '[' || bytes.Contains(s.b, []byte("\n "))
		lines := strings.Split(strings.TrimSuffix(string(s.b), "\n"), "\n")
		if document || s.joined || strings.HasSuffix(s.name, ".csv") || strings.HasPrefix(s.name, "mixed") {
			continue // a record is not a line of its own
		}
		for name, wrap := range wrappers {
			t.Run(s.name+"/"+name, func(t *testing.T) {
				var once, twice strings.Builder
				for _, l := range lines {
					once.WriteString(wrap(l) + "\n")
					twice.WriteString(`{"message":` + quote(wrap(l)) + "}\n")
				}
				if got := records(t, []byte(once.String())); !slices.Equal(got, s.records) {
					t.Errorf("%d records, want %d:\n%s\nwant\n%s\n%.3000s", len(got), len(s.records), strings.Join(got, "\n"), strings.Join(s.records, "\n"), once.String())
				}
				if name == "CRI" { // the kubelet's lines are lines of a file, not of a message
					return
				}
				if got := records(t, []byte(twice.String())); !slices.Equal(got, s.records) {
					t.Errorf("within message: %d records, want %d", len(got), len(s.records))
				}
			})
		}
	}
}

// positions are places in b of every kind: the first few of each byte behind each other byte, and some in between.
func positions(b []byte) []int {
	var out []int
	class := func(c byte) byte {
		switch {
		case 'a' <= c|0x20 && c|0x20 <= 'z':
			return 'a'
		case '0' <= c && c <= '9':
			return '0'
		case c >= 0x80:
			return 0x80
		}
		return c
	}
	seen := map[[2]byte]int{}
	for i := 1; i <= len(b); i++ {
		k := [2]byte{class(b[i-1])}
		if i < len(b) {
			k[1] = class(b[i])
		}
		if seen[k]++; seen[k] <= 2 || i%997 == 0 {
			out = append(out, i)
		}
	}
	return out
}

// jsonValue is a JSON value with its keys in order.
type jsonValue struct {
	keys  []string
	list  []*jsonValue
	kind  json.Delim // '{', '[' or 0
	plain any
}

func readValue(dec *json.Decoder) (*jsonValue, error) {
	tok, err := dec.Token()
	if err != nil {
		return nil, err
	}
	v := &jsonValue{plain: tok}
	d, ok := tok.(json.Delim)
	if !ok {
		return v, nil
	}
	v.kind = d
	for dec.More() {
		if d == '{' {
			key, err := dec.Token()
			if err != nil {
				return nil, err
			}
			v.keys = append(v.keys, key.(string))
		}
		m, err := readValue(dec)
		if err != nil {
			return nil, err
		}
		v.list = append(v.list, m)
	}
	_, err = dec.Token()
	return v, err
}

// write writes v; object says what is written of an object's members.
func (v *jsonValue) write(b *strings.Builder, object func(v *jsonValue, member func(key string, m *jsonValue))) {
	switch v.kind {
	case '{':
		b.WriteByte('{')
		first := true
		object(v, func(key string, m *jsonValue) {
			if !first {
				b.WriteByte(',')
			}
			first = false
			b.WriteString(quote(key) + ":")
			m.write(b, object)
		})
		b.WriteByte('}')
	case '[':
		b.WriteByte('[')
		for i, m := range v.list {
			if i > 0 {
				b.WriteByte(',')
			}
			m.write(b, object)
		}
		b.WriteByte(']')
	default:
		switch p := v.plain.(type) {
		case string:
			b.WriteString(quote(p))
		case nil:
			b.WriteString("null")
		default:
			fmt.Fprint(b, p)
		}
	}
}

// rewrite writes the JSON of b anew: documents over several lines, and lines of JSON; what is no JSON stays.
func rewrite(t *testing.T, b []byte, object func(v *jsonValue, member func(string, *jsonValue))) []byte {
	t.Helper()
	var out strings.Builder
	rest := string(b)
	for rest != "" {
		if rest[0] == '{' || rest[0] == '[' {
			dec := json.NewDecoder(strings.NewReader(rest))
			dec.UseNumber()
			if v, err := readValue(dec); err == nil {
				v.write(&out, object)
				rest = rest[dec.InputOffset():]
				continue
			} else if errors.Is(err, io.EOF) {
				t.Fatal(err)
			}
		}
		line, after, _ := strings.Cut(rest, "\n")
		out.WriteString(line)
		if len(line) < len(rest) {
			out.WriteByte('\n')
		}
		rest = after
	}
	return []byte(out.String())
}

func reversed(v *jsonValue, member func(string, *jsonValue)) {
	for i := len(v.keys) - 1; i >= 0; i-- {
		member(v.keys[i], v.list[i])
	}
}

// keysTwice gives each key first another value.
func keysTwice(v *jsonValue, member func(string, *jsonValue)) {
	for i, k := range v.keys {
		other := &jsonValue{plain: "another"}
		switch {
		case k == "values" || k == "log": // Loki's lines, and Docker's parts
			other = v.list[i] // else they would hold other lines
		case v.list[i].kind != 0:
			other = &jsonValue{plain: nil}
		}
		member(k, other)
		member(k, v.list[i])
	}
}

// withBigNumber adds a member that means nothing; in a diff each member is a change, and additional fields are told as they are.
func withBigNumber(v *jsonValue, member func(string, *jsonValue)) {
	for i, k := range v.keys {
		member(k, v.list[i])
	}
	if slices.Contains(v.keys, "resource_type") || slices.Contains(v.keys, "ResourceType") || slices.Contains(v.keys, "fields") || slices.Contains(v.keys, "message") {
		member("zz_number", &jsonValue{plain: json.Number("90071992547409930001.50e-2")})
	}
}

// Numbers are kept as they were logged, wherever they stand.
func TestNumbersBeyond2To53AreKept(t *testing.T) {
	const diff = `{"a":{"old":9007199254740993,"new":123456789012345678901234567890.10},"b":{"old":-0.0,"new":1E400}}`
	row := strings.Replace(auditObject, `"diff":""`, `"diff":`+diff, 1)
	text := strings.Replace(auditObject, `"diff":""`, `"diff":`+quote(diff), 1)
	flat := strings.Replace(flatFields, `"Diff":{}`, `"Diff":`+diff, 1)
	for name, in := range map[string]string{
		"v1 log":             `{"fields":{"audit_log":` + row + `}}`,
		"v1 log, text":       `{"fields":{"audit_log":` + text + `}}`,
		"v1 answer":          `[` + row + `]`,
		"v1 in message":      `{"message":` + quote(`{"fields":{"audit_log":`+row+`}}`) + `}`,
		"v1 human":           "2022-10-11 14:53:47.121 [INFO]\t(x)\t<y:1>\taudit_log\t{\"audit_log\": " + row + "}",
		"v2 log":             `{"msg":"audit_log","fields":` + flat + `}`,
		"v2 human":           strings.Replace(v2Human, `Diff="{\"ttl\":{\"old\":0,\"new\":1,\"secret\":false}}"`, "Diff="+quote(diff), 1),
		"v1 CSV":             "time,action,resource_type,diff\n2022-10-11T14:53:47Z,write,user,\"" + strings.ReplaceAll(diff, `"`, `""`) + "\"\n",
		"v2 log, pretty":     "{\n \"msg\": \"audit_log\",\n \"fields\": " + flat + "\n}",
		"v2 log, diff twice": `{"msg":"audit_log","fields":` + strings.Replace(flat, `"Diff":`, `"Diff":{"a":{"old":1,"new":2}},"Diff":`, 1) + `}`,
	} {
		t.Run(name, func(t *testing.T) {
			for _, it := range items(t, []byte(in)) {
				if it.Kind == decode.Unreadable {
					t.Fatal(it.Note)
				}
				if it.Kind != decode.Record {
					continue
				}
				var got []string
				for _, c := range it.Event.Changes {
					got = append(got, fmt.Sprintf("%s %s %s", c.Field, c.Old, c.New))
				}
				if want := "a 9007199254740993 123456789012345678901234567890.10, b -0.0 1E400"; strings.Join(got, ", ") != want {
					t.Errorf("got %s", strings.Join(got, ", "))
				}
			}
		})
	}
}

// Of a key that occurs twice in an object the last one counts, in whatever path it is read; the raw record keeps both.
func TestTheLastOfTwoEqualKeysCounts(t *testing.T) {
	first := strings.Replace(auditObject, `"action":"open"`, `"action":"login"`, 1)
	firstLine := strings.Replace(logLine, `"action":"open"`, `"action":"login"`, 1)
	for name, in := range map[string]string{
		"audit_log":          `{"audit_log":` + first + `,"audit_log":` + auditObject + `}`,
		"fields":             `{"fields":{"audit_log":` + first + `},"fields":{"audit_log":` + auditObject + `}}`,
		"action":             `{"audit_log":` + strings.Replace(auditObject, `"action":`, `"action":"login","action":`, 1) + `}`,
		"an escaped key":     `{"audit_log":` + strings.Replace(auditObject, `"action":`, `"action":"login","\u0061ction":`, 1) + `}`,
		"message":            `{"message":` + quote(firstLine) + `,"message":` + quote(logLine) + `}`,
		"message, an object": `{"message":` + firstLine + `,"message":` + logLine + `}`,
		"log":                `{"log":` + quote(firstLine+"\n") + `,"stream":"stderr","time":"2022-10-11T14:53:47Z","log":` + quote(logLine+"\n") + `}`,
		"log_processed":      `{"log":"cut","log_processed":` + firstLine + `,"log_processed":` + logLine + `}`,
		"many members":       `{` + strings.Repeat(`"x":1,`, 200) + `"message":` + quote(firstLine) + `,"message":` + quote(logLine) + `}`,
		"human":              strings.Replace(v2Human, "Action=start", "Action=open  Action=stop  Action=open", 1),
		"CSV":                "time,action,resource_type,action\n2022-10-11T14:53:47Z,login,user,open\n",
		"within a document":  `[` + strings.Replace(auditObject, `"action":`, `"action":"login","action":`, 1) + `]`,
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, it := range items(t, []byte(in)) {
				if it.Kind != decode.Other {
					got = append(got, it.Event.Action+it.Note)
				}
			}
			if strings.Join(got, ", ") != "open" {
				t.Errorf("got %s", strings.Join(got, ", "))
			}
		})
	}
}
