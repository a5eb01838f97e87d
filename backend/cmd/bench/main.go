// Command bench measures the figures that README states, each beside a peer in the same run: jq, lnav, sqlite3 and DuckDB for
// reading, SQLite's own GROUP BY for facets, LibreOffice for writing a workbook. It asserts nothing.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

func main() {
	events := flag.Int("events", 1_000_000, "events")
	only := flag.String("only", "", "only these parts, by comma: import, click, page, again, foreign, settings, workbook, window; all but the last three need the first")
	dir := flag.String("dir", "build/tmp/bench", "where to work; about 5 kB an event")
	each := flag.Bool("each", false, "tell how long each filter of the changes view takes")
	flag.Parse()
	b := &bench{ctx: context.Background(), events: *events, tool: "build/bin/auditdesk", dir: *dir, each: *each}
	if err := b.run(*only); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type bench struct {
	ctx    context.Context
	events int
	tool   string // the command line to measure
	dir    string
	rows   []row
	each   bool
	first  time.Duration // that the first import took
}

// row is a line of the table: what was measured, and what beside it.
type row struct{ what, figure, peer, ratio string }

func (b *bench) path(name string) string { return filepath.Join(b.dir, name) }

func (b *bench) add(r row) {
	b.rows = append(b.rows, r)
	fmt.Fprintf(os.Stderr, "%s: %s (%s) %s\n", r.what, r.figure, r.peer, r.ratio)
}

func (b *bench) run(only string) error {
	if err := os.RemoveAll(b.dir); err != nil {
		return err
	}
	if err := os.MkdirAll(b.dir, 0o700); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir) //nolint:errcheck // only made for this run
	for _, part := range []struct {
		name string
		do   func() error
	}{{"import", b.imports}, {"click", b.clicks}, {"page", b.pages}, {"again", b.again}, {"foreign", b.foreign}, {"settings", b.settings}, {"workbook", b.workbook}, {"window", b.launch}} {
		if only != "" && !strings.Contains(","+only+",", ","+part.name+",") {
			continue
		}
		if err := part.do(); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	b.print()
	return nil
}

func (b *bench) print() {
	fmt.Printf("%s events, %d cores, %s/%s\n\n| what | Auditdesk | beside it | peer : Auditdesk |\n|---|---|---|---|\n", thousands(float64(b.events)), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)
	for _, r := range b.rows {
		fmt.Printf("| %s | %s | %s | %s |\n", r.what, r.figure, r.peer, r.ratio)
	}
}

// usage is what a process took.
type usage struct {
	wall, cpu time.Duration
	memory    int64 // bytes at most
}

// timed runs a command. Exit code 4 (some records were unreadable) is no failure: the demo holds a broken line.
func (b *bench) timed(name string, args ...string) (usage, error) {
	cmd := exec.CommandContext(b.ctx, name, args...)
	var errs strings.Builder
	cmd.Stderr = &errs
	start := time.Now()
	err := cmd.Run()
	u := usage{wall: time.Since(start)}
	if err != nil && (cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != 4) {
		return u, fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, errs.String())
	}
	u.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if r, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		u.memory = r.Maxrss << 10
	}
	return u, nil
}

// peer times a program that may not be there.
func (b *bench) peer(name string, args ...string) (usage, bool) {
	if _, err := exec.LookPath(name); err != nil {
		fmt.Fprintln(os.Stderr, "bench: peer left out:", err)
		return usage{}, false
	}
	u, err := b.timed(name, args...)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench: peer left out:", err)
	}
	return u, err == nil
}

func size(paths ...string) int64 {
	var n int64
	for _, p := range paths {
		if info, err := os.Stat(p); err == nil {
			n += info.Size()
		}
	}
	return n
}

func ratio(peer, own time.Duration) string {
	if peer == 0 || own == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f", peer.Seconds()/own.Seconds())
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }

func mib(n int64) string { return fmt.Sprintf("%d MiB", n>>20) }

func thousands(f float64) string {
	s := fmt.Sprintf("%.0f", f)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
