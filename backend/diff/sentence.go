package diff

import (
	"encoding/json"
	"strconv"
	"strings"

	"auditdesk/backend/audit"
	"auditdesk/backend/catalog"
	"auditdesk/backend/mask"
)

// Sentence says what an event's record reports: "Account jessie@acme.example is recorded as changing GPU Vendor (gpu vendor)
// of infrastructure". A record is a report, not a fact, and its texts are untrusted: they are bounded, shown with nothing
// invisible in them, and quoted where they are more than a name.
func Sentence(e *audit.Event) string {
	more := additional(e)
	var b strings.Builder
	b.WriteString(who(e, more))
	did, known := deed(e, more)
	outcome := e.Outcome()
	failed := outcome == audit.OutcomeDenied || outcome == audit.OutcomeFailed || outcome == audit.OutcomeUnknown
	switch {
	case !known && failed:
		b.WriteString(" is recorded with an unsuccessful attempt at ")
		b.WriteString(did.doing)
	case !known:
		b.WriteString(" is recorded with ")
		b.WriteString(did.doing)
	case failed:
		b.WriteString(" is recorded as unsuccessfully attempting to ")
		b.WriteString(did.do)
	default:
		b.WriteString(" is recorded as ")
		b.WriteString(did.doing)
	}
	if reason := e.BuildReason; reason != "" && reason != "initiator" {
		b.WriteString(", build reason " + name(reason))
	}
	if failed {
		b.WriteString(" (status " + strconv.Itoa(e.Status) + ")")
	}
	if outcome == audit.OutcomeUnknown {
		b.WriteString("; the effect is unknown")
	}
	if e.Unrecorded {
		b.WriteString("; the content of the change is not recorded")
	}
	if byItself(e) && !e.User.IsZero() {
		b.WriteString("; the record names account " + name(e.User.Label()))
	}
	return b.String()
}

// who names the account, or says that none is named.
func who(e *audit.Event, more map[string]string) string {
	switch {
	case more["automatic_actor"] == "coder" || byItself(e):
		return "Coder itself"
	case e.User.Label() == "":
		return "An account that the record does not name"
	}
	return "Account " + name(e.User.Label())
}

// byItself reports whether the action is one that Coder takes without anybody asking. The record may name the workspace's owner.
func byItself(e *audit.Event) bool {
	a := audit.FoldASCII(e.Action)
	return a == "auto_off" || a == "auto_start"
}

// phrase is an action in the two forms that a sentence needs.
type phrase struct{ doing, do string }

// deed says what was done to what; false where no action of this name is documented.
func deed(e *audit.Event, more map[string]string) (phrase, bool) {
	object := target(e, more)
	on := func(doing, do, rest string) (phrase, bool) {
		return phrase{doing + rest, do + rest}, true
	}
	workspace := object
	if workspace == "" {
		workspace = "a workspace that the record does not name"
	}
	if object == "" {
		object = "something that the record does not name"
	}
	switch audit.FoldASCII(e.Action) {
	case "auto_off":
		return on("turning off ", "turn off ", workspace+" because it was idle")
	case "auto_start":
		return on("turning on ", "turn on ", workspace+" at the time its owner had set")
	case "connect":
		return on("connecting to ", "connect to ", workspace+via(e, more))
	case "disconnect":
		return on("disconnecting from ", "disconnect from ", workspace+via(e, more))
	case "cordon":
		return on("stopping ", "stop ", object+" from taking requests for new workspaces")
	case "uncordon":
		return on("letting ", "let ", object+" take requests for new workspaces again")
	case "create":
		return on("creating ", "create ", object)
	case "delete":
		return on("deleting ", "delete ", object)
	case "enqueue":
		return on("adding a job to the queue for ", "add a job to the queue for ", object)
	case "login":
		return on("signing in", "sign in", "")
	case "logout":
		return on("signing out", "sign out", "")
	case "open":
		if e.Version == audit.V2 {
			return on("opening ", "open ", object+via(e, more))
		}
		return on("opening ", "open ", workspace+" in the Code Web IDE in the browser")
	case "close":
		return on("closing ", "close ", object+via(e, more))
	case "ssh":
		return on("opening a web terminal to ", "open a web terminal to ", workspace)
	case "start":
		return on("starting ", "start ", workspace)
	case "stop":
		return on("stopping ", "stop ", workspace)
	case "view":
		return on("using a secret through the Coder CLI: ", "use a secret through the Coder CLI: ", object)
	case "read":
		return on("reading ", "read ", object)
	case "register":
		return on("registering ", "register ", object)
	case "request_password_reset":
		return on("asking for a password reset for ", "ask for a password reset for ", object)
	case "write":
		return on("changing ", "change ", written(e, object))
	}
	return phrase{doing: unknownAction(e, target(e, more))}, false
}

