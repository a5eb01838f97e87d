package export_test

import (
	"context"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/export"
)

// broken yields n events, then calls stop and goes on.
func broken(n int, stop func() error) func(context.Context) iter.Seq2[audit.Event, error] {
	return func(context.Context) iter.Seq2[audit.Event, error] {
		return func(next func(audit.Event, error) bool) {
			for i := 0; ; i++ {
				var err error
				if i == n {
					err = stop()
				}
				if !next(event(i), err) {
					return
				}
			}
		}
	}
}

// Every format must behave alike where writing ends early.
func formats() map[string]func(context.Context, string, export.Input, func(export.Progress)) (export.Result, error) {
	return map[string]func(context.Context, string, export.Input, func(export.Progress)) (export.Result, error){
		"workbook":   export.Workbook,
		"JSON lines": export.JSONLines,
		"CSV": func(ctx context.Context, path string, in export.Input, p func(export.Progress)) (export.Result, error) {
			return export.CSV(ctx, path, in, false, p)
		},
	}
}

func TestCancelledExportLeavesNothing(t *testing.T) {
	for name, write := range formats() {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			ctx, cancel := context.WithCancel(t.Context())
			in := generated(1_000_000)
			var cancelled time.Time
			after := 0
			in.Events = func(context.Context) iter.Seq2[audit.Event, error] { // goes on whatever the context says
				return func(next func(audit.Event, error) bool) {
					for i := range 1_000_000 {
						if i == 5_000 {
							cancel()
							cancelled = time.Now()
						}
						if i >= 5_000 {
							after++
						}
						if !next(event(i), nil) {
							return
						}
					}
				}
			}
			_, err := write(ctx, filepath.Join(dir, "out"), in, nil)
			if !errors.Is(err, context.Canceled) {
				t.Errorf("error %v, want cancelled", err)
			}
			if e := (*audit.Error)(nil); !errors.As(err, &e) || e.Message != "export to out" || strings.Contains(err.Error(), "event") {
				t.Errorf("error %v, want one for people, that names the file and no event", err)
			}
			if after > 1 {
				t.Errorf("%d events were taken after it was cancelled", after)
			}
			// 100 ms are promised; a machine that runs other tests, under the race detector, is given more.
			if d := time.Since(cancelled); d > 2*time.Second {
				t.Errorf("ended %v after it was cancelled", d)
			}
			mustBeEmpty(t, dir)
		})
	}
}

func TestFailedExportKeepsWhatWasThere(t *testing.T) {
	for name, write := range formats() {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "out.xlsx")
			if err := os.WriteFile(path, []byte("before"), 0o640); err != nil {
				t.Fatal(err)
			}
			bad := errors.New("disk image is malformed")
			in := generated(1_000)
			in.Events = broken(100, func() error { return bad })
			if _, err := write(t.Context(), path, in, nil); !errors.Is(err, bad) || !strings.Contains(err.Error(), "out.xlsx") {
				t.Errorf("error %v, want %v with the file's name", err, bad)
			}
			if b, err := os.ReadFile(path); err != nil || string(b) != "before" {
				t.Errorf("the file holds %q (%v)", b, err)
			}
			if _, err := write(t.Context(), path, input(events(3)...), nil); err != nil {
				t.Fatal(err)
			}
			if b, err := os.ReadFile(path); err != nil || string(b) == "before" {
				t.Errorf("the file was not replaced (%v)", err)
			}
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
				t.Errorf("the file's mode is %v (%v), want that of the one before", info.Mode(), err)
			}
			list, err := os.ReadDir(filepath.Dir(path))
			if err != nil || len(list) != 1 {
				t.Errorf("the folder holds %d files (%v)", len(list), err)
			}
		})
	}
}

func TestCaseThatChangesMeanwhileIsNoExport(t *testing.T) {
	for name, write := range formats() {
		for what, announced := range map[string]int64{"more than announced": 2, "fewer than announced": 4} {
			t.Run(name+", "+what, func(t *testing.T) {
				dir := t.TempDir()
				in := input(events(3)...)
				in.TotalEvents = announced
				_, err := write(t.Context(), filepath.Join(dir, "out"), in, nil)
				var e *audit.Error
				if !errors.As(err, &e) || e.Hint == "" || !strings.Contains(e.Message, "events were announced") {
					t.Errorf("error %v", err)
				}
				mustBeEmpty(t, dir)
			})
		}
	}
}

func TestProgressCountsEveryRow(t *testing.T) {
	var last export.Progress
	var reports []time.Time
	in := generated(30_000)
	if _, err := export.Workbook(t.Context(), filepath.Join(t.TempDir(), "out.xlsx"), in, func(p export.Progress) {
		if p.Rows < last.Rows || p.Total != 30_001 {
			t.Errorf("progress went from %+v to %+v", last, p)
		}
		last = p
		reports = append(reports, time.Now())
	}); err != nil {
		t.Fatal(err)
	}
	for i := 1; i < len(reports)-1; i++ { // the last may follow at once
		if d := reports[i].Sub(reports[i-1]); d < 95*time.Millisecond {
			t.Errorf("report %d came %v after the one before", i+1, d)
		}
	}
	if last.Rows != last.Total {
		t.Errorf("ended with %d of %d rows", last.Rows, last.Total)
	}
	for _, s := range last.Sheets {
		if !s.Done {
			t.Errorf("%s is not done", s.Name)
		}
	}
	if last.Sheets[len(last.Sheets)-1].Name != "About this export" {
		t.Errorf("sheets were written in the order %+v, want About last", last.Sheets)
	}
}
