package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"auditdesk/backend/audit"
	"auditdesk/backend/catalog"
)

func TestEachActionIsListedOnceWithItsVersions(t *testing.T) {
	all := catalog.Actions()
	if len(all) != 21 {
		t.Errorf("%d actions, want the 21 of the vendor's pages", len(all))
	}
	seen := map[string]bool{}
	for _, a := range all {
		if seen[a.Name] || a.Definition == "" || !a.In(audit.V1) && !a.In(audit.V2) {
			t.Errorf("%+v: listed twice, without a definition or of no version", a)
		}
		seen[a.Name] = true
		got, ok := catalog.ActionNamed(strings.ToUpper(a.Name))
		if !ok || got != a {
			t.Errorf("ActionNamed(%q) = %+v, %v", strings.ToUpper(a.Name), got, ok)
		}
	}
	if _, ok := catalog.ActionNamed("frobnicate"); ok {
		t.Error("an undocumented action was found")
	}
}

func TestActionsForAVersionAreThoseDocumentedForIt(t *testing.T) {
	v1, v2 := catalog.ActionsFor(audit.V1), catalog.ActionsFor(audit.V2)
	for _, c := range []struct {
		action string
		v1, v2 bool
	}{
		{"cordon", true, false},
		{"write", true, true},
		{"connect", true, true}, // v2 (older)
		{"logout", true, true},  // v1 (later), v2
		{"read", true, false},   // v1 (named beside the filter only)
		{"start", false, true},
		{"register", false, true},
	} {
		if got := slices.Contains(v1, c.action); got != c.v1 {
			t.Errorf("v1 has %s: %v", c.action, got)
		}
		if got := slices.Contains(v2, c.action); got != c.v2 {
			t.Errorf("v2 has %s: %v", c.action, got)
		}
	}
	both, all := catalog.ActionsFor(audit.V1, audit.V2), catalog.ActionsFor()
	if len(both) != 21 || !slices.Equal(both, all) {
		t.Errorf("both versions have %d actions, all are %d, want 21", len(both), len(all))
	}
}

func TestEachSettingMatchesItsOwnTargetAndField(t *testing.T) {
	for _, s := range catalog.Settings() {
		target := s.Target
		if target == catalog.AnyTarget {
			target = "extensions"
		}
		got, ok := catalog.Match(target, "", s.Field)
		if s.Field == "" {
			if ok {
				t.Errorf("row %d: a write without a field matched row %d", s.Row, got.Row)
			}
			continue
		}
		if !ok || got.Row != s.Row {
			t.Errorf("row %d: Match(%q, %q) = row %d, %v", s.Row, target, s.Field, got.Row, ok)
		}
		if got, ok := catalog.Match("x", target, s.Field); !ok || got.Row != s.Row {
			t.Errorf("row %d by type: row %d, %v", s.Row, got.Row, ok)
		}
	}
}

func TestMatching(t *testing.T) {
	for _, c := range []struct {
		name, target, typ, field string
		label                    string // "" for no match
	}{
		{"words with spaces", "infrastructure", "infrastructure", "gpu vendor", "GPU Vendor"},
		{"snake case", "infrastructure", "infrastructure", "gpu_vendor", "GPU Vendor"},
		{"capitals", "Infrastructure", "", "Access_Url", "Access URL"},
		{"the field has capitals in the catalogue", "infrastructure", "", "access url", "Access URL"},
		{"outer and doubled spaces", " infrastructure ", "", "gpu  vendor ", "GPU Vendor"},
		{"type is spelled otherwise, target matches", "oauth configs", "oauth_config", "url_host", "URL"},
		{"a field of another target", "telemetry", "telemetry", "gpu vendor", ""},
		{"a field for any target", "main", "environment", "ext marketplace type", "Extension marketplace type"},
		{"target and type lead to different rows: the target decides", "appearance", "telemetry", "telemetry enabled", "Send enhanced usage telemetry"},
		{"the setting of a target wins over another field of the type", "system banner", "appearance", "enabled", "System Banner"},
		{"not ASCII", "infrastructure", "", "gpu\u00a0vendor", "GPU Vendor"},
		{"nothing", "", "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := catalog.Match(c.target, c.typ, c.field)
			if ok != (c.label != "") || got.Label != c.label {
				t.Errorf("Match(%q, %q, %q) = %q, %v; want %q", c.target, c.typ, c.field, got.Label, ok, c.label)
			}
		})
	}
}

// Whatever the spelling, matching agrees with the fold that filters and derivation use.
func TestMatchingFoldsAsAuditDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("gpuGPU vendorVENDOR__  \t\n\u00a0\u2003é"))).Draw(t, "text")
		if rapid.Bool().Draw(t, "spelled out") {
			sep := rapid.SampledFrom([]string{" ", "_", "  ", " _", "\t", "\u00a0", ""}).Draw(t, "sep")
			text = rapid.SampledFrom([]string{"gpu", "GPU", "Gpu"}).Draw(t, "first") + sep + rapid.SampledFrom([]string{"vendor", "VENDOR"}).Draw(t, "second") + sep
		}
		_, got := catalog.Match("infrastructure", "", text)
		if want := audit.FoldKey(text) == "gpu vendor"; got != want {
			t.Fatalf("Match(%q) = %v, FoldKey says %q", text, got, audit.FoldKey(text))
		}
	})
}

