package export

import (
	"fmt"
	"strings"

	"auditdesk/backend/audit"
)

// WordsOf says a query in plain words, for About and the window: `Events whose action is "write" or "create"; whose user
// is not "ci-bot"; from 2026-06-01 to the end of 2026-06-30 in Europe/Zurich`. Days are meant in zone.
func WordsOf(q audit.Query, zone string) string {
	if q.IsZero() {
		return "Every event of the case"
	}
	if zone == "" {
		zone = "UTC"
	}
	var parts []string
	var done []audit.Field
	for _, t := range q.Terms {
		if contains(done, t.Field) {
			continue
		}
		done = append(done, t.Field)
		var include, exclude []audit.Term
		for _, u := range q.Terms {
			switch {
			case u.Field != t.Field:
			case u.Exclude:
				exclude = append(exclude, u)
			default:
				include = append(include, u)
			}
		}
		parts = append(parts, fieldInWords(t.Field, include, exclude, zone)...)
	}
	return "Events " + visible(strings.Join(parts, "; "))
}

func contains(fields []audit.Field, f audit.Field) bool {
	for _, g := range fields {
		if g == f {
			return true
		}
	}
	return false
}

// fieldInWords says the terms of one field: included values are alternatives, none of the excluded ones may hold. Words
// of a text search must each be found.
func fieldInWords(f audit.Field, include, exclude []audit.Term, zone string) []string {
	var parts []string
	switch f {
	case audit.FieldText:
		for _, t := range include {
			parts = append(parts, "that contain "+alternatives(quotedValues(t.Values)))
		}
		for _, t := range exclude {
			parts = append(parts, "that do not contain "+alternatives(quotedValues(t.Values)))
		}
	case audit.FieldDateFrom, audit.FieldDateTo, audit.FieldAfter, audit.FieldBefore:
		for _, t := range include {
			if len(t.Values) > 0 {
				parts = append(parts, timeInWords(f, t.Values[0].Text, zone))
			}
		}
	case audit.FieldHas, audit.FieldClass:
		if len(include) > 0 {
			parts = append(parts, "that "+alternatives(traits(include, false)))
		}
		for _, s := range traits(exclude, true) {
			parts = append(parts, "that "+s)
		}
	default:
		what, several := subject(f)
		if len(include) > 0 {
			verb := "whose " + what + " "
			if several {
				verb = "with a " + what + " that "
			}
			parts = append(parts, verb+alternatives(tests(include, "is")))
		}
		if len(exclude) > 0 {
			verb := "whose " + what + " "
			if several {
				verb = "without a " + what + " that "
				parts = append(parts, verb+alternatives(tests(exclude, "is")))
				break
			}
			parts = append(parts, verb+joined(tests(exclude, "is not"), " and "))
		}
	}
	return parts
}

// subject is the name of a field in words, and whether an event can have several values of it.
func subject(f audit.Field) (what string, several bool) {
	switch f {
	case audit.FieldType:
		return "resource type", false
	case audit.FieldIP:
		return "IP address", false
	case audit.FieldStatus:
		return "status code", false
	case audit.FieldChanged:
		return "changed field", true
	case audit.FieldSetting:
		return "changed setting", true
	case audit.FieldPanel:
		return "changed setting's panel", true
	case audit.FieldKind:
		return "changed value's kind", true
	case audit.FieldBasis:
		return "changed value's basis", true
	case audit.FieldNew:
		return "changed field's new value", true
	case audit.FieldContinuity:
		return "changed value's continuity", true
	case audit.FieldSource:
		return "source file", true
	case audit.FieldID:
		return "event id", false
	case audit.FieldRef:
		return "reference", false
	case audit.FieldRequestID:
		return "request id", false
	case audit.FieldResourceID:
		return "resource id", false
	case audit.FieldBuildReason:
		return "build reason", false
	default:
		return string(f), false
	}
}

// tests says each value as a test: is "x", starts with "x", is recorded.
func tests(terms []audit.Term, is string) []string {
	not := strings.HasSuffix(is, "not")
	choose := func(yes, no string) string {
		if not {
			return no
		}
		return yes
	}
	var out []string
	for _, t := range terms {
		for _, v := range t.Values {
			switch v.Op {
			case audit.OpRecorded:
				out = append(out, choose("is recorded", "is not recorded"))
			case audit.OpNotRecorded:
				out = append(out, choose("is not recorded", "is recorded"))
			case audit.OpPrefix:
				out = append(out, choose("starts with ", "does not start with ")+quote(v.Text))
			case audit.OpAtLeast:
				out = append(out, choose("is ", "is not ")+v.Text+" or above")
			case audit.OpBelow:
				out = append(out, choose("is ", "is not ")+"below "+v.Text)
			default:
				out = append(out, is+" "+quote(v.Text))
			}
		}
	}
	return out
}

// traits says the values of has: and class:.
func traits(terms []audit.Term, not bool) []string {
	var out []string
	for _, t := range terms {
		for _, v := range t.Values {
			yes, no := "have "+quote(v.Text), "do not have "+quote(v.Text)
			switch v.Text {
			case "changes":
				yes, no = "list changed fields", "do not list changed fields"
			case "secret":
				yes, no = "changed a secret", "did not change a secret"
			case "unrecorded":
				yes, no = "wrote something whose content Coder did not log", "did not write something whose content Coder did not log"
			case "differs":
				yes, no = "have matching records that differ", "do not have matching records that differ"
			case "matching":
				yes, no = "have a record in another source or form, too", "have no record in another source or form"
			case "synthetic":
				yes, no = "look like a generated test record", "do not look like a generated test record"
			case "admin":
				yes, no = "are admin changes", "are not admin changes"
			}
			if not {
				yes = no
			}
			out = append(out, yes)
		}
	}
	return out
}

func timeInWords(f audit.Field, text, zone string) string {
	if strings.HasPrefix(text, "-") && len(text) > 2 {
		unit := map[byte]string{'m': "minutes", 'h': "hours", 'd': "days", 'w': "weeks"}[text[len(text)-1]]
		lead := "older than "
		if f == audit.FieldAfter {
			lead = "in the last "
		}
		return lead + text[1:len(text)-1] + " " + unit
	}
	switch f {
	case audit.FieldDateFrom:
		return fmt.Sprintf("from the start of %s in %s", text, zone)
	case audit.FieldDateTo:
		return fmt.Sprintf("to the end of %s in %s", text, zone)
	case audit.FieldAfter:
		return "at or after " + text
	default:
		return "before " + text
	}
}

func quotedValues(values []audit.Value) []string {
	var out []string
	for _, v := range values {
		out = append(out, quote(v.Text))
	}
	return out
}

func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }

// alternatives joins with "or". Values that are tested alike are tested once: is "a", "b" or "c".
func alternatives(parts []string) string { return joined(parts, " or ") }

func joined(parts []string, last string) string {
	out := make([]string, len(parts))
	copy(out, parts)
	for i := len(parts) - 1; i > 0; i-- {
		for _, lead := range []string{"is not ", "is "} {
			if strings.HasPrefix(parts[i], lead+`"`) && strings.HasPrefix(parts[i-1], lead+`"`) && last == " or " {
				out[i] = strings.TrimPrefix(parts[i], lead)
				break
			}
		}
	}
	if len(out) < 2 {
		return strings.Join(out, "")
	}
	return strings.Join(out[:len(out)-1], ", ") + last + out[len(out)-1]
}
