package export

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"auditdesk/backend/audit"
)

const settingsName = "Settings"

func settingsSheet(in Input) *sheet {
	rows := in.TotalSettings
	if in.Settings == nil {
		rows = 0
	}
	return &sheet{name: settingsName, stage: early, rows: rows, write: writeSettings}
}

func writeSettings(ctx context.Context, b *book, s *sheet) error {
	t := b.newTable(s, settingColumns(true))
	t.dress = b.dressSettings
	row := make([]any, 0, len(t.cols))
	got := int64(0)
	for line, err := range b.in.Settings(ctx) {
		if err != nil {
			return err
		}
		if got++; got > b.in.TotalSettings {
			return changedMeanwhile("settings", got, b.in.TotalSettings)
		}
		if err := t.add(ctx, settingCells(row, &line, true)...); err != nil {
			return fmt.Errorf("setting %q: %w", line.Field, err)
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if got != b.in.TotalSettings {
		return changedMeanwhile("settings", got, b.in.TotalSettings)
	}
	return t.finish()
}

// What the column of what weakens a value says of it; the words are the tool's own.
const (
	saysUnknownEffect = "unknown effect"
	saysGaps          = " gap"
)

// dressSettings draws at each instant what is not logged differently, and what weakens it.
func (b *book) dressSettings(name string, last int) error {
	cols := settingColumns(true)
	letter := func(name string) string {
		return string(rune('A' + slices.IndexFunc(cols, func(c column) bool { return c.name == name })))
	}
	for _, at := range []string{" at the start", " at the end"} {
		value, basis, weakened := letter("Value"+at), letter("Basis"+at), letter("Weakened by"+at)
		for _, area := range []struct {
			from, to string
			rules    []dress
		}{
			{value, basis, []dress{
				{is(basis, string(audit.BasisDerived)), derivedLook()},
				{is(basis, string(audit.BasisNotRecorded)), notRecordedLook()},
				{is(basis, ""), notRecordedLook()}, // not known at all
			}},
			{weakened, weakened, []dress{{says(weakened, saysUnknownEffect), effectUnknownLook()}, {says(weakened, saysGaps), gapsLook()}}},
		} {
			if err := b.dress(name, fmt.Sprintf("%s2:%s%d", area.from, area.to, last), area.rules); err != nil {
				return err
			}
		}
	}
	return nil
}

// Setting is one admin setting with what the log says of it at an instant, or at two.
type Setting struct {
	Deployment string
	Version    audit.Version
	Panel      string
	Label      string // the panel's name of it
	Field      string // as logged
	Type       string
	Target     string
	Kind       audit.Kind
	Note       string
	Then       SettingSide // zero where one instant is asked for
	Now        SettingSide
	Differs    string // "yes", "no" or "unknown"; "" where one instant is asked for
}

// SettingSide is what the log says of a setting at an instant.
type SettingSide struct {
	Value    json.RawMessage
	Words    string // stands where there is no value
	Basis    audit.Basis
	Time     *audit.Time
	User     string
	Event    audit.Ref
	Weakened string
}

// text is the value, or in brackets what is said in its place.
func (s *SettingSide) text() string {
	if s.Value == nil {
		return "(" + s.Words + ")"
	}
	if text := valueText(s.Value); text != "" {
		return text
	}
	return "(empty)"
}

func settingColumns(two bool) []column {
	cols := []column{
		{name: "Panel"}, {name: "Field"}, {name: "Setting"}, {name: "Target"}, {name: "Resource type"}, {name: "Deployment"}, {name: "Version", kind: mark}, {name: "Kind"},
	}
	side := func(at string) []column {
		return []column{
			{name: "Value" + at}, {name: "Basis" + at}, {name: "Last logged" + at + " (UTC)", kind: instant}, {name: "User" + at}, {name: "Event" + at, kind: mark},
			{name: "Weakened by" + at, max: 60},
		}
	}
	if !two {
		return append(append(cols, side("")...), column{name: "Note", max: 60})
	}
	cols = append(append(cols, side(" at the start")...), column{name: "Differs"})
	return append(append(cols, side(" at the end")...), column{name: "Note", max: 60})
}

func settingCells(row []any, s *Setting, two bool) []any {
	row = append(row[:0], s.Panel, s.Field, s.Label, s.Target, s.Type, s.Deployment, string(s.Version), string(s.Kind))
	side := func(s *SettingSide) {
		var at any
		if s.Time != nil {
			at = *s.Time
		}
		row = append(row, s.text(), string(s.Basis), at, s.User, string(s.Event), s.Weakened)
	}
	if two {
		side(&s.Then)
		row = append(row, s.Differs)
	}
	side(&s.Now)
	return append(row, s.Note)
}

// SettingsCSVWriter writes settings as CSV.
type SettingsCSVWriter struct {
	csvRows
	two bool
}

// NewSettingsCSVWriter returns a writer, of settings at two instants or at one. The header comes with the first setting, or with Flush.
func NewSettingsCSVWriter(w io.Writer, two, raw bool) *SettingsCSVWriter {
	return &SettingsCSVWriter{newCSVRows(w, settingColumns(two), raw), two}
}

// Write writes one setting.
func (c *SettingsCSVWriter) Write(s *Setting) error {
	c.row = settingCells(c.row, s, c.two)
	return c.add()
}
