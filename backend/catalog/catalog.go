// Package catalog is the documented vocabulary: the actions and admin settings that the vendor names, and which events count as admin.
// It must not know how events are read or kept: an event that it does not know is an event all the same.
package catalog

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"auditdesk/backend/audit"
)

//go:embed actions.tsv
var actionsTSV string

//go:embed admin-settings.tsv
var settingsTSV string

// AnyTarget is the target of a setting that is logged under targets of its own.
const AnyTarget = "*"

// Action is a documented action.
type Action struct {
	Name       string
	Since      string // as the vendor says: "v1", "v1, v2", "v2 (older)"
	Definition string
}

// In reports whether the action is documented for v.
func (a Action) In(v audit.Version) bool {
	for part := range strings.SplitSeq(a.Since, ",") {
		if name, _, _ := strings.Cut(strings.TrimSpace(part), " "); name == string(v) {
			return true
		}
	}
	return false
}

// Setting is a documented admin setting of Coder v1: one logged field.
type Setting struct {
	Row        int        // 1-based, in the vendor's order
	Panel      string     // of the admin pages
	Label      string     // the panel's name of it, a gloss on Field
	Action     string     // always "write"
	Target     string     // or [AnyTarget]
	Field      string     // "" where Coder logs no field
	Documented []string   // the values that the vendor names: all there are for a choice or a boolean, an example otherwise
	Kind       audit.Kind //
	Note       string     // what is odd about the row
}

type tables struct {
	actions  []Action
	byAction map[string]int
	settings []Setting
	byField  map[string]int      // folded target, NUL, folded field → index
	anyField map[string]int      // folded field of the rows for any target → index
	targets  map[string][]int    // folded target → indices; without AnyTarget
	secret   map[string]struct{} // folded fields of kind secret
}

// The tables are part of the program: a broken one is a broken build, which the package's tests find.
var load = sync.OnceValue(func() *tables {
	t, err := parse(actionsTSV, settingsTSV)
	if err != nil {
		panic(err)
	}
	return t
})

// Actions lists the documented actions in the vendor's order.
func Actions() []Action { return slices.Clone(load().actions) }

// ActionNamed finds a documented action, ASCII case aside.
func ActionNamed(name string) (Action, bool) {
	t := load()
	i, ok := t.byAction[audit.FoldASCII(name)]
	if !ok {
		return Action{}, false
	}
	return t.actions[i], true
}

// ActionsFor lists the names of the actions documented for any of the versions; without versions, all of them.
func ActionsFor(versions ...audit.Version) []string {
	var names []string
	for _, a := range load().actions {
		if len(versions) == 0 || slices.ContainsFunc(versions, a.In) {
			names = append(names, a.Name)
		}
	}
	return names
}

// Settings lists the documented settings in the vendor's order. The Documented slices are shared: do not write to them.
func Settings() []Setting { return slices.Clone(load().settings) }

// Match finds the setting that a changed field of a Coder v1 event belongs to: the event's target or type is the row's
// target and the field is the row's field, case and "_"/space aside ([audit.FoldKey]). Where target and type lead to
// different rows, the target decides; a row for any target comes last. It is only meant for v1: the caller says so.
func Match(target, resourceType, field string) (Setting, bool) {
	t := load()
	var buf [96]byte
	for _, where := range [2]string{target, resourceType} {
		if where == "" {
			continue
		}
		key := append(appendFold(buf[:0], where), 0)
		if i, ok := t.byField[string(appendFold(key, field))]; ok {
			return t.settings[i], true
		}
	}
	if i, ok := t.anyField[string(appendFold(buf[:0], field))]; ok {
		return t.settings[i], true
	}
	return Setting{}, false
}

// Unlogged finds the setting of a target or type that is documented to log neither field nor value: a candidate for a
// write without content, no more than that.
func Unlogged(target, resourceType string) (Setting, bool) {
	for _, s := range at(target, resourceType) {
		if s.Field == "" {
			return s, true
		}
	}
	return Setting{}, false
}

// PanelAt is the admin panel of a v1 target or type, if all of its documented settings are on one panel.
func PanelAt(target, resourceType string) (string, bool) {
	panel := ""
	for _, s := range at(target, resourceType) {
		if panel != "" && s.Panel != panel {
			return "", false
		}
		panel = s.Panel
	}
	return panel, panel != ""
}

