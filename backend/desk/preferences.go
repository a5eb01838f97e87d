package desk

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2/maybe"
)

// Theme is how the window is coloured.
type Theme string

// The themes. System follows the desktop.
const (
	ThemeSystem Theme = "system"
	ThemeLight  Theme = "light"
	ThemeDark   Theme = "dark"
)

// ParseTheme returns the theme that s names.
func ParseTheme(s string) (Theme, bool) {
	switch t := Theme(s); t {
	case ThemeSystem, ThemeLight, ThemeDark:
		return t, true
	default:
		return ThemeSystem, false
	}
}

// The window as it opens for the first time, and the smallest that it can be made. In CSS pixels.
const (
	DefaultWidth  = 1440
	DefaultHeight = 900
	MinWidth      = 720
	MinHeight     = 480
)

// Placement is where the window stood. Width and height are those of the window when it was not maximised.
type Placement struct {
	X         int  `json:"x"`
	Y         int  `json:"y"`
	Width     int  `json:"width"`
	Height    int  `json:"height"`
	Maximised bool `json:"maximised"`
	Placed    bool `json:"placed"` // whether X and Y are known
}

// Preferences is what the window keeps between launches.
type Preferences struct {
	Theme  Theme     `json:"theme"`
	Window Placement `json:"window"`
}

const preferencesFile = "window.json"

// LoadPreferences reads what [Preferences.Save] wrote into the folder dir. It makes nothing; where the file is absent or
// can't be read the window opens as for the first time.
func LoadPreferences(dir string) Preferences {
	var p Preferences
	if b, err := os.ReadFile(filepath.Join(dir, preferencesFile)); err == nil {
		_ = json.Unmarshal(b, &p) // what could not be read keeps its zero value and is replaced below
	}
	if _, ok := ParseTheme(string(p.Theme)); !ok {
		p.Theme = ThemeSystem
	}
	w := &p.Window
	if w.Width < MinWidth || w.Height < MinHeight || w.Width > 1<<15 || w.Height > 1<<15 {
		w.Width, w.Height = DefaultWidth, DefaultHeight
	}
	// A window that would open left of or above the screen can't be reached. How far right and down the screens go is
	// not known here; window managers pull such a window back.
	if w.X < 0 || w.Y < 0 {
		w.X, w.Y, w.Placed = 0, 0, false
	}
	return p
}

// Save writes p into the folder dir, which is made where absent.
func (p Preferences) Save(dir string) error {
	if err := writeJSON(filepath.Join(dir, preferencesFile), p); err != nil {
		return fmt.Errorf("save the window's preferences: %w", err)
	}
	return nil
}

// writeJSON replaces the file at path in one step: a reader sees the old or the new content, never half of one. (On Windows
// the step is not atomic; a broken file is read as an absent one.)
func writeJSON(path string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return maybe.WriteFile(path, append(b, '\n'), 0o600)
}
