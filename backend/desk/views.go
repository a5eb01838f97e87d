package desk

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"auditdesk/backend/audit"
)

// MaxViewBytes is how long a kept view may be.
const MaxViewBytes = 64 << 10

// Views is how the window stood in each case when it was kept last, in a file beside the list of recent cases: in the order of
// keeping, newest first, and no more than there are recent cases. What a view holds is the page's affair. It may be used by several
// goroutines, not by several processes: the last one to write wins.
type Views struct {
	mu   sync.Mutex
	path string
}

// keptView is a line of the file.
type keptView struct {
	ID   string `json:"id"` // of the case
	View string `json:"view"`
}

// NewViews keeps views in the folder dir, which is made at the first write.
func NewViews(dir string) *Views { return &Views{path: filepath.Join(dir, "views.json")} }

// Of returns the view that was kept of a case, "" for none.
func (v *Views) Of(id string) string {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, k := range v.read() {
		if k.ID == id {
			return k.View
		}
	}
	return ""
}

// Keep keeps the view of a case in place of the one before.
func (v *Views) Keep(id, view string) error {
	if len(view) > MaxViewBytes {
		return audit.Errorf("Remove some statements or filters.", "The view is too large to be kept: %d of at most %d bytes", len(view), MaxViewBytes)
	}
	return v.change(id, keptView{id, view})
}

// Forget drops the view of a case.
func (v *Views) Forget(id string) error { return v.change(id) }

// change puts views first, in place of the one of the case.
func (v *Views) change(id string, first ...keptView) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	had := v.read()
	kept := slices.Concat(first, slices.DeleteFunc(slices.Clone(had), func(k keptView) bool { return k.ID == id }))
	kept = kept[:min(len(kept), MaxRecent)]
	if slices.Equal(had, kept) {
		return nil
	}
	if err := writeJSON(v.path, kept); err != nil {
		return fmt.Errorf("keep the view of the case: %w", err)
	}
	return nil
}

// read returns what is kept. A file that can't be read keeps nothing: a view is a convenience, and must not keep a case from opening.
func (v *Views) read() []keptView {
	b, err := os.ReadFile(v.path)
	var list []keptView
	if err != nil || json.Unmarshal(b, &list) != nil {
		return nil
	}
	return slices.DeleteFunc(list, func(k keptView) bool { return len(k.View) > MaxViewBytes })
}

// CaseView is how the window stands in a case, in the page's own words. The case is named by the ID that it has among the recent ones.
type CaseView struct {
	Case string `json:"case"`
	View string `json:"view"` // "" for none
}

// View returns how the window stood in the open case when it was kept last.
func (d *Desk) View() (CaseView, error) {
	open, release, err := d.use()
	if err != nil {
		return CaseView{}, err
	}
	defer release()
	id := recentID(open.file.Path())
	return CaseView{Case: id, View: d.views.Of(id)}, nil
}

// KeepView keeps how the window stands in a case. The page may tell it a moment late, when the case is closed already; a case that is
// neither open nor a recent one was forgotten meanwhile, and stays so.
func (d *Desk) KeepView(v CaseView) error {
	if _, known := d.recents.Path(v.Case); !known {
		return nil
	}
	return d.views.Keep(v.Case, v.View)
}
