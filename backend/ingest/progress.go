package ingest

import (
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// reporter counts, and calls back at most ten times a second.
type reporter struct {
	packed, lines, records, events atomic.Int64

	mu    sync.Mutex
	fn    func(Progress)
	now   func() time.Time
	files []string
	total int64
	began time.Time
	last  time.Time
}

const progressEvery = 100 * time.Millisecond

func (p *reporter) init(inputs []Input, opt Options) {
	p.fn, p.now, p.began = opt.Progress, opt.Now, opt.Now()
	for _, in := range inputs {
		p.files = append(p.files, filepath.Base(in.Path))
		if in.Size < 0 {
			p.total = -1
		} else if p.total >= 0 {
			p.total += in.Size
		}
	}
	p.total = max(p.total, 0)
}

func (p *reporter) report(force bool, file int) {
	if p.fn == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if !force && now.Sub(p.last) < progressEvery {
		return
	}
	p.last = now
	pr := Progress{
		FileNumber: file, Files: len(p.files), Bytes: p.packed.Load(), TotalBytes: p.total,
		Lines: p.lines.Load(), Records: p.records.Load(), Events: p.events.Load(),
	}
	if file >= 1 && file <= len(p.files) {
		pr.File = p.files[file-1]
	}
	if s := now.Sub(p.began).Seconds(); s > 0.5 {
		pr.Rate = float64(pr.Records) / s
		if p.total > 0 && pr.Bytes > 0 {
			pr.Left = max(0, s*float64(p.total-pr.Bytes)/float64(pr.Bytes))
		}
	}
	p.fn(pr)
}
