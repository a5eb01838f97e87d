package casefile

import (
	"context"
	"fmt"
	"sort"
	"time"

	"auditdesk/backend/audit"
)

// Sources is what was imported, line by line accounted for.
type Sources struct {
	Generation      int64               `json:"generation"`
	Sources         []audit.Source      `json:"sources"`
	Other           []audit.OtherLines  `json:"other"`
	Unreadable      []audit.Unreadable  `json:"unreadable"` // the first 200
	UnreadableTotal int64               `json:"unreadable_total"`
	Reasons         []audit.ReasonCount `json:"unreadable_reasons"` // most frequent first
	Gaps            []audit.Gap         `json:"gaps"`
	Coverage        []audit.DayCount    `json:"coverage"`
	Suggestions     []Suggestion        `json:"suggestions"` // sources that may be others sent again
}

const firstUnreadable = 200

// Sources describes what was imported.
func (c *Case) Sources(ctx context.Context) (Sources, error) {
	var out Sources
	var err error
	if out.Generation, err = c.store.Generation(ctx); err != nil {
		return out, fmt.Errorf("read the state of the case: %w", err)
	}
	if out.Sources, err = c.checkedSources(ctx); err != nil {
		return out, err
	}
	out.Suggestions = suggestions(out.Sources)
	for _, s := range out.Sources {
		out.UnreadableTotal += s.Unreadable
	}
	other, err := c.store.OtherLines(ctx)
	if err != nil {
		return out, fmt.Errorf("read the other lines: %w", err)
	}
	out.Other = byPattern(other)
	if out.Unreadable, err = c.Unreadable(ctx, UnreadableRequest{Limit: firstUnreadable}); err != nil {
		return out, err
	}
	if out.Reasons, err = c.UnreadableReasons(ctx); err != nil {
		return out, err
	}
	if out.Coverage, err = c.store.Days(ctx); err != nil {
		return out, fmt.Errorf("read the days: %w", err)
	}
	out.Coverage = nonNil(out.Coverage)
	out.Gaps = gaps(out.Sources, out.Coverage, maxGaps)
	return out, nil
}

// byPattern adds up the other lines of all sources, most frequent first; the example is the first source's.
func byPattern(lines []audit.OtherLines) []audit.OtherLines {
	index := map[string]int{}
	out := []audit.OtherLines{}
	for _, l := range lines {
		if i, ok := index[l.Pattern]; ok {
			out[i].Count += l.Count
			continue
		}
		index[l.Pattern] = len(out)
		out = append(out, l)
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Count > out[j].Count })
	return out
}

// gaps finds the stretches of whole UTC days between a deployment's first and last record on which none of its sources
// has a record. At most limit are returned, the longest, in the order of time.
func gaps(sources []audit.Source, days []audit.DayCount, limit int) []audit.Gap {
	deployment := map[int64]string{}
	for _, s := range sources {
		deployment[s.Number] = s.Deployment
	}
	seen := map[string]map[string]bool{}
	for _, d := range days {
		name := deployment[d.Source]
		if seen[name] == nil {
			seen[name] = map[string]bool{}
		}
		if d.Count > 0 {
			seen[name][d.Day] = true
		}
	}
	out := []audit.Gap{}
	for name, has := range seen {
		list := make([]string, 0, len(has))
		for d := range has {
			list = append(list, d)
		}
		sort.Strings(list)
		for i := 1; i < len(list); i++ {
			before, err1 := time.Parse(time.DateOnly, list[i-1])
			after, err2 := time.Parse(time.DateOnly, list[i])
			if err1 != nil || err2 != nil {
				continue // days come from the store, which writes them from times
			}
			if from := before.AddDate(0, 0, 1); from.Before(after) {
				out = append(out, audit.Gap{Deployment: name, From: audit.Time(from.UnixNano()), To: audit.Time(after.UnixNano())})
			}
		}
	}
	if len(out) > limit {
		sort.Slice(out, func(i, j int) bool { return out[i].To-out[i].From > out[j].To-out[j].From })
		out = out[:limit]
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].From != out[j].From {
			return out[i].From < out[j].From
		}
		return out[i].Deployment < out[j].Deployment
	})
	return out
}
