package mask_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"auditdesk/backend/mask"
)

func TestMaskingJSON(t *testing.T) {
	for _, c := range []struct{ why, in, want string }{
		{"no secret name: not a byte changes", `{ "a" : 1.50,"b":"\u003c" }`, `{ "a" : 1.50,"b":"\u003c" }`},
		{"a string", `{"password":"hunter2","b":"\u003c\/"}`, `{"password":"(masked)","b":"\u003c\/"}`},
		{"a number", `{"key_id": 12345678901234567890 }`, `{"key_id": "(masked)" }`},
		{"a boolean", `{"token":true}`, `{"token":"(masked)"}`},
		{"an object whole", `{"credentials":{"user":"a","x":["b"]}}`, `{"credentials":"(masked)"}`},
		{"a list whole", `{"keys":["a","b"],"c":1}`, `{"keys":"(masked)","c":1}`},
		{"what is empty stays", `{"password":"","token":null,"keys":[],"credentials":{}}`, `{"password":"","token":null,"keys":[],"credentials":{}}`},
		{"public key stays", `{"public_key":"ssh-ed25519 AAAA"}`, `{"public_key":"ssh-ed25519 AAAA"}`},
		{"deep", `{"a":[{"b":{"api_key":"x"}}]}`, `{"a":[{"b":{"api_key":"(masked)"}}]}`},
		{"a name spelled with escapes", `{"p\u0061ssword":"x"}`, `{"p\u0061ssword":"(masked)"}`},
		{"a name with an escaped underscore", `{"client\u005fsecret":"x"}`, `{"client\u005fsecret":"(masked)"}`},
		{"the same name twice", `{"token":"a","token":"b"}`, `{"token":"(masked)","token":"(masked)"}`},
		{"a diff that logs the new value only", `{"diff":{"client_secret":"******","url_host":"h"}}`, `{"diff":{"client_secret":"(masked)","url_host":"h"}}`},
		{"both sides of a diff entry", `{"client secret":{"old":"a","new":{"b":1}}}`, `{"client secret":{"old":"(masked)","new":"(masked)"}}`},
		{"a diff entry of zero values", `{"private_key":{"old":"","new":"","secret":true}}`, `{"private_key":{"old":"","new":"","secret":true}}`},
		{"the flag makes an entry secret", `{"blob":{"old":"a","new":"b","secret":true}}`, `{"blob":{"old":"(masked)","new":"(masked)","secret":true}}`},
		{"the flag may stand first", `{"blob":{"secret":true,"new":7}}`, `{"blob":{"secret":true,"new":"(masked)"}}`},
		{"the flag may be odd", `{"blob":{"secret":1,"new":"b"}}`, `{"blob":{"secret":"(masked)","new":"(masked)"}}`},
		{"two flags: the secret one counts", `{"blob":{"secret":true,"secret":false,"new":"b"}}`, `{"blob":{"secret":true,"secret":false,"new":"(masked)"}}`},
		{"the flag says public: it decides", `{"token_name":{"old":"","new":"ci","secret":false}}`, `{"token_name":{"old":"","new":"ci","secret":false}}`},
		{"public, but with a secret in it", `{"token_name":{"new":{"password":"x"},"secret":false}}`, `{"token_name":{"new":{"password":"(masked)"},"secret":false}}`},
		{"an entry with more in it is masked whole", `{"password":{"old":"a","hint":"b","secret":false}}`, `{"password":"(masked)"}`},
		{"a named value", `{"params":[{"name":"db_password","value":"x"},{"value":"y","name":"region"}]}`,
			`{"params":[{"name":"db_password","value":"(masked)"},{"value":"y","name":"region"}]}`},
		{"a string of JSON", `{"diff":"{\"gpu_vendor\": \"a\\u003c\", \"client_secret\":{\"old\":\"a\",\"new\":\"b\"}}"}`,
			`{"diff":"{\"gpu_vendor\": \"a\\u003c\", \"client_secret\":{\"old\":\"(masked)\",\"new\":\"(masked)\"}}"}`},
		{"a number in a string of JSON", `{"diff":"{\"token\":1}"}`, `{"diff":"{\"token\":\"(masked)\"}"}`},
		{"three levels of strings", `{"log":"{\"message\":\"{\\\"password\\\":\\\"x\\\",\\\"n\\\":1}\"}"}`,
			`{"log":"{\"message\":\"{\\\"password\\\":\\\"(masked)\\\",\\\"n\\\":1}\"}"}`},
		{"a number three levels down", `{"log":"{\"message\":\"{\\\"key\\\":1}\"}"}`, `{"log":"{\"message\":\"{\\\"key\\\":\\\"(masked)\\\"}\"}"}`},
		{"a log line in a string", `{"log":"t audit_log  Diff=\"{\\\"password\\\":\\\"x\\\"}\"  token=abc  ID=1\n"}`,
			`{"log":"t audit_log  Diff=\"{\\\"password\\\":\\\"(masked)\\\"}\"  token=(masked)  ID=1\n"}`},
		{"a broken string of JSON", `{"diff":"{\"client_secret\":\"hunter2"}`, `{"diff":"{\"client_secret … (rest masked)"}`},
		{"several documents in a string", `{"m":"{\"key\":1}\n{\"a\":2}\n{\"key\":3}"}`, `{"m":"{\"key\":\"(masked)\"}\n{\"a\":2}\n{\"key\":\"(masked)\"}"}`},
		{"Go's text of a struct", `{"acl":"{User:map[a:b] Token:x y}"}`, `{"acl":"{User:map[a:b] Token … (rest masked)"}`},
		{"an address with a token", `{"path":"https://h/?a=1&token=abc&b=2"}`, `{"path":"https://h/?a=1&token=(masked)"}`},
		{"prose is no name", `{"body":"Password: ask the desk. Keys are at the door"}`, `{"body":"Password: ask the desk. Keys are at the door"}`},
		{"YAML in a value of a diff", `{"diff":"{\"config\":\"a: b\\npassword: hunter2\\n\"}"}`, `{"diff":"{\"config\":\"a: b\\npassword: (masked)\\n\"}"}`},
		{"a description is no name", `{"description":"{user} updated token {target}"}`, `{"description":"{user} updated token {target}"}`},
		{"a type is no name", `{"resource_type":"git_ssh_key","action":"create"}`, `{"resource_type":"git_ssh_key","action":"create"}`},
		{"a JSON string alone", `"{\"password\":\"x\"}"`, `"{\"password\":\"(masked)\"}"`},
	} {
		t.Run(c.why, func(t *testing.T) {
			in := []byte(c.in)
			got, ok := mask.JSON(in)
			if !ok || string(got) != c.want {
				t.Errorf("JSON(%s)\n got %s, %v\nwant %s", c.in, got, ok, c.want)
			}
			if !json.Valid(got) {
				t.Errorf("the result is no JSON: %s", got)
			}
			if string(in) != c.in {
				t.Error("the input was written to")
			}
			if again, ok := mask.JSON(got); !ok || !bytes.Equal(again, got) {
				t.Errorf("masked again: %s", again)
			}
			if record := mask.Record(in); !bytes.Equal(record, got) {
				t.Errorf("as a record it is masked otherwise: %s", record)
			}
		})
	}
}

