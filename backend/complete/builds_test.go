package complete_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"auditdesk/backend/audit"
	"auditdesk/backend/complete"
)

func TestParseBuild(t *testing.T) {
	const id = "71db002a-44b1-4319-8e52-2456bde149ba"
	for _, tt := range []struct {
		name, additional string
		want             complete.Build
		ok               bool
	}{
		{"an id and names", `{"workspace_name":"main","build_number":"7","workspace_owner":"ada","workspace_id":"` + id + `"}`, complete.Build{Workspace: id, ByID: true, Name: "ada/main", Target: "main", Number: 7}, true},
		{"names only", `{"workspace_name":"main","build_number":"7","workspace_owner":"ada"}`, complete.Build{Workspace: "ada/main", Name: "ada/main", Target: "main", Number: 7}, true},
		{"a number that is no text", `{ "build_number" : 7 , "workspace_name": "main" }`, complete.Build{Workspace: "main", Name: "main", Target: "main", Number: 7}, true},
		{"the nil id", `{"workspace_name":"main","build_number":"7","workspace_id":"00000000-0000-0000-0000-000000000000"}`, complete.Build{Workspace: "main", Name: "main", Target: "main", Number: 7}, true},
		{"a name with a quote in it", `{"workspace_name":"ma\"in","build_number":"7"}`, complete.Build{Workspace: `ma"in`, Name: `ma"in`, Target: `ma"in`, Number: 7}, true},
		{"the key stands inside another object", `{"x":{"build_number":"9"},"workspace_name":"main","build_number":"7"}`, complete.Build{Workspace: "main", Name: "main", Target: "main", Number: 7}, true},
		{"a value that reads like the key", `{"workspace_name":"build_number","build_number":"7"}`, complete.Build{Workspace: "build_number", Name: "build_number", Target: "build_number", Number: 7}, true},
		{"no number", `{"workspace_name":"main"}`, complete.Build{}, false},
		{"number 0", `{"workspace_name":"main","build_number":"0"}`, complete.Build{}, false},
		{"no workspace", `{"build_number":"7"}`, complete.Build{}, false},
		{"no object", `7`, complete.Build{}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, ok := complete.ParseBuild(tt.additional); ok != tt.ok || got != tt.want {
				t.Errorf("%+v %v", got, ok)
			}
		})
	}
}

func TestBuilds(t *testing.T) {
	named := func(numbers ...int64) (out []complete.Build) {
		for i, n := range numbers {
			out = append(out, complete.Build{Workspace: "ada/main", Name: "ada/main", Target: "main", Number: n, Time: audit.Time(i) * 1e9})
		}
		return out
	}
	byID := func(numbers ...int64) []complete.Build {
		out := named(numbers...)
		for i := range out {
			out[i].ByID, out[i].Workspace = true, "71db002a"
		}
		return out
	}
	for _, tt := range []struct {
		name  string
		list  []complete.Build
		want  audit.Verdict
		found []string
	}{
		{"no builds", nil, audit.Untestable, nil},
		{"none is missing", byID(1, 2, 3, 3, 4), audit.Agrees, nil},
		{"some are missing", byID(1, 2, 3, 7, 9), audit.Differs, []string{"builds 4 to 6 of ada/main are not in the records received", "build 8 of ada/main is not in the records received"}},
		{"out of order", byID(3, 1, 2), audit.Agrees, nil},
		{"it begins above 1", byID(14, 15), audit.Agrees, []string{"ada/main begins at build 14"}},
		{"an id is one workspace, whatever the order", byID(1, 2, 1, 4), audit.Differs, []string{"build 3 of ada/main"}},
		{"a workspace made anew under the name", named(1, 2, 3, 1, 2), audit.Agrees, nil},
		{"a workspace made anew that lacks its first build", named(1, 2, 3, 2, 3), audit.Agrees, []string{"ada/main begins at build 2"}},
		{"a late record is no new workspace", named(1, 3, 2, 4), audit.Agrees, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var d complete.Deployment
			for _, b := range tt.list {
				d.Builds.Add(b)
			}
			got := test(t, "builds", deployment(d))
			if got.Verdict != tt.want || len(got.Findings) != len(tt.found) {
				t.Fatalf("%s: %s %+v", got.Verdict, got.Words, got.Findings)
			}
			for i, want := range tt.found {
				if !strings.HasPrefix(got.Findings[i].Words, want) {
					t.Errorf("found %q, want %q…", got.Findings[i].Words, want)
				}
			}
		})
	}
}

// Whatever builds are taken out of whole sequences, in whatever order the others come: just those between two that are left
// are found, each once.
func TestWhatIsTakenOutIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var d complete.Deployment
		var want []string
		var list []complete.Build
		for w := range rapid.IntRange(1, 4).Draw(t, "workspaces") {
			kept := rapid.SliceOfNDistinct(rapid.Int64Range(1, 20), 1, 12, rapid.ID[int64]).Draw(t, "kept")
			name := fmt.Sprintf("ada/w%d", w)
			for _, n := range kept {
				list = append(list, complete.Build{Workspace: name, ByID: true, Name: name, Target: name[4:], Number: n, Time: audit.Time(n)})
			}
			for n := slices.Min(kept); n < slices.Max(kept); n++ {
				if !slices.Contains(kept, n) {
					want = append(want, fmt.Sprintf("%s %d", name, n))
				}
			}
		}
		for _, b := range rapid.Permutation(list).Draw(t, "order") {
			d.Builds.Add(b)
		}
		var got []string
		for _, one := range complete.Tests(deployment(d)) {
			if one.Test != "builds" {
				continue
			}
			for _, f := range one.Findings {
				var from, to int64
				var name string
				if f.Aside {
					continue
				}
				if _, err := fmt.Sscanf(f.Words, "builds %d to %d of %s are", &from, &to, &name); err != nil {
					if _, err := fmt.Sscanf(f.Words, "build %d of %s is", &from, &name); err != nil {
						t.Fatalf("%q: %v", f.Words, err)
					}
					to = from
				}
				for n := from; n <= to; n++ {
					got = append(got, fmt.Sprintf("%s %d", name, n))
				}
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Fatalf("found %v, taken out %v", got, want)
		}
	})
}
