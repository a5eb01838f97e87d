package desk_test

import (
	"os"
	"path/filepath"
	"testing"

	"auditdesk/backend/desk"
)

func TestPreferencesOutliveTheProgram(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "when", "needed")
	want := desk.Preferences{Theme: desk.ThemeDark, Window: desk.Placement{X: 10, Y: 20, Width: 1000, Height: 700, Placed: true}}
	if err := want.Save(dir); err != nil {
		t.Fatal(err)
	}
	if got := desk.LoadPreferences(dir); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestPreferencesThatCannotBeUsedAreThoseOfTheFirstLaunch(t *testing.T) {
	first := desk.Preferences{Theme: desk.ThemeSystem, Window: desk.Placement{Width: desk.DefaultWidth, Height: desk.DefaultHeight}}
	for name, content := range map[string]string{
		"no file":         "",
		"cut off":         `{"theme":"dark","win`,
		"unknown theme":   `{"theme":"blue"}`,
		"too small":       `{"window":{"width":3,"height":2}}`,
		"too large":       `{"window":{"width":99999,"height":2000}}`,
		"off the screen":  `{"window":{"x":-9000,"y":20,"width":1440,"height":900,"placed":true}}`,
		"another shape":   `[1,2]`,
		"a NUL and a BOM": "\x00\ufeff{}",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if content != "" {
				if err := os.WriteFile(filepath.Join(dir, "window.json"), []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if got := desk.LoadPreferences(dir); got != first {
				t.Errorf("got %+v, want %+v", got, first)
			}
		})
	}
}

func TestLoadingPreferencesMakesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "absent")
	desk.LoadPreferences(dir)
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the folder is there: %v", err)
	}
}

func TestAMaximisedWindowKeepsTheSizeItGoesBackTo(t *testing.T) {
	d, _, opt := newDesk(t)
	before := desk.Placement{X: 5, Y: 6, Width: 1000, Height: 700, Placed: true}
	for _, p := range []desk.Placement{before, {Width: 2560, Height: 1440, Maximised: true, Placed: true}} {
		if err := d.SavePlacement(p); err != nil {
			t.Fatal(err)
		}
	}
	want := before
	want.Maximised = true
	if got := desk.LoadPreferences(opt.StateDir).Window; got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestThemesAreKeptAndChecked(t *testing.T) {
	d, _, opt := newDesk(t)
	if err := d.SetTheme("dark"); err != nil {
		t.Fatal(err)
	}
	if err := d.SetTheme("blue"); err == nil {
		t.Error("a theme that does not exist was taken")
	}
	if got := desk.LoadPreferences(opt.StateDir).Theme; got != desk.ThemeDark {
		t.Errorf("the theme is %q", got)
	}
}
