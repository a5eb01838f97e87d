package complete

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"auditdesk/backend/audit"
)

// Build is one event of a workspace build that names the build's number.
type Build struct {
	Workspace string // what tells workspaces apart: the id, else owner/name
	ByID      bool   // Workspace is an id, so that a workspace made anew under the name is another one
	Name      string // owner/name, as far as recorded
	Target    string // the workspace's name alone
	Number    int64
	Time      audit.Time
}

// ParseBuild reads what the additional fields of a workspace_build event say of the build; false where they give no number.
func ParseBuild(additional string) (Build, bool) {
	var f struct {
		ID     any `json:"workspace_id"`
		Name   any `json:"workspace_name"`
		Owner  any `json:"workspace_owner"`
		Number any `json:"build_number"`
	}
	if !strings.ContainsRune(additional, '\\') && strings.Count(additional, "{") == 1 {
		// A flat object without escapes, as nearly all are: what stands behind a quoted key is its value. This is half the time
		// of the whole test when there are millions.
		f.ID, f.Name, f.Owner, f.Number = member(additional, `"workspace_id"`), member(additional, `"workspace_name"`), member(additional, `"workspace_owner"`), member(additional, `"build_number"`)
	} else if err := json.Unmarshal([]byte(additional), &f); err != nil {
		return Build{}, false
	}
	number, err := strconv.ParseInt(scalar(f.Number), 10, 64)
	if err != nil || number < 1 {
		return Build{}, false
	}
	b := Build{Number: number, Target: scalar(f.Name), Name: scalar(f.Name), Workspace: scalar(f.ID)}
	if owner := scalar(f.Owner); owner != "" {
		b.Name = owner + "/" + b.Name
	}
	switch {
	case b.Workspace != "" && b.Workspace != "00000000-0000-0000-0000-000000000000":
		b.ByID = true
	case b.Target == "":
		return Build{}, false
	default:
		b.Workspace = b.Name
	}
	if b.Name == "" {
		b.Name = b.Workspace
	}
	return b, true
}

func scalar(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

// member is the string or number behind a quoted key of a flat object without escapes, "" where there is none.
func member(object, quoted string) any {
	rest := object
	for {
		_, after, found := strings.Cut(rest, quoted)
		if !found {
			return nil
		}
		value, colon := strings.CutPrefix(strings.TrimLeft(after, " \t\r\n"), ":")
		if !colon {
			rest = after // a value that reads like the key
			continue
		}
		value = strings.TrimLeft(value, " \t\r\n")
		if text, ok := strings.CutPrefix(value, `"`); ok {
			text, _, _ = strings.Cut(text, `"`)
			return text
		}
		end := strings.IndexAny(value, ",} \t\r\n")
		if end < 0 {
			return nil
		}
		return value[:end]
	}
}

// missing is a run of build numbers between two that are recorded.
type missing struct {
	workspace, target string
	from, to          int64
	after, before     audit.Time // the builds beside it
}

// late is a sequence whose first recorded build is not the first.
type late struct {
	workspace, target string
	first             int64
	at                audit.Time
}

// Builds are the build events of a deployment by workspace. The zero value is empty.
type Builds struct {
	events int64
	byID   map[string]*workspace
	byName map[string]*workspace
}

// workspace is one that an id or a name tells from the others; of a name there may have been several in turn.
type workspace struct {
	name, target string
	builds       []numbered
}

type numbered struct {
	number int64
	at     audit.Time
}

// Add notes a build event. It keeps none of the texts that b was cut from but those of the workspace's first.
func (l *Builds) Add(b Build) {
	if l.byID == nil {
		l.byID, l.byName = map[string]*workspace{}, map[string]*workspace{}
	}
	of := l.byName
	if b.ByID {
		of = l.byID
	}
	w := of[b.Workspace]
	if w == nil {
		w = &workspace{name: strings.Clone(b.Name), target: strings.Clone(b.Target)}
		of[strings.Clone(b.Workspace)] = w
	}
	w.builds = append(w.builds, numbered{b.Number, b.Time})
	l.events++
}

// sequences finds what is missing between the builds of each workspace. Where only names tell workspaces apart, a number
// that comes again after a higher one, or 1, begins the sequence of a workspace made anew under the name.
func (l *Builds) sequences() (workspaces int, gaps []missing, begins []late) {
	add := func(w *workspace, builds []numbered) {
		g, b := w.within(builds)
		gaps, begins = append(gaps, g...), append(begins, b...)
	}
	for _, w := range l.byID {
		add(w, slices.Clone(w.builds))
	}
	for _, w := range l.byName {
		builds := slices.Clone(w.builds)
		sort.Slice(builds, func(i, j int) bool {
			return cmp.Or(cmp.Compare(builds[i].at, builds[j].at), cmp.Compare(builds[i].number, builds[j].number)) < 0
		})
		for len(builds) > 0 {
			n := oneWorkspace(builds)
			add(w, builds[:n])
			builds = builds[n:]
		}
	}
	slices.SortFunc(gaps, func(a, b missing) int {
		return cmp.Or(cmp.Compare(a.after, b.after), cmp.Compare(a.workspace, b.workspace), cmp.Compare(a.from, b.from))
	})
	slices.SortFunc(begins, func(a, b late) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.workspace, b.workspace), cmp.Compare(a.first, b.first))
	})
	return len(l.byID) + len(l.byName), gaps, begins
}

