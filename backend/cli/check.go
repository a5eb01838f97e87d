package cli

import (
	"fmt"

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
		bar.draw(fmt.Sprintf("%s: %s of %s rows", p.Sheet, number(p.Rows), number(p.Total)))
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
		Agrees  bool           `json:"agrees"`
		Claimed string         `json:"claimed_sha256"`
		SHA256  string         `json:"sha256"`
		Query   string         `json:"query,omitempty"`
		Sheets  []checkedSheet `json:"sheets"`
	}{got.Agrees(), got.Claims.SHA256, got.SHA256, got.Claims.Query, sheets})
}

func (o *checkCmd) text(c *command, got export.Checked) error {
	same := "the same"
	if got.SHA256 != got.Claims.SHA256 {
		same = "ANOTHER"
	}
	fmt.Fprintf(c.Stdout, "digest of the events: %s; the case gives %s, %s\n", escape(got.Claims.SHA256), got.SHA256, same)
	for _, s := range got.Sheets {
		said := "agrees with the case"
		switch {
		case s.Missing:
			said = "MISSING from the workbook"
		case s.Added:
			said = "NOT FROM THE CASE"
		case s.Differences > 0:
			said = plural(s.Differences, "cell") + " differ"
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
	if got.Agrees() {
		_, err := fmt.Fprintf(c.Stdout, "Events and admin changes agree with what %s gives now. The sheets about the export, the sources and the unreadable records may differ where the case has grown since.\n", escape(o.Case.path()))
		return err
	}
	_, err := fmt.Fprintf(c.Stdout, "The workbook does not hold what %s gives now: one of them was changed, or the case has grown by events that match.\n", escape(o.Case.path()))
	return err
}
