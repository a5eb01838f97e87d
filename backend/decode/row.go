package decode

import (
	"bytes"
	"fmt"
	"slices"
	"unicode/utf8"
)

// row reads a row of CSV by the names of its columns, which are those of the JSON forms in any spelling.
func (d *Decoder) row() {
	header := d.piece.Header
	cells, ok := d.cells(header)
	if !ok {
		d.unreadable(fmt.Sprintf("the row has not as many cells as the header, %d", len(header)))
		return
	}
	if i := slices.IndexFunc(header, isLineColumn); i >= 0 {
		d.lineCell(cells, i)
		return
	}
	d.rec = record{}
	if len(d.header) != len(header) || &d.header[0] != &header[0] {
		d.learnColumns(header)
	}
	flat := false
	var beside value // a time under another name
	under := notTime
	for i := range d.columns {
		// An empty cell is a word, too: that there is such a column tells the versions apart.
		if f := d.columns[i].to; f != nil && (cells[i] != "" || f.kind == absent) {
			*f = word([]byte(cells[i]))
		}
		if t := d.columns[i].beside; t != notTime && cells[i] != "" && (under == notTime || t <= under) {
			beside, under = word([]byte(cells[i])), t
		}
		flat = flat || d.columns[i].flat
	}
	if d.rec.time.empty() {
		d.rec.time = beside
	}
	switch {
	case d.rec.workspaceName.kind != absent && (d.rec.connectTime.kind != absent || d.rec.action.kind == absent):
		d.understand(shapeConnectionRow)
	case flat:
		d.understand(shapeFlat)
	default:
		d.understand(shapeRow)
	}
}

// lineCell reads a log line in a cell. Where the table has several such columns the last one counts.
func (d *Decoder) lineCell(cells []string, at int) {
	header := d.piece.Header
	for i := at + 1; i < len(header); i++ {
		if isLineColumn(header[i]) {
			at = i
		}
	}
	f := frame{}
	for i, name := range header {
		if name == "_time" || name == "@timestamp" {
			f.time = word([]byte(cells[i]))
		}
	}
	d.frames = append(d.frames, f, frame{key: header[at]})
	d.cell = true
	d.line([]byte(cells[at]))
	d.frames, d.cell = d.frames[:len(d.frames)-2], false
}

// column is where the cells of a column belong in Decoder.rec.
type column struct {
	to     *value     // nil for a column that means nothing, or that one of the same name follows
	flat   bool       // it is named as in v2's server log
	beside timeBeside // it holds a time under another name
}

func (d *Decoder) learnColumns(header []string) {
	d.header, d.columns = header, make([]column, len(header))
	seen := map[string]struct{}{}
	for i := len(header) - 1; i >= 0; i-- {
		name := header[i]
		c := column{flat: name == "ResourceType" || name == "StatusCode", beside: timeBesideOf(columnKey(name))}
		if _, again := seen[name]; !again {
			c.to = d.rec.column(name)
		}
		seen[name] = struct{}{}
		d.columns[i] = c
	}
}

// cells splits the row with the separator that gives as many cells as the header has.
func (d *Decoder) cells(header []string) ([]string, bool) {
	for _, comma := range []byte{',', ';', '\t'} {
		if cells, ok := csvCells(nil, bytes.TrimRight(d.piece.Text, "\r\n"), comma); ok && len(cells) == len(header) {
			return cells, true
		}
	}
	return nil, false
}

// timeBeside is the name under which a column holds the time of a record that has none under its own. The lower counts first.
type timeBeside uint8

const (
	notTime timeBeside = iota
	timeTS
	timeTimestamp
)

func timeBesideOf(key string) timeBeside {
	switch key {
	case "ts":
		return timeTS
	case "timestamp":
		return timeTimestamp
	}
	return notTime
}

// column is field for a column's name: case, spaces, dots and underscores aside.
func (r *record) column(name string) *value {
	switch columnKey(name) {
	case "id", "eventid":
		return &r.id
	case "time":
		return &r.time
	case "action":
		return &r.action
	case "resourcetype":
		return &r.resourceType
	case "resourceid":
		return &r.resourceID
	case "resourcetarget", "target":
		return &r.target
	case "resource":
		return &r.resource
	case "diff":
		return &r.diff
	case "statuscode", "status":
		return &r.status
	case "additionalfields":
		return &r.additional
	case "requestid":
		return &r.contextRequestID
	case "organizationid":
		return &r.organizationID
	case "organization", "organizationname":
		return &r.organization
	case "ip", "ipaddress":
		return &r.ip
	case "useragentipaddress":
		return &r.browser
	case "useragent":
		return &r.userAgent
	case "useragentraw":
		return &r.userAgentRaw
	case "description":
		return &r.description
	case "resourceicon":
		return &r.icon
	case "isdeleted":
		return &r.deleted
	case "user", "actor":
		return &r.user
	case "userid", "actorid":
		return &r.userID
	case "email", "useremail", "actoremail":
		return &r.email
	case "username", "userusername", "actorusername":
		return &r.username
	case "connecttime":
		return &r.connectTime
	case "workspaceid":
		return &r.workspaceID
	case "workspacename":
		return &r.workspaceName
	case "workspaceownerid":
		return &r.workspaceOwnerID
	case "workspaceownerusername":
		return &r.workspaceOwner
	case "agentname":
		return &r.agentName
	case "type":
		return &r.typ
	}
	return nil
}

// validText reports whether text is UTF-8 without control characters other than tabs.
func validText(b []byte) bool {
	if !utf8.Valid(b) {
		return false
	}
	for _, c := range b {
		if c < 0x20 && c != '\t' && c != 0x1b && c != '\r' && c != '\n' {
			return false
		}
	}
	return true
}
