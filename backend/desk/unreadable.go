package desk

import (
	"context"
	"path/filepath"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/ingest"
)

// UnreadableExportRequest says which unreadable records to write. Where to is asked in a dialog.
type UnreadableExportRequest struct {
	Format casefile.Format `json:"format"` // csv or jsonl
	Reason string          `json:"reason,omitempty"`
}

// UnreadableExport is what was written.
type UnreadableExport struct {
	Name string `json:"name"` // base name
	Rows int64  `json:"rows"`
}

// ExportUnreadable asks for a place and writes unreadable records there; nil where the dialog was cancelled.
func (d *Desk) ExportUnreadable(ctx context.Context, r UnreadableExportRequest) (*UnreadableExport, error) {
	kind, ok := kindOf(r.Format)
	if !ok || r.Format == casefile.Workbook {
		return nil, audit.Errorf("choose csv or jsonl", "unreadable records can't be written as %q", r.Format)
	}
	info, err := d.Info(ctx)
	if err != nil {
		return nil, err
	}
	path, err := d.askPlace(ctx, "Export unreadable records", info.Path, " unreadable records", r.Format, kind)
	if err != nil || path == "" {
		return nil, err
	}
	return with(ctx, d, func(ctx context.Context, c *casefile.Case) (*UnreadableExport, error) {
		rows, err := c.ExportUnreadable(ctx, path, r.Reason)
		if err != nil {
			return nil, err
		}
		return &UnreadableExport{Name: filepath.Base(path), Rows: rows}, nil
	})
}

// Retry tries to understand all unreadable records again. It counts as an import while it runs, and is stopped like one; then the
// answer says how far it came.
func (d *Desk) Retry(ctx context.Context) (ingest.RetryResult, error) {
	if err := d.refuseWhileBusy("try records again"); err != nil {
		return ingest.RetryResult{}, err
	}
	open, release, err := d.use()
	if err != nil {
		return ingest.RetryResult{}, err
	}
	defer release()
	job, err := open.begin(&open.importing, "an import")
	if err != nil {
		return ingest.RetryResult{}, err
	}
	res, err := func() (ingest.RetryResult, error) {
		defer open.end(&open.importing)
		return open.file.Retry(job, casefile.RetryOptions{Version: d.opt.Version})
	}()
	if err != nil {
		return res, err
	}
	info, err := open.file.Info(ctx)
	if err == nil && open.ctx.Err() == nil {
		d.told(info)
	}
	return res, err
}
