package desk_test

import (
	"strings"
	"testing"

	"auditdesk/backend/casefile"
	"auditdesk/backend/desk"
	"auditdesk/backend/store"
)

func verify(t *testing.T, d *desk.Desk, w *paperWindow, noted string) casefile.Verified {
	t.Helper()
	if err := d.StartVerify(t.Context(), desk.VerifyRequest{Noted: noted}); err != nil {
		t.Fatal(err)
	}
	done, ok := w.await(t, desk.EventVerifyDone).(casefile.Verified)
	if !ok || d.Busy() != "" {
		t.Fatalf("it ended with %+v; %q still runs", done, d.Busy())
	}
	return done
}

// checks is how many things a check of a case looks at.
const checks = 13

func TestTheOpenCaseIsVerified(t *testing.T) {
	d, w, _ := newDesk(t)
	if err := d.StartVerify(t.Context(), desk.VerifyRequest{}); err == nil {
		t.Error("it began without a case")
	}
	importPlan(t, d, w, choose(t, d, w, sample))
	rep := verify(t, d, w, "")
	if !rep.Sound || rep.Noted != nil || len(rep.Checks) != checks || len(rep.Head) != 64 {
		t.Fatalf("the report is %+v", rep)
	}
	// As somebody wrote it down.
	head := " " + strings.ToUpper(rep.Head[:32]) + " " + rep.Head[32:] + "\n"
	if again := verify(t, d, w, head); !again.Sound || again.Noted == nil || !again.Noted.Agrees || again.Noted.Link != again.Links {
		t.Errorf("the head that it has: %+v", again.Noted)
	}
	if other := verify(t, d, w, strings.Repeat("0", 64)); other.Sound || other.Noted.Agrees {
		t.Errorf("a head that it never had: %+v", other.Noted)
	}
	if err := d.StartVerify(t.Context(), desk.VerifyRequest{Noted: "12ab"}); err == nil || desk.FailureOf(err).Hint == "" {
		t.Errorf("what is no head: %v", err)
	}
}

func TestACheckThatIsStoppedSaysNothingOfTheCase(t *testing.T) {
	d, w, plan := startLong(t)
	w.await(t, desk.EventImportDone)
	if err := d.StartVerify(t.Context(), desk.VerifyRequest{}); err != nil {
		t.Fatal(err)
	}
	if p, ok := w.await(t, desk.EventVerifyProgress).(store.VerifyProgress); !ok || p.Number < 1 || p.Checks != checks || p.Check == "" {
		t.Fatalf("the first progress is %+v", p)
	}
	if d.Busy() == "" {
		t.Fatal("the check was over before the test could look: make the file longer")
	}
	if err := d.StartVerify(t.Context(), desk.VerifyRequest{}); err == nil {
		t.Error("a second check began")
	}
	if _, err := d.OpenPath(t.Context(), plan.CasePath); err == nil || !strings.Contains(err.Error(), "a check of the case is running") {
		t.Errorf("another case was opened: %v", err)
	}
	if err := d.CancelVerify(); err != nil {
		t.Fatal(err)
	}
	if f, ok := w.await(t, desk.EventVerifyDone).(desk.Failure); !ok || !strings.Contains(f.Hint, "says nothing about the case") {
		t.Errorf("it ended with %+v", f)
	}
	if d.Busy() != "" {
		t.Error("it is still said to run")
	}
}