// unknownAction leaves the word as it is, with Coder's own description where there is one.
func unknownAction(e *audit.Event, object string) string {
	s := "an action without a name"
	if e.Action != "" {
		s = "the action " + quote(e.Action)
	}
	if object != "" {
		s += " on " + object
	}
	if e.Description != "" {
		said := strings.NewReplacer("{user}", e.User.Label(), "{target}", e.ResourceTarget).Replace(e.Description)
		s += ", which Coder describes as " + quote(said)
	}
	return s
}

// written says which fields of what were changed.
func written(e *audit.Event, object string) string {
	switch {
	case e.Unrecorded || len(e.Changes) == 0:
		return object
	case len(e.Changes) > 1:
		return strconv.Itoa(len(e.Changes)) + " fields of " + object
	}
	return field(&e.Changes[0]) + " of " + object
}

// field names a changed field. The panel's label comes first as people know it, but for labels that look crossed: there
// the logged field is the truth and the label a gloss.
func field(c *audit.Change) string {
	if c.Setting == "" {
		return name(c.Field)
	}
	logged := asLogged(c.Field)
	if strings.Contains(c.Note, "look crossed") {
		return logged + " (printed under " + c.Setting + ")"
	}
	return c.Setting + " (" + logged + ")"
}

// asLogged shows a text that the catalogue knows, and so needs no quotes, as it was logged.
func asLogged(s string) string { return mask.Visible(bound(s, 120)) }

// target names what was acted on: settings by their target alone, all else with its type before it.
func target(e *audit.Event, more map[string]string) string {
	typ := audit.FoldKey(e.ResourceType)
	what := e.ResourceTarget
	if what == "" {
		what = more["workspace_name"]
	}
	if what == "" {
		what = more["name"]
	}
	if e.Log == audit.ConnectionLog && strings.HasPrefix(typ, "workspace ") {
		typ = "workspace"
	}
	switch typ {
	case "environment":
		typ = "workspace"
	case "workspace build":
		typ = "workspace"
		if n := more["build_number"]; n != "" {
			typ = "build " + n + " of workspace"
		}
	}
	setting := e.Version == audit.V1 && catalog.HasTarget(e.ResourceTarget)
	switch {
	case what == "" && typ == "":
		return ""
	case what == "":
		return article(typ)
	case setting:
		return asLogged(what)
	case typ == "" || audit.FoldKey(what) == typ:
		return name(what)
	}
	return kindName(typ) + " " + name(what)
}

// kindName shows a resource type in words.
func kindName(typ string) string {
	for word := range strings.SplitSeq(typ, " ") {
		if n := name(word); n != word {
			return quote(typ)
		}
	}
	return typ
}

func article(typ string) string {
	noun := kindName(typ)
	if strings.ContainsRune("aeio", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}

// via tells how a connection was made, as far as the record says.
func via(e *audit.Event, more map[string]string) string {
	var b strings.Builder
	if e.Log == audit.ConnectionLog {
		if t := more["type"]; t != "" {
			b.WriteString(" by " + name(t))
		}
	}
	if a := more["agent_name"]; a != "" {
		b.WriteString(", agent " + name(a))
	}
	return b.String()
}

// name shows a text of the record: plainly if it reads as one name, else in quotes.
func name(s string) string {
	for _, r := range s {
		if !strings.ContainsRune("._-@/:+*", r) && !isNameRune(r) {
			return quote(s)
		}
	}
	if s == "" {
		return `“”`
	}
	return bound(s, 120)
}

func isNameRune(r rune) bool { return wordClass(r) == 1 && !mask.Invisible(r) }

func quote(s string) string { return "“" + bound(mask.Visible(s), 120) + "”" }

// additional reads the texts of additional_fields that a sentence uses.
func additional(e *audit.Event) map[string]string {
	more := map[string]string{}
	if e.Additional == "" {
		return more
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal([]byte(e.Additional), &all); err != nil {
		return more // nothing to say of it; the event shows it as it is
	}
	for _, k := range []string{"automatic_actor", "workspace_name", "build_number", "agent_name", "type", "name"} {
		var s string
		var n json.Number
		switch {
		case json.Unmarshal(all[k], &s) == nil:
			more[k] = s
		case json.Unmarshal(all[k], &n) == nil:
			more[k] = n.String()
		}
	}
	return more
}
