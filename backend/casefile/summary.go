package casefile

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"auditdesk/backend/audit"
	"auditdesk/backend/mask"
)

// Summary says of sources, as text for a working paper, what was imported and what became of each line. numbers are those of the
// sources; nil is all. The same case gives the same text.
func (c *Case) Summary(ctx context.Context, numbers []int64, version string) (string, error) {
	e, err := c.store.Engagement(ctx)
	if err != nil {
		return "", fmt.Errorf("read the engagement: %w", err)
	}
	all, err := c.checkedSources(ctx)
	if err != nil {
		return "", err
	}
	head, err := c.store.Head(ctx)
	if err != nil {
		return "", fmt.Errorf("read the head of the chain: %w", err)
	}
	sources := all
	if numbers != nil {
		sources = slices.DeleteFunc(slices.Clone(all), func(s audit.Source) bool { return !slices.Contains(numbers, s.Number) })
	}
	var b strings.Builder
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(&b, "%-16s %s\n", name, mask.Visible(text))
		}
	}
	title := "What was imported"
	if e.MadeUp {
		title += " (MADE-UP DATA)"
	}
	fmt.Fprintf(&b, "%s\n\n", title)
	line("Case", e.Title)
	line("File", filepath.Base(c.path))
	line("Reference", e.Reference)
	line("Prepared by", e.PreparedBy)
	line("Period", periodWords(e))
	line("Program", strings.TrimSpace("Auditdesk "+version))
	line("Chain's head", head)
	line("Sources", fmt.Sprintf("%s of %s in the case", audit.Grouped(int64(len(sources))), audit.Grouped(int64(len(all)))))
	var sum audit.Counts
	for i := range sources {
		s := &sources[i]
		sum.Add(s.Counts)
		fmt.Fprintf(&b, "\nSource #%d\n", s.Number)
		line("  Name", audit.SourceNames(s.Number, s.Path)[1])
		line("  Deployment", s.Deployment)
		line("  SHA-256", orWords(s.SHA256, "not known: it was not read to its end"))
		line("  Size", audit.Counted(s.Bytes, "byte", "bytes"))
		line("  Shape", orWords(s.Shape, "no audit record was found"))
		line("  Read", readWords(s.State))
		accountLines(line, "  ", s.Counts)
		line("  First event", timeWords(s.First))
		line("  Last event", timeWords(s.Last))
		line("  Note", s.Note)
		receiptLines(line, s)
	}
	if len(sources) > 1 {
		b.WriteString("\nTogether\n")
		accountLines(line, "  ", sum)
	}
	b.WriteString(`
What this does not show
  A log shows what was logged. Whether all that was logged was handed over, and whether it was handed over as it was logged, can't
  be told from these files alone. A digest says that a file is the one that was read, not where it comes from. The head of the
  chain says what the case held only to whoever noted it where the case's keeper can't change it.
`)
	return b.String(), nil
}

func accountLines(line func(name, text string), indent string, n audit.Counts) {
	g := audit.Grouped
	line(indent+"Lines", fmt.Sprintf("%s = %s with records + %s other", g(n.Lines), g(n.RecordLines), g(n.Other)))
	line(indent+"Records", fmt.Sprintf("%s = %s events + %s matching + %s duplicates + %s unreadable", g(n.Records), g(n.Events), g(n.Matching), g(n.Duplicates), g(n.Unreadable)))
}

func receiptLines(line func(name, text string), s *audit.Source) {
	r := s.Receipt
	var parts []string
	for _, p := range []struct{ before, text string }{{"from ", r.From}, {"on ", r.Received}, {"request ", r.Request}, {"by ", r.Method}} {
		if p.text != "" {
			parts = append(parts, p.before+p.text)
		}
	}
	line("  Received", strings.Join(parts, ", "))
	if c := s.ReceiptCheck; c != nil {
		if r.SHA256 != "" {
			line("  Stated SHA-256", c.SHA256.Words)
		}
		if r.Count != nil {
			line("  Stated count", c.Count.Words)
		}
	}
}

func periodWords(e audit.Engagement) string {
	switch {
	case e.From == "" && e.To == "":
		return "not set"
	case e.From == "":
		return fmt.Sprintf("up to %s, days of %s", e.To, e.Zone)
	case e.To == "":
		return fmt.Sprintf("from %s, days of %s", e.From, e.Zone)
	}
	return fmt.Sprintf("%s to %s, days of %s", e.From, e.To, e.Zone)
}

func readWords(s audit.SourceState) string {
	switch s {
	case audit.SourcePartial:
		return "in part; importing it again goes on from there"
	case audit.SourceRepeat:
		return "not again: its very bytes were imported before"
	}
	return "to its end"
}

func timeWords(t *audit.Time) string {
	if t == nil {
		return "none"
	}
	return t.String() + " (UTC)"
}

func orWords(s, instead string) string {
	if s == "" {
		return instead
	}
	return s
}
