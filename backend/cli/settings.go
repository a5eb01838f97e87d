package cli

import (
	"encoding/json"
	"fmt"
	"strings"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/diff"
	"auditdesk/backend/export"
)

type settingsCmd struct {
	caseArg
	At         string   `help:"The instant: RFC 3339, or a day or time of --zone (a day is its last moment). The end of the period under audit, else the last record, where absent."`
	From       string   `help:"The first of two instants (a day is its first moment)."`
	To         string   `help:"The second of two instants (a day is its last moment)."`
	Search     string   `help:"Only settings with this in field, label, panel, target, type or deployment."`
	Differ     bool     `help:"With --from and --to: only what differs, or is not known at one of them."`
	Unseen     bool     `help:"Also the documented settings of Coder v1 that have no record."`
	History    string   `help:"A setting's whole history instead: its field, or the key of its row in JSON." placeholder:"FIELD"`
	Statement  string   `help:"Whether a successful write to a setting is logged from --from to --to: its field, or the key of its row in JSON." placeholder:"FIELD"`
	Target     string   `help:"With --history, --statement or --line: the target, where a field has several."`
	Deployment string   `help:"With --history, --statement or --line: the deployment, where there are several."`
	Line       string   `help:"One setting as a line for a working paper instead: its field, or the key of its row in JSON." placeholder:"FIELD"`
	Format     string   `enum:"table,json,jsonl,csv,text,markdown,row" default:"table" help:"table, json, jsonl or csv; of a line or statement also text, markdown, or row (cells parted by tabs)."`
	Zone       zoneName `default:"UTC" help:"IANA time zone of days and times."`
}

// request is what is asked for of which instants.
func (o *settingsCmd) request() (casefile.SettingsRequest, error) {
	req := casefile.SettingsRequest{At: o.At, Search: o.Search, Unseen: o.Unseen, Zone: string(o.Zone)}
	switch {
	case o.At != "" && (o.From != "" || o.To != ""):
		return req, usagef("--at is one instant, --from and --to are two: give one or the others")
	case o.From != "" && o.To == "" || o.From == "" && o.To != "":
		return req, usagef("--from and --to belong together; for one instant give --at")
	case o.Differ && o.From == "":
		return req, usagef("--differ compares two instants: give --from and --to")
	case o.From != "":
		req.From, req.At, req.OnlyDiffer = o.From, o.To, o.Differ
	}
	return req, nil
}

// check refuses what does not go together.
func (o *settingsCmd) check(two bool) error {
	asked := 0
	for _, field := range []string{o.History, o.Statement, o.Line} {
		if field != "" {
			asked++
		}
	}
	paper := isPaper(o.Format)
	switch {
	case asked > 1:
		return usagef("give one of --history, --statement and --line")
	case asked == 0 && (o.Target != "" || o.Deployment != ""):
		return usagef("--target and --deployment tell apart settings of one field for --history, --statement and --line; --search narrows the list")
	case o.Statement != "" && !two:
		return usagef("a statement is about a span: give --from and --to")
	case paper && o.Statement == "" && o.Line == "":
		return usagef("--format %s is for --line and --statement", o.Format)
	case o.Statement != "" && (o.Format == "jsonl" || o.Format == "csv"):
		return usagef("a statement is a table, json, text, markdown or row")
	case o.History != "" && o.Format == "csv":
		return usagef("a history is a table, json or jsonl")
	case o.Line != "" && !paper && o.Format != "table":
		return usagef("a line is text, markdown or row")
	}
	return nil
}

// Run lists the admin settings as of an instant, or between two.
func (o *settingsCmd) Run(c *command) (err error) {
	req, err := o.request()
	if err != nil {
		return err
	}
	if err := o.check(req.From != ""); err != nil {
		return err
	}
	cs, err := o.openDerived(c)
	if err != nil {
		return err
	}
	defer closing(cs, &err)
	switch {
	case o.History != "":
		return o.history(c, cs)
	case o.Statement != "":
		return o.statement(c, cs)
	case o.Line != "":
		return o.line(c, cs, req)
	}
	out := newSettingSink(c, o.Format, req.From != "")
	for offset := 0; ; offset += page {
		got, err := cs.SettingRows(c.ctx, casefile.SettingRowsRequest{SettingsRequest: req, Offset: offset, Limit: page})
		if err != nil {
			return err
		}
		for i := range got.Rows {
			if err := out.add(&got.Rows[i]); err != nil {
				return err
			}
		}
		if len(got.Rows) < page {
			break
		}
	}
	if err := out.end(); err != nil || o.Format != "table" {
		return err
	}
	return sayAttempts(c, cs, req)
}

// attemptsPrinted is how many attempts stand below a table.
const attemptsPrinted = 20

