package casefile

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"auditdesk/backend/audit"
	"auditdesk/backend/catalog"
)

// Bounds of a snapshot: it comes from a client, and may be anything.
const (
	maxSnapshot = 64 << 20 // bytes
	maxSettings = 200_000
	maxDepth    = 32
)

// SnapshotSetting is one setting of a snapshot that a client gave. What is "" was not given.
type SnapshotSetting struct {
	Deployment, Panel, Setting, Type, Target, Field string
	Value                                           json.RawMessage
	Line                                            int // of the file
}

// Snapshot is the settings of one file.
type Snapshot struct {
	Path     string
	SHA256   string // of its bytes, hex
	Settings []SnapshotSetting
}

// ReadSnapshot reads a snapshot of settings: CSV with a header, or JSON. See docs/cli.md for the shapes.
func ReadSnapshot(path string) (Snapshot, error) {
	f, err := os.Open(path)
	if err != nil {
		return Snapshot{}, audit.Errorf("name a JSON or CSV file of settings", "the snapshot can't be read: %v", err)
	}
	defer f.Close() //nolint:errcheck // only read
	b, err := io.ReadAll(io.LimitReader(f, maxSnapshot+1))
	if err != nil {
		return Snapshot{}, fmt.Errorf("read the snapshot %s: %w", path, err)
	}
	return ParseSnapshot(path, b)
}

// ParseSnapshot is ReadSnapshot of bytes; path is how errors name them.
func ParseSnapshot(path string, b []byte) (Snapshot, error) {
	sum := sha256.Sum256(b)
	s := Snapshot{Path: path, SHA256: hex.EncodeToString(sum[:])}
	p := snapshotParser{path: path}
	if len(b) > maxSnapshot {
		return s, p.fail(0, "give the settings alone", "it is larger than %s bytes", audit.Grouped(maxSnapshot))
	}
	b = bytes.TrimPrefix(b, []byte("\uFEFF"))
	if at := invalidAt(b); at >= 0 {
		return s, p.fail(1+bytes.Count(b[:at], []byte("\n")), "save it as UTF-8", "it is no UTF-8 text")
	}
	var err error
	first := bytes.TrimLeft(b, " \t\r\n")
	switch ext := strings.ToLower(filepath.Ext(path)); {
	case ext == ".csv", ext != ".json" && !bytes.HasPrefix(first, []byte("{")) && !bytes.HasPrefix(first, []byte("[")):
		err = p.csv(b)
	default:
		err = p.json(b)
	}
	if err == nil && len(p.out) == 0 {
		err = p.fail(0, "see docs/cli.md for the shapes of a snapshot", "it holds no setting")
	}
	s.Settings = p.out
	return s, err
}

func invalidAt(b []byte) int {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

type snapshotParser struct {
	path string
	out  []SnapshotSetting
	text []byte // of a JSON file
}

// fail names file, line and reason.
func (p *snapshotParser) fail(line int, hint, format string, args ...any) error {
	where := p.path
	if line > 0 {
		where = fmt.Sprintf("%s, line %d", p.path, line)
	}
	return audit.Errorf(hint, "%s: %s", where, fmt.Sprintf(format, args...))
}

func (p *snapshotParser) add(s SnapshotSetting) error {
	if len(p.out) == maxSettings {
		return p.fail(s.Line, "give the settings that matter", "it holds more than %s settings", audit.Grouped(maxSettings))
	}
	p.out = append(p.out, s)
	return nil
}

// columns names what a row of CSV or an object of an array can say, by its folded name.
func (s *SnapshotSetting) column(name string) *string {
	switch audit.FoldKey(name) {
	case "deployment":
		return &s.Deployment
	case "panel":
		return &s.Panel
	case "setting", "label":
		return &s.Setting
	case "resource type", "type":
		return &s.Type
	case "target", "resource target":
		return &s.Target
	case "field", "changed":
		return &s.Field
	}
	return nil
}

func (p *snapshotParser) csv(b []byte) error {
	r := csv.NewReader(bytes.NewReader(b))
	r.ReuseRecord = true
	head, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return p.csvError(err)
	}
	names := make([]string, len(head))
	value, named := -1, false
	for i, name := range head {
		names[i] = strings.Clone(name)
		var s SnapshotSetting
		switch to := s.column(name); {
		case audit.FoldKey(name) == "value":
			value = i
		case to == nil:
			// Its name stays unsaid: without a header it is a value, and may be a secret.
			return p.fail(1, "begin with a header; its columns are deployment, panel, setting, resource_type, target, field and value", "the header's column %d is none of a snapshot's", i+1)
		case to == &s.Field || to == &s.Setting:
			named = true
		}
	}
	if value < 0 || !named {
		return p.fail(1, "the header needs value, and field or setting", "the header names no setting or no value")
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return p.csvError(err)
		}
		line, _ := r.FieldPos(0)
		s := SnapshotSetting{Line: line}
		for i, cell := range row {
			if i == value {
				if s.Value, err = p.cell(cell, line); err != nil {
					return err
				}
			} else {
				*s.column(names[i]) = strings.Clone(cell)
			}
		}
		if s.Field == "" && s.Setting == "" {
			return p.fail(line, "write the field as the log has it, or the label of the vendor's page", "the row names no setting")
		}
		if err := p.add(s); err != nil {
			return err
		}
	}
}

