package demo

import (
	"strconv"
	"time"
)

// recordV2 is what a Coder v2 audit record says.
type recordV2 struct {
	who             *person // nil: Coder itself
	action          string
	typ, id, target string
	diff            string // JSON object; "" for {}
	status          int
	additional      string // JSON object; "" for {}
	org             bool   // of the organization, not of the deployment
	ip              string // "" is the person's
}

const orgID = "703f72a1-76f6-4f89-9de6-8a3989693fe5"

const nilID = "00000000-0000-0000-0000-000000000000"

func (d *deployment) lineV2(b []byte, at time.Time, r recordV2) []byte {
	logged := at.Add(time.Duration(800+d.rng.IntN(9000)) * time.Microsecond)
	b = append(b, '{')
	b = stamp(b, "ts", logged)
	b = append(b, `,"level":"INFO","msg":"audit_log","caller":"/home/runner/src/coder/coder/enterprise/audit/backends/slog.go:38","func":"github.com/coder/coder/v2/enterprise/audit/backends.(*SlogExporter).ExportStruct","logger_names":["coderd"],"fields":{"ID":"`...)
	b = appendUUID(b, d.rng)
	b = append(b, '"')
	b = stamp(b, "Time", at)
	user, ip, agentText := nilID, "", ""
	if r.who != nil {
		user, ip, agentText = r.who.idV2, r.who.ip, r.who.agent.raw
	}
	if r.ip != "" {
		ip = r.ip
	}
	b = text(b, "UserID", user)
	org := nilID
	if r.org {
		org = orgID
	}
	b = text(b, "OrganizationID", org)
	b = text(b, "Ip", ip)
	b = text(b, "UserAgent", agentText)
	b = text(b, "ResourceType", r.typ)
	b = text(b, "ResourceID", r.id)
	b = text(b, "ResourceTarget", r.target)
	b = text(b, "Action", r.action)
	b = append(key(b, "Diff"), orEmpty(r.diff)...)
	b = strconv.AppendInt(key(b, "StatusCode"), int64(r.status), 10)
	b = append(key(b, "AdditionalFields"), orEmpty(r.additional)...)
	b = append(key(b, "RequestID"), '"')
	b = appendUUID(b, d.rng)
	b = append(b, `","ResourceIcon":""`...)
	if r.who != nil {
		b = append(b, `,"actor":{`...)
		b = text(b, "id", r.who.idV2)
		b = text(b, "email", r.who.email)
		b = text(b, "username", r.who.username)
		b = append(b, '}')
	}
	return append(b, "}}"...)
}

func orEmpty(object string) string {
	if object == "" {
		return "{}"
	}
	return object
}

// mixV2 is how often each everyday kind of event of v2 occurs, in a thousand.
var mixV2 = []struct {
	kind  string
	share int
}{
	{"login", 230}, {"start", 190}, {"stop", 170}, {"autostop", 110}, {"write", 120}, {"create", 45}, {"delete", 20}, {"logout", 35}, {"key", 25}, {"version", 30},
	{"connect", 8}, {"disconnect", 8}, {"open", 4}, {"close", 3}, {"register", 1}, {"request_password_reset", 1},
}

func (d *deployment) ordinaryV2(b []byte, at time.Time, p *person) []byte {
	n := d.rng.IntN(1000)
	kind := "login"
	for _, m := range mixV2 {
		if n -= m.share; n < 0 {
			kind = m.kind
			break
		}
	}
	return d.actionV2(b, at, p, kind)
}

// nextBuild is the number of a workspace's build at a time. Some builds fell into the stretches for which no record was kept.
func (d *deployment) nextBuild(workspace string, at time.Time) int {
	last, known := d.builds[workspace]
	n := last.number + 1
	for _, q := range quiet {
		if known && last.at.Before(q[0]) && at.After(q[1]) {
			if lost := int(workspace[len(workspace)-1]) % 16; lost < 4 {
				n += lost
			}
		}
	}
	d.builds[workspace] = build{n, at}
	return n
}

// build is the last one of a workspace.
type build struct {
	number int
	at     time.Time
}

var ttls = []int64{0, 4 * int64(time.Hour), 8 * int64(time.Hour), 10 * int64(time.Hour), 24 * int64(time.Hour)}

func (d *deployment) actionV2(b []byte, at time.Time, p *person, kind string) []byte {
	ws := p.workspaces[d.rng.IntN(len(p.workspaces))]
	r := recordV2{who: p, action: kind, typ: "workspace", id: ws.idV2, target: ws.name, status: 200, org: true}
	build := func(reason string) {
		r.typ, r.target = "workspace_build", ""
		r.additional = `{"workspace_name":"` + ws.name
		if r.status < 400 { // what was denied is no build
			r.additional += `","build_number":"` + strconv.Itoa(d.nextBuild(ws.idV2, at))
		}
		r.additional += `","build_reason":"` + reason + `","workspace_owner":"` + p.username + `","workspace_id":"` + ws.idV2 + `"}`
	}
	switch kind {
	case "login":
		r.typ, r.id, r.target, r.org, r.status = "api_key", p.idV2, "", false, 201
		if d.rng.IntN(25) == 0 {
			r.status = 401
		}
	case "logout":
		r.typ, r.id, r.target, r.org = "api_key", p.idV2, "", false
	case "start", "stop":
		build("initiator")
	case "autostop":
		r.action, r.who = "stop", nil
		build("autostop")
	case "write":
		old, now := ttls[d.rng.IntN(len(ttls))], ttls[d.rng.IntN(len(ttls))]
		r.diff = `{"ttl":{"old":` + strconv.FormatInt(old, 10) + `,"new":` + strconv.FormatInt(now, 10) + `,"secret":false}`
		if d.rng.IntN(3) == 0 {
			r.diff += `,"autostart_schedule":{"old":"","new":"CRON_TZ=Europe/Zurich 30 ` + strconv.Itoa(7+d.rng.IntN(3)) + ` * * 1-5","secret":false}`
		}
		r.diff += "}"
	case "create":
		r.status = 201
		r.diff = `{"name":{"old":"","new":"` + ws.name + `","secret":false},"ttl":{"old":0,"new":28800000000000,"secret":false}}`
	case "delete":
		if d.rng.IntN(15) == 0 {
			r.status = 403
		}
		build("initiator")
	case "key":
		r.action, r.typ, r.id, r.target, r.org = "create", "api_key", p.idV2, "", false
		r.status = 201
		r.diff = `{"token_name":{"old":"","new":"laptop","secret":false},"hashed_secret":{"old":"","new":"","secret":true}}`
	case "version":
		r.action, r.typ, r.target, r.status = "create", "template_version", "v"+strconv.Itoa(d.rng.IntN(200)), 201
		r.who = d.by("maya.okonkwo")
	case "connect", "disconnect":
		r.typ, r.target = "workspace_agent", "main"
		r.additional = `{"workspace_name":"` + ws.name + `","workspace_owner":"` + p.username + `","connection_type":"SSH"}`
	case "open", "close":
		r.typ, r.target = "workspace_app", "code-server"
		r.additional = `{"workspace_name":"` + ws.name + `","workspace_owner":"` + p.username + `"}`
	case "register":
		r.typ, r.id, r.target, r.org, r.status = "user", p.idV2, p.username, false, 201
	case "request_password_reset":
		r.typ, r.id, r.target, r.org = "user", p.idV2, p.username, false
		r.diff = `{"hashed_one_time_passcode":{"old":"","new":"","secret":true}}`
	}
	return d.lineV2(b, at, r)
}
