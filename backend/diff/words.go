package diff

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"auditdesk/backend/audit"
	"auditdesk/backend/mask"
)

// words says a change in words. They never hold a secret, are bounded, and show invisible characters.
func words(c *audit.Change, v audit.Version, action string, p pair) string {
	return bound(attempt(c.Outcome)+content(c, v, action, p), maxWords)
}

// attempt says what an outcome means for the value.
func attempt(o audit.Outcome) string {
	switch o {
	case audit.OutcomeDenied, audit.OutcomeFailed:
		return "not applied: "
	case audit.OutcomeUnknown:
		return "effect unknown: "
	}
	return ""
}

func content(c *audit.Change, v audit.Version, action string, p pair) string {
	if c.Kind == audit.KindSecret {
		return secretWords(c.SecretWas, c.SecretNow, audit.FoldASCII(action))
	}
	if p.old == absent && p.new == absent {
		return "no value logged"
	}
	// A v2 record leaves zero and null out; a v1 record without "old" does not know it.
	if v == audit.V2 {
		if p.old == absent {
			p.old = nil
		}
		if p.new == absent {
			p.new = nil
		}
	}
	switch c.Kind {
	case audit.KindList:
		if s, ok := listWords(p); ok {
			return s
		}
	case audit.KindObject:
		if s, ok := objectWords(p); ok {
			return s
		}
	case audit.KindText, audit.KindUnknown:
		if s, ok := textWords(p); ok {
			return s
		}
	case audit.KindDuration:
		return wasNow(p, showDuration)
	case audit.KindHash:
		return wasNow(p, showHash)
	}
	return wasNow(p, show)
}

// wasNow writes "was → now", or "→ now" where it is not known what was.
func wasNow(p pair, show func(any) string) string {
	if p.old == absent {
		return "→ " + show(p.new)
	}
	return show(p.old) + " → " + show(p.new)
}

// secretWords tells whether there was a value and whether there is one. What a record does not show stays open: a write
// that only names the field replaced something that was never logged.
func secretWords(was, now audit.SecretState, action string) string {
	switch {
	case was == audit.SecretEmpty && now == audit.SecretEmpty:
		return "secret empty before and after"
	case now == audit.SecretEmpty:
		return "secret removed"
	case was == audit.SecretEmpty && now == audit.SecretSet:
		return "secret set"
	case was == audit.SecretSet && now == audit.SecretSet:
		return "secret replaced"
	case was == audit.SecretEmpty || action == "create" || action == "register":
		return "secret set, value never logged"
	case action == "delete":
		return "secret removed, value never logged"
	}
	return "secret replaced, value never logged"
}

// textWords counts lines where there are several; a short text is shown.
func textWords(p pair) (string, bool) {
	was, now := lineCount(p.old), lineCount(p.new)
	if was < 2 && now < 2 {
		return "", false
	}
	count := func(v any, n int) string {
		if n == 0 {
			return show(v)
		}
		return plural(n, "line", "lines")
	}
	if p.old == absent {
		return "→ " + count(p.new, now), true
	}
	s := count(p.old, was) + " → " + count(p.new, now)
	if was > 0 && now > 0 {
		removed, added := 0, 0
		for _, op := range Lines(plain(p.old), plain(p.new)) {
			switch op.Op {
			case Removed:
				removed++
			case Added:
				added++
			}
		}
		s += fmt.Sprintf(", −%d +%d", removed, added)
	}
	return s, true
}

// lineCount is 0 for what is no text, or empty.
func lineCount(v any) int {
	s, ok := v.(string)
	if !ok || s == "" {
		return 0
	}
	return len(splitLines(s))
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// showHash prints the first and last four characters as the vendor does; all zeros is "none yet".
func showHash(v any) string {
	s, ok := v.(string)
	if !ok || s == "" || strings.ContainsAny(s, " \t\r\n") {
		return show(v)
	}
	zero := strings.Trim(s, "0.…") == "" && len(s) >= 8
	runes := []rune(s)
	if len(runes) > 9 {
		s = string(runes[:4]) + "…" + string(runes[len(runes)-4:])
	}
	s = mask.Visible(s)
	if zero {
		s += " (none yet)"
	}
	return s
}

// showDuration writes nanoseconds in units and raw: "1 h (3600000000000 ns)". Zero is just that.
func showDuration(v any) string {
	n, ok := v.(json.Number)
	if !ok {
		return show(v)
	}
	ns, err := n.Int64()
	if err != nil || ns == 0 {
		return show(v)
	}
	return duration(ns) + " (" + n.String() + " ns)"
}

func duration(ns int64) string {
	sign := ""
	rest := uint64(ns)
	if ns < 0 {
		sign, rest = "−", -rest
	}
	var parts []string
	for _, u := range []struct {
		ns   uint64
		name string
	}{{24 * 3600e9, "d"}, {3600e9, "h"}, {60e9, "min"}, {1e9, "s"}, {1e6, "ms"}, {1e3, "µs"}, {1, "ns"}} {
		if n := rest / u.ns; n > 0 {
			parts = append(parts, strconv.FormatUint(n, 10)+" "+u.name)
			rest %= u.ns
		}
	}
	return sign + strings.Join(parts, " ")
}

// OutcomeWords says an outcome as the tables of changes do.
func OutcomeWords(o audit.Outcome) string {
	switch o {
	case audit.OutcomeOK:
		return "applied"
	case audit.OutcomeDenied:
		return "denied"
	case audit.OutcomeFailed:
		return "failed"
	case audit.OutcomeUnknown:
		return "failed, effect unknown"
	}
	return "not recorded"
}
