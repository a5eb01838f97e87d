// Package cli is the command line, auditdesk: every use case of the window for scripts and for whoever checks the work.
// It must not know SQL, nor how results are come by: each command is an options struct and a run method over casefile.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"github.com/mattn/go-isatty"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
)

// Exit codes, a contract (docs/cli.md).
const (
	ExitDone       = 0
	ExitFailed     = 1
	ExitUsage      = 2
	ExitDamage     = 3 // verify or check found damage
	ExitUnreadable = 4 // import done, and some records were unreadable
)

// Env is what the process gives a command.
type Env struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Terminal       bool // stdout is a terminal
	ErrTerminal    bool // stderr is one: progress is drawn
	Now            func() time.Time
	Version        string
	Batch          int // records that an import commits at once; 0 is the engine's own
}

// Process is the environment of the running process.
func Process(version string) Env {
	return Env{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Terminal: isatty.IsTerminal(os.Stdout.Fd()), ErrTerminal: isatty.IsTerminal(os.Stderr.Fd()),
		Now: time.Now, Version: version,
	}
}

type grammar struct {
	Import       importCmd       `cmd:"" help:"Read log files, folders and - (stdin) into CASE, made if absent."`
	Events       eventsCmd       `cmd:"" help:"The chronological list."`
	Count        countCmd        `cmd:"" help:"The number of matching events, alone on a line."`
	Facets       facetsCmd       `cmd:"" help:"Facet counts."`
	Timeline     timelineCmd     `cmd:"" help:"Events over time."`
	Show         showCmd         `cmd:"" help:"One event: sentence, fields, changes, sources, raw record."`
	Changes      changesCmd      `cmd:"" help:"The diff table: one row a changed field."`
	Settings     settingsCmd     `cmd:"" help:"Every admin setting as of an instant, or between two; a setting's history; whether a write to one is logged."`
	Export       exportCmd       `cmd:"" help:"The matching events as a workbook, CSV or JSON lines."`
	Check        checkCmd        `cmd:"" help:"Draw the rows of a workbook anew from the case, and compare."`
	Preview      previewCmd      `cmd:"" help:"Look at files before they are imported: shape, period, first events, what is odd."`
	Engagement   engagementCmd   `cmd:"" help:"What the case is about, and the scope that every answer keeps to: period and deployments under audit."`
	Sources      sourcesCmd      `cmd:"" help:"What was imported from where, line by line accounted for."`
	Receipt      receiptCmd      `cmd:"" help:"How a source was received, and what its provider stated against what was read."`
	Compare      compareCmd      `cmd:"" help:"What a source that was sent again has, lacks and says otherwise than the one before."`
	Completeness completenessCmd `cmd:"" help:"What the records received show of their completeness: each test with its verdict and why."`
	Rollforward  rollforwardCmd  `cmd:"" help:"Whether two snapshots of settings that the client gave and the changes logged between them agree."`
	Unreadable   unreadableCmd   `cmd:"" help:"What could not be read, and why."`
	Retry        retryCmd        `cmd:"" help:"Try to understand unreadable records again, after an update of the program."`
	Verify       verifyCmd       `cmd:"" help:"Check the case against its own digests and records."`
	Upgrade      upgradeCmd      `cmd:"" help:"Bring a case that an earlier version wrote up to date."`
	Redact       redactCmd       `cmd:"" help:"A hand-over copy of the case without clear raw records, that can still be verified for all else."`
	Demo         demoCmd         `cmd:"" help:"A made-up deployment's logs, into CASE."`
	Version      versionCmd      `cmd:"" help:"Version, build, SQLite version."`
}

// command is what a command's run method gets.
type command struct {
	Env
	ctx  context.Context
	code int // exit code of a command that was done with a finding
}

