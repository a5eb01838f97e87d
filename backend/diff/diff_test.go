package diff_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditdesk/backend/audit"
	"auditdesk/backend/diff"
)

// raw is JSON, or nil for "-": not held by the record.
func raw(s string) json.RawMessage {
	if s == "-" {
		return nil
	}
	return json.RawMessage(s)
}

func TestChangesOfCoderV2InWords(t *testing.T) {
	for _, c := range []struct {
		why, field, old, new string
		kind                 audit.Kind
		words                string
	}{
		{"duration", "ttl", "0", "3600000000000", audit.KindDuration, "0 → 1 h (3600000000000 ns)"},
		{"duration of several units", "default_ttl", "90061000000000", "-1", audit.KindDuration, "1 d 1 h 1 min 1 s (90061000000000 ns) → −1 ns (-1 ns)"},
		{"the least duration there is", "max_ttl", "0", "-9223372036854775808", audit.KindDuration, "0 → −106751 d 23 h 47 min 16 s 854 ms 775 µs 808 ns (-9223372036854775808 ns)"},
		{"a duration beyond 64 bits", "ttl", "0", "9223372036854775808", audit.KindDuration, "0 → 9223372036854775808"},
		{"a number in milliseconds is no duration", "session_ttl_ms", "1", "2", audit.KindNumber, "1 → 2"},
		{"number over 2^53", "quota", "9007199254740993", "9007199254740995", audit.KindNumber, "9007199254740993 → 9007199254740995"},
		{"the text null is an invalid NullString", "autostart_schedule", `"null"`, `"CRON_TZ=Europe/Berlin 30 9 * * 1-5"`, audit.KindText, "(none) → CRON_TZ=Europe/Berlin 30 9 * * 1-5"},
		{"NullTime", "dormant_at", `{"Time":"0001-01-01T00:00:00Z","Valid":false}`, `{"Time":"2024-10-22T09:03:23.961702Z","Valid":true}`, audit.KindTime, "(none) → 2024-10-22T09:03:23.961702Z"},
		{"NullString", "icon", `{"String":"","Valid":false}`, `{"String":"a","Valid":true}`, audit.KindText, "(none) → a"},
		{"zero time", "deleted_at", `"0001-01-01T00:00:00Z"`, `"2026-01-02T03:04:05Z"`, audit.KindTime, "(none) → 2026-01-02T03:04:05Z"},
		{"nil UUID", "active_version_id", `"00000000-0000-0000-0000-000000000000"`, `"ca5647e0-ef50-4202-a246-717e04447380"`, audit.KindText, "(none) → ca5647e0-ef50-4202-a246-717e04447380"},
		{"old is left out", "deprecated", "-", `"use b"`, audit.KindText, "(none) → use b"},
		{"new is left out", "deprecated", `"use b"`, "-", audit.KindText, "use b → (none)"},
		{"both are left out", "deprecated", "-", "-", audit.KindUnknown, "no value logged"},
		{"boolean", "require_active_version", "false", "true", audit.KindBoolean, "false → true"},
		{"list", "rbac_roles", `["template-admin","member","x"]`, `["member","auditor","x"]`, audit.KindList, "+ auditor − template-admin, 2 kept"},
		{"list from nothing", "rbac_roles", "null", `["admin","auditor"]`, audit.KindList, "+ admin + auditor"},
		{"list in another order", "members", `["a","b"]`, `["b","a"]`, audit.KindList, "the same 2 values in another order"},
		{"list unchanged", "members", `["a"]`, `["a"]`, audit.KindList, "the same 1 value"},
		{"list of objects", "members", `[{"user_id":"u1"}]`, `[{"user_id":"u1"},{"name":"n2"}]`, audit.KindList, "+ n2, 1 kept"},
		{"the same value twice", "members", `["a","a"]`, `["a"]`, audit.KindList, "− a, 1 kept"},
		{"permissions", "org_permissions", `[]`, `[{"negate":false,"resource_type":"audit_log","action":"read"}]`, audit.KindList, "+ audit_log:read"},
		{"object", "acl", `{"a":1,"b":{"c":1,"d":2},"x":[1]}`, `{"a":2,"b":{"d":2,"e":null},"x":[1,2]}`, audit.KindObject, "a: 1 → 2; b.c: 1 → (none); x: + 2, 1 kept"},
		{"object from nothing", "acl", "-", `{"a":1}`, audit.KindObject, "a: (none) → 1"},
		{"object unchanged", "acl", `{"a":1,"b":2}`, `{"b":2,"a":1}`, audit.KindObject, "the same 2 members"},
		{"colour", "background_color", `"#9a4967"`, `"#18382D"`, audit.KindColour, "#9a4967 → #18382D"},
		{"hash", "avatar_hash", `"` + strings.Repeat("0", 64) + `"`, `"ed19` + strings.Repeat("0", 56) + `843b"`, audit.KindHash, "0000…0000 (none yet) → ed19…843b"},
		{"lines", "readme", `"a\nb\nc"`, `"a\nx\ny\nc"`, audit.KindText, "3 lines → 4 lines, −1 +2"},
		{"lines from nothing", "readme", `""`, `"a\nb"`, audit.KindText, "(empty) → 2 lines"},
		{"a line feed at the end starts no line", "public_key", `""`, `"ssh-ed25519 AAAA\n"`, audit.KindText, "(empty) → ssh-ed25519 AAAA<U+000A>"},
		{"right-to-left override", "name", `"a"`, `"\u202egpj.exe"`, audit.KindText, "a → <U+202E>gpj.exe"},
		{"control characters", "name", `"a"`, `"\u001b[2J"`, audit.KindText, "a → <U+001B>[2J"},
		{"different kinds", "x", "1", `"one"`, audit.KindUnknown, "1 → one"},
		{"a text that looks like another kind before", "commit", `"local"`, `"` + strings.Repeat("a", 40) + `"`, audit.KindText, "local → " + strings.Repeat("a", 40)},
		{"no markup is escaped or made", "name", `"<b>&"`, `{"<":"&"}`, audit.KindUnknown, `<b>& → {"<":"&"}`},
	} {
		t.Run(c.why, func(t *testing.T) {
			e := audit.Event{Version: audit.V2, Log: audit.AuditLog, Action: "write", ResourceType: "template", Status: 200,
				Changes: []audit.Change{{Field: c.field, Old: raw(c.old), New: raw(c.new)}}}
			diff.Describe(&e)
			got := e.Changes[0]
			if got.Words != c.words || got.Kind != c.kind {
				t.Errorf("%s: %q (%s), want %q (%s)", c.field, got.Words, got.Kind, c.words, c.kind)
			}
			if got.Basis != audit.BasisLogged || got.Panel != "Templates" || got.Setting != "" || got.Outcome != audit.OutcomeOK {
				t.Errorf("%+v", got)
			}
			if string(got.Old) != string(raw(c.old)) || string(got.New) != string(raw(c.new)) {
				t.Errorf("values became %s, %s", got.Old, got.New)
			}
		})
	}
}

