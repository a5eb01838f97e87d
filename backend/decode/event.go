package decode

import (
	"bytes"
	"strings"

	"auditdesk/backend/audit"
	"auditdesk/backend/mask"
)

// record understands the object v, which was recognised as a record of this shape.
func (d *Decoder) record(v value, s shape) {
	d.rec = record{}
	d.rec.fill(v)
	d.understand(s)
}

// understand makes an item of d.rec.
func (d *Decoder) understand(s shape) {
	level := d.level
	defer func() {
		for d.level > level { // trees of strings of JSON, see object
			d.popDoc()
		}
	}()
	switch s {
	case shapeConnectionRow, shapeConnectionFlat:
		d.understandConnection(s)
	default:
		d.understandAudit(s)
	}
}

func (d *Decoder) understandAudit(s shape) {
	r := &d.rec
	action := d.str(r.action)
	if action == "" {
		d.unreadable("no action")
		return
	}
	t, as, problem := d.eventTime(r.time)
	if problem != "" {
		d.unreadable(problem)
		return
	}
	it := d.emit()
	it.Lent = d.lent
	e := &it.Event
	e.Time, e.TimeText, e.Action = t, as, action
	e.Log, e.Version = audit.AuditLog, r.version(s)
	e.Form, e.Rank = d.form(e.Version, s)

	e.ResourceType = d.str(r.resourceType)
	e.ResourceID = d.goText(r.resourceID)
	e.ResourceTarget = d.str(r.target)
	e.Description = d.str(r.description)
	e.Status = d.status(r.status)
	if e.Version == audit.V2 {
		e.ID = d.goText(r.id)
		e.IP, e.UserAgent = d.goIP(r.ip), d.goText(r.userAgent)
		if r.requestID.kind != absent {
			e.RequestID = d.goText(r.requestID)
		} else if s == shapeRow {
			e.RequestID = d.goText(r.contextRequestID)
		}
	} else {
		d.classic(e)
	}
	d.person(it)
	d.organization(e)
	d.additional(e)

	d.changes(e)
	e.Unrecorded = len(e.Changes) == 0 && audit.FoldASCII(action) == "write"
	e.Synthetic = isSynthetic(e)
	d.seal(it)
}

// classic takes what v1 has in places of its own. It has no id and no request id, but one that is there is not thrown away.
func (d *Decoder) classic(e *audit.Event) {
	r := &d.rec
	e.ID, e.RequestID = d.goText(r.id), d.goText(r.contextRequestID)
	agent := d.object(r.userAgent)
	if agent.kind == object {
		e.IP = d.goIP(agent.member("ip_address"))
	} else {
		e.IP = d.goIP(r.browser)
	}
	if e.IP == "" {
		e.IP = d.goIP(r.ip)
	}
	if e.UserAgent = d.str(r.userAgentRaw); e.UserAgent == "" && agent.kind == text {
		e.UserAgent = d.goText(r.userAgent)
	}
}

// version tells the generations apart by what only one of them has.
func (r *record) version(s shape) audit.Version {
	if s == shapeFlat {
		return audit.V2
	}
	for _, v := range [...]*value{&r.additional, &r.contextRequestID, &r.requestID, &r.icon, &r.description, &r.deleted} {
		if v.kind != absent {
			return audit.V2
		}
	}
	if r.id.kind == absent || r.userAgent.kind == object || r.userAgentRaw.kind != absent || r.resource.kind != absent {
		return audit.V1
	}
	if isUUID(r.id.raw) {
		return audit.V2
	}
	return audit.V1
}

func isUUID(b []byte) bool {
	if len(b) != 36 {
		return false
	}
	for i, c := range b {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if c != '-' {
				return false
			}
		} else if !isHex(c) {
			return false
		}
	}
	return true
}

// form says in which form Coder wrote the record, as far as the wrappers let it be seen: a row with a log line around it is of the log.
func (d *Decoder) form(v audit.Version, s shape) (audit.Form, audit.Rank) {
	csv, human, log, rest := audit.FormV1CSV, audit.FormV1Human, audit.FormV1JSON, audit.FormV1REST
	if v == audit.V2 {
		csv, human, log, rest = audit.FormV2CSV, audit.FormV2Human, audit.FormV2JSON, audit.FormV2REST
	}
	switch {
	case d.piece.Header != nil && !d.cell:
		return csv, audit.RankCSV
	case d.human:
		return human, audit.RankHuman
	case s == shapeFlat || s == shapeConnectionFlat || d.inLogLine():
		return log, audit.RankJSON
	}
	return rest, audit.RankREST
}

// inLogLine reports whether the record stands within a log line of Coder's.
func (d *Decoder) inLogLine() bool {
	for i := range d.frames {
		f := &d.frames[i]
		if f.key == "audit_log" || f.n.auditLog > 0 || f.n.fields > 0 && (f.n.msg > 0 || f.n.level > 0 || f.n.caller > 0 || f.n.ts > 0) {
			return true
		}
	}
	return false
}

