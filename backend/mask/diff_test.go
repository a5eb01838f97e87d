package mask_test

import (
	"strings"
	"testing"

	"auditdesk/backend/mask"
)

// The raw view hides what every list hides: a v1 diff that is no JSON is one of fields and values, not of prose.
func TestADiffThatIsNoJSONIsMaskedInTheRecordToo(t *testing.T) {
	for _, raw := range []string{
		`{"audit_log":{"action":"write","diff":"client_secret: hunter2"}}`,
		`{"message":"{\"audit_log\":{\"diff\":\"client_secret: hunter2\"}}"}`,
	} {
		if got := string(mask.Record([]byte(raw))); strings.Contains(got, "hunter2") {
			t.Errorf("got %s", got)
		}
	}
	const banner = `{"diff":"{\"svc banner body\":\"Password: ask the desk\"}"}`
	if got := string(mask.Record([]byte(banner))); got != banner {
		t.Errorf("got %s", got)
	}
}
