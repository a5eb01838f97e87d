package desk_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"auditdesk/backend/desk"
)

func TestRecentsKeepTheNewestTwelve(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state", "auditdesk") // made at the first write
	recents := desk.NewRecents(dir)
	for i := range desk.MaxRecent + 3 {
		add(t, recents, fmt.Sprintf("/cases/%02d.auditcase", i))
	}
	list := recents.List()
	if len(list) != desk.MaxRecent {
		t.Fatalf("%d cases are listed", len(list))
	}
	if list[0].Path != "/cases/14.auditcase" || list[len(list)-1].Path != "/cases/03.auditcase" {
		t.Errorf("from %s to %s", list[0].Path, list[len(list)-1].Path)
	}
}

func TestACaseThatIsOpenedAgainMovesToTheTop(t *testing.T) {
	recents := desk.NewRecents(t.TempDir())
	for _, name := range []string{"/a.auditcase", "/b.auditcase", "/a.auditcase"} {
		add(t, recents, name)
	}
	list := recents.List()
	if len(list) != 2 || list[0].Path != "/a.auditcase" {
		t.Errorf("the list is %+v", list)
	}
}

func TestAMissingCaseIsFlaggedAndStaysListed(t *testing.T) {
	dir := t.TempDir()
	here := filepath.Join(dir, "here.auditcase")
	if err := os.WriteFile(here, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	recents := desk.NewRecents(dir)
	add(t, recents, filepath.Join(dir, "gone.auditcase"))
	add(t, recents, here)
	list := recents.List()
	if len(list) != 2 || list[0].Missing || !list[1].Missing {
		t.Errorf("the list is %+v", list)
	}
}

func TestRecentsOutliveTheProgram(t *testing.T) {
	dir := t.TempDir()
	add(t, desk.NewRecents(dir), "/a.auditcase")
	list := desk.NewRecents(dir).List()
	if len(list) != 1 || list[0].Path != "/a.auditcase" || !list[0].Opened.Equal(opened) {
		t.Fatalf("the list is %+v", list)
	}
	path, ok := desk.NewRecents(dir).Path(list[0].ID)
	if !ok || path != "/a.auditcase" {
		t.Errorf("the id leads to %q", path)
	}
}

func TestAForgottenCaseIsGone(t *testing.T) {
	recents := desk.NewRecents(t.TempDir())
	add(t, recents, "/a.auditcase")
	id := recents.List()[0].ID
	if err := recents.Forget(id); err != nil {
		t.Fatal(err)
	}
	if _, ok := recents.Path(id); ok || len(recents.List()) != 0 {
		t.Error("it is still known")
	}
}

func TestABrokenListIsAnEmptyOne(t *testing.T) {
	for name, content := range map[string]string{
		"cut off":         `[{"path":"/a.audi`,
		"another shape":   `{"path":"/a.auditcase"}`,
		"a relative path": `[{"id":"x","path":"../a.auditcase"}]`,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "recent.json"), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			recents := desk.NewRecents(dir)
			if list := recents.List(); list == nil || len(list) != 0 {
				t.Errorf("the list is %+v", list)
			}
			add(t, recents, "/b.auditcase")
			if len(recents.List()) != 1 {
				t.Error("the broken list was not replaced")
			}
		})
	}
}

// An id that a changed file claims for another path must not lead there.
func TestAnIDAlwaysBelongsToItsPath(t *testing.T) {
	dir := t.TempDir()
	recents := desk.NewRecents(dir)
	add(t, recents, "/a.auditcase")
	id := recents.List()[0].ID
	content := fmt.Sprintf(`[{"id":%q,"path":"/etc/passwd","title":"","opened":"2026-01-01T00:00:00Z","missing":false}]`, id)
	if err := os.WriteFile(filepath.Join(dir, "recent.json"), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if path, ok := desk.NewRecents(dir).Path(id); ok {
		t.Errorf("the id of /a.auditcase leads to %s", path)
	}
}

var opened = time.Date(2026, 11, 22, 9, 12, 0, 0, time.UTC)

func add(t *testing.T, r *desk.Recents, path string) {
	t.Helper()
	if err := r.Add(desk.RecentCase{Title: "A case", Path: path, Events: 7, Opened: opened}); err != nil {
		t.Fatal(err)
	}
}
