package decode

import "auditdesk/backend/audit"

// understandConnection makes an event of a row of the v2 connection log, from the REST answer or the server log.
//
// Coder gives such rows no action and no resource type. They get those under which v2 once logged connections in its audit log, as far
// as that can be said of types that are not known yet: action connect, or disconnect where the record says so (another
// ConnectionStatus stands as it is); resource type workspace_app for what runs in a browser (the types workspace_app and
// port_forwarding, and whatever has web_info), else workspace_agent. The target is the workspace by name and id. All else, the
// connection's type among it, is kept in Additional under the names of the REST answer. The user is only who the row names as
// connecting: rows of SSH and IDE connections name nobody, and the workspace's owner need not be who connected.
func (d *Decoder) understandConnection(s shape) {
	r := &d.rec
	own := r.connectTime
	if s == shapeConnectionFlat || own.empty() {
		own = r.time
	}
	t, as, problem := d.eventTime(own)
	if problem != "" {
		d.unreadable(problem)
		return
	}
	it := d.emit()
	it.Lent = d.lent
	e := &it.Event
	e.Time, e.TimeText = t, as
	e.Log, e.Version, e.Form = audit.ConnectionLog, audit.V2, audit.FormV2Connection
	_, e.Rank = d.form(audit.V2, s)

	e.ID = d.goText(r.id)
	e.ResourceID = d.goText(r.workspaceID)
	e.ResourceTarget = d.str(r.workspaceName)
	e.IP = d.goIP(r.ip)
	e.UserAgent = d.goText(r.userAgent)
	e.RequestID = d.goText(r.requestID)
	web := d.object(r.webInfo)
	if web.kind == object {
		r.user = web.member("user")
		r.slug = web.member("slug_or_port")
		if ua := web.member("user_agent"); ua.held() {
			e.UserAgent = d.goText(ua)
		}
		if code := web.member("status_code"); code.held() {
			e.Status = d.status(code)
		}
	}
	if ssh := d.object(r.sshInfo); ssh.kind == object {
		r.connectionID, r.exitCode = ssh.member("connection_id"), ssh.member("exit_code")
		r.disconnectTime, r.disconnectReason = ssh.member("disconnect_time"), ssh.member("disconnect_reason")
	}
	d.person(it)
	d.organization(e)

	typ := d.str(r.typ)
	e.ResourceType = "workspace_agent"
	if typ == "workspace_app" || typ == "port_forwarding" || web.kind == object {
		e.ResourceType = "workspace_app"
	}
	// The server log has one code for both: the status of a web request, else the exit code of the session, which is no status.
	switch {
	case !r.code.held():
	case e.ResourceType == "workspace_app" && e.Status == audit.NoStatus:
		e.Status = d.status(r.code)
	case e.ResourceType != "workspace_app" && !r.exitCode.held():
		r.exitCode = r.code
	}
	e.Action = "connect"
	switch status := d.str(r.connection); status {
	case "", "connected":
	case "disconnected":
		e.Action = "disconnect"
	default:
		e.Action = status
	}
	e.Additional = d.connectionDetails(r)
	d.sorted = d.sorted[:0]
	d.seal(it)
}

// connectionDetails are what has no field of its own, as JSON with sorted keys; what is not recorded is left out.
func (d *Decoder) connectionDetails(r *record) string {
	b := append([]byte(nil), '{')
	for _, m := range [...]struct {
		name string
		v    value
	}{
		{"agent_name", r.agentName},
		{"connection_id", r.connectionID},
		{"disconnect_reason", r.disconnectReason},
		{"disconnect_time", r.disconnectTime},
		{"exit_code", r.exitCode},
		{"slug_or_port", r.slug},
		{"type", r.typ},
		{"workspace_owner", r.workspaceOwner},
		{"workspace_owner_id", r.workspaceOwnerID},
	} {
		s := free(d.goText(m.v))
		if s == "" {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = appendQuotedString(b, m.name)
		b = append(b, ':')
		if m.v.kind == number || m.name == "exit_code" && isNumber(s) { // the human form quotes it
			b = append(b, s...)
		} else {
			b = appendQuotedString(b, s)
		}
	}
	if len(b) == 1 {
		return ""
	}
	return d.text.copy(append(b, '}'))
}
