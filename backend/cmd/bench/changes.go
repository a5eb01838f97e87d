package main

import (
	"fmt"
	"os"
	"slices"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
)

// ofChanges are the filters that the changes view is measured under, beside class:admin: each facet's, times, text, and new values.
var ofChanges = []string{
	"", "panel:Templates", "panel:Infrastructure", `setting:"GPU Vendor"`, "basis:derived", "new:nvidia", `setting:"default ttl"`, "changed:default_ttl", "kind:duration", "basis:logged", "has:unrecorded", "version:v1", "outcome:denied", "new:3600000000000", "new:true", `new:"image 7"`, "new:image*",
	"user:admin3@northwind.example", "target:template-1*", "continuity:\"break before\"", "-continuity:follows", "date_from:2026-03-01 date_to:2026-03-31", "status:>=400", "image", "template-77",
	"72000", "zebra", "has:secret", "resource_type:template action:write", "id:5e771465-0000-4000-8000-000000000007",
	"request_id:53bded77-7b9d-4e82-8771-000000000009", "ref:8*",
}

// changes measures the changes view: what a filter, for the first time, costs with all facets that the view shows, and a page of rows; both
// of the changes of class:admin alone and of all.
func (b *bench) changes(c *casefile.Case) error {
	start := time.Now()
	rows, err := c.Count(b.ctx, casefile.OfChanges, "", "")
	if err != nil {
		return err
	}
	opened := time.Since(start)
	start = time.Now()
	if err := c.Warm(b.ctx); err != nil {
		return err
	}
	b.add(row{fmt.Sprintf("a case with %s changes opened", thousands(float64(rows))), fmt.Sprintf("%s; read ahead behind the window: %s", ms(opened), ms(time.Since(start))), "", ""})
	facets := []audit.Field{audit.FieldPanel, audit.FieldSetting, audit.FieldChanged, audit.FieldNew, audit.FieldBasis, audit.FieldOutcome, audit.FieldContinuity, audit.FieldKind, audit.FieldUser}
	var took []time.Duration
	slowest := ""
	for _, admin := range []string{"class:admin ", ""} {
		for _, q := range ofChanges {
			req := casefile.SearchRequest{Of: casefile.OfChanges, Query: admin + q, Zone: "Europe/Zurich", Order: audit.Newest, Timeline: audit.BucketAuto}
			for _, f := range facets {
				req.Facets = append(req.Facets, audit.FacetRequest{Field: f, Top: 10})
			}
			start := time.Now()
			got, err := c.Search(b.ctx, req)
			if err != nil {
				return fmt.Errorf("%s: %w", q, err)
			}
			if _, err := c.ChangeRows(b.ctx, casefile.RowsRequest{Query: req.Query, Zone: req.Zone, Order: req.Order, Offset: int(got.Total / 2), Limit: 50}); err != nil {
				return fmt.Errorf("%s: %w", q, err)
			}
			t := time.Since(start)
			if b.each {
				fmt.Fprintln(os.Stderr, "  ", ms(t), got.Total, req.Query)
			}
			if len(took) == 0 || t > slices.Max(took) {
				slowest = req.Query
			}
			took = append(took, t)
		}
	}
	slices.Sort(took)
	what := fmt.Sprintf("the changes view, %s changes: total, 9 facets, timeline, days and 50 rows, each filter for the first time", thousands(float64(rows)))
	figure := fmt.Sprintf("median %s, slowest of %d %s (%s)", ms(took[len(took)/2]), len(took), ms(took[len(took)-1]), slowest)
	sql := `SELECT panel, count(*) FROM change c JOIN event e ON e.number = c.event WHERE e.flags & 8 GROUP BY 1; SELECT setting, count(*) FROM change c JOIN event e ON e.number = c.event WHERE e.flags & 8 GROUP BY 1;
		SELECT field, count(*) FROM change c JOIN event e ON e.number = c.event WHERE e.flags & 8 GROUP BY 1; SELECT new, count(*) FROM change c JOIN event e ON e.number = c.event WHERE e.flags & 8 GROUP BY 1;
		SELECT account, count(*) FROM change c JOIN event e ON e.number = c.event WHERE e.flags & 8 GROUP BY 1;`
	if p, ok := b.peer("sqlite3", "-readonly", b.path("settings.auditcase"), sql); ok {
		b.add(row{what, figure, fmt.Sprintf("sqlite3, 5 GROUP BYs of class:admin on the same case: %s", ms(p.wall)), ratio(p.wall, took[len(took)/2])})
		return nil
	}
	b.add(row{what, figure, "", ""})
	return nil
}
