package desk

import (
	"context"
	"path/filepath"
	"sync"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
)

// SnapshotEnd is which of the two snapshots of a roll-forward.
type SnapshotEnd string

// The ends.
const (
	OpeningSnapshot SnapshotEnd = "opening"
	ClosingSnapshot SnapshotEnd = "closing"
)

// SnapshotFile is a snapshot of settings that was chosen, as the page shows it. Its settings stay here.
type SnapshotFile struct {
	ID       string `json:"id"`
	Name     string `json:"name"`   // base name
	Folder   string `json:"folder"` // for showing
	SHA256   string `json:"sha256"` // of its bytes as they were read
	Settings int    `json:"settings"`
}

// snapshots holds what was chosen last for each end, as it was read then: a file that is changed later changes nothing.
type snapshots struct {
	mu     sync.Mutex
	chosen map[SnapshotEnd]chosenSnapshot
}

type chosenSnapshot struct {
	id       string
	snapshot casefile.Snapshot
}

func (s *snapshots) put(end SnapshotEnd, id string, snapshot casefile.Snapshot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.chosen == nil {
		s.chosen = map[SnapshotEnd]chosenSnapshot{}
	}
	s.chosen[end] = chosenSnapshot{id, snapshot}
}

func (s *snapshots) get(end SnapshotEnd, id string) (casefile.Snapshot, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, ok := s.chosen[end]; ok && c.id == id {
		return c.snapshot, nil
	}
	return casefile.Snapshot{}, audit.Errorf("Choose the file again.", "The %s snapshot is no longer known", end)
}

func (s *snapshots) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chosen = nil
}

// ChooseSnapshot asks for a snapshot of settings and reads it; nil where the dialog was cancelled.
func (d *Desk) ChooseSnapshot(ctx context.Context, end SnapshotEnd) (*SnapshotFile, error) {
	if end != OpeningSnapshot && end != ClosingSnapshot {
		return nil, audit.Errorf("choose opening or closing", "a roll-forward has no %q snapshot", end)
	}
	path, err := d.window.OpenFile(ctx, "Choose the "+string(end)+" snapshot", d.caseDir(), "Snapshots of settings", "*.json;*.csv")
	if err != nil || path == "" {
		return nil, err
	}
	snapshot, err := casefile.ReadSnapshot(path)
	if err != nil {
		return nil, err
	}
	id := newID()
	d.snapshots.put(end, id, snapshot)
	return &SnapshotFile{ID: id, Name: filepath.Base(path), Folder: filepath.Dir(path), SHA256: snapshot.SHA256, Settings: len(snapshot.Settings)}, nil
}

// RollForwardRequest asks whether two snapshots and the logged changes in between agree. See [casefile.RollForwardRequest] for the instants.
type RollForwardRequest struct {
	Opening   string `json:"opening"` // the snapshots' IDs
	Closing   string `json:"closing"`
	OpeningAt string `json:"opening_at,omitempty"`
	ClosingAt string `json:"closing_at,omitempty"`
	Zone      string `json:"zone,omitempty"`
}

// RollForward is an answer for the page.
type RollForward struct {
	casefile.RollForward
	LeftOut int `json:"left_out,omitempty"` // rows that the page can't hold; rows that agree come last
}

// maxRolledRows is how many rows the page gets; a file holds them all.
const maxRolledRows = 2000

// RollForward compares the two snapshots with what is logged in between.
func (d *Desk) RollForward(ctx context.Context, r RollForwardRequest) (RollForward, error) {
	return with(ctx, d, func(ctx context.Context, c *casefile.Case) (RollForward, error) {
		got, err := d.rollForward(ctx, c, r)
		if err != nil {
			return RollForward{}, err
		}
		out := RollForward{RollForward: got}
		if out.LeftOut = len(got.Rows) - maxRolledRows; out.LeftOut > 0 {
			out.Rows = got.Rows[:maxRolledRows]
		}
		out.LeftOut = max(out.LeftOut, 0)
		out.Shorten()
		return out, nil
	})
}

func (d *Desk) rollForward(ctx context.Context, c *casefile.Case, r RollForwardRequest) (casefile.RollForward, error) {
	request, err := d.rollForwardRequest(r)
	if err != nil {
		return casefile.RollForward{}, err
	}
	return c.RollForward(ctx, request)
}

func (d *Desk) rollForwardRequest(r RollForwardRequest) (casefile.RollForwardRequest, error) {
	out := casefile.RollForwardRequest{OpeningAt: r.OpeningAt, ClosingAt: r.ClosingAt, Zone: r.Zone}
	var err error
	if out.Opening, err = d.snapshots.get(OpeningSnapshot, r.Opening); err != nil {
		return out, err
	}
	out.Closing, err = d.snapshots.get(ClosingSnapshot, r.Closing)
	return out, err
}

// RollForwardLineRequest names a row of an answer, counted from 0.
type RollForwardLineRequest struct {
	RollForwardRequest
	Generation int64  `json:"generation"` // of the answer
	Row        int    `json:"row"`
	Format     string `json:"format"` // text, markdown or row
}

// RollForwardLine says a row as a line for a working paper.
func (d *Desk) RollForwardLine(ctx context.Context, r RollForwardLineRequest) (string, error) {
	return with(ctx, d, func(ctx context.Context, c *casefile.Case) (string, error) {
		zone, err := casefile.Zone(r.Zone)
		if err != nil {
			return "", err
		}
		got, err := d.rollForward(ctx, c, r.RollForwardRequest)
		if err != nil {
			return "", err
		}
		if got.Generation != r.Generation { // the row may stand elsewhere now
			return "", audit.Errorf("Compare again, then copy the row.", "The case was changed since the comparison")
		}
		return got.PaperLine(r.Row, r.Format, zone)
	})
}

// RollForwardSaveRequest says what to write. Where to is asked in a dialog.
type RollForwardSaveRequest struct {
	RollForwardRequest
	Format casefile.Format `json:"format"` // xlsx or csv
}

// SaveRollForward asks for a place, compares anew and writes the answer there; nil where the dialog was cancelled.
func (d *Desk) SaveRollForward(ctx context.Context, r RollForwardSaveRequest) (*ExportPlace, error) {
	kind, ok := kindOf(r.Format)
	if !ok || r.Format == casefile.JSONLines {
		return nil, audit.Errorf("choose xlsx or csv", "a roll-forward can't be written as %q", r.Format)
	}
	request, err := d.rollForwardRequest(r.RollForwardRequest)
	if err != nil {
		return nil, err
	}
	info, err := d.Info(ctx)
	if err != nil {
		return nil, err
	}
	path, err := d.askPlace(ctx, "Save the roll-forward", info.Path, " roll-forward", r.Format, kind)
	if err != nil || path == "" {
		return nil, err
	}
	return with(ctx, d, func(ctx context.Context, c *casefile.Case) (*ExportPlace, error) {
		if _, err := c.ExportRollForward(ctx, request, path, d.opt.Version); err != nil {
			return nil, err
		}
		return &ExportPlace{Name: filepath.Base(path), Folder: filepath.Dir(path)}, nil
	})
}