// sayAttempts prints what was attempted and not applied, and what no log holds.
func sayAttempts(c *command, cs *casefile.Case, req casefile.SettingsRequest) error {
	res, err := cs.Settings(c.ctx, req)
	if err != nil {
		return err
	}
	if res.From == nil {
		fmt.Fprintf(c.Stdout, "\nas of %s; applied up to then: %s\n", res.At, audit.Counted(int64(res.Writes), "write", "writes"))
	} else {
		fmt.Fprintf(c.Stdout, "\nA is %s, B is %s; applied between them: %s; %s; not known at one of them: %d\n", res.From, res.At, audit.Counted(int64(res.Writes), "write", "writes"),
			audit.Counted(int64(res.Differ), "setting differs", "settings differ"), res.Unknown)
	}
	if n := res.Attempts.Total; n > 0 {
		fmt.Fprintf(c.Stdout, "attempts that were denied, failed, or have an unknown effect, and move no value: %d\n", n)
		t := newTable(c.Stdout)
		for i, a := range res.Attempts.Rows {
			if i == attemptsPrinted {
				break
			}
			t.row("  "+a.Time.Std().Format("2006-01-02 15:04:05.000"), orNone(a.User), orNone(a.Field), a.Target, fmt.Sprintf("%d %s", a.Status, a.Outcome), a.Words, string(a.Event))
		}
		if err := t.flush(); err != nil {
			return err
		}
		if n > attemptsPrinted {
			fmt.Fprintf(c.Stdout, "  and %d more\n", n-attemptsPrinted)
		}
	}
	_, err = fmt.Fprintln(c.Stdout, "Coder v2's server options come from flags, environment and files: no audit record holds them.")
	return err
}

// settingLine is a setting as settings --format json prints it.
type settingLine struct {
	Panel   string `json:"panel"`
	Setting string `json:"setting"`
	Target  string `json:"target"`
	Field   string `json:"field"`
	settingSaid
	Kind       audit.Kind    `json:"kind"`
	Then       *settingSaid  `json:"then,omitempty"`
	Differs    string        `json:"differs,omitempty"`
	Deployment string        `json:"deployment"`
	Version    audit.Version `json:"version"`
	Type       string        `json:"resource_type"`
	Key        string        `json:"key"`
}

// settingSaid is what is known of a setting at one instant.
type settingSaid struct {
	Value json.RawMessage `json:"value,omitempty"`
	Time  *audit.Time     `json:"time,omitempty"`
	User  string          `json:"user,omitempty"`
	Event audit.Ref       `json:"event,omitempty"`
	Basis audit.Basis     `json:"basis,omitempty"`
	Note  string          `json:"note,omitempty"`
	Known string          `json:"known"`
	Words string          `json:"words"`
	Gaps  int             `json:"gaps"`

	Removed *casefile.Removal `json:"removed,omitempty"`
}

func said(s *casefile.SettingState, note string) settingSaid {
	if s.Weakened != "" {
		if note != "" {
			note += "; "
		}
		note += s.Weakened
	}
	return settingSaid{Value: s.Value, Time: s.Time, User: s.User, Event: s.Event, Basis: s.Basis, Note: note, Known: s.Known, Words: s.Words, Gaps: s.Gaps, Removed: s.Removed}
}

func lineOf(r *casefile.SettingRow) settingLine {
	l := settingLine{
		Panel: r.Panel, Setting: r.Setting, Target: r.Target, Field: r.Field, settingSaid: said(&r.Now, r.Note), Kind: r.Kind, Differs: r.Differs,
		Deployment: r.Deployment, Version: r.Version, Type: r.Type, Key: r.Key,
	}
	if r.Then != nil {
		then := said(r.Then, "")
		l.Then = &then
	}
	return l
}

func newSettingSink(c *command, format string, two bool) sink[*casefile.SettingRow] {
	switch format {
	case "json":
		s := jsonArray[settingLine](c)
		return sink[*casefile.SettingRow]{func(r *casefile.SettingRow) error { return s.add(lineOf(r)) }, s.end}
	case "jsonl":
		s := jsonLines[settingLine](c)
		return sink[*casefile.SettingRow]{func(r *casefile.SettingRow) error { return s.add(lineOf(r)) }, s.end}
	case "csv":
		w := export.NewSettingsCSVWriter(c.csv(), two, false)
		return sink[*casefile.SettingRow]{func(r *casefile.SettingRow) error {
			line := r.Exported()
			return w.Write(&line)
		}, w.Flush}
	}
	head := []string{"PANEL", "FIELD", "SETTING", "TARGET", "VALUE", "BASIS", "LAST LOGGED (UTC)", "USER", "EVENT"}
	if two {
		head = []string{"PANEL", "FIELD", "SETTING", "TARGET", "VALUE AT A", "BASIS AT A", "DIFFERS", "VALUE AT B", "BASIS AT B", "LAST LOGGED (UTC)", "USER", "EVENT"}
	}
	t := newTable(c.Stdout, head...)
	return sink[*casefile.SettingRow]{func(r *casefile.SettingRow) error {
		cells := []string{r.Panel, orNone(r.Field), r.Setting, r.Target}
		if two {
			cells = append(cells, r.Then.Words, settingBasis(r.Then), r.Differs)
		}
		at, event := "", "-"
		if r.Now.Time != nil {
			event = string(r.Now.Event)
			at = r.Now.Time.Std().Format("2006-01-02 15:04:05.000")
		}
		t.row(append(cells, r.Now.Words, settingBasis(&r.Now), at, r.Now.User, event)...)
		return nil
	}, t.flush}
}