func TestWordsByOutcome(t *testing.T) {
	for _, c := range []struct {
		why    string
		status int
		words  string
		none   string
	}{
		{"applied", 200, "none → nvidia", "changed, content not recorded by Coder"},
		{"no status recorded", audit.NoStatus, "none → nvidia", "changed, content not recorded by Coder"},
		{"denied", 403, "not applied: none → nvidia", "not applied: content not recorded by Coder"},
		{"failed", 422, "not applied: none → nvidia", "not applied: content not recorded by Coder"},
		{"effect unknown", 500, "effect unknown: none → nvidia", "effect unknown: content not recorded by Coder"},
	} {
		t.Run(c.why, func(t *testing.T) {
			e := event("infrastructure", "gpu vendor")
			e.Status = c.status
			e.Changes[0].Old, e.Changes[0].New = raw(`"none"`), raw(`"nvidia"`)
			diff.Describe(&e)
			if e.Changes[0].Words != c.words {
				t.Errorf("%q", e.Changes[0].Words)
			}
			e.Changes = nil
			diff.Describe(&e)
			if e.Changes[0].Words != c.none || !e.Unrecorded {
				t.Errorf("without content: %q", e.Changes[0].Words)
			}
		})
	}
}

func TestWritesWithoutContent(t *testing.T) {
	for _, c := range []struct {
		why   string
		event audit.Event
		want  []audit.Change
	}{
		{"v1 features: the candidate is named, not taken", event("features", ""), []audit.Change{{Panel: "Infrastructure", Kind: audit.KindUnrecorded, Basis: audit.BasisNotRecorded, Outcome: audit.OutcomeOK,
			Note: "possibly Enable fallback shell support for K8s, the one setting documented to log no field and no value", Words: "changed, content not recorded by Coder"}}},
		{"v1 workspace", audit.Event{Version: audit.V1, Action: "write", ResourceType: "environment", ResourceTarget: "main", Status: 200},
			[]audit.Change{{Kind: audit.KindUnrecorded, Basis: audit.BasisNotRecorded, Outcome: audit.OutcomeOK, Words: "changed, content not recorded by Coder"}}},
		{"v2 template", audit.Event{Version: audit.V2, Action: "write", ResourceType: "template", Status: 200},
			[]audit.Change{{Panel: "Templates", Kind: audit.KindUnrecorded, Basis: audit.BasisNotRecorded, Outcome: audit.OutcomeOK, Words: "changed, content not recorded by Coder"}}},
		{"another action has nothing to record", audit.Event{Version: audit.V2, Action: "delete", ResourceType: "template", Status: 200}, nil},
		{"a connection", audit.Event{Version: audit.V2, Log: audit.ConnectionLog, Action: "write", Status: 200}, nil},
	} {
		t.Run(c.why, func(t *testing.T) {
			e := c.event
			for range 2 { // describing again adds no second row
				diff.Describe(&e)
				if d := cmp.Diff(c.want, e.Changes); d != "" {
					t.Error(d)
				}
				if e.Unrecorded != (c.want != nil) {
					t.Errorf("Unrecorded = %v", e.Unrecorded)
				}
			}
			e.Changes = append(e.Changes, audit.Change{Field: "name", New: raw(`"x"`)})
			diff.Describe(&e)
			if e.Unrecorded || len(e.Changes) != 1 || e.Changes[0].Field != "name" {
				t.Errorf("once a change is known the row stays: %+v", e.Changes)
			}
		})
	}
}

