package decode

import "bytes"

// shape is one of the ways in which an object can be a record.
type shape uint8

const (
	shapeRow            shape = iota + 1 // snake_case: v1, and the REST answers of v2
	shapeFlat                            // PascalCase: the server log of v2
	shapeConnectionRow                   // the REST answer of v2's connection log
	shapeConnectionFlat                  // its server log
)

// record is what a record holds, by what it means and whatever its names are in this form. Nothing is interpreted yet.
type record struct {
	id, time, action, resourceType, resourceID, target, diff, status value
	additional, requestID, contextRequestID                          value
	organizationID, organization                                     value
	ip, userAgent, userAgentRaw, browser                             value // browser: v1's {browser, device, ip_address, os}
	description, icon, deleted, resource                             value
	user, userID, email, username, name                              value

	connectTime, workspaceID, workspaceName, workspaceOwnerID, workspaceOwner value
	agentName, typ, webInfo, sshInfo, code, slug                              value
	connectionID, disconnectReason, disconnectTime, exitCode, connection      value
}

// fill takes the members of an object. Of a key that occurs twice the last one counts.
func (r *record) fill(v value) {
	for c := v.node + 1; c < v.doc.nodes[v.node].next; c = v.doc.nodes[c].next {
		if f := r.field(v.doc.keyOf(&v.doc.nodes[c])); f != nil {
			*f = v.doc.at(c)
		}
	}
}

// field returns where the value of a name belongs, or nil for a name that means nothing here.
func (r *record) field(name []byte) *value {
	switch string(name) {
	case "id", "ID":
		return &r.id
	case "time", "Time":
		return &r.time
	case "action", "Action":
		return &r.action
	case "resource_type", "ResourceType":
		return &r.resourceType
	case "resource_id", "ResourceID":
		return &r.resourceID
	case "resource_target", "ResourceTarget":
		return &r.target
	case "resource":
		return &r.resource
	case "diff", "Diff":
		return &r.diff
	case "status_code", "StatusCode":
		return &r.status
	case "additional_fields", "AdditionalFields":
		return &r.additional
	case "RequestID":
		return &r.requestID
	case "request_id": // beside RequestID it is that of the log call's context
		return &r.contextRequestID
	case "organization_id", "OrganizationID":
		return &r.organizationID
	case "organization":
		return &r.organization
	case "ip", "Ip", "IP":
		return &r.ip
	case "user_agent", "UserAgent":
		return &r.userAgent
	case "user_agent_raw":
		return &r.userAgentRaw
	case "description":
		return &r.description
	case "resource_icon", "ResourceIcon":
		return &r.icon
	case "is_deleted":
		return &r.deleted
	case "user", "actor":
		return &r.user
	case "user_id", "UserID":
		return &r.userID
	case "email", "user_email":
		return &r.email
	case "username", "user_username":
		return &r.username
	case "user_name":
		return &r.name
	case "connect_time":
		return &r.connectTime
	case "workspace_id", "WorkspaceID":
		return &r.workspaceID
	case "workspace_name", "WorkspaceName":
		return &r.workspaceName
	case "workspace_owner_id", "WorkspaceOwnerID":
		return &r.workspaceOwnerID
	case "workspace_owner_username", "WorkspaceOwnerUsername":
		return &r.workspaceOwner
	case "agent_name", "AgentName":
		return &r.agentName
	case "type", "Type":
		return &r.typ
	case "web_info":
		return &r.webInfo
	case "ssh_info":
		return &r.sshInfo
	case "Code":
		return &r.code
	case "SlugOrPort":
		return &r.slug
	case "ConnectionID":
		return &r.connectionID
	case "DisconnectReason":
		return &r.disconnectReason
	case "DisconnectTime":
		return &r.disconnectTime
	case "ExitCode":
		return &r.exitCode
	case "ConnectionStatus":
		return &r.connection
	}
	return nil
}

// goText is the text that a value holds beneath what Go's %+v and JSON print around values that may be missing:
// <nil>, {String:x Valid:true}, {IPNet:{IP:192.0.2.1 Mask:ffffffff} Valid:true}, {"String":"x","Valid":true}, and the nil UUID.
// Such a value that is missing is "".
func (d *Decoder) goText(v value) string {
	if v.kind == object {
		if valid := v.member("Valid"); valid.kind != boolean || string(valid.raw) != "true" {
			return ""
		}
		for c := v.node + 1; c < v.doc.nodes[v.node].next; c = v.doc.nodes[c].next {
			if string(v.doc.keyOf(&v.doc.nodes[c])) == "Valid" {
				continue
			}
			inner := v.doc.at(c)
			if inner.kind == object {
				inner = inner.member("IP")
			}
			return d.str(inner)
		}
		return ""
	}
	if v.kind != text {
		return d.str(v)
	}
	if v.plain() {
		return d.text.copy(bare(v.raw))
	}
	d.scratch = v.appendText(d.scratch[:0])
	return d.text.copy(bare(d.scratch))
}

var (
	nilUUID  = []byte("00000000-0000-0000-0000-000000000000")
	nilWord  = []byte("<nil>")
	nullWord = []byte("null")
	valid    = []byte(" Valid:true}")
	invalid  = []byte(" Valid:false}")
	ipNet    = []byte("{IPNet:{IP:")
)

func bare(b []byte) []byte {
	switch {
	case len(b) == 0:
		return nil
	case b[0] == '0' && bytes.Equal(b, nilUUID), bytes.Equal(b, nilWord), bytes.Equal(b, nullWord):
		return nil
	case b[0] != '{':
		return b
	case bytes.HasSuffix(b, invalid):
		return nil
	case !bytes.HasSuffix(b, valid):
		return b
	}
	if rest, ok := bytes.CutPrefix(b, ipNet); ok {
		ip, _, _ := bytes.Cut(rest, []byte{' '})
		return bare(ip)
	}
	_, inner, ok := bytes.Cut(b[:len(b)-len(valid)], []byte{':'})
	if !ok {
		return b
	}
	return inner
}

// goIP is goText of an address; a network of one address is that address.
func (d *Decoder) goIP(v value) string {
	s := d.goText(v)
	for _, mask := range []string{"/32", "/128"} {
		if n := len(s) - len(mask); n > 0 && s[n:] == mask {
			return s[:n]
		}
	}
	return s
}
