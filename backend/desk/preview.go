package desk

import (
	"context"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/ingest"
)

// looksAtOnce bounds how many files are looked at together: a page may ask for many.
const looksAtOnce = 2

// PlanFilesRequest asks for a part of the files of a plan.
type PlanFilesRequest struct {
	Plan   string `json:"plan"` // the plan's ID
	Offset int    `json:"offset"`
	Limit  int    `json:"limit"`
}

// PlanFile is one file of a plan.
type PlanFile struct {
	File  int    `json:"file"` // its number in the plan, from 0
	Name  string `json:"name"` // for showing
	Bytes int64  `json:"bytes"`
}

// PlanFiles lists files of a plan, in the order in which they would be imported.
func (d *Desk) PlanFiles(r PlanFilesRequest) ([]PlanFile, error) {
	p, err := d.plans.get(r.Plan)
	if err != nil {
		return nil, err
	}
	out := []PlanFile{}
	offset, limit := page(r.Offset, r.Limit)
	for i := offset; i < min(offset+limit, len(p.files)); i++ {
		out = append(out, PlanFile{File: i, Name: p.files[i].name, Bytes: max(p.files[i].input.Size, 0)})
	}
	return out, nil
}

// PreviewRequest names a file of a plan.
type PreviewRequest struct {
	Plan string `json:"plan"`
	File int    `json:"file"`
}

// PreviewFile looks at a file of a plan before it is imported. It ends when the plan is dropped or its import begins.
func (d *Desk) PreviewFile(ctx context.Context, r PreviewRequest) (ingest.Preview, error) {
	p, err := d.plans.get(r.Plan)
	if err != nil {
		return ingest.Preview{}, err
	}
	if r.File < 0 || r.File >= len(p.files) {
		return ingest.Preview{}, audit.Errorf("Choose or drop the files again.", "The selection has no file %d", r.File)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(p.ctx, cancel)()
	if err := d.looks.Acquire(ctx, 1); err != nil {
		return ingest.Preview{}, err
	}
	defer d.looks.Release(1)
	in := p.files[r.File].input
	if p.NewCase {
		return casefile.Preview(ctx, in, d.opt.Now)
	}
	return with(ctx, d, func(ctx context.Context, c *casefile.Case) (ingest.Preview, error) { return c.Preview(ctx, in) })
}

// SummaryRequest names sources by their numbers.
type SummaryRequest struct {
	Sources []int64 `json:"sources"`
}

// Summary says of sources, as text for a working paper, what was imported.
func (d *Desk) Summary(ctx context.Context, r SummaryRequest) (string, error) {
	return with(ctx, d, func(ctx context.Context, c *casefile.Case) (string, error) {
		return c.Summary(ctx, r.Sources, d.opt.Version)
	})
}
