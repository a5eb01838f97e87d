package casefile_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
)

func TestAReceiptIsSavedWithWhatItComesTo(t *testing.T) {
	c := newCase(t, audit.Engagement{})
	takeFiles(t, c, "acme", file(t, "a.log", days(1, 2, 3)), file(t, "b.log", days(4)))
	takeFiles(t, c, "other", file(t, "c.log", days(4)))
	before, err := c.Sources(t.Context())
	if err != nil || before.Sources[0].ReceiptCheck != nil {
		t.Fatalf("%+v, %v", before.Sources, err)
	}
	n := int64(3)
	r := audit.Receipt{From: " A. Keller ", Received: "2026-07-01", SHA256: strings.ToUpper(before.Sources[0].SHA256), Count: &n}
	got, err := c.SaveReceipt(t.Context(), 1, r)
	if err != nil || got.Receipt.From != "A. Keller" || got.ReceiptCheck.SHA256.State != audit.Agrees || got.ReceiptCheck.Count.State != audit.Agrees {
		t.Errorf("%+v, %v", got, err)
	}
	after, err := c.Sources(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(got, after.Sources[0]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(before.Sources[1:], after.Sources[1:]); diff != "" {
		t.Errorf("another source: %s", diff)
	}
	for name, c2 := range map[string]struct {
		source  int64
		receipt audit.Receipt
		field   string
		says    string
	}{
		"a digest that is none":      {1, audit.Receipt{SHA256: "abc"}, "sha256", "64 digits"},
		"itself replaced":            {1, audit.Receipt{Replaces: 1}, "replaces", "can't replace itself"},
		"no such source replaced":    {1, audit.Receipt{Replaces: 9}, "replaces", "no source #9"},
		"one of another deployment":  {1, audit.Receipt{Replaces: 3}, "replaces", "of another deployment, other"},
		"a count that is impossible": {2, audit.Receipt{Count: new(int64(-1))}, "count", "below 0"},
	} {
		t.Run(name, func(t *testing.T) {
			answer, err := c.CheckReceipt(t.Context(), c2.source, c2.receipt)
			if err != nil || len(answer.Problems) != 1 || answer.Problems[0].Field != c2.field || !strings.Contains(answer.Problems[0].Message, c2.says) {
				t.Errorf("check: %+v, %v", answer, err)
			}
			var e *audit.Error
			if _, err := c.SaveReceipt(t.Context(), c2.source, c2.receipt); !errors.As(err, &e) || !strings.Contains(e.Hint, c2.says) {
				t.Errorf("save: %v", err)
			}
		})
	}
	if _, err := c.SaveReceipt(t.Context(), 9, r); !errors.Is(err, audit.ErrNotFound) {
		t.Errorf("no such source: %v", err)
	}
	// What replaces what can't go round in a circle.
	if _, err := c.SaveReceipt(t.Context(), 2, audit.Receipt{Replaces: 1}); err != nil {
		t.Fatal(err)
	}
	if answer, err := c.CheckReceipt(t.Context(), 1, audit.Receipt{Replaces: 2}); err != nil || len(answer.Problems) != 1 || answer.Problems[0].Message != "source #2 itself replaces source #1" {
		t.Errorf("a circle: %+v, %v", answer, err)
	}
	if now, err := c.Sources(t.Context()); err != nil || now.Sources[0].Receipt.From != "A. Keller" {
		t.Errorf("what failed changed something: %+v, %v", now.Sources, err)
	}
}

func TestASourceIsFoundByNumberPathOrBaseName(t *testing.T) {
	c := newCase(t, audit.Engagement{})
	a, b := file(t, "a.log", days(1)), file(t, "b.log", days(2))
	takeFiles(t, c, "acme", a, b, file(t, "a.log", days(3)))
	for name, want := range map[string]int64{a: 1, "#2": 2, "3": 3, "B.log": 2, strings.ToUpper(b): 2} {
		if s, err := c.FindSource(t.Context(), name); err != nil || s.Number != want {
			t.Errorf("%s: #%d, %v; want #%d", name, s.Number, err, want)
		}
	}
	var e *audit.Error
	if _, err := c.FindSource(t.Context(), "a.log"); !errors.As(err, &e) || e.Hint != "give one by its number: #1, #3" {
		t.Errorf("two of a name: %v", err)
	}
	for _, name := range []string{"c.log", "4", "#4", "", "#"} {
		if s, err := c.FindSource(t.Context(), name); !errors.Is(err, audit.ErrNotFound) {
			t.Errorf("%q: %+v, %v", name, s, err)
		}
	}
}

func TestASourceThatLooksSentAgainIsSuggested(t *testing.T) {
	for name, c := range map[string]struct {
		old, again string // names
		was, is    string
		why        string // "" for none
	}{
		"the same name in another folder":        {"audit.log", "audit.log", days(1, 2, 3), days(2, 3, 4), "it has the same name"},
		"the same name, another period":          {"audit.log", "audit.log", days(1, 2, 3), days(4, 5, 6), ""},
		"a copy":                                 {"audit-06.ndjson", "audit-06 (1).ndjson", days(1, 2, 3), days(1, 2), "it has a similar name"},
		"sent again":                             {"audit-06.log", "Audit-06_resent.json", days(1, 9), days(1, 2, 9), "it has a similar name"},
		"the next month":                         {"audit-06.log", "audit-07.log", days(1, 2), days(2, 3, 4, 5, 6, 7, 8), ""},
		"another name, mostly the same period":   {"audit-06.log", "june.log", days(1, 2, 10), days(1, 3, 9), "it has the same form and mostly the same period"},
		"another name, half of the same period":  {"audit-06.log", "june.log", days(1, 10), days(6, 7, 10), ""},
		"rotated files":                          {"audit.log.1", "audit.log.2", days(4, 5), days(1, 2, 3), ""},
		"the same bytes":                         {"audit.log", "audit.log", days(1, 2), days(1, 2), ""},
		"nothing in common":                      {"a.log", "b.log", days(1), "nothing\n", ""},
		"the same name, and nothing is in there": {"a.log", "a.log", days(1), "nothing\n", "it has the same name"},
	} {
		t.Run(name, func(t *testing.T) {
			cs := newCase(t, audit.Engagement{})
			takeFiles(t, cs, "acme", file(t, c.old, c.was), file(t, c.again, c.is))
			takeFiles(t, cs, "other", file(t, c.again, c.is+"\n"))
			got, err := cs.Sources(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			want := []casefile.Suggestion{}
			if c.why != "" {
				want = []casefile.Suggestion{{Source: 2, Replaces: 1, Why: c.why}}
			}
			if diff := cmp.Diff(want, got.Suggestions); diff != "" {
				t.Error(diff)
			}
			if c.why == "" {
				return
			}
			if _, err := cs.SaveReceipt(t.Context(), 2, audit.Receipt{Replaces: 1}); err != nil {
				t.Fatal(err)
			}
			if got, err = cs.Sources(t.Context()); err != nil || len(got.Suggestions) > 0 {
				t.Errorf("after it was noted: %+v, %v", got.Suggestions, err)
			}
		})
	}
}

func TestADigestThatWasStatedOfAnArchive(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range map[string]string{"a.log": days(1), "b.log": days(2)} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	c := newCase(t, audit.Engagement{})
	takeFiles(t, c, "acme", file(t, "logs.zip", b.String()))
	for source := int64(1); source <= 2; source++ {
		answer, err := c.CheckReceipt(t.Context(), source, audit.Receipt{SHA256: fmt.Sprintf("%x", sha256.Sum256(b.Bytes()))})
		if err != nil || answer.Check.SHA256.Words != "matches the archive that you received" {
			t.Errorf("%+v, %v", answer, err)
		}
	}
}
