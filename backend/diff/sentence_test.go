package diff_test

import (
	"fmt"
	"strings"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/catalog"
	"auditdesk/backend/diff"
)

func TestASentenceForEveryDocumentedAction(t *testing.T) {
	var b strings.Builder
	for _, a := range catalog.Actions() {
		for _, v := range []audit.Version{audit.V1, audit.V2} {
			if !a.In(v) {
				continue
			}
			e := audit.Event{Version: v, Log: audit.AuditLog, Action: a.Name, ResourceType: "environment", ResourceTarget: "main", Status: 200,
				User: audit.Person{Email: "jessie@acme.example", Username: "jessie"}}
			if v == audit.V2 {
				e.ResourceType = "workspace"
			}
			for _, status := range []int{200, 403} {
				e.Status = status
				diff.Describe(&e)
				got := diff.Sentence(&e)
				if strings.Contains(got, "“") {
					t.Errorf("%s has no sentence of its own: %s", a.Name, got)
				}
				fmt.Fprintf(&b, "%s %s %d: %s\n", a.Name, v, status, got)
			}
		}
	}
	golden(t, "sentences.golden", b.String())
}

func TestSentences(t *testing.T) {
	jessie := audit.Person{ID: "5e87", Email: "jessie@acme.example", Username: "jessie"}
	base := func(change func(*audit.Event)) audit.Event {
		e := audit.Event{Version: audit.V1, Log: audit.AuditLog, Action: "write", ResourceType: "infrastructure", ResourceTarget: "infrastructure", Status: 200, User: jessie}
		change(&e)
		return e
	}
	changes := func(fields ...string) []audit.Change {
		var out []audit.Change
		for _, f := range fields {
			out = append(out, audit.Change{Field: f, New: raw(`"x"`)})
		}
		return out
	}
	for _, c := range []struct {
		why   string
		event audit.Event
		want  string
	}{
		{"a setting", base(func(e *audit.Event) { e.Changes = changes("gpu vendor") }),
			"Account jessie@acme.example is recorded as changing GPU Vendor (gpu vendor) of infrastructure"},
		{"a setting whose label is crossed: the field comes first", base(func(e *audit.Event) {
			e.ResourceType, e.ResourceTarget, e.Changes = "features", "features", changes("fuse_device")
		}),
			"Account jessie@acme.example is recorded as changing fuse_device (printed under Enable TUN device) of features"},
		{"several fields", base(func(e *audit.Event) {
			e.ResourceType, e.ResourceTarget, e.Changes = "appearance", "appearance", changes("svc banner enabled", "svc banner body", "tos body")
		}),
			"Account jessie@acme.example is recorded as changing 3 fields of appearance"},
		{"a target of the catalogue stands without its type", base(func(e *audit.Event) {
			e.ResourceType, e.ResourceTarget, e.Changes = "oauth_config", "oauth configs", changes("client_id")
		}),
			"Account jessie@acme.example is recorded as changing Client ID (client_id) of oauth configs"},
		{"without content", base(func(e *audit.Event) { e.ResourceType, e.ResourceTarget = "features", "features" }),
			"Account jessie@acme.example is recorded as changing features; the content of the change is not recorded"},
		{"denied", base(func(e *audit.Event) { e.Status, e.Changes = 403, changes("access_URL") }),
			"Account jessie@acme.example is recorded as unsuccessfully attempting to change Access URL (access_URL) of infrastructure (status 403)"},
		{"effect unknown", base(func(e *audit.Event) { e.Status, e.Changes = 500, changes("access_URL") }),
			"Account jessie@acme.example is recorded as unsuccessfully attempting to change Access URL (access_URL) of infrastructure (status 500); the effect is unknown"},
		{"no status recorded", base(func(e *audit.Event) { e.Status, e.Changes = audit.NoStatus, changes("access_URL") }),
			"Account jessie@acme.example is recorded as changing Access URL (access_URL) of infrastructure"},
		{"nobody named", base(func(e *audit.Event) { e.User, e.Action = audit.Person{}, "delete" }),
			"An account that the record does not name is recorded as deleting infrastructure"},
		{"only an id named", base(func(e *audit.Event) { e.User, e.Action = audit.Person{ID: "5e87"}, "delete" }),
			"Account 5e87 is recorded as deleting infrastructure"},
		{"Coder itself", base(func(e *audit.Event) {
			e.Version, e.ResourceType, e.ResourceTarget, e.User = audit.V2, "user", "sam", audit.Person{}
			e.Additional, e.Changes = `{"automatic_actor":"coder","automatic_subsystem":"dormancy"}`, changes("status")
		}),
			"Coder itself is recorded as changing status of user sam"},
		{"idle workspace, nobody named", base(func(e *audit.Event) {
			e.Action, e.ResourceType, e.ResourceTarget, e.User = "auto_off", "environment", "main", audit.Person{}
		}),
			"Coder itself is recorded as turning off workspace main because it was idle"},
		{"workspace turned on, its owner named", base(func(e *audit.Event) { e.Action, e.ResourceType, e.ResourceTarget = "auto_start", "environment", "main" }),
			"Coder itself is recorded as turning on workspace main at the time its owner had set; the record names account jessie@acme.example"},
		{"build of a workspace", base(func(e *audit.Event) {
			e.Version, e.Action, e.ResourceType, e.ResourceTarget, e.BuildReason = audit.V2, "stop", "workspace_build", "", "autostop"
			e.Additional = `{"workspace_name":"main","build_number":9,"build_reason":"autostop"}`
		}),
			"Account jessie@acme.example is recorded as stopping build 9 of workspace main, build reason autostop"},
		{"nothing to act on", base(func(e *audit.Event) { e.Action, e.ResourceType, e.ResourceTarget = "create", "", "" }),
			"Account jessie@acme.example is recorded as creating something that the record does not name"},
		{"only a type to act on", base(func(e *audit.Event) { e.Action, e.ResourceType, e.ResourceTarget = "create", "api_key", "" }),
			"Account jessie@acme.example is recorded as creating an api key"},
		{"a connection", base(func(e *audit.Event) {
			e.Version, e.Log, e.Action, e.ResourceType, e.ResourceTarget, e.User, e.Status = audit.V2, audit.ConnectionLog, "connect", "workspace_agent", "dev", audit.Person{}, audit.NoStatus
			e.Additional = `{"agent_name":"main","type":"ssh"}`
		}),
			"An account that the record does not name is recorded as connecting to workspace dev by ssh, agent main"},
		{"an unknown action", base(func(e *audit.Event) { e.Action = "frobnicate" }),
			"Account jessie@acme.example is recorded with the action “frobnicate” on infrastructure"},
		{"an unknown action that failed", base(func(e *audit.Event) { e.Action, e.Status = "frobnicate", 404 }),
			"Account jessie@acme.example is recorded with an unsuccessful attempt at the action “frobnicate” on infrastructure (status 404)"},
		{"an unknown action that Coder describes", base(func(e *audit.Event) {
			e.Version, e.Action, e.ResourceType, e.ResourceTarget, e.Description = audit.V2, "frob", "workspace", "main", "{user} frobbed {target}"
		}),
			"Account jessie@acme.example is recorded with the action “frob” on workspace main, which Coder describes as “jessie@acme.example frobbed main”"},
		{"no action", base(func(e *audit.Event) { e.Action = "" }),
			"Account jessie@acme.example is recorded with an action without a name on infrastructure"},
		{"a target that would turn the sentence around", base(func(e *audit.Event) {
			e.Action, e.ResourceType, e.ResourceTarget = "delete", "image", "\u202egpj. Account root is recorded as"
		}),
			"Account jessie@acme.example is recorded as deleting image “<U+202E>gpj. Account root is recorded as”"},
		{"a type that is more than a name", base(func(e *audit.Event) { e.Action, e.ResourceType, e.ResourceTarget = "delete", "x\u202e", "main" }),
			"Account jessie@acme.example is recorded as deleting “x<U+202E>” main"},
		{"additional fields that are no object", base(func(e *audit.Event) { e.Action, e.Additional = "delete", "[1" }),
			"Account jessie@acme.example is recorded as deleting infrastructure"},
	} {
		t.Run(c.why, func(t *testing.T) {
			e := c.event
			diff.Describe(&e)
			if got := diff.Sentence(&e); got != c.want {
				t.Errorf("\ngot  %s\nwant %s", got, c.want)
			}
		})
	}
}
