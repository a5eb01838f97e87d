package desk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/ingest"
)

// job is an import or an export that runs.
type job struct{ cancel context.CancelFunc }

// ImportRequest starts an import.
type ImportRequest struct {
	Plan       string `json:"plan"`       // the plan's ID
	Deployment string `json:"deployment"` // "" is the case's only one
}

// ImportResult is how an import ended.
type ImportResult struct {
	Sources   []audit.Source `json:"sources"`
	Events    int64          `json:"events"`
	Seconds   float64        `json:"seconds"`
	Cancelled bool           `json:"cancelled,omitempty"`
	Errors    []Failure      `json:"errors,omitempty"`
	Skipped   []string       `json:"skipped,omitempty"` // links, special files and cases, each with the reason
}

// ChooseFiles asks for log files; nil where the dialog was cancelled.
func (d *Desk) ChooseFiles(ctx context.Context) (*Plan, error) {
	paths, err := d.window.OpenFiles(ctx, "Import log files", "")
	if err != nil || len(paths) == 0 {
		return nil, err
	}
	return d.plan(ctx, paths)
}

// ChooseFolder asks for a folder of log files; nil where the dialog was cancelled.
func (d *Desk) ChooseFolder(ctx context.Context) (*Plan, error) {
	path, err := d.window.OpenFolder(ctx, "Import a folder of log files", "")
	if err != nil || path == "" {
		return nil, err
	}
	return d.plan(ctx, []string{path})
}

// Drop takes what was dropped onto the window: a single case is opened, anything else becomes a plan. The page is told by
// an event, for it has asked nothing.
func (d *Desk) Drop(ctx context.Context, paths []string) {
	defer func() {
		if p := recover(); p != nil {
			d.window.Emit(EventError, panicked("drop", p))
		}
	}()
	if len(paths) == 0 {
		return
	}
	if len(paths) == 1 && isCaseName(paths[0]) {
		if _, err := d.OpenPath(ctx, paths[0]); err != nil {
			d.window.Emit(EventError, FailureOf(err))
		}
		return
	}
	p, err := d.plan(ctx, paths)
	if err != nil {
		d.window.Emit(EventError, FailureOf(err))
		return
	}
	d.window.Emit(EventPlan, p)
}

func (d *Desk) plan(ctx context.Context, paths []string) (*Plan, error) {
	p, err := newPlan(paths)
	if err != nil {
		return nil, err
	}
	info, err := d.Info(ctx)
	switch {
	case err == nil:
		p.CasePath = info.Path
		for _, dep := range info.Deployments {
			p.Deployments = append(p.Deployments, dep.Name)
		}
	case errors.Is(err, errNoCase):
		p.NewCase = true
		p.CasePath = newCasePath(d.opt.CaseDir, paths, d.opt.Now())
	default:
		return nil, err
	}
	d.plans.add(p)
	return &p.Plan, nil
}

// ChooseCasePath asks where a plan's new case shall lie; nil where the dialog was cancelled.
func (d *Desk) ChooseCasePath(ctx context.Context, id string) (*Plan, error) {
	p, err := d.plans.get(id)
	if err != nil {
		return nil, err
	}
	if !p.NewCase {
		return nil, audit.Errorf("Close the case first to start a new one.", "These files are added to the open case")
	}
	folder := filepath.Dir(p.CasePath)
	if _, err := os.Stat(folder); err != nil {
		folder = ""
	}
	path, err := d.window.SaveFile(ctx, "New case", folder, filepath.Base(p.CasePath), caseKind, "*"+casefile.Extension)
	if err != nil || path == "" {
		return nil, err
	}
	if !isCaseName(path) {
		path += casefile.Extension
	}
	if _, err := os.Lstat(path); err == nil {
		return nil, audit.Errorf("Choose another name. Auditdesk never writes a new case over a file.", "There is a file at %s already", path)
	}
	p, err = d.plans.edit(id, func(p *plan) { p.CasePath = path })
	if err != nil {
		return nil, err
	}
	return &p.Plan, nil
}

