package desk

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// MaxRecent is how many cases the list of recent ones keeps.
const MaxRecent = 12

// RecentCase is a case that was open lately. The page names it by ID; the path is for showing.
type RecentCase struct {
	ID      string    `json:"id"`
	Title   string    `json:"title"`
	Path    string    `json:"path"`
	Events  int64     `json:"events,omitempty"`
	Opened  time.Time `json:"opened"`
	Missing bool      `json:"missing"` // there is no file at Path now
	MadeUp  bool      `json:"made_up,omitempty"`
}

// Recents is the list of recent cases, kept in a file. Newest first. It may be used by several goroutines, not by
// several processes: the last one to write wins.
type Recents struct {
	mu   sync.Mutex
	path string
}

// NewRecents keeps the list in the folder dir, which is made at the first write.
func NewRecents(dir string) *Recents { return &Recents{path: filepath.Join(dir, "recent.json")} }

// recentID names a path without telling it.
func recentID(path string) string {
	sum := sha256.Sum256([]byte(path))
	return hex.EncodeToString(sum[:8])
}

// List returns the recent cases and looks which of them are gone. A list that can't be read is an empty one: it is a
// convenience, and must not keep the window from opening.
func (r *Recents) List() []RecentCase {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := r.read()
	for i := range list {
		_, err := os.Stat(list[i].Path)
		list[i].Missing = errors.Is(err, fs.ErrNotExist)
	}
	return list
}

// Path returns where the case with the id lies.
func (r *Recents) Path(id string) (string, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.read() {
		if c.ID == id {
			return c.Path, true
		}
	}
	return "", false
}

// Add puts c first; its ID is made from its path, which must be absolute.
func (r *Recents) Add(c RecentCase) error {
	c.ID, c.Missing = recentID(c.Path), false
	return r.change(func(list []RecentCase) []RecentCase {
		return append([]RecentCase{c}, without(list, c.ID)...)
	})
}

// Forget takes the case with the id off the list; the case itself stays.
func (r *Recents) Forget(id string) error {
	return r.change(func(list []RecentCase) []RecentCase { return without(list, id) })
}

func (r *Recents) change(edit func([]RecentCase) []RecentCase) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := edit(r.read())
	if len(list) > MaxRecent {
		list = list[:MaxRecent]
	}
	if err := writeJSON(r.path, list); err != nil {
		return fmt.Errorf("save the list of recent cases: %w", err)
	}
	return nil
}

func (r *Recents) read() []RecentCase {
	list := []RecentCase{}
	b, err := os.ReadFile(r.path)
	if err != nil || json.Unmarshal(b, &list) != nil {
		return []RecentCase{}
	}
	// The file is the auditor's own, but ids are what the page may name: never trust one that is not of its path.
	kept := list[:0]
	for _, c := range list {
		if filepath.IsAbs(c.Path) {
			c.ID = recentID(c.Path)
			kept = append(kept, c)
		}
	}
	return kept
}

func without(list []RecentCase, id string) []RecentCase {
	var out []RecentCase
	for _, c := range list {
		if c.ID != id {
			out = append(out, c)
		}
	}
	return out
}