func TestSecretsOfAnyLengthLookTheSame(t *testing.T) {
	short, _ := mask.JSON([]byte(`{"password":"a"}`))
	long, _ := mask.JSON([]byte(`{"password":"` + strings.Repeat("b", 1000) + `"}`))
	if !bytes.Equal(short, long) {
		t.Errorf("%s against %s", short, long)
	}
}

func TestNotJSON(t *testing.T) {
	for _, in := range []string{`{"password":"x"`, `{"password":x}`, `{"key":1}{"a":2}`, `password`, `{"key":01}`, `["token",]`, `{"key" "x"}`} {
		if got, ok := mask.JSON([]byte(in)); ok || got != nil {
			t.Errorf("JSON(%s) = %s, %v", in, got, ok)
		}
	}
}

func TestTextsOfARecord(t *testing.T) {
	for in, want := range map[string]string{
		"main":                       "main",
		"my token":                   "my token",
		"https://h/?api_key=abc":     "https://h/?api_key=(masked)",
		`{"password":"x"}`:           `{"password":"(masked)"}`,
		"password = a b c\nnext":     "password = (masked)\nnext",
		"a=1 secret=\"x y\" b=2":     "a=1 secret=\"(masked)\" b=2",
		"token:abc def\nnext":        "token:(masked)\nnext",
		"ssh public key=AAAA":        "ssh public key=AAAA",
		`{'password': 'hunter2'}`:    `{'password … (rest masked)`,
		"nested=token=abc rest=here": "nested=token=(masked) rest=here",

		// YAML and what looks like it.
		"a: b\npassword: hunter2\n":                         "a: b\npassword: (masked)\n",
		"password: hunter2":                                 "password: (masked)",
		"a: b\r\n  db_password : 'x y'\r\nc: d":             "a: b\r\n  db_password : (masked)\r\nc: d",
		"- -token: two words\na: b":                         "- -token: two words\na: b",
		"users:\n- token: abc # mine\n  name: x":            "users:\n- token: (masked)\n  name: x",
		"token: abc # mine":                                 "token: (masked)",
		"a: b\nclient secret: two words":                    "a: b\nclient secret: (masked)",
		"key: |\n  line one\n\n  line two\nregion: eu":      "key: (masked)\nregion: eu",
		"keys:\n- one\n- two\nregion: eu":                   "keys:(masked)\nregion: eu",
		"secret:\n  a: b":                                   "secret:(masked)",
		"secret: &x\n  a: b\nc: d":                          "secret: (masked)\nc: d",
		"public key: AAAA":                                  "public key: AAAA",
		"token:\n":                                          "token:\n",
		"token: ":                                           "token: ",
		"Welcome\nPassword: ask the desk":                   "Welcome\nPassword: ask the desk",
		"see the password: it hangs there":                  "see the password: it hangs there",
		"updated (token: x)":                                "updated (token: x)",
		"http://h/a\nPassword: ask the desk at 12:30 sharp": "http://h/a\nPassword: ask the desk at 12:30 sharp",
	} {
		if got := mask.String(in); got != want {
			t.Errorf("String(%q)\n got %q\nwant %q", in, got, want)
		}
		if again := mask.String(want); again != want {
			t.Errorf("masked again, %q is %q", want, again)
		}
	}
}

