package desk

import (
	"context"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
)

// What the page asks of the open case. Each is one call of casefile; the limits are those of a page's answer, which should
// stay under about 1 MB.

// maxRows is how many rows the page may ask for at once.
const maxRows = 500

// LocateRequest asks where an event stands in a result.
type LocateRequest struct {
	Of    casefile.Of `json:"of"`
	Query string      `json:"query"`
	Zone  string      `json:"zone"`
	Order audit.Order `json:"order"`
	Group string      `json:"group,omitempty"`
	Ref   string      `json:"ref"`
}

// ParsedQuery is a query text understood; where it can't be read, Error says why and where.
type ParsedQuery struct {
	Terms []audit.Term `json:"terms"`
	Text  string       `json:"text"` // canonical; as given where it can't be read
	Error *Failure     `json:"error,omitempty"`
}

// ParseQuery reads a query text. One that can't be read is an answer, not an error.
func (d *Desk) ParseQuery(text string) ParsedQuery {
	q, err := audit.ParseQuery(text)
	if err != nil {
		f := FailureOf(err)
		return ParsedQuery{Terms: []audit.Term{}, Text: text, Error: &f}
	}
	if q.Terms == nil {
		q.Terms = []audit.Term{}
	}
	return ParsedQuery{Terms: q.Terms, Text: q.String()}
}

func casefileInfo(ctx context.Context, c *casefile.Case) (casefile.Info, error) { return c.Info(ctx) }

// Info describes the open case.
func (d *Desk) Info(ctx context.Context) (casefile.Info, error) { return with(ctx, d, casefileInfo) }

// SaveEngagement stores what the open case is about.
func (d *Desk) SaveEngagement(ctx context.Context, e audit.Engagement) (casefile.Info, error) {
	info, err := with(ctx, d, func(ctx context.Context, c *casefile.Case) (casefile.Info, error) {
		if err := c.SaveEngagement(ctx, e); err != nil {
			return casefile.Info{}, err
		}
		return c.Info(ctx)
	})
	if err == nil {
		d.told(info)
	}
	return info, err
}

// Search counts what a query selects: total, facets, timeline.
func (d *Desk) Search(ctx context.Context, r casefile.SearchRequest) (casefile.SearchResult, error) {
	return with(ctx, d, func(ctx context.Context, c *casefile.Case) (casefile.SearchResult, error) { return c.Search(ctx, r) })
}

// EventRows returns a page of the events that a query selects.
func (d *Desk) EventRows(ctx context.Context, r casefile.RowsRequest) (casefile.EventRows, error) {
	r.Offset, r.Limit = page(r.Offset, r.Limit)
	return with(ctx, d, func(ctx context.Context, c *casefile.Case) (casefile.EventRows, error) {
		rows, err := c.EventRows(ctx, r)
		rows.Shorten()
		return rows, err
	})
}

// ChangeRows returns a page of the changed fields that a query selects.
func (d *Desk) ChangeRows(ctx context.Context, r casefile.RowsRequest) (casefile.ChangeRows, error) {
	r.Offset, r.Limit = page(r.Offset, r.Limit)
	return with(ctx, d, func(ctx context.Context, c *casefile.Case) (casefile.ChangeRows, error) {
		rows, err := c.ChangeRows(ctx, r)
		rows.Shorten()
		return rows, err
	})
}

// Locate returns the position of an event in a result, or -1.
func (d *Desk) Locate(ctx context.Context, r LocateRequest) (int64, error) {
	return with(ctx, d, func(ctx context.Context, c *casefile.Case) (int64, error) {
		return c.Locate(ctx, casefile.RowsRequest{Of: r.Of, Query: r.Query, Zone: r.Zone, Order: r.Order, Group: r.Group}, r.Ref)
	})
}

// Event returns one event with its masked records.
func (d *Desk) Event(ctx context.Context, ref string) (casefile.EventDetail, error) {
	return with(ctx, d, func(ctx context.Context, c *casefile.Case) (casefile.EventDetail, error) { return c.Event(ctx, ref) })
}

// RevealRaw returns an event's records unmasked; the case notes that it was done.
func (d *Desk) RevealRaw(ctx context.Context, ref string) ([]casefile.RawRecord, error) {
	return with(ctx, d, func(ctx context.Context, c *casefile.Case) ([]casefile.RawRecord, error) {
		return c.RevealRaw(ctx, ref)
	})
}

// ReceiptRequest is the receipt of a source.
type ReceiptRequest struct {
	Source  int64         `json:"source"` // its number
	Receipt audit.Receipt `json:"receipt"`
}

// CompareRequest names two sources by their numbers: one that was sent again, and the one before.
type CompareRequest struct {
	Old int64 `json:"old"`
	New int64 `json:"new"`
}

