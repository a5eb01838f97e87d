package diff_test

import (
	"encoding/json"
	"strings"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/diff"
)

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
