package decode_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"auditdesk/backend/decode"
)

func addSamples(f *testing.F) {
	f.Helper()
	files, err := filepath.Glob("testdata/samples/*")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
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

// isJSONObjects reports whether b is one or more JSON objects.
func isJSONObjects(b []byte) bool {
	dec := json.NewDecoder(bytes.NewReader(b))
	for {
		var raw json.RawMessage
		err := dec.Decode(&raw)
		if errors.Is(err, io.EOF) {
			return true
		}
		if err != nil || raw[0] != '{' {
			return false
		}
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