// Hostile nesting must cost neither the stack nor the square of its length.
func TestHostileTextsEndSoon(t *testing.T) {
	n := 100_000
	for _, in := range []string{
		strings.Repeat("[", n) + `"password"`,
		strings.Repeat(`{"a":`, n) + `"password"`,
		strings.Repeat(`{"a":`, n) + `x token=abc`,
		strings.Repeat(`[1,`, n) + `x token=abc`,
		strings.Repeat(`{"a":{}`, n) + ` token=abc`,
		`{"key":` + strings.Repeat(`"`, n),
		strings.Repeat(`\`, n) + `"token`,
		strings.Repeat(`a="`, n) + `token`,
		strings.Repeat(`key=`, n),
		strings.Repeat(`a=`, n) + "token=x",
		strings.Repeat(`,"" token`, n),
		strings.Repeat("key: a b\n", n) + "token=abc",
		strings.Repeat("key:\n", n) + "token=abc",
		strings.Repeat("key: ", n) + "token=abc",
		"x\n" + strings.Repeat(" ", n) + strings.Repeat("- ", n) + "key: a b",
	} {
		got := mask.Record([]byte(in))
		if bytes.Contains(got, []byte("token=abc")) {
			t.Errorf("%.20s…: a value survived", in)
		}
		mask.Excerpt([]byte(in), 200)
	}
}
