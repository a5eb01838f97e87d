package demo

import (
	"strconv"
	"time"
)

// recordV1 is what a Coder v1 audit record says.
type recordV1 struct {
	who             *person
	action          string
	typ, id, target string
	diff            string // JSON text of the diff; "" for none
	diffAsString    bool   // v1 writes the diff as a string of JSON in places
	status          int
	ip              string // "" is the person's
}

func (d *deployment) lineV1(b []byte, at time.Time, r recordV1) []byte {
	logged := at.Add(time.Duration(200+d.rng.IntN(900)) * time.Microsecond)
	b = append(b, '{')
	b = stamp(b, "ts", logged)
	b = append(b, `,"level":"INFO","msg":"audit_log","caller":"/go/src/coder.com/m/product/coder/pkg/audit/slog.go:118","func":"coder.com/m/product/coder/pkg/audit.(*slogBackend).Export","logger_names":["coderd","audit"],"fields":{"audit_log":{`...)
	b = stamp(b, "time", at)
	b = append(b, `,"user":{`...)
	b = text(b, "id", r.who.idV1)
	b = text(b, "email", r.who.email)
	b = text(b, "username", r.who.username)
	b = text(b, "name", r.who.name)
	b = append(b, `,"roles":[`...)
	b = quoted(b, r.who.role)
	b = append(b, `],"status":"active"}`...)
	b = text(b, "action", r.action)
	b = text(b, "resource_type", r.typ)
	b = text(b, "resource_id", r.id)
	b = text(b, "resource_target", r.target)
	b = text(b, "resource", "")
	switch {
	case r.diff == "":
		b = text(b, "diff", "")
	case r.diffAsString:
		b = text(b, "diff", r.diff)
	default:
		b = append(key(b, "diff"), r.diff...)
	}
	b = strconv.AppendInt(key(b, "status_code"), int64(r.status), 10)
	ip := r.ip
	if ip == "" {
		ip = r.who.ip
	}
	b = append(b, `,"user_agent":{`...)
	b = text(b, "browser", r.who.agent.browser)
	b = text(b, "device", "Other")
	b = text(b, "os", r.who.agent.os)
	b = text(b, "ip_address", ip)
	b = append(b, '}')
	b = text(b, "user_agent_raw", r.who.agent.raw)
	return append(b, "}}}"...)
}

// mixV1 is how often each everyday action of v1 occurs, in a thousand.
var mixV1 = []struct {
	action string
	share  int
}{
	{"login", 170}, {"connect", 190}, {"open", 150}, {"ssh", 60}, {"stop", 60}, {"auto_off", 90}, {"auto_start", 70}, {"enqueue", 80}, {"create", 35},
	{"delete", 15}, {"view", 30}, {"read", 10}, {"logout", 15}, {"write", 21}, {"cordon", 2}, {"uncordon", 2},
}

func (d *deployment) ordinaryV1(b []byte, at time.Time, p *person) []byte {
	n := d.rng.IntN(1000)
	action := "login"
	for _, m := range mixV1 {
		if n -= m.share; n < 0 {
			action = m.action
			break
		}
	}
	return d.actionV1(b, at, p, action)
}

func (d *deployment) actionV1(b []byte, at time.Time, p *person, action string) []byte {
	ws := p.workspaces[d.rng.IntN(len(p.workspaces))]
	r := recordV1{who: p, action: action, typ: "environment", id: ws.idV1, target: ws.name, status: 200}
	switch action {
	case "login", "logout":
		r.typ, r.id, r.target = "user", p.idV1, p.email
		if action == "login" && d.rng.IntN(30) == 0 {
			r.status = 401
		}
	case "create":
		r.status = 201
		if d.rng.IntN(3) == 0 {
			r.typ, r.target, r.id = "dev_url", "staging-"+ws.name, idV1(d.rng)
		}
	case "delete":
		if d.rng.IntN(4) == 0 {
			r.typ, r.target, r.id = "image_tag", "registry."+domain+"/base:2025."+strconv.Itoa(1+d.rng.IntN(40)), idV1(d.rng)
		}
		if d.rng.IntN(12) == 0 {
			r.status = 404
		}
	case "view":
		r.typ, r.target, r.id = "secret", "deploy-key", idV1(d.rng)
	case "read":
		r.typ, r.target, r.id = "image", "base", "5f0c3b1a-22d19f60aa10b1c23de45f67"
	case "cordon", "uncordon":
		r.who = d.by("sre-oncall")
		r.typ, r.target, r.id = "workspace_provider", "eu-west-1", "60b1f3d2-7a55c9e0aa11bb22cc33dd44"
	case "write":
		r.diff = `{"cpu_cores":` + strconv.Itoa(2<<d.rng.IntN(4)) + `,"memory_gb":` + strconv.Itoa(4<<d.rng.IntN(4)) + `}`
	case "enqueue":
		if d.rng.IntN(40) == 0 {
			r.status = 409
		}
	}
	return d.lineV1(b, at, r)
}
