package settings

import (
	"slices"
	"sort"
	"strings"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/catalog"
)

// Ask is what is asked of an index: an instant, or two.
type Ask struct {
	At         audit.Time
	From       *audit.Time // the first of two instants
	Search     string      // part of a field, setting, panel, target, type or deployment
	OnlyDiffer bool        // with From: only what differs, or is not known at one of them
	Unseen     bool        // also documented settings without any record
	// Deployments that are asked about; nil for all.
	Deployments []string
}

// Answer is the settings that were asked for, in the order of rows.
type Answer struct {
	Rows       []Row
	Panels     []Panel
	Differ     int
	Unknown    int // not known at one of the instants
	Writes     int // applied, within the instants
	Attempts   int // not applied, within the instants
	Newest     []uint32
	Seen, More int // documented settings with a record; fields without documentation
}

// Row is one setting with what it was.
type Row struct {
	Setting   uint32 // its place
	Then, Now State
	Differs   Difference
}

// Panel is a run of rows.
type Panel struct {
	Panel, Deployment     string
	Version               audit.Version
	Rows, Differ, Unknown int
	First                 int // place of its first row
	Fields                int // distinct fields
	run                   int32
	group                 uint32
}

// newestAttempts is how many attempts an answer names.
const newestAttempts = 100

// Answer answers, within some milliseconds for 100,000 settings.
func (x *Index) Answer(ask Ask) Answer {
	out := Answer{Rows: []Row{}, Panels: []Panel{}}
	scope := x.scope(ask.Deployments)
	search := audit.FoldText(strings.TrimSpace(ask.Search))
	var found []bool
	if search != "" {
		found = x.search(search)
	} else if !ask.OnlyDiffer {
		out.Rows = make([]Row, 0, len(x.runs))
	}
	documented, groups := make([]bool, len(catalog.Settings())+1), make([]bool, x.groups)
	listed := make([]bool, len(x.runs))
	for i := range x.runs {
		r := &x.runs[i]
		if len(scope) > 0 && !scope[r.deployment] || r.unseen && !ask.Unseen {
			continue
		}
		if r.row > 0 && !r.unseen {
			documented[r.row] = true
		} else if !r.blank && r.row == 0 {
			groups[r.group] = true
		}
		if len(found) > 0 && !found[i] {
			continue
		}
		row := Row{Setting: uint32(i)}
		var before, now int
		row.Now, now = x.at(r, ask.At)
		unknown := row.Now.Known == Unknown || row.Now.Known == NotRecorded
		if ask.From != nil {
			row.Then, before = x.at(r, *ask.From)
			row.Differs = x.differ(r, row.Then, row.Now, before, now)
			unknown = row.Differs == Doubt
			if ask.OnlyDiffer && row.Differs == Same {
				continue
			}
		}
		listed[i] = true
		out.Writes += max(now-before, 0)
		x.add(&out, r, row, unknown)
	}
	out.Seen, out.More = count(documented), count(groups)
	x.attempts(&out, ask, listed)
	return out
}

// scope says of each deployment, by its code, whether it is asked about; nil for all.
func (x *Index) scope(names []string) []bool {
	if len(names) == 0 {
		return nil
	}
	out := make([]bool, len(x.words.Deployments))
	for code, name := range x.words.Deployments {
		out[code] = slices.Contains(names, name)
	}
	return out
}

func count(list []bool) (n int) {
	for _, b := range list {
		if b {
			n++
		}
	}
	return n
}

func (x *Index) add(a *Answer, r *run, row Row, unknown bool) {
	n := len(a.Panels)
	if n == 0 || a.Panels[n-1].run != r.panel {
		s := &x.keys[row.Setting]
		a.Panels = append(a.Panels, Panel{Panel: s.Panel, Deployment: s.Deployment, Version: s.Version, First: len(a.Rows), run: r.panel})
		n++
	}
	p := &a.Panels[n-1]
	p.Rows++
	if p.Rows == 1 || p.group != r.group {
		p.Fields, p.group = p.Fields+1, r.group
	}
	if row.Differs == Differs {
		p.Differ++
		a.Differ++
	}
	if unknown {
		p.Unknown++
		a.Unknown++
	}
	a.Rows = append(a.Rows, row)
}

