package decode_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/decode"
)

// one decodes a source of a single record.
func one(t *testing.T, in string) decode.Item {
	t.Helper()
	var found []decode.Item
	for _, it := range items(t, []byte(in)) {
		if it.Kind != decode.Other {
			found = append(found, it)
		}
	}
	if len(found) != 1 || found[0].Kind != decode.Record {
		t.Fatalf("not one record:\n%s", summary(found))
	}
	return found[0]
}

// v1With and v2With are rows with further members, or with others in place of their own: of equal keys the last one counts.
func v1With(members string) string {
	return `{"audit_log":` + auditObject[:len(auditObject)-1] + "," + members + `}}`
}
func v2With(members string) string {
	return `{"msg":"audit_log","fields":` + flatFields[:len(flatFields)-1] + "," + members + `}}`
}

func TestVersions(t *testing.T) {
	const base = `"time":"2022-10-11T14:53:47Z","action":"a","resource_type":"user"`
	const id = `,"id":"7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a1"`
	for _, test := range []struct {
		in   string
		want audit.Version
	}{
		{base, audit.V1},
		{base + `,"id":"5e876e9a-121663f01ebd1522060d5270"`, audit.V1},
		{base + id, audit.V2},
		{base + id + `,"user_agent_raw":"x"`, audit.V1},
		{base + id + `,"user_agent":{"os":"x"}`, audit.V1},
		{base + id + `,"resource":""`, audit.V1},
		{base + `,"user_agent":"x"`, audit.V1},
		{base + `,"additional_fields":{}`, audit.V2},
		{base + `,"request_id":""`, audit.V2},
		{base + `,"resource_icon":""`, audit.V2},
		{base + `,"description":""`, audit.V2},
		{base + `,"is_deleted":false`, audit.V2},
		{base + id + `,"organization_id":"703f72a1-76f6-4f89-9de6-8a3989693fe5"`, audit.V2},
		{base + `,"organization_id":"default"`, audit.V1},
	} {
		if it := one(t, "{"+test.in+"}"); it.Event.Version != test.want {
			t.Errorf("%s: %s, want %s", test.in, it.Event.Version, test.want)
		}
	}
}

func TestFieldsOfV1(t *testing.T) {
	e := one(t, v1With(`"ip":"198.51.100.1","user_id":"u","organization_id":"default","id":"x1"`)).Event
	if e.IP != "203.0.113.24" || e.UserAgent != "Mozilla" || e.User.ID != "5e876e9a-1" || e.OrganizationID != "default" || e.Organization != "default" || e.ID != "x1" {
		t.Errorf("%+v", e)
	}
	flat := one(t, `{"time":"2022-10-11T14:53:47Z","action":"a","resource_type":"user","user_id":"u1","ip":"198.51.100.1","user_agent":"curl"}`).Event
	if flat.IP != "198.51.100.1" || flat.User.ID != "u1" || flat.UserAgent != "curl" || flat.Status != audit.NoStatus {
		t.Errorf("%+v", flat)
	}
	it := one(t, v1With(`"user":{"id":"u","roles":["site-admin",{"name":"auditor"}]}`))
	if strings.Join(it.Roles, " ") != "site-admin auditor" {
		t.Errorf("roles %q", it.Roles)
	}
}

