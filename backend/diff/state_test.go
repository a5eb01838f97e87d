package diff_test

import (
	"encoding/json"
	"strings"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/diff"
)

func TestComparableValues(t *testing.T) {
	for _, c := range []struct {
		name    string
		version audit.Version
		a, b    string // "" is absent
		same    bool
	}{
		{"spelled otherwise", audit.V1, `{"a": 1, "b":2}`, `{"b":2,"a":1}`, true},
		{"another order of roles", audit.V1, `["a","b"]`, `["b","a"]`, true},
		{"a role twice", audit.V1, `["a","b"]`, `["b","a","a"]`, false},
		{"another order of rules", audit.V1, `[{"a":1},{"b":1}]`, `[{"b":1},{"a":1}]`, false},
		{"numbers spelled otherwise", audit.V1, `1.0`, `1`, true},
		{"parts of a number", audit.V1, `1.5`, `15e-1`, true},
		{"another number", audit.V1, `1.5`, `1.25`, false},
		{"one instant in two zones", audit.V1, `"2026-01-01T10:00:00Z"`, `"2026-01-01T11:00:00+01:00"`, true},
		{"a text and a number", audit.V1, `"a1"`, `1`, false},
		{"enabled is true", audit.V1, `"enabled"`, `true`, true},
		{"disabled is false", audit.V1, `"Disabled"`, `"false"`, true},
		{"enabled is not disabled", audit.V1, `"enabled"`, `"disabled"`, false},
		{"letters in another case", audit.V1, `"AMD"`, `"amd"`, false},
		{"numbers beyond 2^53", audit.V1, `9007199254740993`, `9007199254740992`, false},
		{"v1: empty is not none", audit.V1, `""`, `null`, false},
		{"v2 leaves a zero out", audit.V2, ``, `0`, true},
		{"v2 leaves false out", audit.V2, ``, `false`, true},
		{"v2 leaves an empty list out", audit.V2, ``, `[]`, true},
		{"v2: an invalid NullTime is none", audit.V2, `{"Time":"0001-01-01T00:00:00Z","Valid":false}`, ``, true},
		{"v2: something is not nothing", audit.V2, `1`, ``, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			read := func(s string) (string, bool) {
				if s == "" {
					return diff.Comparable(nil, c.version)
				}
				return diff.Comparable(json.RawMessage(s), c.version)
			}
			a, okA := read(c.a)
			b, okB := read(c.b)
			if !okA || !okB || (a == b) != c.same {
				t.Errorf("%q (%v) and %q (%v)", a, okA, b, okB)
			}
		})
	}
	if _, ok := diff.Comparable(nil, audit.V1); ok {
		t.Error("a v1 record without a value has one")
	}
}

func TestStateWords(t *testing.T) {
	for _, c := range []struct {
		value   string
		kind    audit.Kind
		version audit.Version
		want    string
	}{
		{`"nvidia"`, audit.KindChoice, audit.V1, "nvidia"},
		{`""`, audit.KindText, audit.V1, "(empty)"},
		{`null`, audit.KindText, audit.V1, "(none)"},
		{``, audit.KindText, audit.V1, "(not logged)"},
		{``, audit.KindBoolean, audit.V2, "false"},
		{``, audit.KindDuration, audit.V2, "0"},
		{``, audit.KindList, audit.V2, "(none)"},
		{`3600000000000`, audit.KindDuration, audit.V2, "1 h (3600000000000 ns)"},
		{`"0000000000000000000000000000000000000000"`, audit.KindHash, audit.V1, "0000…0000 (none yet)"},
		{`["b","a"]`, audit.KindList, audit.V1, "b, a"},
		{`"one\ntwo\nthree"`, audit.KindText, audit.V1, "3 lines: one …"},
		{`"a\u202eb\u001b[31m"`, audit.KindText, audit.V1, "a<U+202E>b<U+001B>[31m"},
	} {
		var raw json.RawMessage
		if c.value != "" {
			raw = json.RawMessage(c.value)
		}
		if got := diff.StateWords(raw, c.kind, c.version); got != c.want {
			t.Errorf("%s, %s, %s: %q, want %q", c.value, c.kind, c.version, got, c.want)
		}
	}
	if got := diff.StateWords(json.RawMessage(`"`+strings.Repeat("x", 1<<20)+`"`), audit.KindText, audit.V1); len(got) > 500 {
		t.Errorf("a long value gives words of %d bytes", len(got))
	}
}
