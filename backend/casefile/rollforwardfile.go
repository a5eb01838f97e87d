package casefile

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"auditdesk/backend/audit"
	"auditdesk/backend/export"
)

// ExportRollForward compares, and writes the answer to path as a workbook or CSV, by its name. A failed or cancelled export leaves no
// file. version is the program's.
func (c *Case) ExportRollForward(ctx context.Context, req RollForwardRequest, path, version string) (RollForward, error) {
	format, ok := FormatOf(path)
	if !ok || format == JSONLines {
		return RollForward{}, audit.Errorf("name a file that ends in .xlsx or .csv", "a roll-forward can't be written to %s", filepath.Base(path))
	}
	for _, s := range []Snapshot{req.Opening, req.Closing} {
		if sameFile(path, s.Path) {
			return RollForward{}, audit.Errorf("choose another name", "a roll-forward would replace the snapshot %s", filepath.Base(s.Path))
		}
	}
	got, err := c.RollForward(ctx, req)
	if err != nil {
		return got, err
	}
	if format == CSV {
		return got, export.RollForwardCSV(ctx, path, got.exported())
	}
	info, err := c.Info(ctx)
	if err != nil {
		return got, err
	}
	about, err := c.aboutCase(ctx, &info, version)
	if err != nil {
		return got, err
	}
	about.Gaps = gapsWithin(info.gapsInScope(), got.OpeningAt, got.ClosingAt)
	return got, export.RollForwardWorkbook(ctx, path, export.RollForward{
		About:   about,
		Opening: export.Snapshot{Name: got.Opening, SHA256: got.OpeningSHA256, Settings: len(req.Opening.Settings), At: got.OpeningAt},
		Closing: export.Snapshot{Name: got.Closing, SHA256: got.ClosingSHA256, Settings: len(req.Closing.Settings), At: got.ClosingAt},
		Differs: got.Differs, Untested: got.Untested, Agrees: got.Agrees, Unnamed: got.Unnamed,
		Rows: got.exported(), Limits: got.Limits,
	})
}

func sameFile(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false // nothing is there that could be replaced
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}

func (f *RollForward) exported() []export.RolledSetting {
	rows := make([]export.RolledSetting, len(f.Rows))
	for i := range f.Rows {
		rows[i] = f.Rows[i].Exported()
	}
	return rows
}

// Exported is the row as exports write it.
func (r *RolledRow) Exported() export.RolledSetting {
	return export.RolledSetting{
		Verdict: r.Verdict, Words: r.why(), Lacks: r.lacking(),
		Deployment: r.Deployment, Panel: r.Panel, Label: r.Setting, Field: r.Field, Type: r.Type, Target: r.Target,
		Opening: r.Opening, Closing: r.Closing, OpeningLine: r.OpeningLine, ClosingLine: r.ClosingLine,
		Changes: r.Changes, Events: r.Events,
	}
}

// why is the words of the row; where several changes are lacking, those of each.
func (r *RolledRow) why() string {
	if r.Verdict != audit.Differs || len(r.Lacks) < 2 {
		return r.Words
	}
	all := make([]string, len(r.Lacks))
	for i, l := range r.Lacks {
		all[i] = l.Words
	}
	return strings.Join(all, "; ")
}

// lacking says between what the changes lie that the log lacks.
func (r *RolledRow) lacking() string {
	if r.Verdict != audit.Differs {
		return ""
	}
	all := make([]string, len(r.Lacks))
	for i, l := range r.Lacks {
		all[i] = "a change between " + endWords(l.After) + " and " + endWords(l.Before)
	}
	return strings.Join(all, "; ")
}

// endWords names one side of a lacking change.
func endWords(ref string) string {
	if ref == openingEnd || ref == closingEnd {
		return "the " + ref + " snapshot"
	}
	return "event " + ref
}
