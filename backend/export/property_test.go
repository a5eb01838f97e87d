package export_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"auditdesk/backend/export"
)

var overlap = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_x[0-9A-Fa-f]{4}_`)

// What is put together from pieces that XML, Excel's escapes and spreadsheets treat specially comes back as it was.
func TestOrdinaryTextsComeBackUnaltered(t *testing.T) {
	piece := rapid.SampledFrom([]string{"_x", "_", "x", "005F", "x005F_", "0041_", "_x0041_", "_x000D_", "<", ">", "&", "&amp;", "]]>", `"`, "'", " ", "\t", "\n", "=", "+", "@", "é", "👩", "→", "a", "0"})
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		texts := rapid.SliceOfN(rapid.Map(rapid.SliceOfN(piece, 1, 12), func(p []string) string { return strings.Join(p, "") }), 1, 20).Draw(rt, "texts")
		list := events(len(texts))
		for i := range list {
			list[i].ResourceTarget = texts[i]
		}
		path := filepath.Join(dir, "out.xlsx")
		if _, err := export.Workbook(t.Context(), path, input(list...), nil); err != nil {
			rt.Fatal(err)
		}
		got := rows(t, opened(t, path), "Events")
		for i, want := range texts {
			// Escapes that share an underscore are shown with it spelled out: see TestHostileTexts.
			if shown := strings.ReplaceAll(got[i+1][7], "[U+005F]", "_"); shown != want || shown != got[i+1][7] && !overlap.MatchString(want) {
				rt.Fatalf("%q came back as %q", want, got[i+1][7])
			}
		}
	})
}

// Whatever a log holds, the text fits its cell, XML can hold it, and nothing invisible is left in it.
func TestAnyTextFitsACell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(t, "text")
		limit := rapid.IntRange(40, 200).Draw(t, "limit")
		checkShown(t, text, limit)
	})
}

func FuzzAnyTextFitsACell(f *testing.F) {
	f.Add("_xD800_x0041_ =1\x00\u202e\xff\ufffe", 40)
	f.Add(strings.Repeat("👩", 100), 41)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		checkShown(t, text, 40+abs(limit%200))
	})
}

func abs(n int) int { return max(n, -n) }

func checkShown(t interface{ Fatalf(string, ...any) }, text string, limit int) {
	got := export.Shown(text, limit)
	if !utf8.ValidString(got) || utf16Len(got) > limit || (got == "") != (text == "") {
		t.Fatalf("%q is shown as %q within %d", text, got, limit)
	}
	if overlap.MatchString(got) {
		t.Fatalf("%q is shown as %q with overlapping escapes", text, got)
	}
	for _, r := range got {
		if r < 0x20 && r != '\t' && r != '\n' || 0x7f <= r && r < 0xa0 || 0x202a <= r && r <= 0x202e || r == 0xfffe || r == 0xffff {
			t.Fatalf("%q is shown with %U in it: %q", text, r, got)
		}
	}
}
