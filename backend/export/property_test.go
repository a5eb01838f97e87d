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

// Whatever a log holds, the workbook can be read again, each text fits its cell, and nothing invisible is left in it.
func TestAnyTextMakesAReadableWorkbook(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(rt, "text")
		limit := rapid.IntRange(40, 200).Draw(rt, "limit")
		e := event(1)
		e.ResourceTarget = text
		path := filepath.Join(dir, "out.xlsx")
		if _, err := export.WorkbookWithin(t.Context(), path, input(e), 1_000, limit); err != nil {
			rt.Fatal(err)
		}
		got := ""
		if r := rows(t, opened(t, path), "Events")[1]; len(r) > 7 {
			got = r[7]
		}
		if !utf8.ValidString(got) || utf16Len(got) > limit || (got == "") != (text == "") {
			rt.Fatalf("%q came back as %q", text, got)
		}
		for _, r := range got {
			if r < 0x20 && r != '\t' && r != '\n' || 0x7f <= r && r < 0xa0 || 0x202a <= r && r <= 0x202e {
				rt.Fatalf("%q came back with %U in it: %q", text, r, got)
			}
		}
	})
}
