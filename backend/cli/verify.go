package cli

import (
	"fmt"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
)

type verifyCmd struct {
	caseArg
	Head   bool   `help:"Print the head of the chain, alone on a line."`
	Noted  string `help:"A head that was noted elsewhere: it must stand in the chain." placeholder:"HEAD"`
	Format string `enum:"text,json" default:"text" help:"text or json."`
}

// Run checks the case against its own digests.
func (o *verifyCmd) Run(c *command) (err error) {
	noted, err := casefile.HeadNoted(o.Noted)
	if err != nil {
		return usageError{fmt.Errorf("--noted: %w", err)}
	}
	if o.Head {
		return o.head(c)
	}
	rep, err := casefile.VerifyFile(c.ctx, o.Case.path(), casefile.Options{Now: c.Now})
	if err != nil {
		return err
	}
	v := casefile.Against(rep, noted)
	if !v.Sound {
		c.code = ExitDamage
	}
	if o.Format == "json" {
		return writeJSON(c.Stdout, v)
	}
	o.text(c, v)
	return nil
}

func (o *verifyCmd) head(c *command) (err error) {
	cs, err := o.open(c)
	if err != nil {
		return err
	}
	defer closing(cs, &err)
	head, err := cs.Head(c.ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.Stdout, head)
	return err
}

func (o *verifyCmd) text(c *command, v casefile.Verified) {
	for _, check := range v.Checks {
		said := "sound"
		if len(check.Damage) > 0 {
			said = "DAMAGED"
		}
		fmt.Fprintf(c.Stdout, "%s: %s, %s\n", check.Name, audit.Grouped(check.Count), said)
		for _, d := range append(check.Damage, check.Notes...) {
			fmt.Fprintln(c.Stdout, "  ", escape(d))
		}
		if check.Further > 0 {
			fmt.Fprintf(c.Stdout, "   and %s more\n", audit.Grouped(check.Further))
		}
	}
	for _, e := range v.Exports {
		said := fmt.Sprintf("agrees: it is that of link %s of %s", audit.Grouped(e.Link), audit.Grouped(v.Links))
		if !e.Agrees {
			said = "does NOT agree: the chain never had it"
		}
		fmt.Fprintf(c.Stdout, "head noted with the export %s on %s %s\n", escape(e.Name), e.Time.Std().Format(time.DateTime+" UTC"), said)
	}
	if n := v.Noted; n != nil {
		said := "DAMAGED: the chain never had it"
		if n.Agrees {
			said = fmt.Sprintf("agrees: it is that of link %s of %s", audit.Grouped(n.Link), audit.Grouped(v.Links))
		}
		fmt.Fprintf(c.Stdout, "head noted elsewhere: %s\n", said)
	}
	if v.First != "" {
		fmt.Fprintf(c.Stdout, "first damage: %s\nstill sound: %s\n", escape(v.First), escape(v.Still))
	}
	for _, r := range v.Reveals {
		fmt.Fprintf(c.Stdout, "the records of %s were shown unmasked on %s\n", escape(string(r.Ref)), r.Time.Std().Format(time.DateTime+" UTC"))
	}
	if v.Sound {
		agrees := "The case agrees with its own digests and with the records that it holds."
		if v.Redaction != nil {
			agrees = "This hand-over copy agrees with its own digests and with the records in which nothing is masked."
		}
		fmt.Fprintf(c.Stdout, "head of the chain: %s\n%s ", v.Head, agrees)
		if v.Noted != nil {
			fmt.Fprintln(c.Stdout, "What it held when that head was noted is still the same, as far as the head was kept where nobody could change it.")
		} else {
			fmt.Fprintln(c.Stdout, "Without a head noted elsewhere that does not show that nobody rewrote it; with one, --noted HEAD compares it.")
		}
	}
}
