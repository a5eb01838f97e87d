package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
)

var queries = []string{
	"", "action:login", "action:write,create", "-user:ci-bot@northwind.example", "outcome:denied", "resource_type:workspace_build -action:stop",
	"user:jun.ito@northwind.example", "date_from:2026-02-01 date_to:2026-02-28", "changed:ttl", "target:main action:write", "has:secret", "class:admin",
	"status:>=400", "pay", "action:st*",
}

// clicks measures what a click costs in the engine: total, six facets and the timeline, each query for the first time.
func (b *bench) clicks() error {
	c, err := casefile.Open(b.ctx, b.path("case.auditcase"), casefile.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }() // it was only read
	start := time.Now()
	if _, err := c.Count(b.ctx, casefile.OfEvents, "", ""); err != nil {
		return err
	}
	open := time.Since(start)
	var took []time.Duration
	for _, q := range queries {
		req := casefile.SearchRequest{Of: casefile.OfEvents, Query: q, Zone: "Europe/Zurich", Order: audit.Newest, Timeline: audit.BucketAuto}
		for _, f := range audit.DefaultFacets() {
			req.Facets = append(req.Facets, audit.FacetRequest{Field: f, Top: 10})
		}
		start := time.Now()
		if _, err := c.Search(b.ctx, req); err != nil {
			return fmt.Errorf("%s: %w", q, err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	median := took[len(took)/2]
	sql := "SELECT resource_type, count(*) FROM event %[1]s GROUP BY 1; SELECT action, count(*) FROM event %[1]s GROUP BY 1; SELECT target, count(*) FROM event %[1]s GROUP BY 1; SELECT account, count(*) FROM event %[1]s GROUP BY 1; SELECT status, count(*) FROM event %[1]s GROUP BY 1; SELECT c.field, count(DISTINCT c.event) FROM change c JOIN event ON event.number = c.event %[1]s GROUP BY 1; SELECT time / 86400000000000, count(*) FROM event %[1]s GROUP BY 1;"
	p, ok := b.peer("sqlite3", "-readonly", b.path("case.auditcase"), fmt.Sprintf(sql, "WHERE action = (SELECT code FROM action WHERE value = 'login')"))
	if !ok {
		return nil
	}
	b.add(row{"a click: total, 6 facets, timeline", fmt.Sprintf("median %s, slowest of %d %s", ms(median), len(took), ms(took[len(took)-1])), fmt.Sprintf("sqlite3, 7 GROUP BYs on the same case: %s", ms(p.wall)), ratio(p.wall, median)})
	b.add(row{"the case opened, its column index loaded", ms(open), "", ""})
	return nil
}

// pages measures pages of 100 rows anywhere in the result.
func (b *bench) pages() error {
	c, err := casefile.Open(b.ctx, b.path("case.auditcase"), casefile.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }() // it was only read
	if _, err := c.Count(b.ctx, casefile.OfEvents, "", ""); err != nil {
		return err
	}
	rng := rand.New(rand.NewPCG(1, 2))
	var took []time.Duration
	var far time.Duration
	for i := range 60 {
		offset := rng.IntN(b.events - 100)
		start := time.Now()
		page, err := c.EventRows(b.ctx, casefile.RowsRequest{Order: audit.Newest, Offset: offset, Limit: 100})
		if err != nil {
			return err
		}
		if len(page.Rows) != 100 {
			return fmt.Errorf("page at %d has %d rows", offset, len(page.Rows))
		}
		if i >= 10 { // the first ones read the file from disk
			took = append(took, time.Since(start))
		}
	}
	if p, ok := b.peer("sqlite3", "-readonly", b.path("case.auditcase"), fmt.Sprintf("SELECT * FROM event ORDER BY time DESC LIMIT 100 OFFSET %d", b.events/2)); ok {
		far = p.wall
	}
	slices.Sort(took)
	b.add(row{"a page of 100 rows anywhere", fmt.Sprintf("median %s, slowest of %d %s", ms(took[len(took)/2]), len(took), ms(took[len(took)-1])), fmt.Sprintf("sqlite3, ORDER BY time … OFFSET: %s", ms(far)), ratio(far, took[len(took)/2])})
	return nil
}

// workbook measures the workbook of 100,000 events.
func (b *bench) workbook() error {
	small := b.path("100k.auditcase")
	n := min(b.events, 100_000)
	if _, err := b.timed(b.tool, "demo", small, "--log", "v2", "--events", fmt.Sprint(n)); err != nil {
		return err
	}
	d, err := b.timed(b.tool, "export", small, "-o", b.path("book.xlsx"))
	if err != nil {
		return err
	}
	if _, err := b.timed(b.tool, "export", small, "-o", b.path("book.csv")); err != nil {
		return err
	}
	what, figure := fmt.Sprintf("workbook of %s events", thousands(float64(n))), fmt.Sprintf("%.1f s", d.wall.Seconds())
	if p, ok := b.peer("soffice", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", b.path("office"), b.path("book.csv")); ok {
		b.add(row{what, figure, fmt.Sprintf("LibreOffice, the same rows from CSV: %.1f s", p.wall.Seconds()), ratio(p.wall, d.wall)})
		return nil
	}
	b.add(row{what, figure, "", ""})
	return nil
}

// launch measures the window: from the start of the program to rows and facets on a virtual screen.
func (b *bench) launch() error {
	small := b.path("demo.auditcase")
	if _, err := b.timed(b.tool, "demo", small); err != nil {
		return err
	}
	out, err := exec.CommandContext(b.ctx, "node", "--experimental-websocket", "--no-warnings", "frontend/e2e/launch.mjs", small).Output() //nolint:gosec // fixed command
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench: the window was left out:", err)
		return nil
	}
	var median, slowest int
	if _, err := fmt.Sscan(string(out), &median, &slowest); err != nil {
		return fmt.Errorf("read %q: %w", out, err)
	}
	b.add(row{"the window on the demo case, launch to rows and facets on screen", fmt.Sprintf("median %d ms, slowest of 5 %d ms", median, slowest), "", ""})
	return nil
}
