package casefile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"auditdesk/backend/audit"
	"auditdesk/backend/mask"
	"auditdesk/backend/store"
)

// masked is a record of e as it may be shown.
func masked(e *audit.Event, r store.RawRecord) []byte {
	if r.Form != audit.FormV1CSV && r.Form != audit.FormV2CSV {
		return mask.Record(r.Bytes)
	}
	return maskedRow(e, r.Bytes)
}

// maskedRow masks a row of CSV. The columns' names stand in the header, which a row lacks, so what a cell holds can only be
// told by what the event says: a cell is shown where it is one of the event's values, which were masked under their names, or
// JSON of its fields. All other cells are masked, also where they hold nothing secret.
func maskedRow(e *audit.Event, row []byte) []byte {
	known := knownCells(e)
	comma := commaOf(row, e.Action)
	if comma == 0 {
		return []byte(mask.Text)
	}
	var out bytes.Buffer
	for i, cell := range csvCells(row, comma) {
		if i > 0 {
			out.WriteByte(comma)
		}
		text := unquoted(cell)
		switch {
		case text == "" || slices.Contains(known, text):
			out.Write(cell)
		case knownJSON(e, text):
			if shown := string(mask.Record([]byte(text))); shown != text {
				fmt.Fprintf(&out, `"%s"`, strings.ReplaceAll(shown, `"`, `""`))
			} else {
				out.Write(cell)
			}
		default:
			out.WriteString(mask.Text)
		}
	}
	return out.Bytes()
}

func knownCells(e *audit.Event) []string {
	list := []string{e.ID, e.TimeText, e.Time.String(), e.Action, e.ResourceType, e.ResourceID, e.ResourceTarget, e.User.ID, e.User.Username, e.User.Email, e.User.Name,
		e.Organization, e.OrganizationID, e.IP, e.UserAgent, e.RequestID, e.Description, e.BuildReason}
	if e.Status != audit.NoStatus {
		list = append(list, fmt.Sprint(e.Status))
	}
	return list
}

// knownJSON reports whether a cell is an object of the event's changed or additional fields.
func knownJSON(e *audit.Event, text string) bool {
	var object map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &object) != nil {
		return false
	}
	names := map[string]bool{}
	for _, ch := range e.Changes {
		names[ch.Field] = true
	}
	var additional map[string]json.RawMessage
	if json.Unmarshal([]byte(e.Additional), &additional) == nil {
		for name := range additional {
			names[name] = true
		}
	}
	for name := range object {
		if !names[name] {
			return false
		}
	}
	return true
}

// commaOf is what divides the cells of a row, 0 where that can't be told: one of them must be the action.
func commaOf(row []byte, action string) byte {
	for _, comma := range []byte{',', ';', '\t'} {
		cells := csvCells(row, comma)
		if len(cells) > 2 && slices.ContainsFunc(cells, func(c []byte) bool { return unquoted(c) == action }) {
			return comma
		}
	}
	return 0
}

// csvCells cuts a row into its cells, with their quotes. A comma between quotes divides nothing.
func csvCells(row []byte, comma byte) [][]byte {
	var cells [][]byte
	start, quoted := 0, false
	for i, c := range row {
		switch {
		case c == '"':
			quoted = !quoted
		case c == comma && !quoted:
			cells = append(cells, row[start:i])
			start = i + 1
		}
	}
	return append(cells, row[start:])
}

func unquoted(cell []byte) string {
	s := strings.TrimRight(string(cell), "\r\n")
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return s
	}
	return strings.ReplaceAll(s[1:len(s)-1], `""`, `"`)
}
