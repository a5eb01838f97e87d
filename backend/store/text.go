package store

import (
	"strings"

	"auditdesk/backend/audit"
)

// textHas reports whether s, in any case, contains folded, which [audit.FoldText] has folded.
func textHas(s, folded string) bool { return strings.Contains(audit.FoldText(s), folded) }

// jsonHas is textHas for a changed value as logged.
func jsonHas(v, folded string) bool { return strings.Contains(audit.SearchedText(v), folded) }

// uuidText is SQL for the text of an id column: see idValue.
func uuidText(col string) string {
	h := "hex(" + col + ")"
	return "CASE typeof(" + col + ") WHEN 'blob' THEN lower(substr(" + h + ", 1, 8) || '-' || substr(" + h + ", 9, 4) || '-' || substr(" + h + ", 13, 4) || '-' || substr(" +
		h + ", 17, 4) || '-' || substr(" + h + ", 21)) ELSE coalesce(" + col + ", '') END"
}