// oneWorkspace is how many of the builds, in the order of time, belong to the first workspace of that name.
func oneWorkspace(builds []numbered) int {
	seen := map[int64]bool{}
	var highest int64
	for i, b := range builds {
		if b.number < highest && (b.number == 1 || seen[b.number]) {
			return i
		}
		seen[b.number] = true
		highest = max(highest, b.number)
	}
	return len(builds)
}

// within finds what is missing in one sequence, which it sorts by number.
func (w *workspace) within(builds []numbered) (gaps []missing, begins []late) {
	sort.Slice(builds, func(i, j int) bool {
		return cmp.Or(cmp.Compare(builds[i].number, builds[j].number), cmp.Compare(builds[i].at, builds[j].at)) < 0
	})
	if b := builds[0]; b.number > 1 {
		begins = append(begins, late{workspace: w.name, target: w.target, first: b.number, at: b.at})
	}
	for i := 1; i < len(builds); i++ {
		a, b := builds[i-1], builds[i]
		if b.number > a.number+1 {
			gaps = append(gaps, missing{workspace: w.name, target: w.target, from: a.number + 1, to: b.number - 1, after: min(a.at, b.at), before: max(a.at, b.at)})
		}
	}
	return gaps, begins
}

const buildsMethod = "Coder v2 numbers the builds of a workspace 1, 2, 3 …, so a number between two recorded ones was given to a build. Without the workspace's id a lower number that comes again, or 1, begins another workspace of the name."

const buildsLimit = "Builds before the first recorded one or after the last, and those of workspaces without any record, can't be missed this way."

func builds(in Input, d *Deployment) audit.CompletenessTest {
	t := audit.CompletenessTest{Test: "builds", Title: "Gaps in build numbers", Method: buildsMethod, Limit: buildsLimit}
	if d.Builds.events == 0 {
		t.Verdict, t.Words = audit.Untestable, "No build of a v2 workspace with its number is among the records."
		if d.Versions[audit.V2] == 0 {
			t.Words = "Only Coder v2 numbers builds; no record of v2 was received."
		}
		return t
	}
	workspaces, gaps, begins := d.Builds.sequences()
	t.Looked = fmt.Sprintf("%s of %s", audit.Counted(d.Builds.events, "build event", "build events"), audit.Counted(int64(workspaces), "workspace", "workspaces"))
	open := func(target string, from, to audit.Time) string {
		terms := []audit.Term{is(audit.FieldDeployment, d.Name), is(audit.FieldType, "workspace_build")}
		if target != "" {
			terms = append(terms, is(audit.FieldTarget, target))
		}
		return query(append(terms, between(from, later(to, time.Nanosecond))...)...)
	}
	of := map[string]bool{}
	var absent int64
	for _, g := range gaps {
		of[g.workspace] = true
		absent += g.to - g.from + 1
		what := fmt.Sprintf("build %s", audit.Grouped(g.from))
		verb := "is"
		if g.to > g.from {
			what, verb = fmt.Sprintf("builds %s to %s", audit.Grouped(g.from), audit.Grouped(g.to)), "are"
		}
		t.Findings = append(t.Findings, audit.Finding{
			Words: fmt.Sprintf("%s of %s %s not in the records received (between %s and %s %s)", what, g.workspace, verb, in.stamp(g.after), in.stamp(g.before), in.zone()),
			Query: open(g.target, g.after, g.before),
		})
	}
	if len(gaps) == 0 {
		t.Verdict, t.Words = audit.Agrees, "No number is missing between the recorded builds of any workspace."
	} else {
		t.Verdict = audit.Differs
		t.Words = fmt.Sprintf("%s between recorded ones %s not in the records received, of %s.", audit.Counted(absent, "build number", "build numbers"), isAre(absent), audit.Counted(int64(len(of)), "workspace", "workspaces"))
	}
	if len(begins) > 0 {
		t.Words += fmt.Sprintf(" Apart from that, %s above build 1: the builds before are not in the records received.", audit.Counted(int64(len(begins)), "sequence begins", "sequences begin"))
	}
	for _, l := range begins {
		t.Findings = append(t.Findings, audit.Finding{
			Words: fmt.Sprintf("%s begins at build %s on %s %s", l.workspace, audit.Grouped(l.first), in.stamp(l.at), in.zone()),
			Query: open(l.target, l.at, l.at), Aside: true,
		})
	}
	return t
}

func isAre(n int64) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
