package catalog

import (
	"strings"

	"auditdesk/backend/audit"
)

// Admin reports whether an event belongs to class:admin.
//
// Coder v1: its target or type is one of the catalogue, or it changes a field that the catalogue lists for any target.
// Coder v2: by resource type; of users only changes of roles or status. An attempt that failed belongs to it too.
func Admin(e *audit.Event) bool {
	if e.Log == audit.ConnectionLog {
		return false
	}
	if e.Version == audit.V2 {
		return adminV2(e)
	}
	if HasTarget(e.ResourceTarget) || HasTarget(e.ResourceType) {
		return true
	}
	t := load()
	var buf [96]byte
	for i := range e.Changes {
		if _, ok := t.anyField[string(appendFold(buf[:0], e.Changes[i].Field))]; ok {
			return true
		}
	}
	return false
}

func adminV2(e *audit.Event) bool {
	typ := audit.FoldASCII(e.ResourceType)
	if typ != "user" {
		return PanelV2(typ) != ""
	}
	for i := range e.Changes {
		if adminOfUser(e.Changes[i].Field) {
			return true
		}
	}
	return false
}

func adminOfUser(field string) bool {
	switch audit.FoldKey(field) {
	case "roles", "rbac roles", "status":
		return true
	}
	return false
}

// FollowsV2 reports whether the values before that Coder v2 logs of a field tell what was before, given that the event is
// class:admin. Of users only roles and status are settings. The *_settings of a deployment are logged with the zero values of a
// thing that was never read, so that theirs say nothing; those of IdP sync are read.
func FollowsV2(resourceType, field string) bool {
	typ := audit.FoldKey(resourceType)
	if typ == "user" {
		return adminOfUser(field)
	}
	return strings.HasPrefix(typ, "idp sync ") || !strings.HasSuffix(typ, " settings")
}

// PanelUsers is the panel of people and what they may do. It comes first where panels stand in the order of their risk.
const PanelUsers = "Users and roles"

// PanelV2 is where the changes of a Coder v2 resource type stand among the panels, "" for a type that is not admin.
// The panels are ours: v2 documents none. Of type user only some changes are admin, see [Admin].
func PanelV2(resourceType string) string {
	typ := audit.FoldASCII(resourceType)
	switch typ {
	case "user", "custom_role", "organization_member", "group":
		return PanelUsers
	case "template":
		return "Templates"
	case "appearance":
		return "Appearance"
	case "license":
		return "Licenses"
	case "workspace_proxy":
		return "Workspace proxies"
	}
	switch {
	case strings.HasPrefix(typ, "idp_sync_"):
		return "IdP sync"
	case strings.HasPrefix(typ, "oauth2_"):
		return "OAuth2 apps"
	case strings.HasPrefix(typ, "organization"):
		return "Organizations"
	case strings.HasSuffix(typ, "_settings"):
		return settingsPanel(strings.TrimSuffix(typ, "_settings"))
	}
	return ""
}

// settingsPanel makes "Notifications" of notifications_settings. A type is text of a log: only plain names become a panel.
func settingsPanel(name string) string {
	for i := range len(name) {
		if c := name[i]; (c < 'a' || 'z' < c) && (i == 0 || c != '_' && (c < '0' || '9' < c)) {
			return "Other settings"
		}
	}
	if name == "" {
		return "Other settings"
	}
	return string(name[0]-'a'+'A') + strings.ReplaceAll(name[1:], "_", " ")
}

// Panels lists the panels in the order of their risk: who may do what first, appearance last. Fields of admin events
// that no catalogue knows have no panel; they stand before Appearance. A panel that is not listed here (a new *_settings
// type) goes before Appearance as well.
func Panels() []string {
	return []string{PanelUsers, "Infrastructure", "Git OAuth", "OAuth2 apps", "IdP sync", "Organizations", "Licenses",
		"Workspace proxies", "Telemetry", "Notifications", "Health", "Templates", "", "Appearance"}
}