func (p *snapshotParser) csvError(err error) error {
	var e *csv.ParseError
	if errors.As(err, &e) {
		return p.fail(e.Line, "save it as CSV with a header, commas and double quotes", "%v", e.Err)
	}
	return p.fail(0, "", "%v", err)
}

// cell reads a value of CSV: JSON where it is some, else text.
func (p *snapshotParser) cell(text string, line int) (json.RawMessage, error) {
	if t := strings.TrimSpace(text); json.Valid([]byte(t)) {
		if depthOf(t) > maxDepth {
			return nil, p.fail(line, "", "the value is nested more than %d deep", maxDepth)
		}
		return json.RawMessage(t), nil
	}
	b, err := json.Marshal(text)
	if err != nil {
		return nil, p.fail(line, "", "the value: %v", err)
	}
	return b, nil
}

// depthOf counts how deep a JSON text is nested.
func depthOf(s string) int {
	depth, most, quoted := 0, 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{', c == '[':
			depth++
			most = max(most, depth)
		case c == '}', c == ']':
			depth--
		}
	}
	return most
}

func (p *snapshotParser) json(b []byte) error {
	if depth := depthOf(string(b)); depth > maxDepth {
		return p.fail(0, "", "it is nested %d deep, more than %d", depth, maxDepth)
	}
	p.text = b
	d := json.NewDecoder(bytes.NewReader(b))
	var whole json.RawMessage
	if err := d.Decode(&whole); err != nil {
		var syntax *json.SyntaxError
		at := int64(len(b))
		if errors.As(err, &syntax) {
			at = syntax.Offset
		}
		return p.fail(p.line(at), "save it as one JSON document", "broken JSON") // not what it met: that is a letter of a value
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return p.fail(p.line(d.InputOffset()), "save it as one JSON document", "something follows the JSON document")
	}
	start := int64(len(b) - len(bytes.TrimLeft(b, " \t\r\n")))
	switch whole[0] {
	case '[':
		return p.list(whole, start)
	case '{':
		return p.object(whole, start, SnapshotSetting{}, true)
	}
	return p.fail(p.line(start), "see docs/cli.md for the shapes of a snapshot", "it is neither an object nor an array")
}

// line counts up to an offset.
func (p *snapshotParser) line(offset int64) int {
	return 1 + bytes.Count(p.text[:min(max(offset, 0), int64(len(p.text)))], []byte("\n"))
}

// members calls fn with the members of an object, or the items of an array, in their order, each with its offset in the file.
func members(raw json.RawMessage, start int64, fn func(key string, value json.RawMessage, at int64) error) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	open, err := d.Token()
	if err != nil {
		return err
	}
	for d.More() {
		key := ""
		if open == json.Delim('{') {
			t, err := d.Token()
			if err != nil {
				return err
			}
			key, _ = t.(string)
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return err
		}
		if err := fn(key, value, start+d.InputOffset()-int64(len(value))); err != nil {
			return err
		}
	}
	return nil
}

