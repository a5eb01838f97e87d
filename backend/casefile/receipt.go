package casefile

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"auditdesk/backend/audit"
)

// ReceiptAnswer is what a receipt that is being written comes to.
type ReceiptAnswer struct {
	Problems []audit.FieldError `json:"problems"` // what keeps it from being saved
	Check    audit.ReceiptCheck `json:"check"`
}

// CheckReceipt compares what a receipt states with what was read of a source, without saving it.
func (c *Case) CheckReceipt(ctx context.Context, source int64, r audit.Receipt) (ReceiptAnswer, error) {
	sources, err := c.store.Sources(ctx)
	if err != nil {
		return ReceiptAnswer{}, fmt.Errorf("read the sources: %w", err)
	}
	s, err := numbered(sources, source)
	if err != nil {
		return ReceiptAnswer{}, err
	}
	s.Receipt = r.Normal()
	problems := s.Receipt.Problems()
	if words := replacing(sources, s); words != "" {
		problems = append(problems, audit.FieldError{Field: "replaces", Message: words})
	}
	return ReceiptAnswer{Problems: problems, Check: s.CheckReceipt()}, nil
}

// SaveReceipt stores a receipt, and returns its source with what it comes to.
func (c *Case) SaveReceipt(ctx context.Context, source int64, r audit.Receipt) (audit.Source, error) {
	answer, err := c.CheckReceipt(ctx, source, r)
	if err != nil {
		return audit.Source{}, err
	}
	if len(answer.Problems) > 0 {
		p := answer.Problems[0]
		return audit.Source{}, audit.Errorf(p.Message, "the receipt can't be saved: its %s is wrong", receiptWord(p.Field))
	}
	if err := c.store.SaveReceipt(ctx, source, r.Normal()); err != nil {
		return audit.Source{}, err
	}
	sources, err := c.checkedSources(ctx)
	if err != nil {
		return audit.Source{}, err
	}
	return numbered(sources, source)
}

func receiptWord(field string) string {
	return map[string]string{"from": "sender", "received": "day", "request": "request number", "method": "way of extraction", "sha256": "SHA-256", "count": "count",
		"replaces": "source that was replaced"}[field]
}

// replacing says what is wrong with the source that s is said to replace; "" for nothing.
func replacing(sources []audit.Source, s audit.Source) string {
	if s.Receipt.Replaces == 0 {
		return ""
	}
	old, err := numbered(sources, s.Receipt.Replaces)
	switch {
	case err != nil:
		return fmt.Sprintf("there is no source #%d", s.Receipt.Replaces)
	case old.Number == s.Number:
		return "a source can't replace itself"
	case old.Deployment != s.Deployment:
		return fmt.Sprintf("source #%d is of another deployment, %s", old.Number, old.Deployment)
	}
	// Whoever follows what replaces what must come to an end.
	for at, steps := old, 0; at.Receipt.Replaces != 0; steps++ {
		if at.Receipt.Replaces == s.Number || steps > len(sources) {
			return fmt.Sprintf("source #%d itself replaces source #%d", old.Number, s.Number)
		}
		if at, err = numbered(sources, at.Receipt.Replaces); err != nil {
			break
		}
	}
	return ""
}

// checkedSources are the sources, those with a stated digest or count with what that comes to.
func (c *Case) checkedSources(ctx context.Context) ([]audit.Source, error) {
	sources, err := c.store.Sources(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the sources: %w", err)
	}
	for i := range sources {
		if s := &sources[i]; s.Receipt.SHA256 != "" || s.Receipt.Count != nil {
			check := s.CheckReceipt()
			s.ReceiptCheck = &check
		}
	}
	return nonNil(sources), nil
}

func numbered(sources []audit.Source, number int64) (audit.Source, error) {
	for _, s := range sources {
		if s.Number == number {
			return s, nil
		}
	}
	return audit.Source{}, &audit.Error{Message: fmt.Sprintf("there is no source #%d in this case", number), Hint: "the numbers are those that sources lists", Err: audit.ErrNotFound}
}