// CheckReceipt compares what a receipt states with what was read of its source, without saving it.
func (d *Desk) CheckReceipt(ctx context.Context, r ReceiptRequest) (casefile.ReceiptAnswer, error) {
	return with(ctx, d, func(ctx context.Context, c *casefile.Case) (casefile.ReceiptAnswer, error) {
		return c.CheckReceipt(ctx, r.Source, r.Receipt)
	})
}

// SaveReceipt stores the receipt of a source.
func (d *Desk) SaveReceipt(ctx context.Context, r ReceiptRequest) (audit.Source, error) {
	return with(ctx, d, func(ctx context.Context, c *casefile.Case) (audit.Source, error) {
		return c.SaveReceipt(ctx, r.Source, r.Receipt)
	})
}

// CompareSources compares a source that was sent again with the one that it replaces.
func (d *Desk) CompareSources(ctx context.Context, r CompareRequest) (casefile.SourceComparison, error) {
	return with(ctx, d, func(ctx context.Context, c *casefile.Case) (casefile.SourceComparison, error) {
		return c.CompareSources(ctx, r.Old, r.New)
	})
}

// Sources returns what was imported, line by line accounted for.
func (d *Desk) Sources(ctx context.Context) (casefile.Sources, error) {
	return with(ctx, d, func(ctx context.Context, c *casefile.Case) (casefile.Sources, error) { return c.Sources(ctx) })
}

// Completeness tests what was received.
func (d *Desk) Completeness(ctx context.Context, zone string) (casefile.Completeness, error) {
	return with(ctx, d, func(ctx context.Context, c *casefile.Case) (casefile.Completeness, error) {
		return c.Completeness(ctx, zone)
	})
}

// Settings counts the admin settings as of an instant, or between two.
func (d *Desk) Settings(ctx context.Context, r casefile.SettingsRequest) (casefile.SettingsResult, error) {
	return with(ctx, d, func(ctx context.Context, c *casefile.Case) (casefile.SettingsResult, error) {
		return c.Settings(ctx, r)
	})
}

// SettingRows returns a page of them.
func (d *Desk) SettingRows(ctx context.Context, r casefile.SettingRowsRequest) (casefile.SettingRows, error) {
	r.Offset, r.Limit = page(r.Offset, r.Limit)
	return with(ctx, d, func(ctx context.Context, c *casefile.Case) (casefile.SettingRows, error) {
		rows, err := c.SettingRows(ctx, r)
		rows.Shorten()
		return rows, err
	})
}

// SettingsSpan is what the control of dates draws.
func (d *Desk) SettingsSpan(ctx context.Context) (casefile.SettingsSpan, error) {
	return with(ctx, d, func(ctx context.Context, c *casefile.Case) (casefile.SettingsSpan, error) { return c.SettingsSpan(ctx) })
}

// SettingHistory returns a page of the writes and attempts of a setting.
func (d *Desk) SettingHistory(ctx context.Context, r casefile.SettingHistoryRequest) (casefile.SettingHistory, error) {
	r.Offset, r.Limit = page(r.Offset, r.Limit)
	return with(ctx, d, func(ctx context.Context, c *casefile.Case) (casefile.SettingHistory, error) {
		h, err := c.SettingHistory(ctx, r)
		h.Shorten()
		return h, err
	})
}

// SettingOf finds the setting that a change is of; nil where it is of none.
func (d *Desk) SettingOf(ctx context.Context, r casefile.SettingOfRequest) (*casefile.WrittenSetting, error) {
	return with(ctx, d, func(ctx context.Context, c *casefile.Case) (*casefile.WrittenSetting, error) {
		return c.SettingOf(ctx, r)
	})
}

// Statement says whether a successful write to a setting is logged between two instants.
func (d *Desk) Statement(ctx context.Context, r casefile.StatementRequest) (casefile.Statement, error) {
	return with(ctx, d, func(ctx context.Context, c *casefile.Case) (casefile.Statement, error) { return c.Statement(ctx, r) })
}

// PaperLine says a change, a setting or a statement as a line for a working paper.
func (d *Desk) PaperLine(ctx context.Context, r casefile.PaperLineRequest) (string, error) {
	return with(ctx, d, func(ctx context.Context, c *casefile.Case) (string, error) { return c.PaperLine(ctx, r) })
}

// Unreadable returns a part of the records that could not be understood.
func (d *Desk) Unreadable(ctx context.Context, r casefile.UnreadableRequest) ([]audit.Unreadable, error) {
	r.Offset, r.Limit = page(r.Offset, r.Limit)
	return with(ctx, d, func(ctx context.Context, c *casefile.Case) ([]audit.Unreadable, error) {
		return c.Unreadable(ctx, r)
	})
}

// Copy puts text into the clipboard.
func (d *Desk) Copy(ctx context.Context, text string) error { return d.window.Copy(ctx, text) }

func page(offset, limit int) (int, int) { return max(offset, 0), min(max(limit, 0), maxRows) }
