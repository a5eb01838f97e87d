package cli

import (
	"errors"
	"fmt"
	"os"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/demo"
)

type demoCmd struct {
	caseArg
	Events int    `default:"50000" help:"Events to make."`
	Seed   uint64 `default:"1" help:"The same seed makes the same logs."`
	Log    string `enum:"v1,v2,both" default:"both" help:"Which generation of Coder writes the logs."`
	Raw    string `help:"Also write the log lines to this file."`
}

// Run makes a demo.
func (o *demoCmd) Run(c *command) (err error) {
	if o.Events < 1 {
		return usagef("--events must be at least 1")
	}
	if _, err := os.Stat(o.Case.path()); err == nil {
		return audit.Errorf("give a new name", "make the demo: %s exists already", o.Case.path())
	} else if !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("make the demo: %w", err)
	}
	bar := progressLine{w: c.Stderr, on: c.ErrTerminal}
	cs, res, err := casefile.CreateDemo(c.ctx, o.Case.path(), casefile.DemoRequest{
		Options: demo.Options{Events: o.Events, Seed: o.Seed, Log: o.Log}, Raw: o.Raw, Now: c.Now, Progress: bar.importing,
	})
	bar.clear()
	if err != nil {
		return err
	}
	defer closing(cs, &err)
	_, err = fmt.Fprintf(c.Stdout, "%s in %s, all MADE-UP DATA\n", plural(res.Events, "event"), escape(o.Case.path()))
	return err
}