// FindSource finds a source by its number ("3" or "#3"), its path or its base name.
func (c *Case) FindSource(ctx context.Context, name string) (audit.Source, error) {
	sources, err := c.checkedSources(ctx)
	if err != nil {
		return audit.Source{}, err
	}
	var found []audit.Source
	folded := audit.FoldASCII(name)
	for place := range audit.SourceNames(0, "") { // the whole path before the base name before the number
		for _, s := range sources {
			if audit.FoldASCII(audit.SourceNames(s.Number, s.Path)[place]) == folded {
				found = append(found, s)
			}
		}
		if len(found) > 0 {
			break
		}
	}
	if n, err := strconv.ParseInt(name, 10, 64); err == nil && len(found) == 0 {
		return numbered(sources, n)
	}
	switch len(found) {
	case 0:
		return audit.Source{}, &audit.Error{Message: fmt.Sprintf("there is no source %q in this case", name), Hint: "give its path, its base name or its number as sources lists it, such as #3", Err: audit.ErrNotFound}
	case 1:
		return found[0], nil
	}
	numbers := make([]string, len(found))
	for i, s := range found {
		numbers[i] = fmt.Sprintf("#%d", s.Number)
	}
	return audit.Source{}, audit.Errorf("give one by its number: "+strings.Join(numbers, ", "), "%d sources are called %q", len(found), name)
}

// Suggestion says that a source looks like another one sent again. Nothing is done about it unless the auditor says so.
type Suggestion struct {
	Source   int64  `json:"source"`
	Replaces int64  `json:"replaces"`
	Why      string `json:"why"`
}

// mostly is how much of two stretches of time, taken together, they must share to be called the same period.
const mostly = 0.8

// suggestions looks for sources that seem to be an earlier one of their deployment, sent again: of the same name, of a
// similar one, or of mostly the same period in the same form. At most one a source, the likeliest and latest.
func suggestions(sources []audit.Source) []Suggestion {
	out := []Suggestion{}
	for i, s := range sources {
		if s.State == audit.SourceRepeat || s.Receipt.Replaces != 0 {
			continue
		}
		best, rank := Suggestion{}, 0
		for _, old := range slices.Backward(sources[:i]) {
			if old.State == audit.SourceRepeat || old.Deployment != s.Deployment || old.SHA256 == s.SHA256 && s.SHA256 != "" {
				continue
			}
			if why, r := likeness(&old, &s); r > rank {
				best, rank = Suggestion{Source: s.Number, Replaces: old.Number, Why: why}, r
			}
		}
		if rank > 0 {
			out = append(out, best)
		}
	}
	return out
}

func likeness(old, s *audit.Source) (why string, rank int) {
	shared, whole := overlap(old, s)
	if shared < 0 {
		return "", 0 // the next day's file is often called like the one before
	}
	if s.Path != "-" && old.Path != "-" {
		a, b := audit.FoldASCII(audit.SourceNames(old.Number, old.Path)[1]), audit.FoldASCII(audit.SourceNames(s.Number, s.Path)[1])
		switch {
		case a == b:
			return "it has the same name", 3
		case stem(a) == stem(b) && stem(a) != "":
			return "it has a similar name", 2
		}
	}
	if old.Form == s.Form && s.Form != "" && whole > 0 && float64(shared) >= mostly*float64(whole) {
		return "it has the same form and mostly the same period", 1
	}
	return "", 0
}

// overlap is the time that the events of both sources span, below 0 where they are apart, and that of the two together. Both
// are 0 where one has no events.
func overlap(a, b *audit.Source) (shared, whole audit.Time) {
	if a.First == nil || a.Last == nil || b.First == nil || b.Last == nil {
		return 0, 0
	}
	return min(*a.Last, *b.Last) - max(*a.First, *b.First), max(*a.Last, *b.Last) - min(*a.First, *b.First)
}

// stem is a base name without its endings and without what people and programs add to one when a file is made again.
func stem(name string) string {
	for {
		ending := filepath.Ext(name)
		if !slices.Contains([]string{".gz", ".zst", ".zip", ".json", ".ndjson", ".jsonl", ".log", ".csv", ".txt"}, ending) {
			break
		}
		name = strings.TrimSuffix(name, ending)
	}
	words := strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune(" -_.[]", r) })
	added := []string{"copy", "kopie", "(copy)", "new", "neu", "again", "resent", "corrected", "korrigiert", "fixed", "final", "full", "v2", "v3", "(1)", "(2)", "(3)"}
	words = slices.DeleteFunc(words, func(w string) bool { return slices.Contains(added, w) })
	return strings.Join(words, "-")
}
