package cli

import (
	"cmp"
	"fmt"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/export"
)

type checkCmd struct {
	File string `arg:"" help:"A workbook that Auditdesk exported."`
	caseArg
	Format string `enum:"text,json" default:"text" help:"text or json."`
}

// checkedSheet is one sheet as the JSON output has it.
type checkedSheet struct {
	Name        string              `json:"name"`
	Rows        int64               `json:"rows"`
	Differences int64               `json:"differences"`
	Missing     bool                `json:"missing,omitempty"`
	Added       bool                `json:"added,omitempty"`
	First       []checkedDifference `json:"first,omitempty"`
}

type checkedDifference struct {
	Cell     string `json:"cell"`
	Workbook string `json:"workbook"`
	Case     string `json:"case"`
}

// Run compares a workbook with the case.
func (o *checkCmd) Run(c *command) (err error) {
	if f, ok := casefile.FormatOf(o.File); !ok || f != casefile.Workbook {
		return usagef("check %s: only workbooks (.xlsx) say of themselves how they were drawn", o.File)
	}
	cs, err := o.open(c)
	if err != nil {
		return err
	}
	defer closing(cs, &err)
	bar := progressLine{w: c.Stderr, on: c.ErrTerminal}
	got, err := cs.Check(c.ctx, o.File, func(p export.Progress) {
		bar.draw(fmt.Sprintf("%s: %s of %s rows", p.Sheet, audit.Grouped(p.Rows), audit.Grouped(p.Total)))
	})
	bar.clear()
	if err != nil {
		return err
	}
	if !got.Agrees() {
		c.code = ExitDamage
	}
	if o.Format == "json" {
		return o.json(c, got)
	}
	return o.text(c, got)
}

func (o *checkCmd) json(c *command, got export.Checked) error {
	sheets := []checkedSheet{}
	for _, s := range got.Sheets {
		sheet := checkedSheet{Name: s.Name, Rows: s.Rows, Differences: s.Differences, Missing: s.Missing, Added: s.Added}
		for _, d := range s.First {
			sheet.First = append(sheet.First, checkedDifference(d))
		}
		sheets = append(sheets, sheet)
	}
	return writeJSON(c.Stdout, struct {
		Agrees      bool           `json:"agrees"`
		Claimed     string         `json:"claimed_sha256"`
		SHA256      string         `json:"sha256"`
		ClaimedRows int64          `json:"claimed_rows"`
		Rows        int64          `json:"rows"`
		Since       string         `json:"since"`
		Query       string         `json:"query,omitempty"`
		Sheets      []checkedSheet `json:"sheets"`
	}{got.Agrees(), got.Claims.SHA256, got.SHA256, got.Claims.Rows, got.Rows, sinceWord(got.Since), got.Claims.Query, sheets})
}

// sinceWord is what the JSON output says of the case.
func sinceWord(s export.Since) string {
	switch s {
	case export.Unchanged:
		return "unchanged"
	case export.Grown:
		return "grown"
	default:
		return "foreign"
	}
}

func (o *checkCmd) text(c *command, got export.Checked) error {
	same := func(yes bool) string {
		if yes {
			return "the same"
		}
		return "ANOTHER"
	}
	fmt.Fprintf(c.Stdout, "digest of the events: %s; the case gives %s, %s\n", escape(got.Claims.SHA256), got.SHA256, same(got.SHA256 == got.Claims.SHA256))
	fmt.Fprintf(c.Stdout, "rows on Events: %s; the case gives %s, %s\n", audit.Grouped(got.Claims.Rows), audit.Grouped(got.Rows), same(got.Rows == got.Claims.Rows))
	fmt.Fprintf(c.Stdout, "head of the evidence chain: %s; %s\n", escape(cmp.Or(got.Claims.Head, "none")), headSays(got.Since))
	for _, s := range got.Sheets {
		said := "agrees with the case"
		switch {
		case s.Missing:
			said = "MISSING from the workbook"
		case s.Added:
			said = "NOT FROM THE CASE"
		case s.Differences > 0:
			said = plural(s.Differences, "cell") + " DIFFER"
			if s.Differences == 1 {
				said += "S"
			}
		}
		fmt.Fprintf(c.Stdout, "%s: %s, %s\n", escape(s.Name), plural(s.Rows, "row"), said)
		t := newTable(c.Stdout)
		for _, d := range s.First {
			t.row("  "+d.Cell, "workbook: "+d.Workbook, "case: "+d.Case)
		}
		if err := t.flush(); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(c.Stdout, verdict(got, escape(o.Case.path()), c.Version))
	return err
}

// headSays is what the head that a workbook names tells of the case.
func headSays(s export.Since) string {
	switch s {
	case export.Unchanged:
		return "nothing was imported since"
	case export.Grown:
		return "the case has grown since"
	default:
		return "NONE that the case ever had"
	}
}

// verdict says what came of the comparison with the case of that name, by this version.
func verdict(got export.Checked, name, version string) string {
	const notCompared = " Made at and Made with stand as the workbook has them; formats, hidden rows and comments are not compared."
	switch {
	case got.Agrees() && got.Since == export.Grown:
		return "Events and admin changes agree with what " + name + " gives now. It has grown since: what the other sheets say of the whole case may differ." + notCompared
	case got.Agrees():
		return "Every sheet agrees with what " + name + " gives now." + notCompared
	}
	said := "The workbook does not hold what " + name + " gives now: one of them was changed"
	switch got.Since {
	case export.Unchanged:
		said += ", or engagement or receipts were edited since."
	case export.Grown:
		said += ", or the case has grown by events that match."
	default:
		said += ", or the workbook was drawn from another case."
	}
	if v := got.Claims.ToolVersion; v != version {
		said += " It was made with Auditdesk " + escape(v) + ", which may word things differently."
	}
	return said
}
