package casefile_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
)

// v1Field is a record of Coder v1 with one field; old is "" where the record does not log it.
func v1Field(minute, field, status int, old, now string) string {
	value := now
	if old != "" {
		value = fmt.Sprintf(`{"old":%s,"new":%s}`, old, now)
	}
	return v1Write(fmt.Sprintf("2026-02-01T10:%02d:00Z", minute), "infrastructure", fmt.Sprintf(`{"field %d":%s}`, field, value), status)
}

// groupName is a REST row of Coder v2 that names a group.
func groupName(n, minute, group, status int, old, now string) string {
	return fmt.Sprintf(`{"id":"00000000-0000-4000-8000-%012x","time":"2026-02-01T10:%02d:00Z","resource_type":"group","resource_id":"00000000-0000-4000-8000-0000000000%02x","resource_target":"g","action":"write","status_code":%d,"diff":{"name":{"old":%s,"new":%s,"secret":false}}}`+"\n",
		n, minute, group, status, old, now)
}

// derivedBy imports a log, and returns how many settings were derived anew.
func derivedBy(t testing.TB, c *casefile.Case, log string) int {
	t.Helper()
	res, err := c.Import(testContext(), []string{"-"}, casefile.ImportOptions{Deployment: "acme", Stdin: strings.NewReader(log)})
	if err != nil {
		t.Fatal(err)
	}
	return res.Derived
}

func changeRows(t testing.TB, c *casefile.Case) []audit.ChangeRow {
	t.Helper()
	rows, err := c.ChangeRows(testContext(), casefile.RowsRequest{Order: audit.Oldest, Limit: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	return rows.Rows
}

// A late import looks anew at the settings that it touches, and at no other.
func TestALateImportDerivesOnlyWhatItTouches(t *testing.T) {
	const settings = 30
	c := newCase(t, audit.Engagement{Zone: "UTC"})
	var log strings.Builder
	for i := range settings {
		log.WriteString(v1Field(1, i, 200, "", `"a"`) + v1Field(9, i, 200, "", `"b"`) + groupName(2*i+1, 1, i, 200, `"x"`, `"a"`) + groupName(2*i+2, 9, i, 200, `"a"`, `"b"`))
	}
	if n := derivedBy(t, c, log.String()); n != 2*settings {
		t.Fatalf("the first import derives %d settings, want %d", n, 2*settings)
	}
	before := changeRows(t, c)
	if n := derivedBy(t, c, log.String()); n != 0 {
		t.Errorf("the same records once more derive %d settings", n)
	}
	late := v1Field(5, 3, 200, "", `"late"`) + v1Field(5, 4, 200, "", `"late"`) + v1Field(5, 5, 403, "", `"denied"`) + groupName(1000, 5, 7, 200, `"a"`, `"late"`) + groupName(1001, 5, 8, 200, `"a"`, `"a"`)
	if n := derivedBy(t, c, late); n != 5 {
		t.Errorf("a late import of 5 settings derives %d", n)
	}
	touched := map[string]bool{}
	after := changeRows(t, c)
	for _, row := range after {
		if row.Time == after[len(after)-1].Time && (row.Old != nil || row.BreakBefore != nil) {
			i := slices.IndexFunc(before, func(b audit.ChangeRow) bool { return b.Event == row.Event })
			if cmp.Diff(before[i], row) != "" {
				touched[row.Field+" "+row.ResourceID[max(0, len(row.ResourceID)-2):]] = true
			}
		}
	}
	if got, want := slices.Sorted(maps.Keys(touched)), []string{"field 3 ", "field 4 ", "name 07"}; !slices.Equal(got, want) {
		t.Errorf("changed were the values before, or breaks, of %q, want %q", got, want)
	}
}

// A late event changes what is derived of its own setting alone, and of the changes after it alone, but that the change before it has a
// break after it or no longer; and whatever came when, the same is said in the end.
func TestALateEventChangesDerivedValuesFromItsTimeOn(t *testing.T) {
	type record struct {
		line, setting string
		minute        int
	}
	type logs struct {
		records []record
		late    int
		cut     int
	}
	drawn := rapid.Custom(func(t *rapid.T) logs {
		var out logs
		minutes := rapid.Permutation(minutesOfAnHour()).Draw(t, "minutes")
		for i := range rapid.IntRange(2, 24).Draw(t, "records") {
			status := rapid.SampledFrom([]int{200, 200, 200, 403, 500}).Draw(t, "status")
			value := func(name string) string { return fmt.Sprint(rapid.IntRange(0, 2).Draw(t, name)) }
			setting := rapid.IntRange(0, 2).Draw(t, "setting")
			r := record{minute: minutes[i]}
			if rapid.Bool().Draw(t, "v1") {
				old := ""
				if rapid.IntRange(0, 3).Draw(t, "logs old") == 0 {
					old = value("old")
				}
				r.setting, r.line = fmt.Sprintf("field %d ", setting), v1Field(r.minute, setting, status, old, value("new"))
			} else {
				r.setting, r.line = fmt.Sprintf("name 00000000-0000-4000-8000-0000000000%02x", setting), groupName(i+1, r.minute, setting, status, value("old"), value("new"))
			}
			out.records = append(out.records, r)
		}
		out.late = rapid.IntRange(0, len(out.records)-1).Draw(t, "late")
		out.cut = rapid.IntRange(0, len(out.records)-1).Draw(t, "first import")
		return out
	})
	for seed := range 30 { // each makes two cases on the disk
		l := drawn.Example(seed)
		late := l.records[l.late]
		var lines []string
		for i, r := range l.records {
			if i != l.late {
				lines = append(lines, r.line)
			}
		}
		whole := caseOf(t, t.TempDir(), strings.Join(lines, "")+late.line)
		c := caseOf(t, t.TempDir(), strings.Join(lines[:l.cut], ""), strings.Join(lines[l.cut:], ""))
		before := map[audit.Ref]audit.ChangeRow{}
		for _, row := range changeRows(t, c) {
			before[row.Event] = row
		}
		if _, err := c.Import(testContext(), []string{"-"}, casefile.ImportOptions{Deployment: "prod", Stdin: strings.NewReader(late.line)}); err != nil {
			t.Fatal(err)
		}
		after := changeRows(t, c)
		for _, row := range after {
			was, known := before[row.Event]
			if !known {
				continue // the late one
			}
			mine, later := row.Field+" "+row.ResourceID == late.setting, row.Time.Std().Minute() > late.minute
			if mine && !later {
				was.BreakAfter, row.BreakAfter = nil, nil
			}
			if d := cmp.Diff(was, row); d != "" && (!mine || !later) {
				t.Errorf("seed %d: %s at minute %d came late, and changed %s of %s:\n%s", seed, late.setting, late.minute, row.Field, row.Time, d)
			}
		}
		if d := cmp.Diff(changeRows(t, whole), after); d != "" {
			t.Errorf("seed %d: at once, and late:\n%s", seed, d)
		}
		for _, c := range []*casefile.Case{whole, c} {
			if err := c.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func minutesOfAnHour() []int {
	out := make([]int, 60)
	for i := range out {
		out[i] = i
	}
	return out
}