// list reads an array of objects that each name a setting and its value.
func (p *snapshotParser) list(raw json.RawMessage, start int64) error {
	return members(raw, start, func(_ string, item json.RawMessage, at int64) error {
		line := p.line(at)
		if item[0] != '{' {
			return p.fail(line, "each item is an object such as {\"field\":…,\"value\":…}", "an item is no object")
		}
		s := SnapshotSetting{Line: line}
		known := ""
		err := members(item, at, func(key string, value json.RawMessage, _ int64) error {
			if key == "known" && json.Unmarshal(value, &known) == nil {
				return nil // how settings --format json knows the value
			}
			if audit.FoldKey(key) == "value" {
				if s.Value != nil {
					return p.fail(line, "", "the item has two values")
				}
				s.Value = value
				return nil
			}
			to := s.column(key)
			if to == nil {
				return nil // what settings --format json says beside
			}
			if string(value) == "null" {
				return nil
			}
			if json.Unmarshal(value, to) != nil {
				return p.fail(line, "", "%q is no text", key)
			}
			return nil
		})
		switch {
		case err != nil:
			return err
		case known == "unknown" || known == "not recorded" || known == "removed":
			return nil // there is no value, or of what was deleted none that is in force; writes without content have no name either
		case s.Field == "" && s.Setting == "":
			return p.fail(line, "give each item a field, or wrap answers of Coder in an object that names the resource: {\"organization\": […]}", "an item names no setting")
		case s.Value == nil:
			return nil // a setting whose value is not known
		}
		return p.add(s)
	})
}

// object reads field: value. At the top, a member that bears the name of a resource holds its fields, or is a list of
// resources, as Coder's own answers have them.
func (p *snapshotParser) object(raw json.RawMessage, start int64, of SnapshotSetting, top bool) error {
	seen := map[string]bool{}
	return members(raw, start, func(key string, value json.RawMessage, at int64) error {
		line := p.line(at)
		if seen[audit.FoldKey(key)] {
			return p.fail(line, "", "%q stands twice", key)
		}
		seen[audit.FoldKey(key)] = true
		if top && len(value) > 0 {
			resource := catalog.PanelV2(key) != "" || catalog.HasTarget(key)
			switch {
			case audit.FoldKey(key) == "settings" && value[0] == '[':
				return p.list(value, at)
			case resource && value[0] == '{':
				return p.object(value, at, SnapshotSetting{Type: key}, false)
			case resource && value[0] == '[' && objects(value):
				return p.resources(value, at, key)
			}
		}
		s := of
		s.Field, s.Value, s.Line = key, value, line
		if key == "" {
			return p.fail(line, "", "a field has no name")
		}
		if audit.FoldKey(key) == "id" && of.Target != "" {
			return nil // it told the resource
		}
		return p.add(s)
	})
}

func objects(raw json.RawMessage) bool {
	found, all := false, true
	err := members(raw, 0, func(_ string, v json.RawMessage, _ int64) error {
		found = true
		all = all && v[0] == '{'
		return nil
	})
	return err == nil && found && all
}

// resources reads a list of resources of one type. Each is told by its id, else by its name.
func (p *snapshotParser) resources(raw json.RawMessage, start int64, typ string) error {
	return members(raw, start, func(_ string, item json.RawMessage, at int64) error {
		of := SnapshotSetting{Type: typ}
		var id map[string]json.RawMessage
		if err := json.Unmarshal(item, &id); err != nil {
			return p.fail(p.line(at), "", "%v", err)
		}
		for _, key := range []string{"id", "name", "username", "organization_id", "target"} {
			if json.Unmarshal(id[key], &of.Target) == nil && of.Target != "" {
				break
			}
		}
		if of.Target == "" {
			return p.fail(p.line(at), "give each an id or a name", "a %s names neither id nor name", typ)
		}
		return p.object(item, at, of, false)
	})
}