// settingBasis says on what a value rests, and what weakens it.
func settingBasis(s *casefile.SettingState) string {
	text := string(s.Basis)
	if s.Known == "earlier" {
		text += " from a later record"
	}
	if s.Weakened != "" {
		if text != "" {
			text += ": "
		}
		text += s.Weakened
	}
	return strings.TrimSpace(text)
}

// history prints the writes and attempts of one setting, newest first.
func (o *settingsCmd) history(c *command, cs *casefile.Case) error {
	key, err := cs.FindSetting(c.ctx, o.History, o.Target, o.Deployment)
	if err != nil {
		return err
	}
	out := newHistorySink(c, o.Format)
	for offset := 0; ; offset += page {
		got, err := cs.SettingHistory(c.ctx, casefile.SettingHistoryRequest{Key: key, Offset: offset, Limit: page, Zone: string(o.Zone)})
		if err != nil {
			return err
		}
		for i := range got.Rows {
			if err := out.add(&got.Rows[i]); err != nil {
				return err
			}
		}
		if len(got.Rows) < page {
			return out.end()
		}
	}
}

func newHistorySink(c *command, format string) sink[*casefile.HistoryRow] {
	switch format {
	case "json":
		return jsonArray[*casefile.HistoryRow](c)
	case "jsonl":
		return jsonLines[*casefile.HistoryRow](c)
	}
	t := newTable(c.Stdout, "TIME (UTC)", "USER", "CHANGE", "BASIS", "OUTCOME", "EVENT", "SOURCE", "BEFORE IT")
	return sink[*casefile.HistoryRow]{func(r *casefile.HistoryRow) error {
		before := ""
		if r.GapsBefore == 1 {
			before = "1 gap"
		} else if r.GapsBefore > 1 {
			before = fmt.Sprintf("%d gaps", r.GapsBefore)
		}
		if r.Break != nil {
			before = strings.TrimPrefix(before+"; "+r.Break.Words, "; ")
		}
		t.row(r.Time.Std().Format("2006-01-02 15:04:05.000"), orNone(r.User), r.Words, string(r.Basis), diff.OutcomeWords(r.Outcome), string(r.Event), fmt.Sprintf("%s:%d", r.Source, r.Line), before)
		return nil
	}, t.flush}
}

// statement prints whether a successful write to a setting is logged.
func (o *settingsCmd) statement(c *command, cs *casefile.Case) error {
	key, err := cs.FindSetting(c.ctx, o.Statement, o.Target, o.Deployment)
	if err != nil {
		return err
	}
	if o.Format != "table" && o.Format != "json" {
		return o.paper(c, cs, casefile.PaperLineRequest{Of: "statement", Key: key, From: o.From, To: o.To})
	}
	st, err := cs.Statement(c.ctx, casefile.StatementRequest{Key: key, Deployment: o.Deployment, From: o.From, To: o.To, Zone: string(o.Zone)})
	if err != nil {
		return err
	}
	if o.Format == "json" {
		return writeJSON(c.Stdout, st)
	}
	fmt.Fprintf(c.Stdout, "%s\n\n%s\n", escape(st.Title), escape(st.Text))
	if st.Stretches != "" {
		fmt.Fprintln(c.Stdout, st.Stretches)
	}
	for _, w := range st.Writes {
		fmt.Fprintf(c.Stdout, "  %s  %s  %s  %s\n", w.Time, escape(orNone(w.User)), escape(w.Words), w.Event)
	}
	if more := st.WritesTotal - len(st.Writes); more > 0 {
		fmt.Fprintf(c.Stdout, "  and %d more\n", more)
	}
	fmt.Fprintln(c.Stdout)
	for _, l := range st.Limits {
		fmt.Fprintln(c.Stdout, l)
	}
	_, err = fmt.Fprintf(c.Stdout, "Query: %s\n", escape(st.Query))
	return err
}

// line prints one setting as a line for a working paper.
func (o *settingsCmd) line(c *command, cs *casefile.Case, req casefile.SettingsRequest) error {
	key, err := cs.FindSetting(c.ctx, o.Line, o.Target, o.Deployment)
	if err != nil {
		return err
	}
	return o.paper(c, cs, casefile.PaperLineRequest{Of: "setting", Key: key, From: req.From, At: req.At})
}

func (o *settingsCmd) paper(c *command, cs *casefile.Case, req casefile.PaperLineRequest) error {
	req.Format, req.Deployment, req.Zone = paperFormat(o.Format), o.Deployment, string(o.Zone)
	text, err := cs.PaperLine(c.ctx, req)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.Stdout, escapeLines(text))
	return err
}

// isPaper reports whether a format is one of lines for a working paper.
func isPaper(format string) bool { return format == "text" || format == "markdown" || format == "row" }

// paperFormat is the form of lines for a working paper: text where none was asked for.
func paperFormat(format string) string {
	if format == "table" {
		return "text"
	}
	return format
}
