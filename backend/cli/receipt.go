package cli

import (
	"fmt"
	"strconv"
	"strings"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
)

type receiptCmd struct {
	caseArg
	Source   string  `arg:"" help:"The source: its path, base name, or number as sources lists it."`
	From     *string `help:"From whom it was received."`
	Received *string `help:"The day on which it was received, yyyy-mm-dd."`
	Request  *string `help:"Number of the request that it answers."`
	Method   *string `help:"How it was extracted."`
	SHA256   *string `name:"sha256" help:"Its SHA-256 as the provider stated it."`
	Count    *string `help:"How many records, or lines, the provider stated."`
	Replaces *string `help:"The source that it was sent again for."`
	Format   string  `enum:"text,json" default:"text" help:"text or json."`
}

// Run notes what is given, and shows the receipt with what it comes to.
func (o *receiptCmd) Run(c *command) (err error) {
	open := o.open
	if o.sets() {
		open = o.write
	}
	cs, err := open(c)
	if err != nil {
		return err
	}
	defer closing(cs, &err)
	s, err := cs.FindSource(c.ctx, o.Source)
	if err != nil {
		return err
	}
	if o.sets() {
		r, err := o.receipt(c, cs, s.Receipt)
		if err != nil {
			return err
		}
		if s, err = cs.SaveReceipt(c.ctx, s.Number, r); err != nil {
			return err
		}
	}
	if o.Format == "json" {
		return writeJSON(c.Stdout, s)
	}
	fmt.Fprintf(c.Stdout, "#%d %s, deployment %s\n", s.Number, escape(s.Path), escape(s.Deployment))
	t := newWholeTable(c.Stdout)
	for _, l := range receiptLines(&s) {
		t.row("  "+l[0], l[1])
	}
	return t.flush()
}

func (o *receiptCmd) sets() bool {
	for _, flag := range []*string{o.From, o.Received, o.Request, o.Method, o.SHA256, o.Count, o.Replaces} {
		if flag != nil {
			return true
		}
	}
	return false
}

// receipt changes what flags name; an empty text takes away what was noted.
func (o *receiptCmd) receipt(c *command, cs *casefile.Case, r audit.Receipt) (audit.Receipt, error) {
	for _, f := range []struct {
		flag *string
		to   *string
	}{{o.From, &r.From}, {o.Received, &r.Received}, {o.Request, &r.Request}, {o.Method, &r.Method}, {o.SHA256, &r.SHA256}} {
		if f.flag != nil {
			*f.to = *f.flag
		}
	}
	if o.Count != nil {
		r.Count = nil
		if text := strings.NewReplacer(",", "", "'", "", " ", "").Replace(*o.Count); text != "" {
			n, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				return r, usagef("--count takes a number, not %q", *o.Count)
			}
			r.Count = &n
		}
	}
	if o.Replaces != nil {
		r.Replaces = 0
		if *o.Replaces != "" {
			old, err := cs.FindSource(c.ctx, *o.Replaces)
			if err != nil {
				return r, err
			}
			r.Replaces = old.Number
		}
	}
	return r, nil
}

// receiptLines says a receipt line by line, and what was stated against what was read.
func receiptLines(s *audit.Source) [][2]string {
	r, check := s.Receipt, s.CheckReceipt()
	var lines [][2]string
	for _, l := range [][2]string{{"received from", r.From}, {"received on", r.Received}, {"request", r.Request}, {"how extracted", r.Method}} {
		if l[1] == "" {
			l[1] = notNoted
		}
		lines = append(lines, l)
	}
	digest, count := check.SHA256.Words, check.Count.Words
	if r.SHA256 != "" {
		digest = r.SHA256 + ": " + digest
	}
	if r.Count != nil {
		count = audit.Grouped(*r.Count) + ": " + count
	}
	lines = append(lines, [2]string{"SHA-256 stated", digest}, [2]string{"count stated", count})
	if r.Replaces != 0 {
		lines = append(lines, [2]string{"sent again for", fmt.Sprintf("#%d", r.Replaces)})
	}
	return lines
}

// receiptWords says a receipt on one line; "" where nothing is noted.
func receiptWords(s *audit.Source) string {
	r := s.Receipt
	if r == (audit.Receipt{}) {
		return ""
	}
	var parts []string
	for _, p := range []struct{ before, text string }{{"received from ", r.From}, {"on ", r.Received}, {"request ", r.Request}, {"extracted by ", r.Method}} {
		if p.text != "" {
			parts = append(parts, p.before+p.text)
		}
	}
	check := s.CheckReceipt()
	for _, p := range []struct {
		before string
		c      audit.Comparison
	}{{"the SHA-256 stated ", check.SHA256}, {"the count stated ", check.Count}} {
		if p.c.State != audit.NotGiven {
			parts = append(parts, p.before+p.c.Words)
		}
	}
	if r.Replaces != 0 {
		parts = append(parts, fmt.Sprintf("sent again for #%d", r.Replaces))
	}
	return strings.Join(parts, "; ")
}
