package diff_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"auditdesk/backend/audit"
	"auditdesk/backend/diff"
)

func TestContinuity(t *testing.T) {
	const ok, denied, unknown, none = audit.OutcomeOK, audit.OutcomeDenied, audit.OutcomeUnknown, audit.OutcomeNone
	step := func(n uint32, at audit.Time, outcome audit.Outcome, old, now string) diff.Step {
		return diff.StepOf(n, audit.Ref(fmt.Sprintf("REF%d", n)), at, outcome, &audit.Change{Old: raw(old), New: raw(now)}, audit.V2)
	}
	v1 := func(n uint32, at audit.Time, old, now string) diff.Step {
		return diff.StepOf(n, audit.Ref(fmt.Sprintf("REF%d", n)), at, ok, &audit.Change{Old: raw(old), New: raw(now)}, audit.V1)
	}
	secret := func(n uint32, at audit.Time, was, now audit.SecretState) diff.Step {
		return diff.StepOf(n, audit.Ref(fmt.Sprintf("REF%d", n)), at, ok, &audit.Change{Secret: true, SecretWas: was, SecretNow: now}, audit.V2)
	}
	const set, empty, open = audit.SecretSet, audit.SecretEmpty, audit.SecretUnknown
	for _, c := range []struct {
		why  string
		in   []diff.Step
		want []string // state, previous, next
	}{
		{"one after the other", []diff.Step{step(1, 1, ok, `"a"`, `"b"`), step(2, 2, ok, `"b"`, `"c"`)}, []string{"first logged 0 0", "follows 1 0"}},
		{"by time, not by order of arrival", []diff.Step{step(2, 2, ok, `"b"`, `"c"`), step(1, 1, ok, `"a"`, `"b"`)}, []string{"follows 1 0", "first logged 0 0"}},
		{"a change that the log lacks", []diff.Step{step(1, 1, ok, `"a"`, `"b"`), step(2, 2, ok, `"x"`, `"c"`), step(3, 3, ok, `"c"`, `"d"`)}, []string{"first logged 0 2", "break before 1 0", "follows 2 0"}},
		{"a break at both sides of one change", []diff.Step{step(1, 1, ok, `1`, `2`), step(2, 2, ok, `3`, `4`), step(3, 3, ok, `5`, `6`)}, []string{"first logged 0 2", "break before 1 3", "break before 2 0"}},
		{"a denied attempt moves nothing", []diff.Step{step(1, 1, ok, `1`, `2`), step(2, 2, denied, `2`, `9`), step(3, 3, ok, `2`, `3`)}, []string{"first logged 0 0", "not applied 0 0", "follows 1 0"}},
		{"nor does what it logs make a break", []diff.Step{step(1, 1, ok, `1`, `2`), step(2, 2, denied, `7`, `9`)}, []string{"first logged 0 0", "not applied 0 0"}},
		{"after an unknown effect another value is no break", []diff.Step{step(1, 1, ok, `1`, `2`), step(2, 2, unknown, `2`, `9`), step(3, 3, ok, `9`, `3`), step(4, 4, ok, `8`, `1`)}, []string{"first logged 0 0", "effect unknown 0 0", "value unknown 0 4", "break before 3 0"}},
		{"but the same value follows", []diff.Step{step(1, 1, ok, `1`, `2`), step(2, 2, unknown, `2`, `9`), step(3, 3, ok, `2`, `3`)}, []string{"first logged 0 0", "effect unknown 0 0", "follows 1 0"}},
		{"an attempt without a status is like one of unknown effect", []diff.Step{step(1, 1, ok, `1`, `2`), step(2, 2, none, `2`, `9`), step(3, 3, ok, `9`, `3`)}, []string{"first logged 0 0", "effect unknown 0 0", "value unknown 0 0"}},
		{"an attempt with unknown effect first", []diff.Step{step(1, 1, unknown, `1`, `2`), step(2, 2, ok, `5`, `9`)}, []string{"effect unknown 0 0", "value unknown 0 0"}},
		{"a v1 record without the value before", []diff.Step{v1(1, 1, "-", `"a"`), v1(2, 2, "-", `"b"`), v1(3, 3, `"c"`, `"d"`)}, []string{" 0 0", " 0 3", "break before 2 0"}},
		{"a v1 record without what came of it", []diff.Step{v1(1, 1, `"a"`, `-`), v1(2, 2, `"b"`, `"c"`)}, []string{"first logged 0 0", "value unknown 0 0"}},
		{"at one instant in the order of the values", []diff.Step{step(1, 1, ok, `1`, `2`), step(2, 2, ok, `3`, `4`), step(3, 2, ok, `2`, `3`)}, []string{"first logged 0 0", "follows 3 0", "follows 1 0"}},
		{"at one instant, and none follows", []diff.Step{step(1, 1, ok, `1`, `2`), step(2, 2, ok, `5`, `6`), step(3, 2, ok, `8`, `9`)}, []string{"first logged 0 2", "break before 1 3", "break before 2 0"}},
		{"a secret that is set and stays it", []diff.Step{secret(1, 1, empty, set), secret(2, 2, set, set)}, []string{"first logged 0 0", "follows 1 0"}},
		{"a secret that was emptied", []diff.Step{secret(1, 1, empty, set), secret(2, 2, empty, set)}, []string{"first logged 0 2", "break before 1 0"}},
		{"a secret of which nothing is logged", []diff.Step{secret(1, 1, open, open), secret(2, 2, open, open)}, []string{"secret 0 0", "secret 0 0"}},
		{"none", nil, []string{}},
	} {
		t.Run(c.why, func(t *testing.T) {
			got := []string{}
			for _, f := range diff.Continuity(c.in) {
				got = append(got, fmt.Sprintf("%s %d %d", f.State, f.Before, f.After))
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// A log from which nothing was taken has no break; whatever is taken out of it, the order of import makes no difference, each
// break is said at both ends, and a break lies where the change taken out moved the value.
func TestContinuityOfALogWithoutSomeOfIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.IntRange(0, 3)
		last := value.Draw(t, "first value")
		var whole []diff.Step
		moved := map[uint32]bool{}
		for i := range rapid.IntRange(1, 10).Draw(t, "changes") {
			n := uint32(i + 1)
			next := value.Draw(t, "value")
			outcome := rapid.SampledFrom([]audit.Outcome{audit.OutcomeOK, audit.OutcomeOK, audit.OutcomeOK, audit.OutcomeDenied}).Draw(t, "outcome")
			c := audit.Change{Old: json.RawMessage(fmt.Sprint(last)), New: json.RawMessage(fmt.Sprint(next))}
			whole = append(whole, diff.StepOf(n, audit.Ref(fmt.Sprint(n)), audit.Time(rapid.IntRange(i*10, i*10+9).Draw(t, "time")), outcome, &c, audit.V2))
			if outcome == audit.OutcomeOK {
				moved[n] = next != last
				last = next
			}
		}
		for i, f := range diff.Continuity(whole) {
			if f.State == audit.ContinuityBreakBefore || f.After != 0 {
				t.Fatalf("step %d of a log that lacks nothing: %+v", i, f)
			}
		}
		gone := rapid.IntRange(0, len(whole)-1).Draw(t, "taken out")
		rest := slices.Delete(slices.Clone(whole), gone, gone+1)
		order := rapid.Permutation(rest).Draw(t, "order of import")
		states := map[uint32]diff.Followed{}
		breaks := 0
		for i, f := range diff.Continuity(order) {
			states[order[i].Change] = f
			if f.State == audit.ContinuityBreakBefore {
				breaks++
			}
		}
		for i, f := range diff.Continuity(rest) {
			if states[rest[i].Change] != f {
				t.Fatalf("change %d: %+v and %+v by order of import", rest[i].Change, f, states[rest[i].Change])
			}
			if f.After != 0 && (states[f.After].State != audit.ContinuityBreakBefore || states[f.After].Before != rest[i].Change) {
				t.Fatalf("a break after %d that is not one before %d", rest[i].Change, f.After)
			}
		}
		applied := func(steps []diff.Step) bool {
			return slices.ContainsFunc(steps, func(s diff.Step) bool { return s.Outcome == audit.OutcomeOK })
		}
		want := 0
		if moved[whole[gone].Change] && applied(rest[:gone]) && applied(rest[gone:]) {
			want = 1
		}
		if breaks != want {
			t.Fatalf("%d breaks, want %d", breaks, want)
		}
	})
}

func TestWordsOfABreak(t *testing.T) {
	b := audit.Break{AfterEvent: "A", BeforeEvent: "B", ValueThen: raw("\"one\u202e\""), OldLogged: raw(`["x"]`)}
	if got, want := diff.BreakWords(&b, false, audit.V2), "the log lacks a change: event A left one<U+202E>, event B logs x as the value before"; got != want {
		t.Errorf("%q", got)
	}
	s := audit.Break{AfterEvent: "A", BeforeEvent: "B", Then: audit.SecretSet, Old: audit.SecretEmpty}
	if got, want := diff.BreakWords(&s, true, audit.V1), "the log lacks a change: event A left a secret that is set, event B logs an empty secret as the value before"; got != want {
		t.Errorf("%q", got)
	}
	none := audit.Break{AfterEvent: "A", BeforeEvent: "B", OldLogged: raw(`"x"`)}
	if got := diff.BreakWords(&none, false, audit.V2); !strings.Contains(got, "A left (none)") {
		t.Errorf("%q", got)
	}
}
