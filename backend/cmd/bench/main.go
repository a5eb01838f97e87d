// Command bench measures the figures that README states, each beside a peer in the same run: jq and lnav for reading and
// filtering, SQLite's own GROUP BY for facets, LibreOffice for writing a workbook. It asserts nothing.
package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
)

func main() {
	events := flag.Int("events", 1_000_000, "events")
	tool := flag.String("auditdesk", "build/bin/auditdesk", "the command line to measure")
	dir := flag.String("dir", "build/tmp/bench", "where to work; about 3 kB an event")
	flag.Parse()
	b := &bench{ctx: context.Background(), events: *events, tool: *tool, dir: *dir}
	if err := b.run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type bench struct {
	ctx    context.Context
	events int
	tool   string
	dir    string
	rows   [][4]string
}

func (b *bench) path(name string) string { return filepath.Join(b.dir, name) }

func (b *bench) row(what, figure, peer, ratio string) {
	b.rows = append(b.rows, [4]string{what, figure, peer, ratio})
	fmt.Fprintf(os.Stderr, "%s: %s (%s) %s\n", what, figure, peer, ratio)
}

func (b *bench) run() error {
	if err := os.RemoveAll(b.dir); err != nil {
		return err
	}
	if err := os.MkdirAll(b.dir, 0o700); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir) //nolint:errcheck // only made for this run
	raw := b.path("v2.ndjson")
	if _, err := b.timed(b.tool, "demo", b.path("small.auditcase"), "--events", "1000"); err != nil {
		return err
	}
	if _, err := b.timed(b.tool, "demo", b.path("made.auditcase"), "--log", "v2", "--events", fmt.Sprint(b.events), "--raw", raw); err != nil {
		return err
	}
	if err := os.Remove(b.path("made.auditcase")); err != nil {
		return err
	}
	for _, step := range []func(raw string) error{b.reading, b.clicks, b.pages, b.workbook, b.launch} {
		if err := step(raw); err != nil {
			return err
		}
	}
	b.print()
	return nil
}

// timed runs a command and returns how long the process took.
func (b *bench) timed(name string, args ...string) (time.Duration, error) {
	cmd := exec.CommandContext(b.ctx, name, args...)
	var errs strings.Builder
	cmd.Stderr = &errs
	start := time.Now()
	if err := cmd.Run(); err != nil {
		if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 4 { //nolint:errorlint // Run returns it bare
			return 0, fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, errs.String())
		}
	}
	return time.Since(start), nil
}

// peer is timed for a program that may not be there.
func (b *bench) peer(name string, args ...string) (time.Duration, bool) {
	if _, err := exec.LookPath(name); err != nil {
		return 0, false
	}
	d, err := b.timed(name, args...)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench: peer left out:", err)
	}
	return d, err == nil
}

// reading measures the import against programs that read the same file once and keep nothing.
func (b *bench) reading(raw string) error {
	info, err := os.Stat(raw)
	if err != nil {
		return err
	}
	d, err := b.timed(b.tool, "import", b.path("case.auditcase"), raw)
	if err != nil {
		return err
	}
	kept, err := os.Stat(b.path("case.auditcase"))
	if err != nil {
		return err
	}
	figure := fmt.Sprintf("%.1f s, %s events/s, %.0f MB/s; case %.0f %% of the input", d.Seconds(), thousands(float64(b.events)/d.Seconds()), float64(info.Size())/1e6/d.Seconds(), 100*float64(kept.Size())/float64(info.Size()))
	if p, ok := b.peer("jq", "-c", `select(.msg=="audit_log" and .fields.Action=="login") | .fields.UserID`, b.readable(raw)); ok {
		b.row("import with raw records kept", figure, fmt.Sprintf("jq, one filter, nothing kept: %.1f s", p.Seconds()), ratio(p, d))
	}
	if p, ok := b.peer("lnav", "-n", "-q", "-c", `:filter-in "Action":"login"`, raw); ok {
		b.row("", "", fmt.Sprintf("lnav, loaded and filtered once: %.1f s", p.Seconds()), ratio(p, d))
	}
	if p, err := b.timed(b.tool, "count", b.path("case.auditcase"), "action:login"); err == nil {
		b.row("a filter from the command line, case opened anew", fmt.Sprintf("%.2f s", p.Seconds()), "", "")
	}
	return nil
}

// readable is the file without its one broken line, at which jq would stop.
func (b *bench) readable(raw string) string {
	out := b.path("jq.ndjson")
	if err := exec.CommandContext(b.ctx, "sh", "-c", `grep -a '}$' "$1" > "$2"`, "sh", raw, out).Run(); err != nil { //nolint:gosec // fixed command
		return raw
	}
	return out
}

var queries = []string{
	"", "action:login", "action:write,create", "-user:ci-bot@northwind.example", "outcome:denied", "resource_type:workspace_build -action:stop",
	"user:jun.ito@northwind.example", "date_from:2026-02-01 date_to:2026-02-28", "changed:ttl", "target:main action:write", "has:secret", "class:admin",
	"status:>=400", "pay", "action:st*",
}

// clicks measures what a click costs in the engine: total, six facets and the timeline, each query for the first time.
func (b *bench) clicks(string) error {
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
	b.row("a click: total, 6 facets, timeline", fmt.Sprintf("median %s, slowest of %d %s", ms(median), len(took), ms(took[len(took)-1])), fmt.Sprintf("sqlite3, 7 GROUP BYs on the same case: %s", ms(p)), ratio(p, median))
	b.row("column index made from the rows, once at opening", ms(open), "", "")
	return nil
}

// pages measures pages of 100 rows anywhere in the result.
func (b *bench) pages(string) error {
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
		far = p
	}
	slices.Sort(took)
	b.row("a page of 100 rows anywhere", fmt.Sprintf("median %s, slowest of %d %s", ms(took[len(took)/2]), len(took), ms(took[len(took)-1])), fmt.Sprintf("sqlite3, ORDER BY time … OFFSET: %s", ms(far)), ratio(far, took[len(took)/2]))
	return nil
}

// workbook measures the workbook of 100,000 events.
func (b *bench) workbook(string) error {
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
	what, figure := fmt.Sprintf("workbook of %s events", thousands(float64(n))), fmt.Sprintf("%.1f s", d.Seconds())
	if p, ok := b.peer("soffice", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", b.path("office"), b.path("book.csv")); ok {
		b.row(what, figure, fmt.Sprintf("LibreOffice, the same rows from CSV: %.1f s", p.Seconds()), ratio(p, d))
		return nil
	}
	b.row(what, figure, "", "")
	return nil
}

// launch measures the window: from the start of the program to rows and facets on a virtual screen.
func (b *bench) launch(string) error {
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
	b.row("the window on the demo case, launch to rows and facets on screen", fmt.Sprintf("median %d ms, slowest of 5 %d ms", median, slowest), "", "")
	return nil
}

func (b *bench) print() {
	fmt.Printf("%s events, %d cores, %s/%s\n\n| what | Auditdesk | beside it | peer : Auditdesk |\n|---|---|---|---|\n", thousands(float64(b.events)), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)
	for _, r := range b.rows {
		fmt.Printf("| %s | %s | %s | %s |\n", r[0], r[1], r[2], r[3])
	}
}

func ratio(peer, own time.Duration) string {
	if peer == 0 || own == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f", peer.Seconds()/own.Seconds())
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }

func thousands(f float64) string {
	s := fmt.Sprintf("%.0f", f)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