func TestFieldsOfV2(t *testing.T) {
	for _, test := range []struct {
		name, members string
		get           func(e audit.Event) string
		want          string
	}{
		{"IP of old servers, missing", `"Ip":"{IPNet:{IP:<nil> Mask:<nil>} Valid:false}"`, ip, ""},
		{"IP of old servers", `"Ip":"{IPNet:{IP:1.2.3.4 Mask:ffffffff} Valid:true}"`, ip, "1.2.3.4"},
		{"IP as an object", `"Ip":{"IPNet":{"IP":"1.2.3.4","Mask":"/////w=="},"Valid":true}`, ip, "1.2.3.4"},
		{"IP with a mask", `"Ip":"1.2.3.4/32"`, ip, "1.2.3.4"},
		{"IP null", `"Ip":null`, ip, ""},
		{"IP nil", `"Ip":"<nil>"`, ip, ""},
		{"IPv6", `"Ip":"fd7a:115c:a1e0::1"`, ip, "fd7a:115c:a1e0::1"},
		{"user agent of old servers, missing", `"UserAgent":"{String: Valid:false}"`, agent, ""},
		{"user agent of old servers", `"UserAgent":"{String:curl/8 (x:y) Valid:true}"`, agent, "curl/8 (x:y)"},
		{"user agent as an object", `"UserAgent":{"String":"curl","Valid":true}`, agent, "curl"},
		{"user agent as an object, missing", `"UserAgent":{"String":"","Valid":false}`, agent, ""},
		{"nil request id", `"RequestID":"00000000-0000-0000-0000-000000000000"`, func(e audit.Event) string { return e.RequestID }, ""},
		{"request id of the context", `"request_id":"916ad077-e120-4861-8640-f449d56d2bae"`, func(e audit.Event) string { return e.RequestID }, "53bded77-7b9d-4e82-8771-991a34d759f9"},
		{"nil user", `"UserID":"00000000-0000-0000-0000-000000000000"`, func(e audit.Event) string { return e.User.ID }, ""},
		{"actor", `"actor":{"id":"a","email":"e","username":"u"}`, func(e audit.Event) string { return fmt.Sprint(e.User) }, "{a u e }"},
		{"nil organization", `"OrganizationID":"00000000-0000-0000-0000-000000000000"`, func(e audit.Event) string { return e.Organization }, ""},
		{"status as text", `"StatusCode":"403"`, status, "403"},
		{"status as a decimal", `"StatusCode":403.0`, status, "403"},
		{"status null", `"StatusCode":null`, status, "-1"},
		{"status 0", `"StatusCode":0`, status, "0"},
		{"status beyond reason", `"StatusCode":99999999999999999999`, status, "-1"},
		{"the last of two equal keys", `"Action":"first","Action":"last"`, func(e audit.Event) string { return e.Action }, "last"},
		{"a key with escapes", `"\u0041ction":"escaped"`, func(e audit.Event) string { return e.Action }, "escaped"},
		{"bytes that are no UTF-8", "\"ResourceTarget\":\"a\xffb\"", target, "a\uFFFDb"},
		{"a surrogate alone", `"ResourceTarget":"a\ud800b"`, target, "a\uFFFDb"},
		{"a pair of surrogates", `"ResourceTarget":"\ud83d\ude00"`, target, "😀"},
		{"target of a build", `"ResourceType":"workspace_build","ResourceTarget":"","AdditionalFields":{"workspace_name":"w"}`, target, "w"},
		{"target of a build that has one", `"ResourceType":"workspace_build","ResourceTarget":"x","AdditionalFields":{"workspace_name":"w"}`, target, "x"},
		{"no target of another type", `"ResourceType":"api_key","ResourceTarget":"","AdditionalFields":{"workspace_name":"w"}`, target, ""},
		{"public key as target", `"ResourceType":"git_ssh_key","ResourceTarget":"ssh-ed25519 AAAA"`, target, "ssh-ed25519 AAAA"},
		{"build reason", `"AdditionalFields":{"build_reason":"autostop"}`, func(e audit.Event) string { return e.BuildReason }, "autostop"},
		{"additional fields", `"AdditionalFields":{ "a" : 1 , "b" : [ "x y" ] }`, additional, `{"a":1,"b":["x y"]}`},
		{"additional fields as text", `"AdditionalFields":"{\"a\":1}"`, additional, `{"a":1}`},
		{"additional fields with a secret", `"AdditionalFields":{"api_token":"hunter2","a":{"password":"hunter2"}}`, additional, `{"api_token":"(masked)","a":{"password":"(masked)"}}`},
		{"additional fields null", `"AdditionalFields":null`, additional, ""},
		{"additional fields empty", `"AdditionalFields":{}`, additional, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.get(one(t, v2With(test.members)).Event); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func ip(e audit.Event) string         { return e.IP }
func agent(e audit.Event) string      { return e.UserAgent }
func status(e audit.Event) string     { return fmt.Sprint(e.Status) }
func target(e audit.Event) string     { return e.ResourceTarget }
func additional(e audit.Event) string { return e.Additional }

func changesText(e audit.Event) string {
	states := map[audit.SecretState]string{audit.SecretUnknown: "?", audit.SecretEmpty: "empty", audit.SecretSet: "set"}
	var parts []string
	for _, c := range e.Changes {
		if c.Secret {
			parts = append(parts, fmt.Sprintf("%s secret %s %s%s%s", c.Field, states[c.SecretWas], states[c.SecretNow], c.Old, c.New))
			continue
		}
		side := func(r json.RawMessage) string {
			if r == nil {
				return "-"
			}
			return string(r)
		}
		parts = append(parts, fmt.Sprintf("%s: %s → %s", c.Field, side(c.Old), side(c.New)))
	}
	return strings.Join(parts, "; ")
}

func TestChanges(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"v1 nothing", v1With(`"diff":""`), ""},
		{"v1 null", v1With(`"diff":null`), ""},
		{"v1 empty object", v1With(`"diff":{}`), ""},
		{"v1 new values", v1With(`"diff":{"gpu vendor":"nvidia","n":12345678901234567890,"b":null}`), `gpu vendor: - → "nvidia"; n: - → 12345678901234567890; b: - → null`},
		{"v1 text of JSON", v1With(`"diff":"{\"gpu_vendor\": {\"old\": \"none\", \"new\": \"nvidia\"}}"`), `gpu_vendor: "none" → "nvidia"`},
		{"v1 pairs", v1With(`"diff":{"a":{"old":1,"new":2},"b":{"new":2},"c":{"old":1}}`), `a: 1 → 2; b: - → 2; c: 1 → -`},
		{"v1 new object", v1With(`"diff":{"a":{"old":1,"new":2,"more":3},"b":{},"c":{"secret":false}}`), `a: - → {"old":1,"new":2,"more":3}; b: - → {}; c: - → {"secret":false}`},
		{"v1 nested secret", v1With(`"diff":{"a":{"name":"x","client_secret":"hunter2"}}`), `a: - → {"name":"x","client_secret":"(masked)"}`},
		{"v1 secret in a text of JSON", v1With(`"diff":{"a":"{\"password\":\"hunter2\"}"}`), `a: - → "{\"password\":\"(masked)\"}"`},
		{"v1 secret by the catalogue", v1With(`"diff":{"client secret":"******"}`), `client secret secret ? set`},
		{"v1 secret by its name", v1With(`"diff":{"api_token":{"old":"","new":"x"}}`), `api_token secret empty set`},
		{"v1 secret removed", v1With(`"diff":{"api_token":{"old":"x","new":null}}`), `api_token secret set empty`},
		{"v1 public key", v1With(`"diff":{"public_key":"x"}`), `public_key: - → "x"`},
		{"v1 diff that is no JSON", v1With(`"diff":"gpu vendor set"`), `diff: - → "gpu vendor set"`},
		{"v1 diff of broken JSON", v1With(`"diff":"{\"password\":\"hunter2"`), `diff: - → "{\"password … (rest masked)"`},
		{"v1 diff that is a list", v1With(`"diff":[{"field":"a","token":"hunter2"}]`), `diff: - → [{"field":"a","token":"(masked)"}]`},
		{"v2 nothing", v2With(`"Diff":{}`), ""},
		{"v2 values", v2With(`"Diff":{"ttl":{"old":0,"new":3600000000000,"secret":false}}`), `ttl: 0 → 3600000000000`},
		{"v2 missing sides", v2With(`"Diff":{"a":{"new":1,"secret":false},"b":{"old":1,"secret":false},"c":{"secret":false}}`), `a: - → 1; b: 1 → -; c: - → -`},
		{"v2 secret by its flag", v2With(`"Diff":{"hashed":{"old":"","new":"","secret":true}}`), `hashed secret ? ?`},
		{"v2 flag says that it is none", v2With(`"Diff":{"token_name":{"old":"a","new":"b","secret":false}}`), `token_name: "a" → "b"`},
		{"v2 secret by its name without a flag", v2With(`"Diff":{"oauth_token":{"old":"a","new":"b"}}`), `oauth_token secret set set`},
		{"v2 nested times stay", v2With(`"Diff":{"at":{"old":{"Time":"0001-01-01T00:00:00Z","Valid":false},"new":null,"secret":false}}`), `at: {"Time":"0001-01-01T00:00:00Z","Valid":false} → null`},
		{"v2 the last of two equal fields", v2With(`"Diff":{"a":{"old":1,"new":2,"secret":false},"b":{"new":1,"secret":false},"a":{"old":3,"new":4,"secret":false}}`), `a: 3 → 4; b: - → 1`},
		{"v2 white space goes, digits stay", v2With(`"Diff": { "a" : { "old" : [ 1.0 , 1e2 ] , "new" : 9007199254740993 , "secret" : false } }`), `a: [1.0,1e2] → 9007199254740993`},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := one(t, test.in).Event
			if got := changesText(e); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			if _, err := json.Marshal(e); err != nil {
				t.Errorf("the event can't be written as JSON: %v", err)
			}
		})
	}
}

