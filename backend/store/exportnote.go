package store

import (
	"context"
	"encoding/hex"
	"fmt"

	"auditdesk/backend/audit"
)

// ExportNote says that an export was made, and which head the chain had then: a workbook says it on its first sheet.
type ExportNote struct {
	Time   audit.Time `json:"time"`
	Name   string     `json:"name"` // of the file, without its folder
	Query  string     `json:"query"`
	Zone   string     `json:"zone"`
	Rows   int64      `json:"rows"`
	SHA256 string     `json:"sha256"` // of the exported events' canonical JSON lines
	Head   string     `json:"head"`   // of the chain, in hexadecimal
}

// NotedHead is what became of the head that was noted with an export.
type NotedHead struct {
	ExportNote
	Link   int64 `json:"link,omitempty"` // whose head it is
	Agrees bool  `json:"agrees"`         // it stands in the chain, before the note of the export
}

// NoteExport notes an export.
func (s *Store) NoteExport(ctx context.Context, e ExportNote) error {
	head, err := hex.DecodeString(e.Head)
	if err != nil {
		return fmt.Errorf("note the export %s: its head: %w", e.Name, err)
	}
	return s.write(ctx, "note the export "+e.Name, func(c *conn) error {
		n, err := c.number(ctx, "SELECT coalesce(max(number), 0) + 1 FROM export_note")
		if err != nil {
			return err
		}
		s.said.add("export_note", n, int64(e.Time), e.Name, e.Query, e.Zone, e.Rows, e.SHA256, head)
		return c.exec("INSERT INTO export_note VALUES (?, ?, ?, ?, ?, ?, ?, ?)", n, int64(e.Time), e.Name, e.Query, e.Zone, e.Rows, e.SHA256, head)
	})
}

// ExportNotes returns the noted exports, oldest first.
func (s *Store) ExportNotes(ctx context.Context) ([]ExportNote, error) {
	out := []ExportNote{}
	err := s.read(ctx, "read the noted exports", func(c *conn) error {
		return c.query(ctx, "SELECT number, time, name, query, zone, rows, sha256, head FROM export_note ORDER BY number", func(r row) error {
			out = append(out, scanExportNote(r))
			return nil
		})
	})
	return out, err
}

func scanExportNote(r row) ExportNote {
	return ExportNote{Time: audit.Time(r.num(1)), Name: r.text(2), Query: r.text(3), Zone: r.text(4), Rows: r.num(5), SHA256: r.text(6), Head: hex.EncodeToString(r.blob(7))}
}
