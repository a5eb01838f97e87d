package casefile

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"auditdesk/backend/audit"
	"auditdesk/backend/decode"
	"auditdesk/backend/export"
	"auditdesk/backend/ingest"
)

// UnreadableRequest asks for a part of the records that could not be understood.
type UnreadableRequest struct {
	Reason string `json:"reason,omitempty"` // a class of reasons, see [audit.ReasonClass]; "" is all
	Offset int    `json:"offset"`
	Limit  int    `json:"limit"`
}

// Unreadable lists unreadable records in the order of their sources and lines. Those that were understood when they were tried again
// are none any more.
func (c *Case) Unreadable(ctx context.Context, r UnreadableRequest) ([]audit.Unreadable, error) {
	list, err := c.store.UnreadableOf(ctx, audit.ReasonClass(r.Reason), r.Offset, r.Limit)
	if err != nil {
		return nil, fmt.Errorf("read the unreadable records: %w", err)
	}
	return nonNil(list), nil
}

// UnreadableReasons counts them by the class of their reasons, most frequent first.
func (c *Case) UnreadableReasons(ctx context.Context) ([]audit.ReasonCount, error) {
	list, err := c.store.UnreadableReasons(ctx)
	if err != nil {
		return nil, fmt.Errorf("count the unreadable records: %w", err)
	}
	return nonNil(list), nil
}

// allUnreadable are all unreadable records of a class of reasons, "" for all.
func (c *Case) allUnreadable(ctx context.Context, reason string) iter.Seq2[audit.Unreadable, error] {
	enough := errors.New("enough")
	return func(yield func(audit.Unreadable, error) bool) {
		err := c.store.EachUnreadable(ctx, audit.ReasonClass(reason), func(u audit.Unreadable) error {
			if !yield(u, nil) {
				return enough
			}
			return nil
		})
		if err != nil && !errors.Is(err, enough) {
			yield(audit.Unreadable{}, fmt.Errorf("read the unreadable records: %w", err))
		}
	}
}

// ExportUnreadable writes unreadable records with their reasons and masked excerpts to path, as CSV or JSON lines, and returns how
// many. A failed or cancelled export leaves no file.
func (c *Case) ExportUnreadable(ctx context.Context, path, reason string) (rows int64, err error) {
	format, ok := FormatOf(path)
	if !ok || format == Workbook {
		return 0, audit.Errorf("name a file that ends in .csv or .jsonl", "unreadable records can't be written to %s", path)
	}
	return export.Unreadable(ctx, path, c.allUnreadable(ctx, reason), format == CSV)
}

// RetryOptions say how unreadable records are tried again.
type RetryOptions struct {
	Version string // of the program
	Limits  decode.Limits
	Batch   int // records a transaction; 0 is ingest's own
}

// Retry tries to understand all unreadable records again, see [ingest.Retry].
func (c *Case) Retry(ctx context.Context, opt RetryOptions) (res ingest.RetryResult, err error) {
	if err := c.notWhole("try unreadable records again"); err != nil {
		return res, err
	}
	_, err = c.adding(ctx, func() (int64, error) {
		res, err = ingest.Retry(ctx, c.store, ingest.Options{Now: c.now, Version: opt.Version, Limits: opt.Limits, Batch: opt.Batch})
		return res.Events, err
	})
	return res, err
}