func TestWriteWithoutContent(t *testing.T) {
	for in, want := range map[string]bool{
		v1With(`"action":"write"`):                     true,
		v1With(`"action":"Write","diff":{}`):           true,
		v1With(`"action":"write","diff":{"a":1}`):      false,
		v1With(`"action":"login"`):                     false,
		v2With(`"Action":"write","Diff":{}`):           true,
		v2With(`"Action":"create"`):                    false,
		strings.Replace(flatLine, `"Diff":{},`, "", 1): true,
	} {
		if got := one(t, in).Event.Unrecorded; got != want {
			t.Errorf("%s: %v", in, got)
		}
	}
}

func TestSyntheticRows(t *testing.T) {
	const nilID, diff = `"RequestID":"00000000-0000-0000-0000-000000000000"`, `"Diff":{"foo":{"old":"bar","new":"baz","secret":false}}`
	for in, want := range map[string]bool{
		v2With(nilID + "," + diff): true,
		v2With(diff):               false,
		v2With(nilID):              false,
		v2With(nilID + "," + diff + `,"StatusCode":201`):   false,
		v1With(`"diff":{"foo":{"old":"bar","new":"baz"}}`): false,
	} {
		if got := one(t, in).Event.Synthetic; got != want {
			t.Errorf("%s: %v", in, got)
		}
	}
}

