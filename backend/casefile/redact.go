package casefile

import (
	"bytes"
	"context"

	"auditdesk/backend/audit"
	"auditdesk/backend/decode"
	"auditdesk/backend/mask"
	"auditdesk/backend/store"
)

// Redact writes a hand-over copy of the case to path: everything but clear raw records, see [store.Store.Redact]. Progress may be
// nil; it counts raw blocks.
func (c *Case) Redact(ctx context.Context, path string, progress func(done, of int64)) (store.Redaction, error) {
	return c.store.Redact(ctx, path, store.Redacting{Mask: handedOver, Progress: progress})
}

// handedOver is a record as a hand-over copy has it. What nothing has understood ends at its first secret word, whatever that is
// part of: nobody knows what stands behind it. Where it has zero bytes, as UTF-16 has, no word can be told, and nothing of it stays.
func handedOver(raw []byte, unreadable bool) []byte {
	if unreadable && bytes.IndexByte(raw, 0) >= 0 {
		return []byte(mask.Text)
	}
	masked := decode.Masked(raw)
	if !unreadable {
		return masked
	}
	return []byte(mask.Excerpt(masked, len(masked)))
}

// notWhole says that a hand-over copy can't do something, nil for any other case.
func (c *Case) notWhole(what string) error {
	r := c.store.Redaction()
	if r == nil {
		return nil
	}
	return &audit.Error{
		Message: what + ": this is a hand-over copy, which holds the records with their secrets masked only",
		Hint:    "ask for the case that it was made of, whose head was " + r.Head, Err: audit.ErrReadOnly,
	}
}
