package decode_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"auditdesk/backend/decode"
)

func TestWhatAnswersState(t *testing.T) {
	const row = `{"id":"a","action":"write","count":7}`
	for _, tt := range []struct {
		name, text string
		n          int64
		ok         bool
	}{
		{"behind the records", `{"audit_logs":[` + row + `],"count":12}`, 12, true},
		{"before the records", `{"count":12,"audit_logs":[` + row + `]}`, 12, true},
		{"over several lines", "{\n \"audit_logs\": [\n  " + row + "\n ],\n \"count\": 12\n}\n", 12, true},
		{"of connections", `{"connection_logs":[],"count":0}`, 0, true},
		{"pages of one search", `{"audit_logs":[` + row + `],"count":12}` + "\n" + `{"audit_logs":[` + row + `],"count":12}`, 12, true},
		{"pages that disagree", `{"audit_logs":[` + row + `],"count":12}` + "\n" + `{"audit_logs":[` + row + `],"count":13}`, 0, false},
		{"under the cap", `{"audit_logs":[` + row + `],"count":12,"count_cap":2000}`, 12, true},
		{"more than the cap", `{"audit_logs":[` + row + `],"count":2001,"count_cap":2000}`, 0, false},
		{"no count", `{"audit_logs":[` + row + `]}`, 0, false},
		{"a count that is no number", `{"audit_logs":[],"count":"many"}`, 0, false},
		{"a count of a record", row + "\n", 0, false},
		{"cut off before it", `{"audit_logs":[` + row, 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(tt.text), iotest.OneByteReader(strings.NewReader(tt.text))} {
				s := decode.NewSplitter(r, decode.Limits{})
				for {
					if _, err := s.Next(); err != nil {
						if !errors.Is(err, io.EOF) {
							t.Fatal(err)
						}
						break
					}
				}
				if n, ok := s.Stated(); ok != tt.ok || ok && n != tt.n {
					t.Errorf("stated %d, %v; want %d, %v", n, ok, tt.n, tt.ok)
				}
			}
		})
	}
}
