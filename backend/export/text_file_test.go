package export_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/export"
)

func TestCSVHasTheColumnsOfTheEventsSheet(t *testing.T) {
	in := input(events(3)...)
	path := filepath.Join(t.TempDir(), "out.csv")
	r, err := export.CSV(t.Context(), path, in, false, nil)
	if err != nil {
		t.Fatal(err)
	}
	f, _ := written(t, in)
	got, sheet := csvRows(t, path), rows(t, f, "Events")
	if !slices.Equal(got[0], sheet[0]) || len(got[0]) != 19 {
		t.Errorf("header %q, want that of the sheet %q", got[0], sheet[0])
	}
	if len(got) != 4 || r.Events != 3 {
		t.Errorf("%d rows and %d events", len(got), r.Events)
	}
	for i := 1; i < len(got); i++ {
		if got[i][0] != event(i-1).Time.String() {
			t.Errorf("time %s, want all digits of %s", got[i][0], event(i-1).Time)
		}
		if !slices.Equal(got[i][1:], sheet[i][1:]) {
			t.Errorf("row %q, want %q", got[i], sheet[i])
		}
	}
}

func TestCSVOfNothingHasItsHeader(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.csv")
	if _, err := export.CSV(t.Context(), path, input(), false, nil); err != nil {
		t.Fatal(err)
	}
	if got := csvRows(t, path); len(got) != 1 || got[0][0] != "Time (UTC)" {
		t.Errorf("rows %q", got)
	}
}

func TestCSVFormulas(t *testing.T) {
	for name, c := range map[string]struct{ text, safe string }{
		"equals":        {"=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1"},
		"plus":          {"+1", "'+1"},
		"minus":         {"-1", "'-1"},
		"at":            {"@SUM(A1)", "'@SUM(A1)"},
		"tab":           {"\t=1", "'\t=1"},
		"return":        {"\r=1", "'\r=1"},
		"in the middle": {"a=1", "a=1"},
		"apostrophe":    {"'=1", "'=1"},
		"quotes":        {`a "b", c`, `a "b", c`},
		"lines":         {"a\nb", "a\nb"},
		"long":          {strings.Repeat("x", 40_000), strings.Repeat("x", 40_000)},
	} {
		t.Run(name, func(t *testing.T) {
			e := event(1)
			e.ResourceTarget = c.text
			for raw, want := range map[bool]string{false: c.safe, true: c.text} {
				path := filepath.Join(t.TempDir(), "out.csv")
				if _, err := export.CSV(t.Context(), path, input(e), raw, nil); err != nil {
					t.Fatal(err)
				}
				if got := csvRows(t, path)[1][7]; got != want {
					t.Errorf("raw %t: %q, want %q", raw, got, want)
				}
			}
		})
	}
}

func TestJSONLinesAreTheEventsUnaltered(t *testing.T) {
	evil := event(1)
	evil.ResourceTarget = "=cmd|'/c calc'!A1\u202e\x00" + strings.Repeat("x", 40_000)
	evil.Additional = `{"build_reason":"initiator","n":12345678901234567890}`
	list := append(events(3), evil)
	path := filepath.Join(t.TempDir(), "out.jsonl")
	r, err := export.JSONLines(t.Context(), path, input(list...), nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(bytes.TrimSuffix(b, []byte("\n")), []byte("\n"))
	if len(lines) != len(list) || r.Bytes != int64(len(b)) {
		t.Fatalf("%d lines of %d bytes, want %d of %d", len(lines), len(b), len(list), r.Bytes)
	}
	for i, line := range lines {
		want, err := json.Marshal(list[i])
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(line, want) {
			t.Errorf("line %d is\n%.300s\nwant\n%.300s", i+1, line, want)
		}
	}
}

func TestDigestIsOfTheLinesWithoutSources(t *testing.T) {
	list := events(700) // more than one batch
	list[7].Additional = `{"a":1,"sources":[{"path":"]}"}]}`
	list[8].Sources = []audit.Position{{Path: `/x/,"sources":[]}/a.log`, Line: 1}, {Path: "b]}.log", Line: 2}}
	h := sha256.New()
	for _, e := range list {
		b, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(b, &fields); err != nil {
			t.Fatal(err)
		}
		line := bytes.Replace(b, []byte(`,"sources":`+string(fields["sources"])), nil, 1)
		h.Write(append(line, '\n'))
	}
	want := hex.EncodeToString(h.Sum(nil))
	if got := byHand(t, list); got != want {
		t.Errorf("taken as About says, the digest is %s, want %s", got, want)
	}
	elsewhere := slices.Clone(list)
	for i := range elsewhere {
		elsewhere[i].Sources = []audit.Position{{Path: "other.log", Line: 9}, {Path: "again.log", Line: 1}}
	}
	for name, write := range formats() {
		for _, in := range []export.Input{input(list...), input(elsewhere...)} {
			r, err := write(t.Context(), filepath.Join(t.TempDir(), "out"), in, nil)
			if err != nil {
				t.Fatal(err)
			}
			if r.SHA256 != want {
				t.Errorf("%s: digest %s, want %s", name, r.SHA256, want)
			}
		}
	}
	list[0], list[1] = list[1], list[0]
	if r, err := export.JSONLines(t.Context(), filepath.Join(t.TempDir(), "out"), input(list...), nil); err != nil || r.SHA256 == want {
		t.Errorf("another order has the same digest (%v)", err)
	}
}

// byHand takes the digest from exported JSON lines by the command that About gives.
func byHand(t *testing.T, list []audit.Event) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "events.jsonl")
	if _, err := export.JSONLines(t.Context(), path, input(list...), nil); err != nil {
		t.Fatal(err)
	}
	f, _ := written(t, input(list...))
	_, command, _ := strings.Cut(about(t, f), "`sources`; ")
	command, _, _ = strings.Cut(command, " takes the digest")
	if !strings.Contains(command, "| sha256sum") {
		t.Fatalf("About gives the command %q", command)
	}
	sh := exec.CommandContext(t.Context(), "sh", "-c", command)
	sh.Dir = filepath.Dir(path)
	out, err := sh.Output()
	if err != nil {
		t.Skipf("no shell with sed and sha256sum here: %v", err)
	}
	sum, _, _ := strings.Cut(string(out), " ")
	return sum
}
