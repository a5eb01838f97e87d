package diff

import (
	"encoding/json"
	"strings"

	"auditdesk/backend/audit"
)

// StateWords says a value by itself, in the words in which changes say it: on one line, bounded, with nothing invisible in it.
func StateWords(raw json.RawMessage, kind audit.Kind, v audit.Version) string {
	value := decodeValue(raw, v)
	if v == audit.V2 && value == absent { // a zero value
		switch kind {
		case audit.KindBoolean:
			return "false"
		case audit.KindNumber, audit.KindDuration:
			return "0"
		}
		return "(none)"
	}
	switch kind {
	case audit.KindDuration:
		return showDuration(value)
	case audit.KindHash:
		return showHash(value)
	case audit.KindText, audit.KindUnknown:
		if n := lineCount(value); n > 1 {
			first, _, _ := strings.Cut(strings.TrimLeft(plain(value), "\r\n"), "\n")
			return plural(n, "line", "lines") + ": " + show(strings.TrimRight(first, "\r")) + " …"
		}
	}
	return show(value)
}