func TestKindsAndValuesOfTheCatalogue(t *testing.T) {
	gpu, _ := catalog.Match("infrastructure", "", "gpu vendor")
	if gpu.Kind != audit.KindChoice || !slices.Equal(gpu.Documented, []string{"amd", "nvidia", "none"}) {
		t.Errorf("gpu vendor: %+v", gpu)
	}
	secret, _ := catalog.Match("oauth configs", "", "client secret")
	if secret.Kind != audit.KindSecret || !catalog.SecretField("CLIENT_SECRET") || catalog.SecretField("client id") {
		t.Errorf("client secret: %+v", secret)
	}
	crossed := 0
	for _, s := range catalog.Settings() {
		if strings.Contains(s.Note, "look crossed") {
			crossed++
		}
	}
	if crossed != 6 {
		t.Errorf("%d crossed labels, want 6", crossed)
	}
}

func TestSettingsOfATarget(t *testing.T) {
	if s, ok := catalog.Unlogged("features", "features"); !ok || s.Label != "Enable fallback shell support for K8s" {
		t.Errorf("features: %+v, %v", s, ok)
	}
	if s, ok := catalog.Unlogged("infrastructure", ""); ok {
		t.Errorf("infrastructure has an unlogged setting: %+v", s)
	}
	if p, ok := catalog.PanelAt("", "Oauth_Configs"); !ok || p != "Git OAuth" {
		t.Errorf("oauth configs: panel %q, %v", p, ok)
	}
	if p, ok := catalog.PanelAt("infrastructure", ""); ok {
		t.Errorf("infrastructure is on two panels, got %q", p)
	}
}

func TestAdminEvents(t *testing.T) {
	changed := func(fields ...string) []audit.Change {
		var out []audit.Change
		for _, f := range fields {
			out = append(out, audit.Change{Field: f})
		}
		return out
	}
	v1 := func(target, typ string, fields ...string) audit.Event {
		return audit.Event{Version: audit.V1, Log: audit.AuditLog, ResourceTarget: target, ResourceType: typ, Changes: changed(fields...)}
	}
	v2 := func(typ string, fields ...string) audit.Event {
		return audit.Event{Version: audit.V2, Log: audit.AuditLog, ResourceType: typ, ResourceTarget: "x", Changes: changed(fields...)}
	}
	for _, c := range []struct {
		name  string
		event audit.Event
		want  bool
	}{
		{"v1 by target", v1("oauth configs", "oauth_config"), true},
		{"v1 by type", v1("whatever", "Infrastructure"), true},
		{"v1 workspace: the row for any target makes nothing admin by itself", v1("main", "environment", "name"), false},
		{"v1 with a field that is listed for any target", v1("main", "environment", "ext_marketplace_type"), true},
		{"v1 with a target that is a star", v1("*", "environment"), false},
		{"v1 without target and type", v1("", ""), false},
		{"v2 does not go by the v1 catalogue", v2("infrastructure"), false},
		{"v2 template", v2("template"), true},
		{"v2 template version", v2("template_version"), false},
		{"v2 group", v2("group"), true},
		{"v2 custom role", v2("custom_role"), true},
		{"v2 organization member", v2("organization_member"), true},
		{"v2 idp sync", v2("idp_sync_settings_role"), true},
		{"v2 oauth2 app secret", v2("oauth2_provider_app_secret"), true},
		{"v2 health settings", v2("health_settings"), true},
		{"v2 licence", v2("license"), true},
		{"v2 workspace proxy", v2("workspace_proxy"), true},
		{"v2 workspace", v2("workspace", "ttl"), false},
		{"v2 user, name only", v2("user", "name"), false},
		{"v2 user, roles", v2("user", "name", "rbac_roles"), true},
		{"v2 user, status", v2("user", "status"), true},
		{"v2 api key", v2("api_key"), false},
		{"connection log", audit.Event{Version: audit.V2, Log: audit.ConnectionLog, ResourceType: "template"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := catalog.Admin(&c.event); got != c.want {
				t.Errorf("Admin = %v", got)
			}
		})
	}
}

func TestPanelsOfV2Types(t *testing.T) {
	for typ, want := range map[string]string{
		"user": "Users and roles", "custom_role": "Users and roles", "organization_member": "Users and roles", "group": "Users and roles",
		"notifications_settings": "Notifications", "health_settings": "Health", "prebuilds_settings": "Prebuilds",
		"idp_sync_settings_group": "IdP sync", "oauth2_provider_app": "OAuth2 apps", "template": "Templates",
		"organization": "Organizations", "Appearance": "Appearance", "license": "Licenses", "workspace_proxy": "Workspace proxies",
		"workspace": "", "_settings": "Other settings", "\u202e_settings": "Other settings", "": "",
	} {
		if got := catalog.PanelV2(typ); got != want {
			t.Errorf("PanelV2(%q) = %q, want %q", typ, got, want)
		}
	}
	order := catalog.Panels()
	for _, s := range catalog.Settings() {
		if !slices.Contains(order, s.Panel) {
			t.Errorf("panel %q has no place in the order of risk", s.Panel)
		}
	}
	if order[len(order)-1] != "Appearance" || order[0] != catalog.PanelUsers {
		t.Errorf("order %q", order)
	}
}

// One op is one changed field.
func BenchmarkMatch(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := catalog.Match("infrastructure", "infrastructure", "enable_container_vms"); !ok {
			b.Fatal("no match")
		}
	}
}
