package diff

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"auditdesk/backend/audit"
	"auditdesk/backend/mask"
)

// ListChange is what became of a list's items, each as compact JSON. Items may occur more than once; order is no change:
// before less Removed plus Added is after.
type ListChange struct {
	Added, Removed, Kept []string
}

// List compares two lists. Null and a value that is not recorded are empty lists; it is false where a value is none.
func List(before, after json.RawMessage) (ListChange, bool) {
	a, okA := items(decodeValue(before, audit.V1))
	b, okB := items(decodeValue(after, audit.V1))
	if !okA || !okB {
		return ListChange{}, false
	}
	return compare(a, b), true
}

func items(v any) ([]any, bool) {
	switch v := v.(type) {
	case missing, nil:
		return nil, true
	case []any:
		return v, true
	}
	return nil, false
}

func compare(was, now []any) ListChange {
	left := map[string]int{}
	for _, x := range was {
		left[compact(x)]++
	}
	var d ListChange
	for _, x := range now {
		key := compact(x)
		if left[key] > 0 {
			left[key]--
			d.Kept = append(d.Kept, key)
		} else {
			d.Added = append(d.Added, key)
		}
	}
	// The last occurrences are the ones that went.
	for _, x := range slices.Backward(was) {
		if key := compact(x); left[key] > 0 {
			left[key]--
			d.Removed = append(d.Removed, key)
		}
	}
	slices.Reverse(d.Removed)
	return d
}

func compact(v any) string {
	b, err := marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}

// listWords writes "+ auditor − template-admin, 2 kept".
func listWords(p pair) (string, bool) {
	if p.old == absent {
		return "", false
	}
	was, okWas := items(p.old)
	now, okNow := items(p.new)
	if !okWas || !okNow {
		return "", false
	}
	d := compare(was, now)
	if len(d.Added)+len(d.Removed) == 0 {
		switch {
		case len(now) == 0:
			return "(none) → (none)", true
		case slices.EqualFunc(was, now, func(a, b any) bool { return compact(a) == compact(b) }):
			return "the same " + plural(len(now), "value", "values"), true
		}
		return fmt.Sprintf("the same %d values in another order", len(now)), true
	}
	var b strings.Builder
	left := maxWords - 40 // room for what is left out and kept
	rest := 0
	for _, group := range []struct {
		sign string
		keys []string
	}{{"+ ", d.Added}, {"− ", d.Removed}} {
		for _, key := range group.keys {
			item := group.sign + bound(labelOf(key), maxSide/2)
			if left -= len([]rune(item)) + 1; left < 0 {
				rest++
				continue
			}
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(item)
		}
	}
	if rest > 0 {
		fmt.Fprintf(&b, ", %d more", rest)
	}
	if len(d.Kept) > 0 {
		fmt.Fprintf(&b, ", %d kept", len(d.Kept))
	}
	return b.String(), true
}

func labelOf(key string) string { return label(decodeValue(json.RawMessage(key), audit.V1)) }

// label names an item of a list: a string itself, a permission as type:action, another object by its name.
func label(v any) string {
	switch v := v.(type) {
	case string:
		if v == "" {
			return "(empty)"
		}
		return mask.Visible(v)
	case map[string]any:
		if s, ok := permission(v); ok {
			return mask.Visible(s)
		}
		for _, name := range []string{"name", "username", "email", "display_name", "user_id", "id"} {
			if s, ok := v[name].(string); ok && s != "" {
				return mask.Visible(s)
			}
		}
	}
	return mask.Visible(plain(v))
}

// permission reads an item of a custom role: {"negate": false, "resource_type": "audit_log", "action": "read"}.
func permission(v map[string]any) (string, bool) {
	typ, ok := v["resource_type"].(string)
	act, ok2 := v["action"].(string)
	if !ok || !ok2 {
		return "", false
	}
	if negate, _ := v["negate"].(bool); negate {
		return "not " + typ + ":" + act, true
	}
	return typ + ":" + act, true
}

// privilege is the note on what a change of roles or permissions grants anew, "" for none and for an attempt that was
// not applied. Where it is not known what was before, nothing is known to be new.
func privilege(c *audit.Change, v audit.Version, p pair) string {
	refused := c.Outcome == audit.OutcomeDenied || c.Outcome == audit.OutcomeFailed
	unknown := p.new == absent || v == audit.V1 && p.old == absent
	if c.Secret || refused || unknown {
		return ""
	}
	was, okWas := items(p.old)
	now, okNow := items(p.new)
	if !okWas || !okNow || now == nil || !grants(c.Field) {
		return ""
	}
	var names []string
	for _, key := range compare(was, now).Added {
		if name := labelOf(key); isPrivilege(name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if names == nil {
		return ""
	}
	return notePrivilege + ": " + bound(strings.ReplaceAll(strings.Join(names, ", "), ";", ","), maxSide)
}

// grants reports whether a field lists roles or permissions.
func grants(field string) bool {
	for word := range strings.SplitSeq(audit.FoldKey(field), " ") {
		switch word {
		case "role", "roles", "permission", "permissions", "scope", "scopes":
			return true
		}
	}
	return false
}

// isPrivilege reports whether an added role or permission lets its bearer do more: all do, but for the plain membership
// that everyone has, bans, and permissions that are negated. A role may carry its organization behind a colon.
func isPrivilege(name string) bool {
	role, _, _ := strings.Cut(audit.FoldASCII(name), ":")
	switch {
	case role == "member" || strings.HasSuffix(role, "-member"):
		return false
	case strings.HasSuffix(role, "-ban") || strings.HasPrefix(role, "not "):
		return false
	}
	return true
}

// objectWords writes the members that differ: "a: 1 → 2; b.c: (none) → 3".
func objectWords(p pair) (string, bool) {
	was, okWas := members(p.old)
	now, okNow := members(p.new)
	if !okWas || !okNow {
		return "", false
	}
	var lines []string
	differ(&lines, "", was, now, p.old == absent)
	if lines == nil {
		return "the same " + plural(len(now), "member", "members"), true
	}
	var b strings.Builder
	left := maxWords - 40
	for i, line := range lines {
		if left -= len([]rune(line)) + 2; left < 0 && i > 0 {
			fmt.Fprintf(&b, "; %d more", len(lines)-i)
			break
		}
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(bound(line, maxWords-40))
	}
	return b.String(), true
}

func members(v any) (map[string]any, bool) {
	switch v := v.(type) {
	case missing, nil:
		return nil, true
	case map[string]any:
		return v, true
	}
	return nil, false
}

const maxPath = 6 // levels of an object that words go into

func differ(lines *[]string, path string, was, now map[string]any, unknown bool) {
	names := slices.Sorted(maps.Keys(now))
	for name := range was {
		if _, ok := now[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		p := pair{was[name], now[name]}
		if unknown {
			p.old = absent
		}
		if compact(p.old) == compact(p.new) && !unknown {
			continue
		}
		at := path + bound(mask.Visible(name), 60)
		a, okA := members(p.old)
		b, okB := members(p.new)
		if okA && okB && len(a)+len(b) > 0 && strings.Count(at, ".") < maxPath {
			differ(lines, at+".", a, b, unknown)
			continue
		}
		if p.old == absent {
			*lines = append(*lines, at+": "+show(p.new))
			continue
		}
		if kindOfValue(p.old) == audit.KindList || kindOfValue(p.new) == audit.KindList {
			if s, ok := listWords(p); ok {
				*lines = append(*lines, at+": "+s)
				continue
			}
		}
		*lines = append(*lines, at+": "+wasNow(p, show))
	}
}