// What is one event must have one identity, whatever spelling its diff has; what is not must have two.
func TestIdentity(t *testing.T) {
	same := func(a, b string) {
		t.Helper()
		x, y := one(t, a), one(t, b)
		if x.Base != y.Base || x.Content != y.Content || x.ByID != y.ByID {
			t.Errorf("two events:\n%s\n%s", a, b)
		}
	}
	differ := func(a, b string) {
		t.Helper()
		if one(t, a).Base == one(t, b).Base {
			t.Errorf("one identity:\n%s\n%s", a, b)
		}
	}
	same(v1With(`"diff":""`), v1With(`"diff":{}`))
	same(v1With(`"diff":""`), v1With(`"diff":null`))
	same(v1With(`"diff":""`), v1With(`"diff":"{}"`))
	same(v1With(`"diff":""`), strings.Replace(logLine, `"diff":"",`, "", 1))
	same(v1With(`"diff":{"a":{"old":1,"new":[1, 2]},"b":"x"}`), v1With(`"diff":"{\"b\": \"x\", \"a\": {\"new\": [1,2], \"old\": 1}}"`))
	same(v1With(`"diff":{"a":"\u00e9<\/x>"}`), v1With(`"diff":{"a":"é</x>"}`))
	same(v1With(`"diff":{"client_secret":"one"}`), v1With(`"diff":{"client_secret":"two"}`))
	same(v1With(`"diff":{"a":{"token":"one","n":1}}`), v1With(`"diff":{"a":{"n":1,"token":"three"}}`))
	same(v1With(`"time":"2022-10-11T14:53:47.120411Z"`), v1With(`"time":"2022-10-11T16:53:47.120411999+02:00"`))
	differ(v1With(`"diff":{"a":1}`), v1With(`"diff":{"a":2}`))
	differ(v1With(`"diff":{"a":1}`), v1With(`"diff":{"a":1.0}`))
	differ(v1With(`"diff":{"a":9007199254740992}`), v1With(`"diff":{"a":9007199254740993}`))
	differ(v1With(`"diff":{"a":{"new":1}}`), v1With(`"diff":{"a":{"old":1}}`))
	differ(v1With(`"diff":{"a":1}`), v1With(`"diff":{"b":1}`))
	differ(v1With(`"action":"a"`), v1With(`"action":"b"`))
	differ(v1With(`"resource_target":"a"`), v1With(`"resource_target":"b"`))
	differ(v1With(`"status_code":200`), v1With(`"status_code":201`))
	differ(v1With(`"user_agent":{"ip_address":"1.2.3.4"}`), v1With(`"user_agent":{"ip_address":"1.2.3.5"}`))

	// v2 is known by its id, in the log and in the REST answer, and the answer's row and the log's record agree in content.
	row := `{"id":"7C1D2F04-6a0b-4d51-9a55-1f2e60b7c3a1","request_id":"53bded77-7b9d-4e82-8771-991a34d759f9","time":"2026-11-20T09:15:22.334105Z","ip":"203.0.113.24","user_agent":"Mozilla","resource_type":"workspace","resource_id":"ef8d1cf4-82de-4fd9-8980-047dad6d06b5","resource_target":"main","resource_icon":"","action":"write","diff":{},"status_code":200,"additional_fields":{},"description":"{user} updated workspace {target}","is_deleted":false,"organization_id":"00000000-0000-0000-0000-000000000000","user":{"id":"6c405053-27e3-484a-9ad7-bcb64e7bfde6","email":"today@acme.example"}}`
	x, y := one(t, row), one(t, flatLine)
	if x.Base != y.Base || !x.ByID || x.Event.Form == y.Event.Form {
		t.Error("the REST row and the log line of one id are two events")
	}
	same(strings.Replace(row, "7C1D2F04", "7c1d2f04", 1), flatLine)
	if one(t, strings.Replace(row, "7C1D2F04", "7c1d2f04", 1)).Content == one(t, v2With(`"Action":"create"`)).Content {
		t.Error("another action gives the same content")
	}
}

