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
		`2023-06-13 03:43:29.233 [info]  coderd: audit_log  ID=x  Diff="client_secret: hunter2"  Action=write`,
		`{"log":"2023-06-13 03:43:29.233 [info]  coderd: audit_log  ID=x  Diff=\"client_secret: two words, hunter2\"  Action=write\n","stream":"stderr"}`,
	} {
		if got := string(mask.Record([]byte(raw))); strings.Contains(got, "hunter2") {
			t.Errorf("got %s", got)
		}
	}
	header := []string{"time", "action", "Diff"}
	for _, row := range []string{`t,write,client_secret: hunter2`, `t,write,"client_secret: one, hunter2"`} {
		if got := string(mask.CSV([]byte(row), header)); strings.Contains(got, "hunter2") || !strings.HasPrefix(got, "t,write,") {
			t.Errorf("got %s", got)
		}
	}
	const banner = `{"diff":"{\"svc banner body\":\"Password: ask the desk\"}"}`
	if got := string(mask.Record([]byte(banner))); got != banner {
		t.Errorf("got %s", got)
	}
}
