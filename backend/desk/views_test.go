package desk_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"auditdesk/backend/desk"
)

func keep(t *testing.T, v *desk.Views, id, view string) {
	t.Helper()
	if err := v.Keep(id, view); err != nil {
		t.Fatal(err)
	}
}

func TestTheViewsOfTheCasesKeptLastAreKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state") // made at the first write
	views := desk.NewViews(dir)
	for i := range desk.MaxRecent + 2 {
		keep(t, views, fmt.Sprintf("case %d", i), fmt.Sprintf(`{"n":%d}`, i))
	}
	keep(t, views, "case 2", `{"n":"again"}`)
	keep(t, views, "another", `{}`)
	again := desk.NewViews(dir)
	for id, want := range map[string]string{"case 1": "", "case 2": `{"n":"again"}`, "case 3": "", "case 4": `{"n":4}`, "case 13": `{"n":13}`, "another": `{}`, "never": ""} {
		if got := again.Of(id); got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
	info, err := os.Stat(filepath.Join(dir, "views.json"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("who may read it: %v, %v", info.Mode(), err)
	}
}

func TestAViewThatIsTooLargeIsRefusedAndTheOneBeforeStays(t *testing.T) {
	views := desk.NewViews(t.TempDir())
	keep(t, views, "a", strings.Repeat("x", desk.MaxViewBytes))
	if err := views.Keep("a", strings.Repeat("y", desk.MaxViewBytes+1)); err == nil {
		t.Error("it is kept")
	}
	if got := views.Of("a"); len(got) != desk.MaxViewBytes || got[0] != 'x' {
		t.Errorf("%d bytes are kept", len(got))
	}
}

func TestABrokenFileOfViewsKeepsNothing(t *testing.T) {
	for name, content := range map[string]string{
		"cut off":       `[{"id":"a","vi`,
		"another shape": `{"a":"{}"}`,
		"too large":     fmt.Sprintf(`[{"id":"a","view":%q}]`, strings.Repeat("x", desk.MaxViewBytes+1)),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "views.json"), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			views := desk.NewViews(dir)
			if got := views.Of("a"); got != "" {
				t.Errorf("%d bytes are kept", len(got))
			}
			keep(t, views, "b", "{}")
			if views.Of("b") != "{}" {
				t.Error("the broken file was not replaced")
			}
		})
	}
}

func TestACaseOpensWithTheViewThatItWasLeftWith(t *testing.T) {
	d, w, opt := newDesk(t)
	if _, err := d.View(); err == nil {
		t.Error("without a case there is a view")
	}
	importPlan(t, d, w, choose(t, d, w, sample))
	first, err := d.View()
	if err != nil || first.View != "" || first.Case == "" {
		t.Fatalf("a new case has the view %+v, %v", first, err)
	}
	state, err := d.State(t.Context())
	if err != nil || state.Recent[0].ID != first.Case {
		t.Fatalf("the case is %q among %+v, %v", first.Case, state.Recent, err)
	}
	keepView := func(d *desk.Desk, view string) {
		t.Helper()
		if err := d.KeepView(desk.CaseView{Case: first.Case, View: view}); err != nil {
			t.Fatal(err)
		}
	}
	keepView(d, "one")
	d.CloseCase()
	keepView(d, "two") // told as the case had closed
	if err := d.KeepView(desk.CaseView{Case: "of another window", View: "three"}); err != nil {
		t.Error(err)
	}

	again := desk.New(w, opt)
	t.Cleanup(again.CloseCase)
	if _, err := again.OpenRecent(t.Context(), first.Case); err != nil {
		t.Fatal(err)
	}
	if got, err := again.View(); err != nil || got.View != "two" || got.Case != first.Case {
		t.Errorf("the view is %+v, %v", got, err)
	}
	if _, err := again.ForgetRecent(t.Context(), first.Case); err != nil {
		t.Fatal(err)
	}
	keepView(again, "four") // told as it had been forgotten
	if got, err := again.View(); err != nil || got.View != "" {
		t.Errorf("a forgotten case has the view %+v, %v", got, err)
	}
}
