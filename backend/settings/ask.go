package settings

import (
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
	Setting   int // its place
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
	previousField         uint32
}

// newestAttempts is how many attempts an answer names.
const newestAttempts = 100

// Answer answers, within some milliseconds for 100,000 settings.
func (x *Index) Answer(ask Ask) Answer {
	out := Answer{Rows: []Row{}, Panels: []Panel{}}
	scope := map[string]bool{}
	for _, d := range ask.Deployments {
		scope[d] = true
	}
	search := audit.FoldText(strings.TrimSpace(ask.Search))
	var folded []string
	if search != "" {
		folded = x.searched()
	}
	documented, more := make([]bool, len(catalog.Settings())+1), 0
	listed := make([]bool, len(x.keys))
	lastMore := ""
	for i := range x.keys {
		s := &x.keys[i]
		if len(scope) > 0 && !scope[s.Deployment] {
			continue
		}
		if s.Documented {
			documented[s.row] = true
		} else if s.Key.Field != 0 {
			if f := s.Panel + "\x00" + word(x.words.Folded, s.Key.Type) + "\x00" + word(x.words.Fields, s.Key.Field); f != lastMore {
				lastMore = f
				more++
			}
		}
		if search != "" && !strings.Contains(folded[i], search) {
			continue
		}
		row := Row{Setting: i, Now: x.at(s, ask.At)}
		unknown := row.Now.Known == Unknown || row.Now.Known == NotRecorded
		if ask.From != nil {
			row.Then = x.at(s, *ask.From)
			row.Differs = x.differ(row.Then, row.Now)
			unknown = row.Differs == Doubt
			if ask.OnlyDiffer && row.Differs == Same {
				continue
			}
		}
		out.add(s, row, unknown)
		listed[i] = true
		out.Writes += x.applyBetween(s, ask.From, ask.At)
	}
	for _, seen := range documented {
		if seen {
			out.Seen++
		}
	}
	out.More = more
	x.attempts(&out, ask, listed)
	return out
}

func (a *Answer) add(s *Setting, row Row, unknown bool) {
	n := len(a.Panels)
	if n == 0 || a.Panels[n-1].Panel != s.Panel || a.Panels[n-1].Deployment != s.Deployment || a.Panels[n-1].Version != s.Version {
		a.Panels = append(a.Panels, Panel{Panel: s.Panel, Deployment: s.Deployment, Version: s.Version, First: len(a.Rows)})
		n++
	}
	p := &a.Panels[n-1]
	p.Rows++
	if p.Rows == 1 || p.previousField != s.Key.Field {
		p.Fields, p.previousField = p.Fields+1, s.Key.Field
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

// applyBetween counts the applied writes of a setting in (from, at], or up to at.
func (x *Index) applyBetween(s *Setting, from *audit.Time, at audit.Time) int {
	times := x.times[s.first:s.end]
	n := sort.Search(len(times), func(i int) bool { return times[i] > at })
	if from != nil {
		n -= sort.Search(len(times), func(i int) bool { return times[i] > *from })
	}
	return max(n, 0)
}

// attempts counts those of the listed settings in (from, at], or up to at.
func (x *Index) attempts(out *Answer, ask Ask, listed []bool) {
	end := sort.Search(len(x.tries), func(i int) bool { return x.writes[x.tries[i]].Time > ask.At })
	for i := end - 1; i >= 0; i-- {
		at := x.tries[i]
		if ask.From != nil && x.writes[at].Time <= *ask.From {
			break
		}
		if !listed[x.SettingOf(at)] {
			continue
		}
		out.Attempts++
		if len(out.Newest) < newestAttempts {
			out.Newest = append(out.Newest, at)
		}
	}
}

// SettingOf is the place of the setting that a write is of.
func (x *Index) SettingOf(at uint32) int {
	return sort.Search(len(x.keys), func(i int) bool { return x.keys[i].to > at })
}

// searched is what a search looks in, for each setting.
func (x *Index) searched() []string {
	x.folding.Do(func() {
		x.folded = make([]string, len(x.keys))
		for i := range x.keys {
			s := &x.keys[i]
			x.folded[i] = audit.FoldText(strings.Join([]string{s.Field, word(x.words.Fields, s.Key.Field), s.Label, s.Panel, s.Target, s.Type, word(x.words.Folded, s.Key.Type), s.Deployment}, "\x00"))
		}
	})
	return x.folded
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
