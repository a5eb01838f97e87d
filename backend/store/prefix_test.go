package store_test

import (
	"testing"

	"auditdesk/backend/audit"
)

func TestTheEmptyPrefixHoldsForEveryValue(t *testing.T) {
	s, events := asked(t)
	for _, text := range []string{`target:""*`, `ip:""*`, `organization:""*`, `build_reason:""*`, `user:""*`} {
		if n, err := s.Count(t.Context(), query(t, text), audit.Span{}); err != nil || n != int64(len(events)) {
			t.Errorf("%s: %d events, %v; want all %d, those without a recorded value too", text, n, err, len(events))
		}
	}
}