func TestSecretsInWords(t *testing.T) {
	const unknown, empty, set = audit.SecretUnknown, audit.SecretEmpty, audit.SecretSet
	for _, c := range []struct {
		why      string
		action   string
		was, now audit.SecretState
		words    string
	}{
		{"set", "write", empty, set, "secret set"},
		{"replaced", "write", set, set, "secret replaced"},
		{"removed", "write", set, empty, "secret removed"},
		{"removed, not known what was", "write", unknown, empty, "secret removed"},
		{"neither logged", "write", unknown, unknown, "secret replaced, value never logged"},
		{"only the new one is known to be", "write", unknown, set, "secret replaced, value never logged"},
		{"neither logged, on creation", "create", unknown, unknown, "secret set, value never logged"},
		{"neither logged, on deletion", "delete", unknown, unknown, "secret removed, value never logged"},
		{"was empty", "write", empty, unknown, "secret set, value never logged"},
		{"never there", "write", empty, empty, "secret empty before and after"},
	} {
		t.Run(c.why, func(t *testing.T) {
			e := audit.Event{Version: audit.V2, Action: c.action, ResourceType: "git_ssh_key", Status: 200,
				Changes: []audit.Change{{Field: "private_key", Secret: true, SecretWas: c.was, SecretNow: c.now}}}
			diff.Describe(&e)
			got := e.Changes[0]
			if got.Words != c.words || got.Kind != audit.KindSecret {
				t.Errorf("%q (%s), want %q", got.Words, got.Kind, c.words)
			}
		})
	}
}

