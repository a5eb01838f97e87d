package audit

import "strings"

// ReasonCount counts unreadable records by [ReasonClass].
type ReasonCount struct {
	Reason string `json:"reason"`
	Count  int64  `json:"count"`
}

// ReasonPosition is what stands before the position in the reason of an unreadable record: "broken JSON at byte 412".
const ReasonPosition = " at byte "

// ReasonClass is a reason without the position that it names, so that records with the same trouble are one class:
// "broken JSON at byte …".
func ReasonClass(reason string) string {
	before, after, ok := strings.Cut(reason, ReasonPosition)
	if !ok {
		return reason
	}
	return before + ReasonPosition + "…" + strings.TrimLeft(after, "0123456789")
}
