package desk_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"auditdesk/backend/desk"
)

// paperWindow is a window on paper: it answers dialogs with what the test wrote down, and writes down what it is told.
type paperWindow struct {
	mu     sync.Mutex
	told   chan told
	titles []string
	copied string
	asked  []string // questions of Confirm

	file, folder, save string
	files              []string
	confirm            bool
}

type told struct {
	event   desk.Event
	payload any
}

func (w *paperWindow) Emit(e desk.Event, payload any) { w.told <- told{e, payload} }

func (w *paperWindow) OpenFile(context.Context, string, string, string, string) (string, error) {
	return w.file, nil
}

func (w *paperWindow) OpenFiles(context.Context, string, string) ([]string, error) {
	return w.files, nil
}

func (w *paperWindow) OpenFolder(context.Context, string, string) (string, error) {
	return w.folder, nil
}

func (w *paperWindow) SaveFile(context.Context, string, string, string, string, string) (string, error) {
	return w.save, nil
}

func (w *paperWindow) Confirm(_ context.Context, _, question string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked = append(w.asked, question)
	return w.confirm
}

func (w *paperWindow) SetTitle(title string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.titles = append(w.titles, title)
}

func (w *paperWindow) title() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.titles) == 0 {
		return ""
	}
	return w.titles[len(w.titles)-1]
}

func (w *paperWindow) Copy(_ context.Context, text string) error {
	w.copied = text
	return nil
}

// await returns what goes with the next event of that name, and forgets the others.
func (w *paperWindow) await(t *testing.T, event desk.Event) any {
	t.Helper()
	late := time.After(2 * time.Minute) // the race detector on a busy machine is slow
	for {
		select {
		case got := <-w.told:
			if got.event == event {
				return got.payload
			}
		case <-late:
			t.Fatalf("the window was never told %q", event)
		}
	}
}

func newDesk(t *testing.T) (*desk.Desk, *paperWindow, desk.Options) {
	t.Helper()
	dir := t.TempDir()
	opt := desk.Options{
		StateDir: filepath.Join(dir, "state"), DataDir: filepath.Join(dir, "data"), CaseDir: filepath.Join(dir, "cases"),
		Version: "1.2.3", Platform: "linux", Now: func() time.Time { return opened },
	}
	w := &paperWindow{told: make(chan told, 10_000)}
	d := desk.New(w, opt)
	t.Cleanup(d.CloseCase)
	return d, w, opt
}

func decode(t *testing.T, text string, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), v); err != nil {
		t.Fatalf("not JSON: %v in %s", err, text)
	}
}