// attempts counts those of the listed settings in (from, at], or up to at.
func (x *Index) attempts(out *Answer, ask Ask, listed []bool) {
	end := sort.Search(len(x.tries), func(i int) bool { return x.tries[i].time > ask.At })
	for i := end - 1; i >= 0; i-- {
		t := &x.tries[i]
		if ask.From != nil && t.time <= *ask.From {
			break
		}
		if !listed[t.setting] {
			continue
		}
		out.Attempts++
		if len(out.Newest) < newestAttempts {
			out.Newest = append(out.Newest, t.at)
		}
	}
}

// SettingOf is the place of the setting that a write is of.
func (x *Index) SettingOf(at uint32) int {
	return sort.Search(len(x.keys), func(i int) bool { return x.keys[i].to > at })
}

// WrittenBy is the place of the setting that a change is a write of, and how many entries of its [Index.History] are newer. The change
// is named by its event and its number among the event's changes.
func (x *Index) WrittenBy(event uint32, ordinal int) (setting, newer int, ok bool) {
	at := slices.IndexFunc(x.writes, func(w Write) bool { return w.Event == event && int(w.Ordinal) == ordinal })
	if at < 0 {
		return 0, 0, false
	}
	setting = x.SettingOf(uint32(at))
	history := x.History(setting)
	in := slices.IndexFunc(history, func(e Entry) bool { return e.Write == &x.writes[at] })
	return setting, len(history) - 1 - in, true
}

// search says of each setting whether what is said of it contains the folded text.
func (x *Index) search(text string) []bool {
	x.folding.Do(x.fold)
	found := make([]bool, len(x.keys))
	for from, i := 0, 0; ; {
		at := strings.Index(x.folded[from:], text)
		if at < 0 {
			return found
		}
		at += from
		for x.ends[i] <= at {
			i++
		}
		if at+len(text) > x.ends[i] { // it would go on into the next setting
			from = at + 1
			continue
		}
		found[i], from = true, x.ends[i]
	}
}

// fold writes what a search looks in, one setting after the other: one text is looked through many times faster than as many short ones.
func (x *Index) fold() {
	var b strings.Builder
	x.ends = make([]int, len(x.keys))
	for i := range x.keys {
		s := &x.keys[i]
		b.WriteString(audit.FoldText(strings.Join([]string{s.Field, s.folded, s.Label, s.Panel, s.Target, s.Type, word(x.words.Folded, s.Key.Type), s.Deployment, ""}, "\x00")))
		x.ends[i] = b.Len()
	}
	x.folded = b.String()
}

// Day is how many applied writes one UTC day has.
type Day struct {
	Start  audit.Time
	Writes int
}

// Days counts the applied writes of the deployments (nil for all) by UTC day, and returns the first and last write of any outcome.
func (x *Index) Days(deployments []string) (days []Day, first, last *audit.Time) {
	scope := map[string]bool{}
	for _, d := range deployments {
		scope[d] = true
	}
	const day = audit.Time(24 * time.Hour)
	count := map[audit.Time]int{}
	for i := range x.keys {
		if s := &x.keys[i]; len(scope) == 0 || scope[s.Deployment] {
			for at := s.from; at < s.to; at++ {
				w := &x.writes[at]
				if first == nil || w.Time < *first {
					first = &w.Time
				}
				if last == nil || w.Time > *last {
					last = &w.Time
				}
				if w.Applied() {
					start := w.Time - w.Time%day
					if start > w.Time {
						start -= day
					}
					count[start]++
				}
			}
		}
	}
	for start, n := range count {
		days = append(days, Day{start, n})
	}
	sort.Slice(days, func(i, j int) bool { return days[i].Start < days[j].Start })
	return days, first, last
}
