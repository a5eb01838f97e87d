package ingest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"auditdesk/backend/audit"
	"auditdesk/backend/decode"
	"auditdesk/backend/ingest"
	"auditdesk/backend/store"
)

// accountant is a sink that keeps the account only.
type accountant struct {
	sources []audit.Source
	counts  map[int64]audit.Counts
	events  uint32
}

func newAccountant() *accountant { return &accountant{counts: map[int64]audit.Counts{}} }

func (*accountant) DeploymentCode(context.Context, string) (uint32, error) { return 1, nil }

func (*accountant) Identities(context.Context, func(store.Identity) error) error { return nil }

func (*accountant) SourceMarks(context.Context, int64, func(uint32, audit.Form, bool) error) error {
	return nil
}
func (a *accountant) Events() uint32 { return a.events }

func (*accountant) Records(_ context.Context, numbers []uint32, fn func(uint32, []store.StoredRecord) error) error {
	for _, n := range numbers {
		if err := fn(n, []store.StoredRecord{{}}); err != nil {
			return err
		}
	}
	return nil
}

func (*accountant) EventsByNumber(_ context.Context, numbers []uint32) ([]audit.Event, error) {
	return make([]audit.Event, len(numbers)), nil
}
func (a *accountant) Sources(context.Context) ([]audit.Source, error) { return a.sources, nil }

func (a *accountant) FindWhole(_ context.Context, sha256, _ string) (audit.Source, bool, error) {
	for _, s := range a.sources {
		if s.SHA256 == sha256 && s.State == audit.SourceWhole {
			return s, true, nil
		}
	}
	return audit.Source{}, false, nil
}

func (a *accountant) BeginSource(_ context.Context, s audit.Source) (int64, store.Checkpoint, audit.Counts, error) {
	s.Number = int64(len(a.sources)) + 1
	a.sources = append(a.sources, s)
	return s.Number, store.Checkpoint{}, audit.Counts{}, nil
}

func (a *accountant) Interrupted(context.Context, string) ([]store.Interrupted, error) {
	return nil, nil
}

func (a *accountant) ResumeSource(context.Context, int64) (store.Checkpoint, audit.Counts, error) {
	return store.Checkpoint{}, audit.Counts{}, errors.ErrUnsupported // nothing was interrupted
}

func (a *accountant) Append(_ context.Context, b *store.Batch) error {
	c := a.counts[b.Source]
	c.Add(b.Counts)
	a.counts[b.Source] = c
	a.events += uint32(len(b.Events))
	return nil
}

func (a *accountant) FinishSource(_ context.Context, number int64, s audit.Source) error {
	s.Number = number
	a.sources[number-1] = s
	return nil
}

func (a *accountant) AddRepeat(_ context.Context, s audit.Source) (audit.Source, error) {
	s.State, s.Number = audit.SourceRepeat, int64(len(a.sources))+1
	a.sources = append(a.sources, s)
	return s, nil
}

func (*accountant) Together(ctx context.Context, fn func(context.Context) error) error {
	return fn(ctx)
}

// FuzzArchive checks that any bytes can be imported: archives within one another among them, damaged or not. The account of each
// source adds up, its name can be shown, and no more is unpacked than the limits say.
func FuzzArchive(f *testing.F) {
	paths, err := filepath.Glob("testdata/samples/*")
	if err != nil || len(paths) == 0 {
		f.Fatal(err)
	}
	members := []member{file("../a.log", login+"\n"), file("b\x1b", v2Log)}
	var pairs []string
	for _, m := range members {
		pairs = append(pairs, m.Name, m.text)
	}
	t, z := tarOf(f, members...), zipOf(f, pairs...)
	for _, b := range [][]byte{t, z, gz(f, t), gz(f, z), zst(f, t), tarOf(f, file("x", string(z)), file("y", string(gz(f, t)))), zipOf(f, "x", string(t), "y", string(z)), []byte(login), t[:700], z[:len(z)-20]} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		sink := newAccountant()
		l := decode.Limits{Stream: 4 << 20, Members: 50}
		in := ingest.Input{Path: "in", Size: int64(len(b)), Open: func() (io.ReadCloser, error) { return readerAt{bytes.NewReader(b)}, nil }}
		res, err := ingest.Run(t.Context(), sink, []ingest.Input{in}, ingest.Options{Workers: 1, Limits: l})
		if err != nil {
			t.Fatal(err)
		}
		if len(res.Sources)+len(res.Errors)+len(res.Skipped) == 0 {
			t.Fatal("nothing is said of the file")
		}
		var unpacked int64
		for _, s := range res.Sources {
			if s.State == audit.SourceRepeat {
				continue
			}
			if !s.AddsUp() || sink.counts[s.Number] != s.Counts {
				t.Fatalf("%+v, committed %+v", s, sink.counts[s.Number])
			}
			if !utf8.ValidString(s.Path+s.Note) || strings.ContainsAny(s.Path, "\x00\n\x1b") || !strings.HasPrefix(s.Path, "in") {
				t.Fatalf("path %q, note %q", s.Path, s.Note)
			}
			unpacked += s.Bytes
		}
		if unpacked > 8<<20+int64(len(b)) {
			t.Fatalf("%d bytes were unpacked", unpacked)
		}
		looked(t, in, l, &res)
		if again, err := ingest.Run(t.Context(), newAccountant(), []ingest.Input{in}, ingest.Options{Workers: 3, Limits: l}); err != nil || shortly(again) != shortly(res) {
			t.Fatalf("%v, first\n%s\nthen\n%s", err, shortly(res), shortly(again))
		}
		piped, err := ingest.Run(t.Context(), newAccountant(), []ingest.Input{stream("in", bytes.NewReader(b))}, ingest.Options{Workers: 1, Limits: l})
		stopped := strings.Contains(shortly(piped), "stopped after") // what stands behind is not read of a stream, so it has no digest
		if len(piped.Errors) == len(res.Errors) {
			piped.Errors = res.Errors // their words are those of how the bytes are read
		}
		if err != nil || shortly(piped) != shortly(res) && !stopped {
			t.Fatalf("%v, from a file\n%s\nfrom a pipe\n%s", err, shortly(res), shortly(piped))
		}
	})
}

func shortly(r ingest.Result) string {
	var b strings.Builder
	for _, s := range r.Sources {
		fmt.Fprintln(&b, s.Path, s.SHA256, s.State, s.Shape, s.Counts, s.Note)
	}
	for _, e := range r.Errors {
		fmt.Fprintln(&b, e)
	}
	return b.String() + strings.Join(r.Skipped, "\n")
}

// looked compares a preview with what an import made of the file: where all was looked at and read, they count the same.
func looked(t *testing.T, in ingest.Input, l decode.Limits, res *ingest.Result) {
	p, err := ingest.Look(t.Context(), in, ingest.PreviewOptions{Limits: l, Time: time.Hour})
	if err != nil {
		return // it can't be opened
	}
	if p.Unreadable > p.Records || p.Other > p.Lines || int64(len(p.Events)) > p.Records-p.Unreadable || p.Read > 8<<20 {
		t.Fatalf("the preview says %+v", p)
	}
	var sum audit.Counts
	for _, s := range res.Sources {
		if s.State != audit.SourceWhole {
			return
		}
		sum.Add(s.Counts)
	}
	if p.Whole && len(res.Errors) == 0 && (p.Lines != sum.Lines || p.Records != sum.Records || p.Other != sum.Other || p.Unreadable != sum.Unreadable) {
		t.Fatalf("the preview says %+v, the import %+v", p, sum)
	}
}
