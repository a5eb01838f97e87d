package casefile

import (
	"context"

	"auditdesk/backend/audit"
)

// StatementRequest asks whether a successful write to a setting is logged between two instants, both included.
type StatementRequest struct {
	Key        string `json:"key"`                  // of a row, or catalogue:PANEL/SETTING of a documented setting that has no record
	Deployment string `json:"deployment,omitempty"` // of the latter; "" where there is one
	From       string `json:"from"`
	To         string `json:"to"`
	Zone       string `json:"zone,omitempty"`
}

// Statement is what can be said of it: possible where no such write is logged, and the records received cover the span.
type Statement struct {
	Possible    bool              `json:"possible"`
	Title       string            `json:"title"`
	Text        string            `json:"text"` // one paragraph
	Sources     []StatementSource `json:"sources"`
	Gaps        []audit.Gap       `json:"gaps"`   // stretches of the span that no record covers
	Writes      []StatementWrite  `json:"writes"` // logged in the span, the newest 100
	WritesTotal int               `json:"writes_total"`
	Limits      []string          `json:"limits"` // what no audit log holds
	Query       string            `json:"query"`  // opens what it is about among the changes
	Covered     *StatementSpan    `json:"covered,omitempty"`
	From        audit.Time        `json:"from"`
	To          audit.Time        `json:"to"`
}

// StatementSpan is the first and last record of the sources that bear on the span.
type StatementSpan struct {
	From audit.Time `json:"from"`
	To   audit.Time `json:"to"`
}

// StatementSource is a source whose records cover a part of the span.
type StatementSource struct {
	Number int64      `json:"number"`
	Path   string     `json:"path"`
	From   audit.Time `json:"from"` // its first record
	To     audit.Time `json:"to"`
}

// StatementWrite is a write that is logged in the span.
type StatementWrite struct {
	Event audit.Ref  `json:"event"`
	Time  audit.Time `json:"time"`
	User  string     `json:"user,omitempty"`
	Words string     `json:"words"`
}

// PaperLineRequest asks for a line for a working paper.
type PaperLineRequest struct {
	Of         string `json:"of"`     // change, setting or statement
	Format     string `json:"format"` // text, markdown, or row: cells parted by tabs
	Event      string `json:"event,omitempty"`
	Ordinal    int    `json:"ordinal,omitempty"` // of the change within the event, from 0
	Key        string `json:"key,omitempty"`
	Deployment string `json:"deployment,omitempty"`
	At         string `json:"at,omitempty"`
	From       string `json:"from,omitempty"`
	To         string `json:"to,omitempty"`
	Zone       string `json:"zone,omitempty"`
}

// Statement says whether a successful write to a setting is logged between two instants.
func (c *Case) Statement(_ context.Context, _ StatementRequest) (Statement, error) {
	return Statement{}, audit.Errorf("", "statements are not built yet")
}

// PaperLine is a line for a working paper.
func (c *Case) PaperLine(_ context.Context, _ PaperLineRequest) (string, error) {
	return "", audit.Errorf("", "paper lines are not built yet")
}
