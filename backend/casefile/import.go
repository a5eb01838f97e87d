package casefile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/decode"
	"auditdesk/backend/ingest"
)

// ImportOptions say how to import.
type ImportOptions struct {
	Deployment string // "" is the case's only deployment, or "default" in an empty case
	Stdin      io.Reader
	Progress   func(ingest.Progress)
	Batch      int // records a transaction; 0 is ingest's own
	Limits     decode.Limits
}

// ErrImporting says that an import into this case is running already.
var ErrImporting = errors.New("an import into this case is running already")

// Import reads files, folders and "-" (standard input) into the case. What was committed when it fails or is cancelled
// stays; importing the same files again goes on from there.
func (c *Case) Import(ctx context.Context, paths []string, opt ImportOptions) (ingest.Result, error) {
	inputs, skipped, err := ingest.Files(paths, opt.Stdin)
	if err != nil {
		return ingest.Result{}, err
	}
	res, err := c.importInputs(ctx, inputs, opt)
	res.Skipped = append(skipped, res.Skipped...)
	return res, err
}

func (c *Case) importInputs(ctx context.Context, inputs []ingest.Input, opt ImportOptions) (ingest.Result, error) {
	deployment, err := c.deployment(ctx, opt.Deployment)
	if err != nil {
		return ingest.Result{}, err
	}
	var res ingest.Result
	start := c.now()
	deriving, err := c.adding(ctx, func() (added int64, err error) {
		res, err = ingest.Run(ctx, c.store, inputs, ingest.Options{Deployment: deployment, Now: c.now, Progress: opt.Progress, Batch: opt.Batch, Limits: opt.Limits, Spool: filepath.Dir(c.path)})
		return res.Events, err
	})
	res.Seconds, res.Deriving, res.Derived = c.now().Sub(start).Seconds(), deriving.took.Seconds(), deriving.settings
	return res, err
}

// derivation is for how long values before changes were worked out, and of how many settings.
type derivation struct {
	took     time.Duration
	settings int
}

// adding runs what adds events to the case, one at a time, and then brings up to date what follows from them.
func (c *Case) adding(ctx context.Context, run func() (events int64, err error)) (deriving derivation, err error) {
	if !c.importing.TryLock() {
		return deriving, ErrImporting
	}
	defer c.importing.Unlock()
	if err := c.store.BeginWrite(ctx); err != nil {
		return deriving, err
	}
	defer c.store.EndWrite()
	defer holdHeap()()
	followed := c.follow()
	defer followed.Replaced()
	defer c.store.Follow(nil)
	events, err := run()
	c.store.Forget()
	freeHeap()
	followed.takeBack()
	// What a run committed is derived also when it failed. Where that fails too (the disk is full), the next opening does it.
	start := c.now()
	touched, derr := c.derive(context.WithoutCancel(ctx))
	deriving = derivation{c.now().Sub(start), touched}
	if err != nil {
		return deriving, err
	}
	if derr != nil {
		return deriving, fmt.Errorf("derive the values before changes: %w", derr)
	}
	if events == 0 {
		return deriving, nil
	}
	c.store.Forget()
	return deriving, c.save(context.WithoutCancel(ctx), followed)
}

// deployment resolves the deployment of an import: a case with one needs no name.
func (c *Case) deployment(ctx context.Context, name string) (string, error) {
	names, err := c.store.Deployments(ctx)
	if err != nil {
		return "", fmt.Errorf("read the deployments: %w", err)
	}
	if name != "" {
		for _, known := range names { // filters don't tell "prod" from "PROD", nor may imports
			if audit.FoldASCII(known) == audit.FoldASCII(name) {
				return known, nil
			}
		}
		return name, nil
	}
	switch len(names) {
	case 0:
		return "default", nil
	case 1:
		return names[0], nil
	}
	return "", audit.Errorf("name one with --deployment", "the case holds %d deployments, so the import must say to which it belongs", len(names))
}

// Underived reports whether values before v1 changes are not worked out yet: an import is running, or was killed.
func (c *Case) Underived(ctx context.Context) (bool, error) {
	pending, err := c.store.DerivationPending(ctx)
	if err != nil {
		return false, fmt.Errorf("look for values to derive: %w", err)
	}
	return pending, nil
}

// Repair finishes what a killed import left open: derived values of what it had committed. While another process imports,
// that is [audit.ErrLocked].
func (c *Case) Repair(ctx context.Context) error {
	pending, err := c.Underived(ctx)
	if err != nil || !pending {
		return err
	}
	if err := c.store.BeginWrite(ctx); err != nil {
		return err
	}
	defer c.store.EndWrite()
	_, err = c.derive(ctx)
	return err
}