// status reads a status code; a collector may have made a string or 200.0 of it.
func (d *Decoder) status(v value) int {
	if v.kind != number {
		if s := d.goText(v); s != "" {
			v = word([]byte(s))
		} else {
			return audit.NoStatus
		}
	}
	n, frac, ok := decimal(v.raw)
	if !ok || frac != 0 || n < 0 || n > 1<<30 {
		return audit.NoStatus
	}
	return int(n)
}

// person takes who acted. v1 names the user beside the record, v2's log by id and, since 2023, as actor.
func (d *Decoder) person(it *Item) {
	r, p := &d.rec, &it.Event.User
	user := d.object(r.user)
	p.ID, p.Email, p.Username, p.Name = d.goText(r.userID), d.goText(r.email), d.goText(r.username), d.goText(r.name)
	if user.kind != object {
		switch s := d.goText(user); { // a cell or a text of the user's name
		case s == "", s[0] == '{', s[0] == '[', strings.HasPrefix(s, "map["): // what is left of an object names nobody for certain
		case strings.Contains(s, "@") && p.Email == "":
			p.Email = s
		case !strings.Contains(s, "@") && p.Username == "":
			p.Username = s
		}
		return
	}
	for c := user.node + 1; c < user.doc.nodes[user.node].next; c = user.doc.nodes[c].next {
		m := user.doc.at(c)
		var to *string
		switch string(user.doc.keyOf(&user.doc.nodes[c])) {
		case "id":
			to = &p.ID
		case "email":
			to = &p.Email
		case "username":
			to = &p.Username
		case "name":
			to = &p.Name
		case "roles":
			it.Roles = d.roles(m)
			continue
		default:
			continue
		}
		if s := d.goText(m); s != "" {
			*to = s
		}
	}
}

// object is v, or what the string v spells if that is an object: human lines and CSV cells hold JSON as text.
// The tree lives until the record is done.
func (d *Decoder) object(v value) value {
	if v.kind != text || len(v.raw) == 0 {
		return v
	}
	doc := d.pushDoc()
	doc.own = v.appendText(doc.own[:0])
	b := trimSpace(doc.own)
	if len(b) > 0 && (b[0] == '{' || b[0] == '[') {
		if n, err := doc.parse(b, d.l.Depth, &d.values); err == nil && n == len(b) {
			return doc.at(0)
		}
	}
	d.popDoc()
	return v
}

// roles are strings, or objects with a name.
func (d *Decoder) roles(v value) []string {
	if v.kind != array {
		return nil
	}
	var roles []string
	for c := v.node + 1; c < v.doc.nodes[v.node].next; c = v.doc.nodes[c].next {
		m := v.doc.at(c)
		if m.kind == object {
			m = m.member("name")
		}
		if s := d.str(m); s != "" {
			roles = append(roles, s)
		}
	}
	return roles
}

// organization takes its id, and its name where the record gives one.
func (d *Decoder) organization(e *audit.Event) {
	r := &d.rec
	e.OrganizationID = d.goText(r.organizationID)
	switch r.organization.kind {
	case object:
		e.Organization = d.str(r.organization.member("name"))
		if e.OrganizationID == "" {
			e.OrganizationID = d.goText(r.organization.member("id"))
		}
	case text:
		e.Organization = d.goText(r.organization)
	}
	if e.Organization == "" {
		e.Organization = e.OrganizationID
	}
}

// additional takes additional_fields: its text, masked, and what of it has a place of its own.
func (d *Decoder) additional(e *audit.Event) {
	d.extra = value{}
	v := d.object(d.rec.additional)
	if v.kind != object || v.doc.nodes[v.node].next == v.node+1 {
		if v.kind == array || v.kind == text && len(v.raw) > 0 && !bytes.Equal(v.raw, nullWord) {
			e.Additional = d.text.copy(d.masked(v))
		}
		return
	}
	e.BuildReason = d.str(v.member("build_reason"))
	if e.ResourceTarget == "" && e.ResourceType == "workspace_build" {
		e.ResourceTarget = d.str(v.member("workspace_name"))
	}
	masked := d.masked(v)
	if v.doc == d.rec.additional.doc && len(masked) == len(d.scratch) && &masked[0] == &d.scratch[0] {
		d.extra = v
	}
	e.Additional = d.text.copy(masked)
}

// masked is v as JSON without white space, secrets masked. It is valid until the next call.
func (d *Decoder) masked(v value) []byte {
	d.scratch = v.appendJSON(d.scratch[:0])
	if v.kind == number || v.kind == boolean || v.kind == null {
		return d.scratch
	}
	out, ok := mask.JSON(d.scratch)
	if !ok {
		out = appendQuoted(nil, mask.Record(d.scratch))
	}
	return out
}

// isSynthetic recognises the row that POST /audit/testgenerate inserts.
func isSynthetic(e *audit.Event) bool {
	if e.Version != audit.V2 || e.Status != 200 || e.RequestID != "" || len(e.Changes) != 1 {
		return false
	}
	c := &e.Changes[0]
	return c.Field == "foo" && string(c.Old) == `"bar"` && string(c.New) == `"baz"`
}
