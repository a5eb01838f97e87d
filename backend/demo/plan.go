package demo

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"time"
)

// plan lists what happens whatever the rhythm: every admin setting is written several times, every action occurs, and
// there are the incidents that an auditor looks for. The result is in the order of time.
func (d *deployment) plan() []planned {
	var out []planned
	add := func(at time.Time, write func(*deployment, []byte, time.Time) []byte) {
		for isQuiet(at) {
			at = at.Add(24 * time.Hour)
		}
		out = append(out, planned{at, write})
	}
	if d.opt.Log != "v2" {
		d.planSettings(add)
		d.planIncidentsV1(add)
	}
	if d.opt.Log != "v1" {
		d.planAdminV2(add)
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].at.Before(out[j].at) })
	return out
}

type adder func(at time.Time, write func(*deployment, []byte, time.Time) []byte)

// day is a moment of a working day: day counts from the first of July 2025, at a made-up minute of business hours.
func (d *deployment) day(n int) time.Time {
	at := yearStart.AddDate(0, 0, n)
	for at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
		at = at.AddDate(0, 0, 1)
	}
	return at.Add(time.Duration(7*60+d.rng.IntN(9*60)) * time.Minute).Add(time.Duration(d.rng.Int64N(int64(time.Minute)))).Truncate(time.Microsecond)
}

// panelV1 is one admin panel of v1: the writes to it, each of one or more fields with their new values. Every write is
// repeated over the months, so that values go back and forth.
type panelV1 struct {
	typ, target string
	writes      []string // JSON objects: field → new value
}

// settingsV1 covers every row of the vendor's table that logs a field.
var settingsV1 = []panelV1{
	{"infrastructure", "infrastructure", []string{
		`{"access URL":"coder.northwind.example"}`, `{"gpu vendor":"none"}`, `{"gpu vendor":"nvidia","memory overprovisioning enabled":true}`, `{"gpu vendor":"amd"}`,
		`{"enable container vms":true,"default container vms":false}`, `{"enable container vms":false}`, `{"default container vms":true}`,
		`{"enabled cached container vms":true}`, `{"enabled cached container vms":false}`, `{"enable load shiftfs":true}`, `{"enable load shiftfs":false}`,
		`{"default registry enabled":false}`, `{"default registry enabled":true}`, `{"memory overprovisioning enabled":false}`,
		`{"enable workspaces as code":true}`, `{"enable workspaces as code":false}`, `{"ext marketplace type":"custom"}`, `{"ext marketplace type":"public"}`,
		`{"access URL":"coder2.northwind.example"}`,
	}},
	{"features", "features", []string{
		`{"coder agent pull assets":"enabled"}`, `{"coder agent pull assets":"disabled"}`, `{"exectrace":"enabled"}`, `{"exectrace":"disabled"}`,
		`{"fuse device":"enabled"}`, `{"tun device":"enabled"}`, `{"fuse device":"disabled","tun device":"disabled"}`,
		`{"ecr auth irsa":"enabled"}`, `{"ecr auth irsa":"disabled"}`, `{"azure auth aad":"enabled"}`, `{"azure auth aad":"disabled"}`,
		``, // fallback shell: Coder logs no field and no diff
	}},
	{"devurl_access", "devurl access", []string{
		`{"public":false,"org":true,"authed":true}`, `{"public":true}`, `{"public":false}`, `{"org":false,"authed":true}`, `{"authed":false,"org":true}`,
	}},
	{"oauth_config", "oauth configs", []string{
		`{"client id":"0fb29c1e6d7745b8a2f3c09d1e5b7a4a","client secret":"******","description":"Git access for workspaces","name":"GitHub","service type":"github","URL host":"github.com"}`,
		`{"client secret":"******"}`, `{"service type":"gitlab","URL host":"gitlab.northwind.example","name":"GitLab","client id":"9e1d0fb2c44a4ad39bd4e21f7c30aa51","client secret":"******"}`,
		`{"description":"Moved to the internal GitLab"}`, `{"service type":"bitbucket"}`,
	}},
	{"system_banner", "system banner", []string{
		`{"enabled":true,"color bg":"#9A4967","text header":"INTERNAL","text footer":"INTERNAL"}`, `{"color bg":"#18382D"}`, `{"text header":"CONFIDENTIAL","text footer":"CONFIDENTIAL"}`,
		`{"enabled":false}`, `{"enabled":true,"color bg":"#7A1F2B"}`,
	}},
	{"appearance", "appearance", []string{
		`{"svc banner enabled":true,"svc banner color bg":"#18382D","svc banner body":"Maintenance 9:01PM"}`,
		`{"svc banner body":"Scheduled maintenance\nSaturday 9:01PM to 11:30PM\nSave your work before the window starts."}`,
		`{"svc banner body":"Scheduled maintenance\nSaturday 2025-10-04 21:00 to 23:30 UTC, questions: 電話 5521\nDo not open attachments from unknown senders\nSave your work before the window starts."}`,
		`{"svc banner color bg":"#9A4967"}`, `{"svc banner enabled":false}`,
		`{"tos enabled":true,"tos body":"Accept Terms & Conditions"}`, `{"tos body":"1. Use workspaces for bank business only.\n2. Customer data stays in Switzerland.\n3. Accept Terms & Conditions"}`, `{"tos enabled":false}`,
	}},
	{"telemetry", "telemetry", []string{
		`{"crash reports enabled":true,"enhanced telemetry enabled":true,"telemetry enabled":true}`, `{"enhanced telemetry enabled":false}`, `{"telemetry enabled":false}`,
		`{"crash reports enabled":false}`, `{"telemetry enabled":true}`,
	}},
	{"workspace_template", "local", []string{
		`{"commit":"0000000000000000000000000000000000000000","file hash":"ed1929c7a05b44f0b1d3e2f4a5968778695a4b3c2d1e0f9a8b7c6d5e4f30843b","filepath":"local","git ref":"local","From":"User"}`,
		`{"commit":"8c1f2e9d7b6a5948372615f4e3d2c1b0a9f8e7d6","file hash":"41d8aa7709ccbe12f0e5d4c3b2a190817263544536271809fedcba9876540be2","filepath":"templates/base.yml","git ref":"main","From":"Git"}`,
		`{"commit":"5be0cd19137e2179b5d6a7f8e9c0d1a2b3c4d5e6","file hash":"c7f20b1e3a4d5c6b798081929394a5b6c7d8e9fa0b1c2d3e4f5061728394a190"}`,
	}},
}

