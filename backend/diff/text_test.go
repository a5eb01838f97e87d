package diff_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"auditdesk/backend/diff"
)

func TestComparingLines(t *testing.T) {
	got := diff.Lines("Scheduled maintenance\nSaturday 9:01PM\nSave your work\n", "Scheduled maintenance\nSaturday 21:00\nDo not open it\nSave your work")
	want := []diff.LineOp{
		{Op: diff.Same, Old: 1, New: 1, Text: "Scheduled maintenance"},
		{Op: diff.Removed, Old: 2, Text: "Saturday 9:01PM"},
		{Op: diff.Added, New: 2, Text: "Saturday 21:00"},
		{Op: diff.Added, New: 3, Text: "Do not open it"},
		{Op: diff.Same, Old: 3, New: 4, Text: "Save your work"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if got := diff.Lines("", ""); len(got) != 0 {
		t.Errorf("two empty texts: %v", got)
	}
	if got := diff.Lines("a\r\nb", "a\nb"); got[0].Op != diff.Same {
		t.Errorf("a carriage return at the end of a line is no change: %v", got)
	}
}

func TestComparingWords(t *testing.T) {
	got := diff.WordOps("Maintenance 9:01PM", "Maintenance 23:00 UTC")
	want := []diff.Op{
		{Op: diff.Same, Text: "Maintenance "}, {Op: diff.Removed, Text: "9"}, {Op: diff.Added, Text: "23"},
		{Op: diff.Same, Text: ":"}, {Op: diff.Removed, Text: "01PM"}, {Op: diff.Added, Text: "00 UTC"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// A comparison applied to the old text is the new text, and the other way round.
func TestComparisonsApply(t *testing.T) {
	text := rapid.StringOf(rapid.SampledFrom([]rune("ab  \n\n\té電.,:\u202e")))
	rapid.Check(t, func(t *rapid.T) {
		before, after := text.Draw(t, "before"), text.Draw(t, "after")
		var was, now strings.Builder
		for _, op := range diff.WordOps(before, after) {
			if op.Op != diff.Added {
				was.WriteString(op.Text)
			}
			if op.Op != diff.Removed {
				now.WriteString(op.Text)
			}
		}
		if was.String() != before || now.String() != after {
			t.Fatalf("%q, %q", was.String(), now.String())
		}
		var wasLines, nowLines []string
		for _, op := range diff.Lines(before, after) {
			if op.Op != diff.Added {
				if wasLines = append(wasLines, op.Text); op.Old != len(wasLines) {
					t.Fatalf("line %d has number %d", len(wasLines), op.Old)
				}
			}
			if op.Op != diff.Removed {
				if nowLines = append(nowLines, op.Text); op.New != len(nowLines) {
					t.Fatalf("line %d has number %d", len(nowLines), op.New)
				}
			}
		}
		if strings.Join(wasLines, "\n") != strings.TrimSuffix(before, "\n") || strings.Join(nowLines, "\n") != strings.TrimSuffix(after, "\n") {
			t.Fatalf("%q, %q", wasLines, nowLines)
		}
	})
}

func TestInvalidTextSurvivesAComparison(t *testing.T) {
	var now strings.Builder
	for _, op := range diff.WordOps("a\xff", "a\xff\xfe b") {
		if op.Op != diff.Removed {
			now.WriteString(op.Text)
		}
	}
	if now.String() != "a\xff\xfe b" {
		t.Errorf("%q", now.String())
	}
}

func TestComparingLongTextsIsBounded(t *testing.T) {
	var before, after strings.Builder
	for i := range 60_000 {
		before.WriteString(strings.Repeat("x", i%97) + "\n")
		after.WriteString(strings.Repeat("x", (i*7+3)%89) + "y\n")
	}
	start := time.Now()
	diff.Lines(before.String(), after.String())
	diff.WordOps(before.String(), after.String())
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
}
