package facet

import (
	"strings"
	"unicode/utf8"

	"auditdesk/backend/audit"
)

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// equalFold reports whether s, in any ASCII case, is folded, which has no upper case ASCII letters.
func equalFold(s, folded string) bool {
	if len(s) != len(folded) {
		return false
	}
	for i := range len(s) {
		if lower(s[i]) != folded[i] {
			return false
		}
	}
	return true
}

// containsFold reports whether s, in any case, contains folded, which [audit.FoldText] has folded.
func containsFold(s, folded string) bool {
	if folded == "" {
		return true
	}
	if !isASCII(folded) {
		return strings.Contains(audit.FoldText(s), folded)
	}
	first := folded[0]
	for i := 0; i+len(folded) <= len(s); i++ {
		if lower(s[i]) == first && equalFold(s[i:i+len(folded)], folded) {
			return true
		}
	}
	return false
}

// compareNames orders names without regard to ASCII case, then by bytes.
func compareNames(a, b string) int {
	for i := 0; i < len(a) && i < len(b); i++ {
		if x, y := lower(a[i]), lower(b[i]); x != y {
			return int(x) - int(y)
		}
	}
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

func hasUpper(s string) bool {
	for i := range len(s) {
		if 'A' <= s[i] && s[i] <= 'Z' {
			return true
		}
	}
	return false
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
