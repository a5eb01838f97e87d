package casefile

import "auditdesk/backend/audit"

// maxSides is how long the two values of a change may be in rows for the window: a page holds hundreds of them, and whatever a log
// says must leave it drawing.
const maxSides = 32 << 10

// Shorten leaves out long values. Words hold their beginning, and their event all of them.
func (r *ChangeRows) Shorten() {
	for i := range r.Rows {
		shortenChange(&r.Rows[i].Change)
	}
}

// Shorten leaves out long values.
func (r *EventRows) Shorten() {
	for i := range r.Rows {
		for j := range r.Rows[i].Changes {
			shortenChange(&r.Rows[i].Changes[j])
		}
	}
}

func shortenChange(c *audit.Change) {
	if n := len(c.Old) + len(c.New); n > maxSides {
		c.Old, c.New, c.ValueBytes = nil, nil, n
	}
	for _, b := range []*audit.Break{c.BreakBefore, c.BreakAfter} {
		if b != nil && len(b.ValueThen)+len(b.OldLogged) > maxSides {
			b.ValueThen, b.OldLogged = nil, nil
		}
	}
}
