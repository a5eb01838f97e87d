package cli

import (
	"cmp"
	"slices"
	"strings"

	"auditdesk/backend/audit"
)

type engagementCmd struct {
	caseArg
	Title      *string  `help:"What the case is about."`
	Reference  *string  `help:"Reference of the engagement."`
	PreparedBy *string  `help:"Who prepares the work."`
	From       *string  `help:"First day of the period under audit, yyyy-mm-dd."`
	To         *string  `help:"Its last day, included."`
	Zone       *string  `help:"IANA time zone whose days these are."`
	Deployment []string `sep:"none" placeholder:"NAME" help:"A deployment under audit; may be given several times. '' stands for all."`
	Format     string   `enum:"text,json" default:"text" help:"text or json."`
}

// Run changes what flags name, and shows what the case is about.
func (o *engagementCmd) Run(c *command) (err error) {
	open := o.open
	if o.sets() {
		open = o.write
	}
	cs, err := open(c)
	if err != nil {
		return err
	}
	defer closing(cs, &err)
	e, err := cs.Engagement(c.ctx)
	if err != nil {
		return err
	}
	if o.sets() {
		o.change(&e)
		if err := cs.SaveEngagement(c.ctx, e); err != nil {
			return err
		}
		if e, err = cs.Engagement(c.ctx); err != nil {
			return err
		}
	}
	if o.Format == "json" {
		return writeJSON(c.Stdout, e)
	}
	scope := strings.Join(e.Deployments, ", ")
	t := newWholeTable(c.Stdout)
	for _, l := range [][2]string{
		{"title", e.Title}, {"reference", cmp.Or(e.Reference, notNoted)}, {"prepared by", cmp.Or(e.PreparedBy, notNoted)},
		{"period under audit", periodWords(&e)}, {"deployments under audit", cmp.Or(scope, "all")}, {"zone", e.Zone},
	} {
		t.row(l[0], l[1])
	}
	if e.MadeUp {
		t.row("data", "MADE-UP, a demonstration")
	}
	return t.flush()
}

func (o *engagementCmd) texts() []*string {
	return []*string{o.Title, o.Reference, o.PreparedBy, o.From, o.To, o.Zone}
}

func (o *engagementCmd) sets() bool {
	return len(o.Deployment) > 0 || slices.ContainsFunc(o.texts(), func(s *string) bool { return s != nil })
}

func (o *engagementCmd) change(e *audit.Engagement) {
	for i, to := range []*string{&e.Title, &e.Reference, &e.PreparedBy, &e.From, &e.To, &e.Zone} {
		if flag := o.texts()[i]; flag != nil {
			*to = strings.TrimSpace(*flag)
		}
	}
	if len(o.Deployment) > 0 {
		e.Deployments = slices.DeleteFunc(slices.Clone(o.Deployment), func(name string) bool { return name == "" })
	}
}

const notNoted = "(not noted)"

func periodWords(e *audit.Engagement) string {
	if e.From == "" && e.To == "" {
		return "not limited"
	}
	return cmp.Or(e.From, "open") + " to " + cmp.Or(e.To, "open") + ", both days included"
}
