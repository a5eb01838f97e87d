package mask

import (
	"bytes"

	"auditdesk/backend/audit"
)

// State is what may be told of a secret's value as logged (JSON, nil where the record does not hold it): whether there
// is one. The zero values that Coder v2 logs in place of secrets say nothing: who decodes a flagged entry knows better.
func State(raw []byte) audit.SecretState {
	switch raw = bytes.TrimSpace(raw); {
	case len(raw) == 0:
		return audit.SecretUnknown
	case string(raw) == "null" || string(raw) == `""`:
		return audit.SecretEmpty
	default:
		return audit.SecretSet
	}
}
