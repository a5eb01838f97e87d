package export_test

import (
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/export"
)

func TestWordsOf(t *testing.T) {
	for query, want := range map[string]string{
		``:                                `Every event of the case`,
		`action:write`:                    `Events whose action is "write"`,
		`action:write,create type:user`:   `Events whose action is "write" or "create"; whose resource type is "user"`,
		`action:write action:a,b`:         `Events whose action is "write", "a" or "b"`,
		`-user:ci-bot,bob`:                `Events whose user is not "ci-bot" and is not "bob"`,
		`target:prod* -target:prod-x`:     `Events whose target starts with "prod"; whose target is not "prod-x"`,
		`ip:"" organization:*`:            `Events whose IP address is not recorded; whose organization is recorded`,
		`-ip:""`:                          `Events whose IP address is recorded`,
		`status:>=500 outcome:denied`:     `Events whose status code is 500 or above; whose outcome is "denied"`,
		`status:ok`:                       `Events whose status code is below 400`,
		`changed:"gpu vendor",x*`:         `Events with a changed field that is "gpu vendor" or starts with "x"`,
		`-changed:a,b`:                    `Events without a changed field that is "a" or "b"`,
		`banner "two words" -"x"`:         `Events that contain "banner"; that contain "two words"; that do not contain "x"`,
		`text:a,b`:                        `Events that contain "a" or "b"`,
		`class:admin -has:secret`:         `Events that are admin changes; that did not change a secret`,
		`has:changes,unrecorded`:          `Events that list changed fields or wrote something whose content Coder did not log`,
		`after:2026-06-01T00:00:00Z`:      `Events at or after 2026-06-01T00:00:00Z`,
		`before:-7d`:                      `Events older than 7 days`,
		`after:-12h`:                      `Events in the last 12 hours`,
		`date_from:2026-06-01`:            `Events from the start of 2026-06-01 in Europe/Zurich`,
		`date_to:2026-06-30`:              `Events to the end of 2026-06-30 in Europe/Zurich`,
		`target:"a\"b"`:                   `Events whose target is "a\"b"`,
		"target:\"\u202egpj.exe\"":        `Events whose target is "[U+202E]gpj.exe"`,
		`version:v2 log:audit source:a`:   `Events whose version is "v2"; whose log is "audit"; with a source file that is "a"`,
		`kind:secret -basis:derived`:      `Events with a changed value's kind that is "secret"; without a changed value's basis that is "derived"`,
		`setting:"GPU Vendor" panel:Git*`: `Events with a changed setting that is "GPU Vendor"; with a changed setting's panel that starts with "Git"`,
	} {
		q, err := audit.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if got := export.WordsOf(q, "Europe/Zurich"); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", query, got, want)
		}
	}
}