func TestSecretValuesThatReachDescribeGoNoFurther(t *testing.T) {
	for _, c := range []struct {
		why    string
		event  audit.Event
		secret bool
		words  string
	}{
		{"v1, catalogue", audit.Event{Version: audit.V1, ResourceTarget: "oauth configs", Changes: []audit.Change{{Field: "client_secret", Old: raw(`""`), New: raw(`"hunter2"`)}}}, true, "secret set"},
		{"v1, name", audit.Event{Version: audit.V1, ResourceTarget: "x", Changes: []audit.Change{{Field: "smtp password", Old: raw(`"hunter2"`), New: raw(`"hunter2"`)}}}, true, "secret replaced"},
		{"v2, flag", audit.Event{Version: audit.V2, Changes: []audit.Change{{Field: "blob", Secret: true, Old: raw(`""`), New: raw(`"hunter2"`)}}}, true, "secret replaced, value never logged"},
		{"a secret name within a value", audit.Event{Version: audit.V2, Changes: []audit.Change{{Field: "settings", Old: raw(`{"a":1}`), New: raw(`{"a":1,"smtp":{"password":"hunter2"}}`)}}}, false, "smtp.password: (none) → (masked)"},
		{"a secret name within a text", audit.Event{Version: audit.V1, Changes: []audit.Change{{Field: "config", New: raw(`"{\"token\":\"hunter2\"}"`)}}}, false, `→ {"token":"(masked)"}`},
		{"a value that is no JSON", audit.Event{Version: audit.V1, Changes: []audit.Change{{Field: "config", New: raw(`{"token":"hunter2"`)}}}, false, `→ {"token … (rest masked)`},
	} {
		t.Run(c.why, func(t *testing.T) {
			e := c.event
			e.Action, e.Status = "write", 200
			diff.Describe(&e)
			got := e.Changes[0]
			if got.Secret != c.secret || got.Words != c.words {
				t.Errorf("secret %v, %q; want %v, %q", got.Secret, got.Words, c.secret, c.words)
			}
			if c.secret && (got.Old != nil || got.New != nil) {
				t.Errorf("values left: %s, %s", got.Old, got.New)
			}
			if all := string(got.Old) + string(got.New) + got.Words + got.Note; strings.Contains(all, "hunter2") {
				t.Errorf("the secret is still there: %s", all)
			}
		})
	}
}