func (d *deployment) planSettings(add adder) {
	half := 184
	if d.opt.Log == "v1" {
		half = 365
	}
	for _, p := range settingsV1 {
		for round := range 3 {
			for i, w := range p.writes {
				at := d.day((round*len(p.writes)+i)*half/(3*len(p.writes)) + d.rng.IntN(3))
				who := []string{"admin", "sre-oncall", "maya.okonkwo", "sre-oncall"}[d.rng.IntN(4)]
				r := recordV1{action: "write", typ: p.typ, target: p.target, status: 200, diff: w}
				switch {
				case strings.Contains(w, "coder2."): // somebody without the right to
					r.status, who = 403, "bjorn.lindqvist"
				case w != "" && d.rng.IntN(9) == 0:
					r.diff, r.diffAsString = snake(w), true
				case p.target == "telemetry" && i == 3 && round == 1:
					r.status = 500
				}
				add(at, func(d *deployment, b []byte, at time.Time) []byte {
					r.who = d.by(who)
					if r.typ == "infrastructure" && r.status < 400 {
						d.infrastructure(w)
					}
					return d.lineV1(b, at, r)
				})
			}
		}
	}
	// In places v1 logs the old value beside the new one. The last of them is not what was logged before: a change is missing.
	for i, vendor := range []string{"nvidia", "none", "amd"} {
		add(d.day(30+50*i), func(d *deployment, b []byte, at time.Time) []byte {
			was := d.infra["gpu vendor"]
			if i == 2 {
				was = map[string]string{`"nvidia"`: `"none"`}[was]
				if was == "" {
					was = `"nvidia"`
				}
			}
			diff := fmt.Sprintf(`{"gpu_vendor": {"old": %s, "new": %q}, "enable_container_vms": {"old": %s, "new": %t}}`, was, vendor, d.infra["enable container vms"], i%2 == 0)
			d.infrastructure(fmt.Sprintf(`{"gpu vendor":%q,"enable container vms":%t}`, vendor, i%2 == 0))
			return d.lineV1(b, at, recordV1{who: d.by("admin"), action: "write", typ: "infrastructure", target: "infrastructure", status: 200, diff: diff, diffAsString: true})
		})
	}
}

// infrastructure notes what v1 infrastructure settings are set to.
func (d *deployment) infrastructure(diff string) {
	var set map[string]json.RawMessage
	if json.Unmarshal([]byte(diff), &set) == nil { // a write without content sets nothing that is known
		for name, value := range set {
			d.infra[name] = string(value)
		}
	}
}

