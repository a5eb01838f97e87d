package cli

import (
	"fmt"
	"strings"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
)

type facetsCmd struct {
	caseArg
	queryArg
	Field   []string `help:"Facets to count, separated by commas; the six of the window where absent."`
	Changes bool     `help:"Count changed fields, not events: terms about changes hold for the change itself, and there is the facet new, of new values."`
	Top     int      `default:"10" help:"Values a facet at most; 0 for all."`
	Format  string   `enum:"table,json" default:"table" help:"table or json."`
}

// Run counts facets.
func (o *facetsCmd) Run(c *command) (err error) {
	fields, err := o.fields()
	if err != nil {
		return err
	}
	if o.Top < 0 {
		return usagef("--top can't be negative")
	}
	if o.Top == 0 {
		o.Top = 1 << 30
	}
	cs, err := o.openDerived(c)
	if err != nil {
		return err
	}
	defer closing(cs, &err)
	req := casefile.SearchRequest{Of: casefile.OfEvents, Query: o.text(), Zone: string(o.Zone)}
	if o.Changes {
		req.Of = casefile.OfChanges
	}
	for _, f := range fields {
		req.Facets = append(req.Facets, audit.FacetRequest{Field: f, Top: o.Top})
	}
	res, err := cs.Search(c.ctx, req)
	if err != nil {
		return err
	}
	if o.Format == "json" {
		return writeJSON(c.Stdout, struct {
			Total  int64         `json:"total"`
			Facets []audit.Facet `json:"facets"`
		}{res.Total, res.Facets})
	}
	return o.table(c, res)
}

func (o *facetsCmd) table(c *command, res casefile.SearchResult) error {
	fmt.Fprintf(c.Stdout, "%s of %s\n", audit.Grouped(res.Total), plural(res.InCase, map[bool]string{false: "event", true: "change"}[o.Changes]))
	for _, f := range res.Facets {
		fmt.Fprintf(c.Stdout, "\n%s  (%s of %s values)\n", f.Field, audit.Grouped(int64(min(len(f.Values), f.Distinct))), audit.Grouped(int64(f.Distinct)))
		t := newTable(c.Stdout)
		for _, b := range f.Values {
			t.row("  "+b.Value, fmt.Sprintf("%12s", audit.Grouped(b.Count)), string(b.State), codes(b.Codes))
		}
		if f.Missing > 0 || f.MissingState != "" {
			t.row("  (not recorded)", fmt.Sprintf("%12s", audit.Grouped(f.Missing)), string(f.MissingState))
		}
		if err := t.flush(); err != nil {
			return err
		}
		if len(f.Never) > 0 {
			fmt.Fprintf(c.Stdout, "  never seen: %s\n", strings.Join(f.Never, ", "))
		}
	}
	return nil
}

// codes lists the status codes behind an outcome.
func codes(list []int) string {
	words := make([]string, len(list))
	for i, n := range list {
		words[i] = fmt.Sprint(n)
	}
	return strings.Join(words, " ")
}

func (o *facetsCmd) fields() ([]audit.Field, error) {
	all := audit.FacetFields()
	if o.Changes {
		all = audit.ChangeFacetFields()
	}
	return facetFields(o.Field, all)
}

func facetFields(names []string, all []audit.Field) ([]audit.Field, error) {
	if len(names) == 0 {
		return audit.DefaultFacets(), nil
	}
	var out []audit.Field
	for _, n := range names {
		f, ok := audit.ParseField(strings.TrimSpace(n))
		known := false
		for _, g := range all {
			known = known || g == f
		}
		if ok && f == audit.FieldNew && !known {
			return nil, usagef("new values are counted of changes: give --changes")
		}
		if !ok || !known {
			return nil, usagef("there is no facet %q; there are %s", n, joinFields(all))
		}
		out = append(out, f)
	}
	return out, nil
}

func joinFields(fields []audit.Field) string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = string(f)
	}
	return strings.Join(names, ", ")
}

type timelineCmd struct {
	caseArg
	queryArg
	Bucket string `enum:"auto,minute,hour,day,week,month" default:"auto" help:"auto, minute, hour, day, week or month."`
	Format string `enum:"table,json" default:"table" help:"table or json."`
}

// Run prints events over time.
func (o *timelineCmd) Run(c *command) (err error) {
	cs, err := o.openDerived(c)
	if err != nil {
		return err
	}
	defer closing(cs, &err)
	res, err := cs.Search(c.ctx, casefile.SearchRequest{Of: casefile.OfEvents, Query: o.text(), Zone: string(o.Zone), Timeline: audit.BucketSize(o.Bucket)})
	if err != nil {
		return err
	}
	if o.Format == "json" {
		return writeJSON(c.Stdout, res.Timeline)
	}
	zone, err := casefile.Zone(string(o.Zone))
	if err != nil {
		return err
	}
	most := int64(1)
	for _, b := range res.Timeline.Buckets {
		most = max(most, b.Count)
	}
	fmt.Fprintf(c.Stdout, "%s by the %s, %s\n", plural(res.Total, "event"), res.Timeline.Bucket, zone)
	t := newTable(c.Stdout, "FROM", "EVENTS", "STATUS ≥ 400", "")
	for _, b := range res.Timeline.Buckets {
		t.row(b.Start.Std().In(zone).Format("2006-01-02 15:04"), fmt.Sprintf("%8s", audit.Grouped(b.Count)), fmt.Sprintf("%8s", audit.Grouped(b.Failed)), strings.Repeat("#", int((b.Count*40+most-1)/most)))
	}
	return t.flush()
}
