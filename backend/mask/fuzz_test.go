package mask_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"auditdesk/backend/mask"
)

// marker stands for a secret's value; nothing else in a generated text holds it.
const marker = "hunter2"

var (
	secretNames = []string{"password", "client secret", "client_secret", "API-Key", "accessToken", "tokens", "se\u200bcrets", "x.credential", "hashed_password2"}
	plainNames  = []string{"a", "diff", "title", "gpu vendor", "public_key", "message", "log", "resource_target", "old", "monkey", "ü"}
)

// value draws a JSON value without a marker outside of secret names.
func value(t *rapid.T, depth int) any {
	kinds := 6
	if depth <= 0 {
		kinds = 3
	}
	switch rapid.IntRange(0, kinds).Draw(t, "kind") {
	case 0:
		return rapid.SampledFrom([]any{nil, true, 1.5, "", "null", "git_ssh_key", "my token is here", "a=b"}).Draw(t, "scalar")
	case 1:
		return rapid.StringOf(rapid.SampledFrom([]rune("ab \"\\\n\t/{}[]:,é\u2028電<"))).Draw(t, "text")
	case 2:
		return 12
	case 3:
		return "plain"
	case 4:
		var list []any
		for range rapid.IntRange(0, 3).Draw(t, "items") {
			list = append(list, value(t, depth-1))
		}
		return list
	case 5:
		return object(t, depth)
	default: // a string of JSON, or a line with one
		b := encode(t, object(t, depth-1))
		return rapid.SampledFrom([]string{"", "\n", "2026 x: audit_log  ID=1  "}).Draw(t, "before") + string(b)
	}
}

func object(t *rapid.T, depth int) map[string]any {
	m := map[string]any{}
	for range rapid.IntRange(0, 3).Draw(t, "members") {
		m[rapid.SampledFrom(plainNames).Draw(t, "name")] = value(t, depth-1)
	}
	if rapid.IntRange(0, 2).Draw(t, "secret") == 0 {
		m[rapid.SampledFrom(secretNames).Draw(t, "secret name")] = secret(t)
	}
	if rapid.IntRange(0, 5).Draw(t, "flagged") == 0 {
		m["blob"] = map[string]any{"old": secret(t), "new": marker, "secret": true}
	}
	return m
}

func secret(t *rapid.T) any {
	return rapid.SampledFrom([]any{
		marker, "x\"" + marker, []any{marker}, map[string]any{"a": marker}, map[string]any{"old": marker, "new": marker},
		map[string]any{"new": map[string]any{"b": marker}}, `{"a":"` + marker + `"}`,
	}).Draw(t, "value")
}

// encode writes JSON with or without HTML escapes, and letters as escapes now and then.
func encode(t *rapid.T, v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(rapid.Bool().Draw(t, "escape"))
	if rapid.Bool().Draw(t, "indent") {
		enc.SetIndent("", " ")
	}
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	out := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	if rapid.IntRange(0, 3).Draw(t, "letters") == 0 {
		out = bytes.ReplaceAll(out, []byte("ass"), []byte(`\u0061ss`))
		out = bytes.ReplaceAll(out, []byte("client_secret"), []byte(`cli\u0065nt\u005fsecr\u0065t`))
	}
	return out
}

// expect is the same masking, done on the decoded values: what the text must decode to.
func expect(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		flag, _ := v["secret"].(bool)
		for k, x := range v {
			switch {
			case k == "secret":
				out[k] = x
			case flag:
				out[k] = hide(x)
			case mask.Name(k):
				out[k] = hideNamed(x)
			default:
				out[k] = expect(x)
			}
			if text, ok := x.(string); ok && k == "diff" && !flag { // what the lists show of it: it is no prose
				out[k] = string(mask.Record([]byte(text)))
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = expect(x)
		}
		return out
	case string:
		at := strings.IndexByte(v, '{')
		var inner any
		if at >= 0 && json.Unmarshal([]byte(v[at:]), &inner) == nil {
			masked, _ := mask.JSON([]byte(v[at:]))
			return v[:at] + string(masked)
		}
		return v
	}
	return v
}

func hide(v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		if v == "" {
			return v
		}
	case []any:
		if len(v) == 0 {
			return v
		}
	case map[string]any:
		if len(v) == 0 {
			return v
		}
	}
	return mask.Text
}

func hideNamed(v any) any {
	m, ok := v.(map[string]any)
	if !ok {
		return hide(v)
	}
	for k := range m {
		if k != "old" && k != "new" {
			return hide(v)
		}
	}
	out := map[string]any{}
	for k, x := range m {
		out[k] = hide(x)
	}
	return out
}

func TestNoSecretSurvivesAndNothingElseChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := encode(t, object(t, 4))
		got, ok := mask.JSON(in)
		if !ok {
			t.Fatalf("not taken for JSON: %s", in)
		}
		if bytes.Contains(got, []byte(marker)) {
			t.Fatalf("a secret survived\nin  %s\nout %s", in, got)
		}
		var before, after any
		if err := json.Unmarshal(in, &before); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(got, &after); err != nil {
			t.Fatalf("%v\nin  %s\nout %s", err, in, got)
		}
		if want := fmt.Sprint(expect(before)); fmt.Sprint(after) != want {
			t.Fatalf("\nin   %s\nout  %s\nwant %s", in, got, want)
		}
	})
}

// However a record is wrapped, split, cut or broken, its secrets do not come through.
func TestNoSecretSurvivesInAnyForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		record := string(encode(t, object(t, 3)))
		switch rapid.IntRange(0, 6).Draw(t, "form") {
		case 0:
			record = "2022-10-11 14:53:47.121 [INFO]\t(coderd)\taudit_log\t" + record
		case 1:
			record = "2023-06-13 03:43:29.233 [info]  coderd: audit_log  ID=1  Diff=" + strconv.Quote(record) + "  StatusCode=200"
		case 2:
			record = string(encode(t, map[string]any{"log": record + "\n", "stream": "stderr"}))
		case 3: // split by Docker between two characters
			runes := []rune(record)
			at := rapid.IntRange(0, len(runes)).Draw(t, "at")
			record = string(encodeLine(t, map[string]any{"log": string(runes[:at])})) + "\n" + string(encodeLine(t, map[string]any{"log": string(runes[at:]) + "\n"}))
		case 4:
			record = `1,2,3,4,5,"` + strings.ReplaceAll(record, `"`, `""`) + `"`
		case 5: // cut off
			if strings.Contains(record, "blob") {
				break // its name is innocent: nobody can know where its flag is lost
			}
			record = record[:rapid.IntRange(0, len(record)).Draw(t, "cut")]
		case 6: // broken in the middle, but not within a name: that would make it another
			if strings.Contains(record, "blob") {
				break
			}
			at := rapid.IntRange(0, len(record)).Draw(t, "at")
			at += 1 + max(strings.IndexAny(record[at:], ":,{}"), -1)
			record = record[:at] + rapid.SampledFrom([]string{"}", "\"", "{", "]", ",", "\\", "x", "\n"}).Draw(t, "with") + record[at:]
		}
		if got := mask.Record([]byte(record)); bytes.Contains(got, []byte(marker)) {
			t.Fatalf("a secret survived\nin  %s\nout %s", record, got)
		}
		if got := mask.Excerpt([]byte(record), 300); strings.Contains(got, marker) {
			t.Fatalf("a secret survived in the excerpt\nin  %s\nout %s", record, got)
		}
	})
}

func encodeLine(t *rapid.T, v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func seeds(f *testing.F) {
	files, err := filepath.Glob("testdata/*.*")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for line := range strings.SplitSeq(string(b), "\n") {
			f.Add([]byte(line))
		}
	}
	for _, s := range []string{`{"key":1}`, `{"a":"{\"key\":\"{\\\"b\\\":1}\"}"}`, `{"k\u0065y":[]}`, "a=\"b\" token=c", `x,"""token"":1",,,,`, "\\\\u0061", `{"log":"a"}` + "\n" + `{"log":"b"}`} {
		f.Add([]byte(s))
	}
}

// Masked JSON is JSON of the same shape, and masking it again changes nothing.
func FuzzJSON(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, in []byte) {
		before := bytes.Clone(in)
		got, ok := mask.JSON(in)
		if !bytes.Equal(in, before) {
			t.Fatal("the input was written to")
		}
		if !ok {
			if json.Valid(in) {
				t.Fatalf("valid JSON was refused: %s", in)
			}
			return
		}
		if json.Valid(in) && !json.Valid(got) {
			t.Fatalf("no JSON any more: %s", got)
		}
		again, ok := mask.JSON(got)
		if !ok || !bytes.Equal(again, got) {
			t.Fatalf("masked again:\n%s\n%s", got, again)
		}
	})
}

// Wherever a broken text names a secret, nothing that follows is in the excerpt.
func FuzzExcerpt(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, in []byte) {
		got := mask.Excerpt(in, 200)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > 200 {
			t.Fatalf("%q", got)
		}
		named := append([]byte(`{"client_secret":"`+marker), in...)
		if got := mask.Excerpt(named, 200); strings.Contains(got, marker) {
			t.Fatalf("%q", got)
		}
		mask.Record(in)
		if got := mask.Record(named); bytes.Contains(got, []byte(marker)) {
			t.Fatalf("record %q", got)
		}
		mask.CSV(in, []string{"a", "token", "b"})
		_ = mask.String(string(in))
	})
}
