package decode_test

import (
	"fmt"
	"strings"
	"testing"
)

// What a person may have typed is stored without the secrets that it names, as the record itself is shown.
func TestTextsThatPeopleWriteAreMasked(t *testing.T) {
	for name, line := range map[string]string{
		"the target":                  `{"time":"2022-10-11T14:53:47Z","action":"write","resource_type":"user","resource_target":"token=hunter2","diff":""}`,
		"a target of JSON":            `{"time":"2022-10-11T14:53:47Z","action":"write","resource_type":"user","resource_target":"{\"password\":\"hunter2\"}","diff":""}`,
		"the user agent of v1":        `{"time":"2022-10-11T14:53:47Z","action":"write","resource_type":"user","user_agent_raw":"curl token=hunter2","diff":""}`,
		"the user agent of v2":        `{"id":"7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a1","time":"2022-10-11T14:53:47Z","action":"write","resource_type":"user","user_agent":"curl token=hunter2","request_id":""}`,
		"the description":             `{"id":"7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a1","time":"2022-10-11T14:53:47Z","action":"write","resource_type":"user","description":"{user} sent password=hunter2","request_id":""}`,
		"the slug of a connection":    `{"msg":"connection_log","fields":{"ID":"x","Time":"2022-10-11T14:53:47Z","WorkspaceName":"w","Type":"workspace_app","SlugOrPort":"app?token=hunter2"}}`,
		"the agent of a connection":   `{"msg":"connection_log","fields":{"ID":"x","Time":"2022-10-11T14:53:47Z","WorkspaceName":"w","Type":"workspace_app","UserAgent":"curl token=hunter2"}}`,
		"the target of a workspace":   `{"time":"2022-10-11T14:53:47Z","action":"start","resource_type":"workspace_build","resource_target":"","additional_fields":{"workspace_name":"token=hunter2"}}`,
		"a v1 diff that is no JSON":   `{"time":"2022-10-11T14:53:47Z","action":"write","resource_type":"user","diff":"client_secret: hunter2"}`,
		"the name of a user":          `{"time":"2022-10-11T14:53:47Z","action":"write","resource_type":"user","diff":"","user":{"id":"u","name":"token=hunter2","username":"password: hunter2"}}`,
		"a user that is a text":       `{"time":"2022-10-11T14:53:47Z","action":"write","resource_type":"user","diff":"","user":"token=hunter2"}`,
		"an organization's name":      `{"id":"7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a1","time":"2022-10-11T14:53:47Z","action":"write","resource_type":"user","organization":{"id":"o","name":"token=hunter2"},"request_id":""}`,
		"a resource's id":             `{"time":"2022-10-11T14:53:47Z","action":"write","resource_type":"user","resource_id":"https://h/?token=hunter2","diff":""}`,
		"YAML in a v1 diff":           `{"time":"2022-10-11T14:53:47Z","action":"write","resource_type":"user","diff":"{\"config\":\"a: b\\npassword: hunter2\\n\"}"}`,
		"YAML in a v2 diff":           `{"id":"7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a1","time":"2022-10-11T14:53:47Z","action":"write","resource_type":"user","diff":{"config":{"old":"","new":"a: b\ndb:\n  password: hunter2","secret":false}},"request_id":""}`,
		"the name of a workspace row": `{"connection_logs":[{"id":"x","connect_time":"2022-10-11T14:53:47Z","workspace_name":"password=hunter2","type":"ssh"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			found := items(t, []byte(line))
			if len(found) == 0 || found[0].Event.Action == "" {
				t.Fatalf("got %+v", found)
			}
			e := found[0].Event
			all := fmt.Sprintf("%+v\n", e)
			for _, c := range e.Changes {
				all += c.Field + string(c.Old) + string(c.New)
			}
			if strings.Contains(all, "hunter2") || !strings.Contains(all, "masked") {
				t.Errorf("got %s", all)
			}
		})
	}
}

func TestWhoActedAsATextOfItsOwn(t *testing.T) {
	for name, test := range map[string]struct{ in, want string }{
		"an e-mail in v1":           {`{"time":"2022-10-11T14:53:47Z","action":"login","resource_type":"user","diff":"","user":"alice@acme.example"}`, "alice@acme.example"},
		"a username in v1":          {`{"time":"2022-10-11T14:53:47Z","action":"login","resource_type":"user","diff":"","user":"alice"}`, "alice"},
		"a column of CSV":           {"time,user,action,resource_type\n2022-10-11T14:53:47Z,alice@acme.example,login,user\n", "alice@acme.example"},
		"a column beside the email": {"time,user,email,action,resource_type\n2022-10-11T14:53:47Z,alice,alice@acme.example,login,user\n", "alice@acme.example"},
		"a text of broken JSON":     {`{"time":"2022-10-11T14:53:47Z","action":"login","resource_type":"user","diff":"","user_id":"u1","user":"{\"email\":\"alice@acme.ex"}`, "u1"},
		"a text of Go's":            {`{"time":"2022-10-11T14:53:47Z","action":"login","resource_type":"user","diff":"","user_id":"u1","user":"map[email:alice@acme.example]"}`, "u1"},
		"a text of JSON":            {`{"time":"2022-10-11T14:53:47Z","action":"login","resource_type":"user","diff":"","user":"{\"username\":\"alice\"}"}`, "alice"},
	} {
		t.Run(name, func(t *testing.T) {
			found := items(t, []byte(test.in))
			if e := found[len(found)-1].Event; e.User.Label() != test.want {
				t.Errorf("got %+v", e.User)
			}
		})
	}
}

func TestTheTimeUnderAnotherName(t *testing.T) {
	const want = "2022-10-11T14:53:47Z"
	for name, in := range map[string]string{
		"a column timestamp":                 "timestamp,action,resource_type\n2022-10-11T14:53:47Z,login,user\n",
		"a column ts":                        "ts,action,resource_type\n2022-10-11T14:53:47Z,login,user\n",
		"a column time that is empty":        "time,timestamp,action,resource_type\n,2022-10-11T14:53:47Z,login,user\n",
		"a column time beside":               "time,timestamp,action,resource_type\n2022-10-11T14:53:47Z,2023-01-01T00:00:00Z,login,user\n",
		"a column ts beside timestamp":       "timestamp,ts,action,resource_type\n2023-01-01T00:00:00Z,2022-10-11T14:53:47Z,login,user\n",
		"a column ts that is empty":          "ts,timestamp,action,resource_type\n,2022-10-11T14:53:47Z,login,user\n",
		"a column timestamp of connections":  "timestamp,workspace_name,type\n2022-10-11T14:53:47Z,main,ssh\n",
		"an empty connect_time":              "connect_time,timestamp,workspace_name,type\n,2022-10-11T14:53:47Z,main,ssh\n",
		"seconds and nanos in an object":     `{"timestamp":{"seconds":1665500027,"nanos":0},"message":"x","audit_log":{"action":"login","resource_type":"user","diff":""}}`,
		"an agent's address in a JSON text ": `{"time":"2022-10-11T14:53:47Z","action":"login","resource_type":"user","diff":"","user_agent":"{\"ip_address\":\"192.0.2.1\"}"}`,
	} {
		t.Run(name, func(t *testing.T) {
			found := items(t, []byte(in))
			e := found[len(found)-1].Event
			if e.Time.String() != want {
				t.Errorf("got %s, %+v", e.Time, found)
			}
			if strings.Contains(in, "192.0.2.1") && e.IP != "192.0.2.1" {
				t.Errorf("the address is %q", e.IP)
			}
		})
	}
}
