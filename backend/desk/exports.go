package desk

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/export"
)

// ExportRequest says what to export. Where to is asked in a dialog.
type ExportRequest struct {
	Format     casefile.Format `json:"format"`
	Query      string          `json:"query"`
	Zone       string          `json:"zone"`
	Order      audit.Order     `json:"order"`
	PreparedBy string          `json:"prepared_by,omitempty"` // "" is the engagement's
}

// ExportPlace is where an export goes.
type ExportPlace struct {
	Name   string `json:"name"`   // base name
	Folder string `json:"folder"` // for showing
}

// ExportProgress is how far an export is.
type ExportProgress struct {
	Sheet     string        `json:"sheet"`
	Rows      int64         `json:"rows"`
	TotalRows int64         `json:"total_rows"`
	Sheets    []ExportSheet `json:"sheets"`
	Left      float64       `json:"seconds_left,omitempty"`
}

// ExportSheet is one sheet of a workbook.
type ExportSheet struct {
	Name string `json:"name"`
	Rows int64  `json:"rows"`
	Done bool   `json:"done"`
}

// ExportResult is what was written.
type ExportResult struct {
	Name    string `json:"name"`
	Folder  string `json:"folder"`
	Events  int64  `json:"events"`
	Changes int64  `json:"changes"`
	Bytes   int64  `json:"bytes"`
}

// kindOf names a format in a dialog.
func kindOf(f casefile.Format) (string, bool) {
	switch f {
	case casefile.Workbook:
		return "Excel workbooks", true
	case casefile.CSV:
		return "CSV files", true
	case casefile.JSONLines:
		return "JSON lines", true
	}
	return "", false
}

// askPlace asks where a file of a case, named by it and by what it holds, is to be written; "" where the dialog was cancelled.
func (d *Desk) askPlace(ctx context.Context, title, casePath, holds string, format casefile.Format, kind string) (path string, err error) {
	ext := "." + string(format)
	name := strings.TrimSuffix(filepath.Base(casePath), casefile.Extension) + holds + " " + d.opt.Now().Format(time.DateOnly) + ext
	path, err = d.window.SaveFile(ctx, title, d.caseDir(), name, kind, "*"+ext)
	if err != nil || path == "" || strings.EqualFold(filepath.Ext(path), ext) {
		return path, err
	}
	path += ext
	// The dialog asked about another name; this one nobody was asked about yet.
	if _, err := os.Lstat(path); err == nil &&
		!d.window.Confirm(ctx, "Export", fmt.Sprintf("There is a file %s already. Replace it?", filepath.Base(path))) {
		return "", nil // as a cancelled dialog
	}
	return path, nil
}

// StartExport asks for a place, begins to write there and returns at once; nil where the dialog was cancelled. Progress and
// end come as events.
func (d *Desk) StartExport(ctx context.Context, r ExportRequest) (*ExportPlace, error) {
	kind, ok := kindOf(r.Format)
	if !ok {
		return nil, audit.Errorf("choose xlsx, csv or jsonl", "there is no export format %q", r.Format)
	}
	if err := d.refuseWhileBusy("export"); err != nil {
		return nil, err
	}
	info, err := d.Info(ctx)
	if err != nil {
		return nil, err
	}
	path, err := d.askPlace(ctx, "Export", info.Path, "", r.Format, kind)
	if err != nil || path == "" {
		return nil, err
	}
	open, release, err := d.use()
	if err != nil {
		return nil, err
	}
	jobCtx, err := open.begin(&open.exporting, "an export")
	if err != nil {
		release()
		return nil, err
	}
	place := ExportPlace{Name: filepath.Base(path), Folder: filepath.Dir(path)}
	go func() {
		defer release()
		d.runExport(jobCtx, open, r, path, place)
	}()
	return &place, nil
}

// runExport exports, then tells the page how it went. Whatever happens, the page is told that it ended.
func (d *Desk) runExport(ctx context.Context, open *openCase, r ExportRequest, path string, place ExportPlace) {
	var done any
	func() {
		defer func() {
			if p := recover(); p != nil {
				done = panicked("export", p)
			}
		}()
		began := d.opt.Now()
		res, err := open.file.Export(ctx, casefile.ExportRequest{
			Format: r.Format, Query: r.Query, Zone: r.Zone, Order: r.Order, Path: path, PreparedBy: r.PreparedBy, Version: d.opt.Version,
			Progress: func(p export.Progress) {
				d.window.Emit(EventExportProgress, exportProgress(p, d.opt.Now().Sub(began)))
			},
		})
		if err != nil {
			done = FailureOf(err)
			if ctx.Err() != nil {
				done = Failure{Message: "Export stopped", Hint: "No file was left behind."}
			}
			return
		}
		d.mu.Lock()
		d.exported = path
		d.mu.Unlock()
		done = ExportResult{Name: place.Name, Folder: place.Folder, Events: res.Events, Changes: res.Changes, Bytes: res.Bytes}
	}()
	open.end(&open.exporting)
	d.window.Emit(EventExportDone, done)
}

func exportProgress(p export.Progress, took time.Duration) ExportProgress {
	out := ExportProgress{Sheet: p.Sheet, Rows: p.Rows, TotalRows: p.Total, Sheets: []ExportSheet{}}
	for _, s := range p.Sheets {
		out.Sheets = append(out.Sheets, ExportSheet(s))
	}
	if s := took.Seconds(); s > 0.5 && p.Rows > 0 && p.Total > p.Rows {
		out.Left = s * float64(p.Total-p.Rows) / float64(p.Rows)
	}
	return out
}

// CancelExport stops the export; no file is left. The end comes as an event.
func (d *Desk) CancelExport() error {
	return d.stop(func(o *openCase) *job { return o.exporting })
}