// DropPlan forgets a plan.
func (d *Desk) DropPlan(id string) { d.plans.drop(id) }

// StartImport begins to import a plan and returns at once. Its progress and its end come as events.
func (d *Desk) StartImport(ctx context.Context, r ImportRequest) error {
	p, err := d.plans.get(r.Plan)
	if err != nil {
		return err
	}
	if err := d.refuseWhileBusy("import"); err != nil {
		return err
	}
	if p.NewCase {
		if err := d.create(ctx, p.CasePath); err != nil {
			return err
		}
	}
	open, release, err := d.use()
	if err != nil {
		return err
	}
	if !p.NewCase && open.file.Path() != p.CasePath {
		release()
		return audit.Errorf("Choose or drop the files again.", "Another case was opened since these files were chosen")
	}
	ctx, err = open.begin(&open.importing, "an import")
	if err != nil {
		release()
		return err
	}
	d.plans.drop(p.ID)
	go func() {
		defer release()
		d.runImport(ctx, open, p.paths, r.Deployment)
	}()
	return nil
}

func (d *Desk) create(ctx context.Context, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make the folder of the new case: %w", err)
	}
	_, err := d.replace(ctx, func() (*casefile.Case, error) {
		return casefile.Create(ctx, path, audit.Engagement{}, casefile.Options{Now: d.opt.Now})
	})
	return err
}

// begin notes that a job runs, which there is one of each kind of. The context ends when the job is stopped or the case is closed.
func (o *openCase) begin(slot **job, what string) (context.Context, error) {
	o.jobs.Lock()
	defer o.jobs.Unlock()
	if *slot != nil {
		return nil, audit.Errorf("Wait for it to end, or stop it first.", "There is %s running already", what)
	}
	ctx, cancel := context.WithCancel(o.ctx)
	*slot = &job{cancel: cancel}
	return ctx, nil
}

func (o *openCase) end(slot **job) {
	o.jobs.Lock()
	defer o.jobs.Unlock()
	(*slot).cancel()
	*slot = nil
}

// runImport imports, then tells the page how it went. Whatever happens, the page is told that it ended.
func (d *Desk) runImport(ctx context.Context, open *openCase, paths []string, deployment string) {
	var done any
	func() {
		defer func() {
			if p := recover(); p != nil {
				done = panicked("import", p)
			}
		}()
		res, err := open.file.Import(ctx, paths, casefile.ImportOptions{
			Deployment: deployment,
			Progress:   func(p ingest.Progress) { d.window.Emit(EventImportProgress, p) },
		})
		switch {
		case err != nil && ctx.Err() == nil:
			done = FailureOf(err)
		default:
			done = importResult(res, ctx.Err() != nil)
		}
	}()
	open.end(&open.importing)
	// The case may be closing; then there is nothing to say of it.
	if info, err := open.file.Info(open.ctx); err == nil {
		d.told(info)
	} else if open.ctx.Err() == nil {
		slog.Error("describe the case after an import", "error", err)
	}
	d.window.Emit(EventImportDone, done)
}

func importResult(res ingest.Result, cancelled bool) ImportResult {
	out := ImportResult{Sources: res.Sources, Events: res.Events, Seconds: res.Seconds, Cancelled: cancelled || res.Cancelled, Skipped: res.Skipped}
	if out.Sources == nil {
		out.Sources = []audit.Source{}
	}
	for _, e := range res.Errors {
		f := FailureOf(e.Err)
		f.Message = filepath.Base(e.Path) + ": " + f.Message
		out.Errors = append(out.Errors, f)
	}
	return out
}

// CancelImport stops the import; what it committed stays. The end comes as an event.
func (d *Desk) CancelImport() error {
	return d.stop(func(o *openCase) *job { return o.importing })
}

func (d *Desk) stop(which func(*openCase) *job) error {
	open, release, err := d.use()
	if err != nil {
		return err
	}
	defer release()
	open.jobs.Lock()
	defer open.jobs.Unlock()
	if j := which(open); j != nil {
		j.cancel()
	}
	return nil
}
