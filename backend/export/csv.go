package export

import (
	"bufio"
	"context"
	"fmt"
	"os"

	"auditdesk/backend/audit"
)

// CSV writes the columns of the Events sheet to path: UTF-8 without a byte order mark, a header, times as RFC 3339 with
// all their digits, texts whole. A value that a spreadsheet would take for a formula is prefixed with an apostrophe,
// unless raw.
func CSV(ctx context.Context, path string, in Input, raw bool, progress func(Progress)) (Result, error) {
	return lines(ctx, path, in, progress, func(f *os.File) (func(*audit.Event) error, func() error) {
		buf := bufio.NewWriterSize(f, 1<<18)
		w := NewCSVWriter(buf, in.Sources, raw)
		return w.Write, func() error {
			if err := w.Flush(); err != nil {
				return err
			}
			return buf.Flush()
		}
	})
}

// JSONLines writes one event a line to path, as [audit.Event] marshals: nothing is altered or cut.
func JSONLines(ctx context.Context, path string, in Input, progress func(Progress)) (Result, error) {
	return lines(ctx, path, in, progress, func(f *os.File) (func(*audit.Event) error, func() error) {
		buf := bufio.NewWriterSize(f, 1<<18)
		return func(e *audit.Event) error {
			b, err := e.MarshalJSON()
			if err != nil {
				return err
			}
			_, err = buf.Write(append(b, '\n'))
			return err
		}, buf.Flush
	})
}

// lines writes every event with the function that open returns, then ends with the other one.
func lines(ctx context.Context, path string, in Input, progress func(Progress),
	open func(*os.File) (add func(*audit.Event) error, end func() error),
) (Result, error) {
	var result Result
	size, err := replace(path, func(f *os.File) (err error) {
		add, end := open(f)
		m := newMeter(progress, in.TotalEvents, eventsName)
		m.begin(eventsName)
		digests := newDigester()
		defer func() {
			sum, hashErr := digests.finish(err)
			if result.SHA256 = sum; err == nil {
				err = hashErr
			}
		}()
		for e, err := range in.Events(ctx) {
			if err != nil {
				return err
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := add(&e); err != nil {
				return fmt.Errorf("event %s: %w", e.Ref, err)
			}
			digests.add(e)
			m.row(true)
			result.Events++
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if result.Events != in.TotalEvents {
			return changedMeanwhile("events", result.Events, in.TotalEvents)
		}
		m.end()
		if err := end(); err != nil {
			return err
		}
		m.finish()
		return nil
	})
	if err != nil {
		return Result{}, err
	}
	result.Bytes = size
	return result, nil
}
