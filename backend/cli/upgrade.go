package cli

import (
	"fmt"

	"auditdesk/backend/casefile"
)

type upgradeCmd struct{ caseArg }

// Run brings a case of an earlier version of the format up to date: opening for writing does, as in the window.
func (o *upgradeCmd) Run(c *command) (err error) {
	cs, err := o.write(c)
	if err != nil {
		return err
	}
	defer closing(cs, &err)
	fmt.Fprintf(c.Stdout, "%s is a case of version %d of the format\n", escape(o.Case.path()), casefile.FormatVersion)
	return nil
}
