package diff_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"auditdesk/backend/audit"
	"auditdesk/backend/diff"
	"auditdesk/backend/mask"
)

const marker = "hunter2"

// Whatever a record calls secret, by flag or by name and at any depth, words, notes and values do not hold it, and words
// do not depend on its length.
func TestNothingDescribedHoldsASecret(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		version := rapid.SampledFrom([]audit.Version{audit.V1, audit.V2}).Draw(t, "version")
		name := rapid.SampledFrom([]string{"client_secret", "api key", "smtpPassword", "tokens"}).Draw(t, "name")
		long := strings.Repeat(marker, rapid.IntRange(1, 50).Draw(t, "length"))
		within := map[string]any{"a": 1, name: long, "list": []any{map[string]any{name: long}}}
		asText := string(encode(t, within))
		values := []any{within, []any{within}, asText, "line\n" + name + "=" + long}
		secrets := []any{long, []any{long}, within, nil, ""}
		draw := func(from []any, what string) json.RawMessage {
			if rapid.IntRange(0, 3).Draw(t, what+" held") == 0 {
				return nil
			}
			return encode(t, rapid.SampledFrom(from).Draw(t, what))
		}
		// Of v2 it is decoding that knows the flag: a name alone decides nothing here.
		named := audit.Change{Field: name, Old: draw(secrets, "old"), New: draw(secrets, "new"), Secret: version == audit.V2}
		flagged := audit.Change{Field: "blob", Old: draw(secrets, "old"), New: draw(secrets, "new"), Secret: true}
		deep := audit.Change{Field: "settings", Old: draw(values, "old"), New: draw(values, "new")}
		e := audit.Event{Version: version, Action: "write", Status: rapid.SampledFrom([]int{200, 403, 500, audit.NoStatus}).Draw(t, "status"),
			ResourceTarget: "oauth configs", ResourceType: "template", Changes: []audit.Change{named, flagged, deep}}
		diff.Describe(&e)
		b, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(b)+diff.Sentence(&e), marker) {
			t.Fatalf("%s", b)
		}
		for i := range e.Changes {
			if version == audit.V1 && e.Changes[i].Old == nil {
				diff.Derived{Old: e.Changes[2].New, From: "A"}.Apply(&e.Changes[i], e.Action)
				if strings.Contains(e.Changes[i].Words+e.Changes[i].Note, marker) {
					t.Fatalf("derived: %+v", e.Changes[i])
				}
			}
		}
	})
}

func FuzzDescribe(f *testing.F) {
	f.Add("v1", "infrastructure", "gpu vendor", `"none"`, `"nvidia"`, 200)
	f.Add("v2", "user", "rbac_roles", `["member"]`, `[{"name":"owner"}]`, 403)
	f.Add("v2", "template", "default_ttl", "0", "3600000000000", 500)
	f.Add("v2", "x", "a", `{"Time":"0001-01-01T00:00:00Z","Valid":false}`, `{"a":{"b":[1,{"c":null}]}}`, -1)
	f.Add("v1", "appearance", "tos body", `"a\nb"`, `"a\n\u202ec\n"`, 200)
	f.Add("v1", "local", "commit", `"0000...0000"`, `"ed19...843b"`, 200)
	f.Add("", "*", "", `{`, ``, 0)
	f.Fuzz(func(t *testing.T, version, target, field, before, after string, status int) {
		e := audit.Event{Version: audit.Version(version), Action: "write", ResourceType: target, ResourceTarget: target, Status: status,
			Changes: []audit.Change{{Field: field, Old: json.RawMessage(before), New: json.RawMessage(after)}, {Field: field, New: json.RawMessage(after)}}}
		diff.Describe(&e)
		for _, c := range e.Changes {
			diff.Derived{Old: json.RawMessage(before), From: "A"}.Apply(&c, "write")
		}
		for _, c := range e.Changes {
			checkText(t, c.Words, 300)
			if c.Words == "" {
				t.Fatalf("no words: %+v", c)
			}
			if c.Secret && (c.Old != nil || c.New != nil) {
				t.Fatalf("a secret with values: %+v", c)
			}
		}
		checkText(t, diff.Sentence(&e), 1000)
	})
}

func checkText(t *testing.T, s string, limit int) {
	t.Helper()
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > limit {
		t.Fatalf("%q", s)
	}
	for _, r := range s {
		if mask.Invisible(r) {
			t.Fatalf("%U in %q", r, s)
		}
	}
}

// One op is one v1 write of two settings that logs both values.
func BenchmarkDescribe(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		e := event("infrastructure", "gpu_vendor")
		e.Changes = append(e.Changes, audit.Change{Field: "enable_container_vms", Old: raw("false"), New: raw("true")})
		e.Changes[0].Old, e.Changes[0].New = raw(`"none"`), raw(`"nvidia"`)
		diff.Describe(&e)
	}
}

// One op is one v1 event without changes, as most are.
func BenchmarkDescribeWithoutChanges(b *testing.B) {
	b.ReportAllocs()
	e := audit.Event{Version: audit.V1, Action: "open", ResourceType: "environment", ResourceTarget: "main", Status: 200}
	for b.Loop() {
		diff.Describe(&e)
	}
}
