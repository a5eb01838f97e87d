package settings_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"auditdesk/backend/audit"
	"auditdesk/backend/settings"
)

// A search finds the settings that hold the text themselves, never one by the end of another and its own beginning.
func TestASearchFindsWhatHoldsTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		letters := rapid.StringOfN(rapid.SampledFrom([]rune("abÄä_ \x00")), 0, 4, -1)
		words := settings.Words{Deployments: []string{"", "d"}, Panels: []string{""}, Labels: []string{""}, Types: []string{"", "t"}, Folded: []string{"", "t"}, Spellings: []string{"", "f"}, Fields: []string{"", "f"}, Subjects: []string{""}}
		var writes []settings.Write
		n := rapid.IntRange(0, 8).Draw(t, "settings")
		for i := range n {
			words.Subjects, words.Targets = append(words.Subjects, string(rune('0'+i))), append(words.Targets, letters.Draw(t, "target"))
			writes = append(writes, settings.Write{Change: uint32(i), Key: settings.Key{Deployment: 1, Version: 2, Type: 1, Subject: uint32(i + 1), Field: 1}, Type: 1, Spelling: 1, Target: uint32(i), Status: 200})
		}
		text := letters.Draw(t, "search")
		if strings.TrimSpace(text) == "" || strings.Contains(text, "\x00") {
			text = "a"
		}
		x := settings.Build(writes, nil, words)
		found := map[string]int{}
		for _, r := range x.Answer(settings.Ask{Search: text}).Rows {
			found[x.Setting(int(r.Setting)).Target]++
		}
		want := map[string]int{}
		for _, target := range words.Targets {
			if strings.Contains(audit.FoldText(target), audit.FoldText(strings.TrimSpace(text))) {
				want[target]++
			}
		}
		if len(found) != len(want) {
			t.Fatalf("%q finds %v, want %v", text, found, want)
		}
		for target, n := range want {
			if found[target] != n {
				t.Fatalf("%q finds %v, want %v", text, found, want)
			}
		}
	})
}
