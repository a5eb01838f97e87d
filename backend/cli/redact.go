package cli

import (
	"fmt"

	"auditdesk/backend/audit"
)

type redactCmd struct {
	caseArg
	Out caseName `arg:"" help:"The copy, a new file (*.auditcase)."`
}

// Run writes a hand-over copy.
func (o *redactCmd) Run(c *command) (err error) {
	cs, err := o.open(c)
	if err != nil {
		return err
	}
	defer closing(cs, &err)
	bar := progressLine{w: c.Stderr, on: c.ErrTerminal}
	done, err := cs.Redact(c.ctx, o.Out.path(), func(blocks, of int64) {
		bar.draw(fmt.Sprintf("masking: %s of %s raw blocks", audit.Grouped(blocks), audit.Grouped(of)))
	})
	bar.clear()
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Stdout, "hand-over copy: %s\n%s in %s; something is masked in %s\n", escape(o.Out.path()),
		plural(done.Records, "record"), plural(done.Blocks, "raw block"), audit.Grouped(done.Masked))
	_, err = fmt.Fprintf(c.Stdout, "made of the case with the head %s\nA secret under an innocent name, or in prose, is not found: look through the copy before it leaves the house. auditdesk verify says what can be compared in it.\n", done.Head)
	return err
}
