package casefile

import (
	"slices"

	"auditdesk/backend/decode"
	"auditdesk/backend/mask"
)

// masked is a stored record as it may be shown. The cells of a row of CSV are called what its table's header, which is stored
// before it, calls them.
func masked(stored []byte) []byte {
	p := decode.Again(stored, decode.Limits{})
	if p.Header == nil {
		return mask.Record(stored)
	}
	return slices.Concat(stored[:p.Offset], mask.CSV(p.Raw, p.Header))
}
