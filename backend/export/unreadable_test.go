package export_test

import (
	"context"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/export"
)

func listed(list []audit.Unreadable, then error) iter.Seq2[audit.Unreadable, error] {
	return func(yield func(audit.Unreadable, error) bool) {
		for _, u := range list {
			if !yield(u, nil) {
				return
			}
		}
		if then != nil {
			yield(audit.Unreadable{}, then)
		}
	}
}

func TestUnreadableRecordsAsFiles(t *testing.T) {
	list := []audit.Unreadable{{Path: "-rm.log", Line: 3, Offset: 120, Reason: "no time", Excerpt: `=cmd|'/c calc'!A1`}, {Path: "a, b.log", Line: 1000, Reason: "broken JSON at byte 1", Excerpt: `{"a":"<b>"}`}}
	for name, c := range map[string]struct {
		asCSV bool
		want  string
	}{
		"out.csv":   {true, "Source file,Line,Byte offset,Reason,Excerpt (masked)\n'-rm.log,3,120,no time,'=cmd|'/c calc'!A1\n\"a, b.log\",1000,0,broken JSON at byte 1,\"{\"\"a\"\":\"\"<b>\"\"}\"\n"},
		"out.jsonl": {false, `{"path":"-rm.log","line":3,"offset":120,"reason":"no time","excerpt":"=cmd|'/c calc'!A1"}` + "\n" + `{"path":"a, b.log","line":1000,"offset":0,"reason":"broken JSON at byte 1","excerpt":"{\"a\":\"<b>\"}"}` + "\n"},
	} {
		path := filepath.Join(t.TempDir(), name)
		rows, err := export.Unreadable(t.Context(), path, listed(list, nil), c.asCSV)
		got, readErr := os.ReadFile(path)
		if err != nil || readErr != nil || rows != 2 || string(got) != c.want {
			t.Errorf("%s: %d rows, %v, %v\n%s", name, rows, err, readErr, got)
		}
	}
}

func TestUnreadableRecordsThatCantBeWrittenLeaveNoFile(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx  context.Context
		then error
	}{"cancelled": {cancelled, nil}, "the case can't be read": {t.Context(), errors.New("disk")}} {
		path := filepath.Join(t.TempDir(), "out.csv")
		if _, err := export.Unreadable(c.ctx, path, listed([]audit.Unreadable{{Path: "a"}}, c.then), true); err == nil {
			t.Errorf("%s: no error", name)
		}
		if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 0 {
			t.Errorf("%s: left %v, %v", name, left, err)
		}
	}
}