// snake spells the field names with underscores, as v1 does in places.
func snake(diff string) string {
	var m map[string]json.RawMessage
	if err := json.Unmarshal([]byte(diff), &m); err != nil {
		return diff
	}
	out := make(map[string]json.RawMessage, len(m))
	for k, v := range m {
		out[strings.ReplaceAll(k, " ", "_")] = v
	}
	b, err := json.Marshal(out)
	if err != nil {
		return diff
	}
	return string(b)
}

// planIncidentsV1 adds each action of v1 a few times, and a night of failed sign-ins.
func (d *deployment) planIncidentsV1(add adder) {
	for i, m := range mixV1 {
		for n := range 3 {
			add(d.day(5+i*7+n*45), func(d *deployment, b []byte, at time.Time) []byte {
				return d.actionV1(b, at, d.by("haruka.sato"), m.action)
			})
		}
	}
	night := time.Date(2025, 9, 12, 1, 14, 0, 0, time.UTC)
	for i := range 60 {
		add(night.Add(time.Duration(i)*2300*time.Millisecond), func(d *deployment, b []byte, at time.Time) []byte {
			p := d.by("admin")
			return d.lineV1(b, at, recordV1{who: p, action: "login", typ: "user", id: p.idV1, target: p.email, status: 401, ip: "198.51.100.77"})
		})
	}
}

// writeV2 is an admin's change of v2.
type writeV2 struct {
	day             int
	who             string
	action          string
	typ, id, target string
	diff            string
	status          int
	org             bool
	additional      string
}

const (
	idJun       = "77a3c0de-1111-4222-8333-944455566677"
	idBjorn     = "2f1b9c7d-5a44-4b5e-9f0b-18c5d0a7e311"
	idTemplate  = "c2b4a1f0-6d7e-4c1a-8b22-0f6e4d9a7c55"
	idRole      = "e19d5b60-3c41-4f7f-a0c8-5b1f7b62d904"
	idApp       = "0a6f3d52-9b7c-4e18-bc34-7d2ea1905f68"
	idProxy     = "5d8e2c71-4f60-4a93-8e1b-c3b7f9024d16"
	idDeploy    = "9a1f2b90-0e21-4f0c-9c60-b7a3f0c0d111"
	idGroupUUID = "f4c8e0b2-7a15-4d39-96de-2b0c5a8f1e73"
)