// HasTarget reports whether a target (or a type) is one of the catalogue, case and "_"/space aside.
func HasTarget(target string) bool {
	var buf [96]byte
	_, ok := load().targets[string(appendFold(buf[:0], target))]
	return ok
}

func at(target, resourceType string) []Setting {
	t := load()
	var found []Setting
	for _, where := range [2]string{target, resourceType} {
		for _, i := range t.targets[audit.FoldKey(where)] {
			found = append(found, t.settings[i])
		}
		if found != nil {
			return found
		}
	}
	return nil
}

// SecretField reports whether the vendor documents a field of this name as secret.
func SecretField(field string) bool {
	var buf [96]byte
	_, ok := load().secret[string(appendFold(buf[:0], field))]
	return ok
}

func parse(actions, settings string) (*tables, error) {
	t := &tables{
		byAction: map[string]int{}, byField: map[string]int{}, anyField: map[string]int{},
		targets: map[string][]int{}, secret: map[string]struct{}{},
	}
	rows, err := rows(actions, "action", "since", "definition")
	if err != nil {
		return nil, fmt.Errorf("read actions.tsv: %w", err)
	}
	for i, r := range rows {
		t.actions = append(t.actions, Action{Name: r[0], Since: r[1], Definition: r[2]})
		t.byAction[audit.FoldASCII(r[0])] = i
	}
	if err := t.addSettings(settings); err != nil {
		return nil, fmt.Errorf("read admin-settings.tsv: %w", err)
	}
	return t, nil
}

func (t *tables) addSettings(text string) error {
	rows, err := rows(text, "panel", "setting", "action", "target", "field", "documented_values", "kind", "note")
	if err != nil {
		return err
	}
	for i, r := range rows {
		s := Setting{Row: i + 1, Panel: r[0], Label: r[1], Action: r[2], Target: r[3], Field: r[4], Kind: audit.Kind(r[6]), Note: r[7]}
		if !slices.Contains(audit.Kinds(), s.Kind) {
			return fmt.Errorf("row %d: kind %q", s.Row, r[6])
		}
		s.Documented = documented(s.Kind, r[5])
		t.settings = append(t.settings, s)
		field := audit.FoldKey(s.Field)
		if s.Kind == audit.KindSecret {
			t.secret[field] = struct{}{}
		}
		if s.Target == AnyTarget {
			t.anyField[field] = i
			continue
		}
		target := audit.FoldKey(s.Target)
		t.targets[target] = append(t.targets[target], i)
		if field != "" {
			t.byField[target+"\x00"+field] = i
		}
	}
	return nil
}

// A slash parts values only where the vendor lists them: an example such as a URL may hold one.
func documented(kind audit.Kind, text string) []string {
	switch {
	case text == "":
		return nil
	case kind == audit.KindBoolean || kind == audit.KindChoice:
		return strings.Split(text, "/")
	default:
		return []string{text}
	}
}

func rows(text string, columns ...string) ([][]string, error) {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if head := strings.Split(lines[0], "\t"); !slices.Equal(head, columns) {
		return nil, fmt.Errorf("line 1: columns %q, want %q", head, columns)
	}
	var out [][]string
	for i, line := range lines[1:] {
		cells := strings.Split(line, "\t")
		if len(cells) != len(columns) {
			return nil, fmt.Errorf("line %d: %d columns, want %d", i+2, len(cells), len(columns))
		}
		out = append(out, cells)
	}
	return out, nil
}

// appendFold is [audit.FoldKey] without garbage: it runs for each changed field of an import.
func appendFold(dst []byte, s string) []byte {
	start := len(dst)
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 0x80:
			return append(dst[:start], audit.FoldKey(s)...)
		case c == '_' || c == ' ' || '\t' <= c && c <= '\r':
			if len(dst) > start && dst[len(dst)-1] != ' ' {
				dst = append(dst, ' ')
			}
		case 'A' <= c && c <= 'Z':
			dst = append(dst, c+'a'-'A')
		default:
			dst = append(dst, c)
		}
	}
	if len(dst) > start && dst[len(dst)-1] == ' ' {
		dst = dst[:len(dst)-1]
	}
	return dst
}
