package desk

import (
	"context"

	"auditdesk/backend/casefile"
	"auditdesk/backend/store"
)

// VerifyRequest starts a check of the case.
type VerifyRequest struct {
	Noted string `json:"noted,omitempty"` // a head that was noted elsewhere, "" for none
}

// StartVerify begins to check the open case against its own digests and records, and returns at once. Progress and end come as
// events. The case can be read meanwhile.
func (d *Desk) StartVerify(_ context.Context, r VerifyRequest) error {
	noted, err := casefile.HeadNoted(r.Noted)
	if err != nil {
		return err
	}
	if err := d.refuseWhileBusy("check the case"); err != nil {
		return err
	}
	open, release, err := d.use()
	if err != nil {
		return err
	}
	ctx, err := open.begin(&open.verifying, "a check of the case")
	if err != nil {
		release()
		return err
	}
	go func() {
		defer release()
		d.runVerify(ctx, open, noted)
	}()
	return nil
}

// runVerify checks the case, then tells the page how it went. Whatever happens, the page is told that it ended.
func (d *Desk) runVerify(ctx context.Context, open *openCase, noted string) {
	var done any
	func() {
		defer func() {
			if p := recover(); p != nil {
				done = panicked("check of the case", p)
			}
		}()
		rep, err := open.file.VerifyTelling(ctx, func(p store.VerifyProgress) { d.window.Emit(EventVerifyProgress, p) })
		switch {
		case ctx.Err() != nil:
			done = Failure{Message: "The check was stopped", Hint: "It says nothing about the case, and nothing was changed."}
		case err != nil:
			done = FailureOf(err)
		default:
			done = casefile.Against(rep, noted)
		}
	}()
	open.end(&open.verifying)
	d.window.Emit(EventVerifyDone, done)
}

// CancelVerify stops the check of the case. The end comes as an event.
func (d *Desk) CancelVerify() error {
	return d.stop(func(o *openCase) *job { return o.verifying })
}