var adminV2 = []writeV2{
	{3, "tanja.okonjo", "write", "user", idJun, "jun.ito", `{"roles":{"old":["member"],"new":["member","template-admin"],"secret":false}}`, 200, false, ""},
	{150, "tanja.okonjo", "write", "user", idJun, "jun.ito", `{"roles":{"old":["member","template-admin"],"new":["member","auditor"],"secret":false}}`, 200, false, ""},
	{75, "bjorn.lindqvist", "write", "user", idBjorn, "bjorn.lindqvist", `{"roles":{"old":["member"],"new":["member","owner"],"secret":false}}`, 403, false, ""},
	{110, "haruka.sato", "write", "user", idBjorn, "bjorn.lindqvist", `{"status":{"old":"active","new":"suspended","secret":false}}`, 200, false, ""},
	{140, "haruka.sato", "write", "custom_role", idRole, "incident-reader", `{"org_permissions":{"old":null,"new":[{"negate":false,"resource_type":"audit_log","action":"read"}],"secret":false},"display_name":{"old":"","new":"Incident reader","secret":false}}`, 200, true, ""},
	{20, "admin", "write", "organization_member", idJun, "jun.ito", `{"roles":{"old":[],"new":["organization-auditor"],"secret":false}}`, 200, true, ""},
	{35, "admin", "write", "group", idGroupUUID, "payments", `{"members":{"old":["li.wei"],"new":["li.wei","jun.ito","priya.nair"],"secret":false},"quota_allowance":{"old":10,"new":25,"secret":false}}`, 200, true, ""},
	{40, "sre-oncall", "write", "notifications_settings", nilID, "", `{"notifier_paused":{"old":false,"new":true,"secret":false}}`, 200, false, ""},
	{41, "sre-oncall", "write", "notifications_settings", nilID, "", `{"notifier_paused":{"old":true,"new":false,"secret":false}}`, 200, false, ""},
	{60, "sre-oncall", "write", "health_settings", nilID, "", `{"dismissed_healthchecks":{"old":[],"new":["DERP","Websocket"],"secret":false}}`, 200, false, ""},
	{65, "admin", "write", "idp_sync_settings_group", orgID, "Organization group sync", `{"field":{"old":"","new":"groups","secret":false},"auto_create_missing_groups":{"old":false,"new":true,"secret":false}}`, 200, true, ""},
	{66, "admin", "write", "idp_sync_settings_role", orgID, "Organization role sync", `{"field":{"old":"","new":"roles","secret":false},"mapping":{"old":{},"new":{"coder-auditors":["organization-auditor"]},"secret":false}}`, 200, true, ""},
	{90, "admin", "create", "oauth2_provider_app", idApp, "backstage", `{"name":{"old":"","new":"backstage","secret":false},"callback_url":{"old":"","new":"https://backstage.northwind.example/oauth","secret":false}}`, 201, false, ""},
	{91, "admin", "create", "oauth2_provider_app_secret", idApp, "bkst", `{"hashed_secret":{"old":"","new":"","secret":true},"display_secret":{"old":"","new":"","secret":true}}`, 201, false, ""},
	{45, "maya.okonkwo", "write", "template", idTemplate, "docker-base", `{"default_ttl":{"old":28800000000000,"new":36000000000000,"secret":false},"require_active_version":{"old":false,"new":true,"secret":false}}`, 200, true, ""},
	{120, "maya.okonkwo", "write", "template", idTemplate, "docker-base", `{"deprecated":{"old":"","new":"Use docker-2026 from May on.","secret":false},"description":{"old":"Base image with Docker","new":"Base image with Docker and Podman","secret":false}}`, 200, true, ""},
	{121, "maya.okonkwo", "write", "template", idTemplate, "docker-base", `{"failure_ttl":{"old":0,"new":3600000000000,"secret":false}}`, 500, true, ""},
	{15, "admin", "create", "workspace_proxy", idProxy, "eu-central", `{"name":{"old":"","new":"eu-central","secret":false},"token_hashed_secret":{"old":"","new":"","secret":true}}`, 201, false, ""},
	{10, "admin", "create", "license", idDeploy, "", `{"exp":{"old":"0001-01-01T00:00:00Z","new":"2027-01-31T23:59:59Z","secret":false},"jwt":{"old":"","new":"","secret":true}}`, 201, false, ""},
	{50, "admin", "write", "organization", orgID, "northwind", `{"display_name":{"old":"Northwind","new":"Northwind Bank","secret":false},"icon":{"old":"","new":"/emojis/1f3e6.png","secret":false}}`, 200, true, ""},
	{100, "admin", "write", "appearance", nilID, "", `{"announcement_banners":{"old":[],"new":[{"enabled":true,"message":"Quarter end freeze until Friday","background_color":"#9A4967"}],"secret":false},"application_name":{"old":"Coder","new":"Northwind workspaces","secret":false}}`, 200, false, ""},
	{104, "admin", "write", "organization", orgID, "northwind", ``, 200, true, ""},
	{84, "admin", "write", "user", idJun, "jun.ito", `{"status":{"old":"active","new":"dormant","secret":false}}`, 200, false, `{"automatic_actor":"coder","automatic_subsystem":"dormancy"}`},
	{85, "admin", "write", "git_ssh_key", idJun, "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMadeUpKeyMadeUpKeyMadeUpKey", `{"private_key":{"old":"","new":"","secret":true},"public_key":{"old":"ssh-ed25519 AAAAC3Nz...old","new":"ssh-ed25519 AAAAC3Nz...new","secret":false}}`, 200, false, ""},
}

func (d *deployment) planAdminV2(add adder) {
	base, rounds := 184, 1
	if d.opt.Log == "v2" {
		base, rounds = 0, 2
	}
	for round := range rounds {
		for _, w := range adminV2 {
			add(d.day(base+round*182+w.day), func(d *deployment, b []byte, at time.Time) []byte {
				r := recordV2{who: d.by(w.who), action: w.action, typ: w.typ, id: w.id, target: w.target, diff: w.diff, status: w.status, org: w.org, additional: w.additional}
				if strings.Contains(w.additional, "automatic_actor") {
					r.who = nil
				}
				return d.lineV2(b, at, r)
			})
		}
		for i, m := range mixV2 {
			for n := range 3 {
				add(d.day(base+round*182+4+i*8+n*15), func(d *deployment, b []byte, at time.Time) []byte {
					return d.actionV2(b, at, d.by("haruka.sato"), m.kind)
				})
			}
		}
	}
	night := time.Date(2026, 4, 21, 2, 40, 0, 0, time.UTC)
	for i := range 45 {
		add(night.Add(time.Duration(i)*3100*time.Millisecond), func(d *deployment, b []byte, at time.Time) []byte {
			p := d.by("admin")
			return d.lineV2(b, at, recordV2{who: p, action: "login", typ: "api_key", id: p.idV2, status: 401, ip: "198.51.100.77"})
		})
	}
}
