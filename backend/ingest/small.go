package ingest

import (
	"context"
	"fmt"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/store"
)

// A folder may hold thousands of small files. Each commit waits for the disk, so that they are committed together: a source of at
// most so many bytes as one of many, all of them or none. An import that is killed loses the last few of them, which are then read
// again like files that were never reached.
const (
	smallBytes   = 256 << 10
	smallSources = 500
	smallEvery   = time.Second
)

// small is sources that were read and not committed yet. Their numbers are those that the case will give them.
type small struct {
	list    []smallSource
	whole   map[string]audit.Source // by SHA-256
	records int64
	bytes   int64
	since   time.Time // of the first
}

type smallSource struct {
	src   audit.Source
	batch *store.Batch // nil for a repeated source
}

// isSmall reports whether a source is to be committed together with others: not a stream, and not one to go on with.
func (r *run) isSmall(in *Input, src *audit.Source) bool {
	return !in.Stream && src.SHA256 != "" && src.Bytes <= smallBytes && !r.partial[src.SHA256] && src.Number == 0
}

func (r *run) addSmall(ctx context.Context, src audit.Source, b *store.Batch) error {
	s := &r.small
	now := r.opt.Now()
	if len(s.list) == 0 {
		s.since = now
	}
	s.list = append(s.list, smallSource{src, b})
	s.records += src.Records
	s.bytes += src.Unpacked
	if src.State == audit.SourceWhole && src.SHA256 != "" {
		s.whole[src.SHA256] = src
	}
	r.lastSource, r.sizes[src.Bytes] = src.Number, true
	r.result.Sources = append(r.result.Sources, src)
	if len(s.list) >= smallSources || s.records >= int64(r.opt.Batch) || s.bytes >= batchBytes || now.Sub(s.since) >= smallEvery {
		return r.commitSmall(ctx)
	}
	return nil
}

// commitSmall commits what was read of small sources, also when the run is cancelled meanwhile.
func (r *run) commitSmall(ctx context.Context) error {
	if len(r.small.list) == 0 {
		return nil
	}
	err := r.sink.Together(context.WithoutCancel(ctx), func(ctx context.Context) error {
		for i := range r.small.list {
			if err := r.writeSmall(ctx, &r.small.list[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		r.small.drop(&r.result)
		return err
	}
	r.small = small{list: r.small.list[:0], whole: map[string]audit.Source{}}
	return nil
}

func (r *run) writeSmall(ctx context.Context, s *smallSource) error {
	src := s.src
	if s.batch == nil {
		got, err := r.sink.AddRepeat(ctx, src)
		return asNumbered(got.Number, src, err)
	}
	number, at, _, err := r.sink.BeginSource(ctx, src)
	if err == nil && at.Pieces > 0 {
		err = fmt.Errorf("it was begun before: %w", audit.ErrDamaged)
	}
	if err := asNumbered(number, src, err); err != nil {
		return err
	}
	if s.batch.Counts != (audit.Counts{}) || s.batch.Checkpoint.Pieces > 0 {
		if err := r.sink.Append(ctx, s.batch); err != nil {
			return fmt.Errorf("import %s: %w", src.Path, err)
		}
	}
	if err := r.sink.FinishSource(ctx, number, src); err != nil {
		return fmt.Errorf("finish %s: %w", src.Path, err)
	}
	return nil
}

func asNumbered(number int64, src audit.Source, err error) error {
	switch {
	case err != nil:
		return fmt.Errorf("begin %s: %w", src.Path, err)
	case number != src.Number:
		return fmt.Errorf("begin %s: it is source %d, not %d: %w", src.Path, number, src.Number, audit.ErrDamaged)
	}
	return nil
}

// drop forgets what could not be committed: it is no part of the result.
func (s *small) drop(res *Result) {
	res.Sources = res.Sources[:len(res.Sources)-len(s.list)]
	s.list = nil
}

// findWhole finds a source of these bytes that was read whole, also one that is not committed yet.
func (r *run) findWhole(ctx context.Context, sha256 string) (audit.Source, bool, error) {
	if src, ok := r.small.whole[sha256]; ok {
		return src, true, nil
	}
	return r.sink.FindWhole(ctx, sha256, r.opt.Deployment)
}