func TestNotes(t *testing.T) {
	v1 := func(target, field, before, after string) audit.Event {
		e := event(target, field)
		e.Changes[0].Old, e.Changes[0].New = raw(before), raw(after)
		return e
	}
	v2 := func(typ, field, before, after string) audit.Event {
		e := v1("x", field, before, after)
		e.Version, e.ResourceType = audit.V2, typ
		return e
	}
	denied := v2("user", "rbac_roles", `[]`, `["owner"]`)
	denied.Status = 403
	for _, c := range []struct {
		why        string
		event      audit.Event
		panel, set string
		note       string
	}{
		{"a value that is not documented", v1("oauth configs", "service type", "-", `"bitbucket"`), "Git OAuth", "Provider", "bitbucket is not a documented value"},
		{"a documented value in capitals", v1("oauth configs", "service type", "-", `"GitHub"`), "Git OAuth", "Provider", ""},
		{"enabled equals true", v1("infrastructure", "enable container vms", "-", `"enabled"`), "Infrastructure", "Enable container-based virtual machines", ""},
		{"a boolean that is none", v1("infrastructure", "enable container vms", "-", `"maybe"`), "Infrastructure", "Enable container-based virtual machines", "maybe is not a documented value"},
		{"examples are not all there is", v1("infrastructure", "access URL", "-", `"x.example"`), "Infrastructure", "Access URL", ""},
		{"a crossed label", v1("telemetry", "telemetry_enabled", "-", "true"), "Telemetry", "Send enhanced usage telemetry", "label and field look crossed with the row above"},
		{"not in the catalogue", v1("infrastructure", "new thing", "-", "true"), "", "", "not in the catalogue"},
		{"no admin event: nothing to say", v1("main", "cpu", "1", "2"), "", "", ""},
		{"a new privilege", v2("user", "rbac_roles", `["member","auditor"]`, `["auditor","owner","member","organization-member"]`), "Users and roles", "", "new privilege: owner"},
		{"an old privilege", v2("user", "rbac_roles", `["owner","auditor"]`, `["owner"]`), "Users and roles", "", ""},
		{"a new permission", v2("custom_role", "org_permissions", "-", `[{"resource_type":"audit_log","action":"read"},{"resource_type":"x","action":"y","negate":true}]`), "Users and roles", "", "new privilege: audit_log:read"},
		{"a privilege asked for and denied", denied, "Users and roles", "", ""},
		{"members are no roles", v2("group", "members", `[]`, `["owner"]`), "Users and roles", "", ""},
		{"v1 roles without a value before", v1("users", "roles", "-", `["site-admin"]`), "", "", ""},
		{"a user's name is no admin change", v2("user", "name", `"a"`, `"b"`), "", "", ""},
		{"v2 workspace", v2("workspace", "ttl", "0", "1"), "", "", ""},
	} {
		t.Run(c.why, func(t *testing.T) {
			e := c.event
			diff.Describe(&e)
			if got := e.Changes[0]; got.Panel != c.panel || got.Setting != c.set || got.Note != c.note {
				t.Errorf("panel %q, setting %q, note %q", got.Panel, got.Setting, got.Note)
			}
		})
	}
}

func TestWordsAreBounded(t *testing.T) {
	long, many := strings.Repeat("電", 5000), make([]string, 500)
	for i := range many {
		many[i] = strings.Repeat("x", i+1)
	}
	list, err := json.Marshal(many)
	if err != nil {
		t.Fatal(err)
	}
	object := `{"` + strings.Join(many, `":1,"`) + `":1}`
	for _, v := range []string{`"` + long + `"`, `["` + long + `"]`, string(list), object, `{"a":"` + long + `"}`, strings.Repeat("[", 2000) + strings.Repeat("]", 2000),
		strings.Repeat(`{"a":`, 2000) + "1" + strings.Repeat("}", 2000), strings.Repeat("1", 1000)} {
		for _, version := range []audit.Version{audit.V1, audit.V2} {
			e := audit.Event{Version: version, Action: "write", Status: 500, Changes: []audit.Change{{Field: "roles", Old: raw("null"), New: raw(v)}, {Field: "x", New: raw(v)}}}
			diff.Describe(&e)
			for _, c := range e.Changes {
				if n := len([]rune(c.Words)); n > 300 || n == 0 {
					t.Errorf("%.20s…: %d characters", v, n)
				}
				if n := len([]rune(c.Note)); n > 300 {
					t.Errorf("%.20s…: a note of %d characters", v, n)
				}
			}
		}
	}
}

func TestContrast(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
		ok   bool
	}{
		{"#000000", "#FFFFFF", 21, true},
		{"#ffffff", "#000000", 21, true},
		{"#9A4967", "#9a4967", 1, true},
		{"#18382D", "#FFFFFF", 12.8, true}, // as the design prints it
		{"#9A4967", "#FFFFFF", 6.0, true},
		{"red", "#FFFFFF", 0, false},
		{"#fff", "#FFFFFF", 0, false},
		{"#-12345", "#FFFFFF", 0, false},
	} {
		got, ok := diff.Contrast(c.a, c.b)
		if ok != c.ok || got < c.want-0.05 || got > c.want+0.05 {
			t.Errorf("Contrast(%s, %s) = %.2f, %v; want %.1f", c.a, c.b, got, ok, c.want)
		}
	}
}