func TestConnections(t *testing.T) {
	row := func(members string) string {
		return `{"id":"d21f0a77-58c4-4b6e-9d3b-0e7a95f1c264","connect_time":"2026-11-20T09:30:00Z","workspace_owner_username":"jessie","workspace_owner_id":"o","workspace_id":"w","workspace_name":"main",` + members + `}`
	}
	log := func(members string) string {
		return `{"msg":"connection_log","fields":{"ID":"d21f0a77-58c4-4b6e-9d3b-0e7a95f1c264","Time":"2026-11-20T09:30:00Z","WorkspaceID":"w","WorkspaceName":"main","WorkspaceOwnerID":"o",` + members + `}}`
	}
	for _, test := range []struct{ name, in, want string }{
		{"SSH row", row(`"type":"ssh","ssh_info":{"connection_id":"c","disconnect_reason":"x","exit_code":0}`),
			`connect workspace_agent w main user= status=-1 agent= {"connection_id":"c","disconnect_reason":"x","exit_code":0,"type":"ssh","workspace_owner":"jessie","workspace_owner_id":"o"}`},
		{"browser row", row(`"type":"workspace_app","web_info":{"user":{"id":"u"},"user_agent":"m","slug_or_port":"code","status_code":200}`),
			`connect workspace_app w main user=u status=200 agent=m {"slug_or_port":"code","type":"workspace_app","workspace_owner":"jessie","workspace_owner_id":"o"}`},
		{"port without web_info", row(`"type":"port_forwarding"`), `connect workspace_app w main user= status=-1 agent= {"type":"port_forwarding","workspace_owner":"jessie","workspace_owner_id":"o"}`},
		{"unknown type", row(`"type":"telepathy"`), `connect workspace_agent w main user= status=-1 agent= {"type":"telepathy","workspace_owner":"jessie","workspace_owner_id":"o"}`},
		{"unknown type in a browser", row(`"type":"telepathy","web_info":{"user":null}`), `connect workspace_app w main user= status=-1 agent= {"type":"telepathy","workspace_owner":"jessie","workspace_owner_id":"o"}`},
		{"log, connected", log(`"Type":"ssh","Code":null,"UserID":null,"ConnectionStatus":"connected"`), `connect workspace_agent w main user= status=-1 agent= {"type":"ssh","workspace_owner_id":"o"}`},
		{"log, disconnected", log(`"Type":"vscode","Code":{"Int32":255,"Valid":true},"DisconnectReason":"gone","ConnectionStatus":"disconnected"`), `disconnect workspace_agent w main user= status=-1 agent= {"disconnect_reason":"gone","exit_code":255,"type":"vscode","workspace_owner_id":"o"}`},
		{"log, an exit code that is not valid", log(`"Type":"ssh","Code":{"Int32":0,"Valid":false},"ConnectionStatus":"connected"`), `connect workspace_agent w main user= status=-1 agent= {"type":"ssh","workspace_owner_id":"o"}`},
		{"log, another status", log(`"Type":"vscode","ConnectionStatus":"resumed"`), `resumed workspace_agent w main user= status=-1 agent= {"type":"vscode","workspace_owner_id":"o"}`},
		{"log, browser", log(`"Type":"workspace_app","Code":401,"UserID":"u","UserAgent":"m","SlugOrPort":"8080","ConnectionStatus":"connected"`), `connect workspace_app w main user=u status=401 agent=m {"slug_or_port":"8080","type":"workspace_app","workspace_owner_id":"o"}`},
		{"human", `2025-07-03 05:09:41.929 [info]  coderd: connection_log  ID=ca5dfc63-dc43-463a-bb3e-38526866fd4b  WorkspaceID=w  WorkspaceName=main  Type=ssh  Code=<nil>  UserAgent=""  UserID=<nil>  Time="2025-07-10T10:14:38.942776145Z"  ConnectionStatus=connected`, `connect workspace_agent w main user= status=-1 agent= {"type":"ssh"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			it := one(t, test.in)
			e := it.Event
			got := fmt.Sprintf("%s %s %s %s user=%s status=%d agent=%s %s", e.Action, e.ResourceType, e.ResourceID, e.ResourceTarget, e.User.ID, e.Status, e.UserAgent, e.Additional)
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if e.Log != audit.ConnectionLog || e.Form != audit.FormV2Connection || !it.ByID {
				t.Errorf("log %s, form %s, by id %v", e.Log, e.Form, it.ByID)
			}
		})
	}
}

func TestPatternsOfOtherLines(t *testing.T) {
	for in, want := range map[string]string{
		"":                       "blank line",
		" ":                      "blank line",
		`{"msg":"http request"}`: "msg: http request",
		`{"msg":"job 17 of 9d6b5c1e-0000-4000-8000-000000000001 took 3ms"}`: "msg: job # of # took #ms",
		`{"msg":"set password=hunter2 ok"}`:                                 "msg: set password=(masked) ok",
		`{"msg":"` + strings.Repeat("long ", 50) + `"}`:                     "msg: " + strings.TrimSpace(strings.Repeat("long ", 50))[:59] + "…",
		`{"a":1}`: "JSON without msg",
		`{"msg":"exec","fields":{"cmdline":"uname -a","labels":{}}}`:                   "exec trace",
		`{"msg":"exec","fields":{}}`:                                                   "msg: exec",
		"2022-10-11 14:53:47.121 [INFO]\t(coderd)\t<x.go:1>\thttp request\t{\"a\": 1}": "text: (coderd) <x.go:#> http request",
		"starting version 2.3.4 on port 8080":                                          "text: starting version on",
		"\x00\x01\x02":                                                                 "binary data",
	} {
		its := items(t, []byte(in+"\n"))
		if len(its) != 1 || its[0].Kind != decode.Other || its[0].Note != want {
			t.Errorf("%q: %q, want %q", in, its[0].Note, want)
		}
	}
}

// Nothing secret leaves in what is shown of lines that are no records.
func TestExcerptsAreMasked(t *testing.T) {
	for _, in := range []string{
		`{"msg":"x","password":"hunter2"}`,
		`{"message":"{\"api_token\":\"hunter2\"`,
		`{"password":"hunter2`,
		"export CODER_SESSION_TOKEN=hunter2",
		"time,action,resource_type,client_secret\n2026-11-20T09:15:22Z,,user,hunter2",
		"2023-06-13 03:43:29.233 [info]  coderd: audit_log  ID=1  token=hunter2  ResourceType=user",
	} {
		for _, it := range items(t, []byte(in)) {
			if strings.Contains(it.Excerpt+it.Note, "hunter2") {
				t.Errorf("%s shows %q, %q", in, it.Note, it.Excerpt)
			}
		}
	}
}

// Items must not change when the decoder goes on, or when the piece's memory is used again.
func TestItemsKeepTheirMemory(t *testing.T) {
	d := decode.NewDecoder(decode.Limits{})
	raw := []byte(v1With(`"diff":{"a":"` + strings.Repeat("x", 50) + `"}`))
	its := d.Decode(decode.Piece{Raw: raw, Text: raw}, nil)
	before := fmt.Sprintf("%+v", its)
	for i := range raw {
		raw[i] = '#'
	}
	other := []byte(strings.ReplaceAll(v2With(`"Diff":{"b":{"new":"y","secret":false}}`), "main", "other"))
	for range 100 {
		d.Decode(decode.Piece{Raw: other, Text: other}, nil)
	}
	if after := fmt.Sprintf("%+v", its); after != before {
		t.Errorf("before %s\nafter %s", before, after)
	}
}

// A collector that makes texts of booleans must not uncover what Coder flagged.
func TestAFlagThatIsNoBooleanHidesTheValues(t *testing.T) {
	for flag, secret := range map[string]bool{`true`: true, `"true"`: true, `"True"`: true, `1`: true, `"yes"`: true, `{}`: true, `false`: false, `"false"`: false, `null`: false} {
		e := one(t, `{"id":"7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a1","time":"2026-11-20T09:15:22Z","resource_type":"template","action":"write","additional_fields":{},"diff":{"innocent":{"old":"a","new":"b","secret":`+flag+`}}}`).Event
		c := e.Changes[0]
		if c.Secret != secret || (c.Old == nil) != secret || (c.New == nil) != secret {
			t.Errorf("flag %s: secret %v, %s → %s", flag, c.Secret, c.Old, c.New)
		}
	}
}