// Run runs one command line and returns its exit code.
func Run(ctx context.Context, args []string, env Env) int {
	var g grammar
	parser, err := kong.New(&g,
		kong.Name("auditdesk"),
		kong.Description("Reads the audit logs of Coder deployments into a case, and answers from it.\n\nA QUERY is one argument, such as 'action:write,delete -user:ci-bot date_from:2026-06-01'."),
		kong.Writers(env.Stdout, env.Stderr),
		kong.Exit(func(int) { panic(helpShown{}) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		fmt.Fprintln(env.Stderr, "auditdesk:", err)
		return ExitFailed
	}
	k, shown, err := parse(parser, protect(args))
	switch {
	case shown:
		return ExitDone
	case err != nil:
		fmt.Fprintf(env.Stderr, "auditdesk: %s; auditdesk --help lists the commands\n", strings.ReplaceAll(oneLine(err), escape(guard), ""))
		return ExitUsage
	}
	cmd := &command{Env: env, ctx: ctx}
	if err := k.Run(cmd); err != nil {
		fmt.Fprintln(env.Stderr, "auditdesk:", oneLine(err))
		var qe *audit.QueryError
		var ue usageError
		if errors.As(err, &qe) || errors.As(err, &ue) {
			return ExitUsage
		}
		return ExitFailed
	}
	return cmd.code
}

// helpShown unwinds from kong's help, which expects the process to end.
type helpShown struct{}

func parse(p *kong.Kong, args []string) (k *kong.Context, shown bool, err error) {
	defer func() {
		switch r := recover(); r.(type) {
		case nil:
		case helpShown:
			shown = true
		default:
			panic(r)
		}
	}()
	k, err = p.Parse(args)
	return k, false, err
}

// guard marks an argument that begins with "-" and is no flag: a query such as -user:ci-bot, or - for stdin.
const guard = "\x00"

// excluded is a query that begins with an excluded term. No flag of one dash has a colon in it.
var excluded = regexp.MustCompile(`^-[A-Za-z_]+:`)

func protect(args []string) []string {
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = a
		if excluded.MatchString(a) {
			out[i] = guard + a
		}
		if a == "-" || strings.HasPrefix(a, `-"`) { // stdin, or a query that excludes quoted text
			out[i] = guard + a
		}
	}
	return out
}

func unguard(s string) string { return strings.TrimPrefix(s, guard) }

// usageError is a wrong combination of arguments.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

func oneLine(err error) string {
	return escape(strings.Join(strings.Fields(strings.ReplaceAll(err.Error(), "\n", "; ")), " "))
}

// caseArg is the first argument of most commands.
type caseArg struct {
	Case caseName `arg:"" help:"The case file (*.auditcase)."`
}

// caseName is the path of a case. A query or - in its place is told apart from a strange file name.
type caseName string

// UnmarshalText takes the argument.
func (n *caseName) UnmarshalText(b []byte) error {
	if s := string(b); strings.HasPrefix(s, guard) {
		return fmt.Errorf("%s stands where the case must be named first", unguard(s))
	}
	*n = caseName(b)
	return nil
}

func (n caseName) path() string { return string(n) }

// zoneName is an IANA time zone that exists.
type zoneName string

// UnmarshalText takes the argument.
func (z *zoneName) UnmarshalText(b []byte) error {
	if _, err := casefile.Zone(string(b)); err != nil {
		return err
	}
	*z = zoneName(b)
	return nil
}

// open opens the case for reading; a case on read-only media opens too.
func (a caseArg) open(c *command) (*casefile.Case, error) {
	return casefile.Open(c.ctx, a.Case.path(), casefile.Options{Now: c.Now, ReadOnly: true})
}

// openDerived is open for what shows values before changes. It says where some are not worked out.
func (a caseArg) openDerived(c *command) (*casefile.Case, error) {
	cs, err := a.open(c)
	if err != nil {
		return nil, err
	}
	return cs, a.sayPending(c, cs)
}

// sayPending closes the case where it fails.
func (a caseArg) sayPending(c *command, cs *casefile.Case) error {
	pending, err := cs.Underived(c.ctx)
	if err != nil {
		return errors.Join(err, cs.Close())
	}
	if pending {
		fmt.Fprintf(c.Stderr, "auditdesk: an import into %s is running or was interrupted, so values before changes may be missing; import the files again to finish it\n", escape(a.Case.path()))
	}
	return nil
}

// openNoting is openDerived for what the case keeps a note of, where it can be written now.
func (a caseArg) openNoting(c *command) (*casefile.Case, error) {
	cs, err := a.write(c)
	if errors.Is(err, audit.ErrReadOnly) || errors.Is(err, audit.ErrLocked) {
		return a.openDerived(c)
	}
	if err != nil {
		return nil, err
	}
	return cs, a.sayPending(c, cs)
}

func (a caseArg) write(c *command) (*casefile.Case, error) {
	return casefile.Open(c.ctx, a.Case.path(), casefile.Options{Now: c.Now})
}

// openOrCreate opens the case, or makes it where there is none. made says which.
func (a caseArg) openOrCreate(c *command) (cs *casefile.Case, made bool, err error) {
	if _, err := os.Stat(a.Case.path()); errors.Is(err, os.ErrNotExist) {
		cs, err := casefile.Create(c.ctx, a.Case.path(), audit.Engagement{Title: strings.TrimSuffix(filepath.Base(a.Case.path()), casefile.Extension)}, casefile.Options{Now: c.Now})
		return cs, true, err
	}
	cs, err = a.write(c)
	return cs, false, err
}

// queryArg is the query and its zone.
type queryArg struct {
	Query string   `arg:"" optional:"" help:"What to select; everything where it is absent."`
	Zone  zoneName `default:"UTC" help:"IANA time zone of days and buckets."`
}

func (q queryArg) text() string { return unguard(q.Query) }

// closing closes a case and joins what goes wrong.
func closing(cs *casefile.Case, err *error) {
	*err = errors.Join(*err, cs.Close())
}
