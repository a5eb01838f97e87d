package decode

// names are the members of an object that say what it is: the index of each one's node, 0 for none (a root is nobody's member).
// Where a key occurs twice it is the last one.
type names struct {
	auditLog, msg, message, fields               int32
	action, resourceType, time, connectTime      int32
	resourceTarget, resourceID, status, diff     int32
	uaRaw, workspaceName, typ                    int32
	goAction, goType, goTime, goID, goConnection int32
	goWorkspace                                  int32
	ts, timestamp, seconds, nanos                int32
	atTimestamp, underTime                       int32
	log, logProcessed, stream, kubernetes        int32
	level, caller, severity, sourcetype, cloud   int32
	cmdline                                      int32
}

func (d *doc) names(v value) names {
	var n names
	for c := v.node + 1; c < d.nodes[v.node].next; c = d.nodes[c].next {
		switch string(d.keyOf(&d.nodes[c])) {
		case "audit_log":
			n.auditLog = c
		case "msg":
			n.msg = c
		case "message":
			n.message = c
		case "fields":
			n.fields = c
		case "action":
			n.action = c
		case "resource_type":
			n.resourceType = c
		case "time":
			n.time = c
		case "connect_time":
			n.connectTime = c
		case "resource_target":
			n.resourceTarget = c
		case "resource_id":
			n.resourceID = c
		case "status_code":
			n.status = c
		case "diff":
			n.diff = c
		case "user_agent_raw":
			n.uaRaw = c
		case "workspace_name":
			n.workspaceName = c
		case "type":
			n.typ = c
		case "Action":
			n.goAction = c
		case "ResourceType":
			n.goType = c
		case "Time":
			n.goTime = c
		case "ID":
			n.goID = c
		case "ConnectionStatus", "ConnectionID":
			n.goConnection = c
		case "WorkspaceName":
			n.goWorkspace = c
		case "ts":
			n.ts = c
		case "timestamp":
			n.timestamp = c
		case "timestampSeconds":
			n.seconds = c
		case "timestampNanos":
			n.nanos = c
		case "@timestamp":
			n.atTimestamp = c
		case "_time":
			n.underTime = c
		case "log":
			n.log = c
		case "log_processed":
			n.logProcessed = c
		case "stream":
			n.stream = c
		case "kubernetes":
			n.kubernetes = c
		case "level":
			n.level = c
		case "caller":
			n.caller = c
		case "severity", "logging.googleapis.com/severity":
			n.severity = c
		case "sourcetype":
			n.sourcetype = c
		case "insertId", "logName", "jsonPayload", "textPayload":
			n.cloud = c
		case "cmdline":
			n.cmdline = c
		}
	}
	return n
}

// get returns the value of a member, or the zero value for index 0.
func (d *doc) get(i int32) value {
	if i == 0 {
		return value{}
	}
	return d.at(i)
}

// isRow reports whether an object is a record as the REST answers have it. One that lacks its action or time is still seen to be one by
// what else it has: it is to be called unreadable, not overlooked.
func isRow(n names) bool {
	if n.resourceType == 0 {
		return false
	}
	if n.action > 0 && n.time > 0 {
		return true
	}
	more := 0
	for _, i := range [...]int32{n.resourceTarget, n.resourceID, n.status, n.diff, n.uaRaw} {
		if i > 0 {
			more++
		}
	}
	return more >= 2
}

// isFlat reports whether an object is a record as v2 logs it. said is what its log line announces.
func (n *names) isFlat(said string) bool {
	has := 0
	for _, i := range [...]int32{n.goAction, n.goType, n.goTime, n.goID} {
		if i > 0 {
			has++
		}
	}
	return has >= 2 && said == "audit_log" || has >= 3 && n.goAction > 0 && n.goType > 0
}

// isAboutAudit reports whether an element of audit_logs has anything of a record.
func isAboutAudit(n names) bool {
	return n.action > 0 || n.resourceType > 0 || n.time > 0
}

// keyName is the name of a member. The usual ones cost no memory.
func keyName(b []byte) string {
	switch string(b) {
	case "fields":
		return "fields"
	case "message":
		return "message"
	case "log":
		return "log"
	case "jsonPayload":
		return "jsonPayload"
	case "event":
		return "event"
	case "line":
		return "line"
	case "user":
		return "user"
	case "labels":
		return "labels"
	case "logger_names":
		return "logger_names"
	}
	return string(b)
}

// isLineKey reports whether collectors keep a log line under this name.
func isLineKey(key string) bool {
	switch key {
	case "log", "message", "msg", "line", "_raw", "@message", "textPayload", "event", "body", "raw", "original", "audit_log":
		return true
	}
	return false
}
