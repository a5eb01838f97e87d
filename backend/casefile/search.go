package casefile

import (
	"context"
	"fmt"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/catalog"
	"auditdesk/backend/facet"
)

// Of is what a result is taken of.
type Of string

// Events themselves, or one row per changed field.
const (
	OfEvents  Of = "events"
	OfChanges Of = "changes"
)

// SearchRequest asks for everything beside the rows: totals, facets, timeline.
type SearchRequest struct {
	Of       Of                   `json:"of"`
	Query    string               `json:"query"`
	Zone     string               `json:"zone"` // IANA name; "" is UTC
	Order    audit.Order          `json:"order"`
	Facets   []audit.FacetRequest `json:"facets"`
	Timeline audit.BucketSize     `json:"timeline,omitempty"` // "": none
	Group    string               `json:"group,omitempty"`    // "panel", "target" or "user"; "" and "day" are one list by time
}

// SearchResult belongs to one state of the case, its generation.
type SearchResult struct {
	Generation int64           `json:"generation"`
	Total      int64           `json:"total"`
	InCase     int64           `json:"in_case"`
	Facets     []audit.Facet   `json:"facets"`
	Timeline   *audit.Timeline `json:"timeline,omitempty"`
	Days       []Day           `json:"days,omitempty"`
	Groups     []Group         `json:"groups,omitempty"`
}

// Day is one day of the shown zone that has rows.
type Day struct {
	Day   string `json:"day"` // yyyy-mm-dd
	Count int64  `json:"count"`
}

// Group is the rows of one panel, target or person.
type Group struct {
	Key    string `json:"key"` // as the facet lists it; "" where none is recorded
	Count  int64  `json:"count"`
	Fields int    `json:"fields"`         // distinct changed fields; counted by panel only
	Rest   int    `json:"rest,omitempty"` // of the last of very many: how many further groups it stands for
}

// maxDays is how many day headers a result has at most.
const maxDays = 5000

// Search counts what a query selects.
func (c *Case) Search(ctx context.Context, req SearchRequest) (SearchResult, error) {
	v, err := c.view(ctx, req.Of, req.Query, req.Zone)
	if err != nil {
		return SearchResult{}, err
	}
	res := SearchResult{Generation: v.generation, Total: v.selected.Total(), Facets: []audit.Facet{}}
	all, err := v.index.Select(ctx, v.scope)
	if err != nil {
		return res, err
	}
	res.InCase = all.Total()
	if len(req.Facets) > 0 {
		if res.Facets, err = v.facets(ctx, req.Facets); err != nil {
			return res, err
		}
	}
	if req.Timeline != "" {
		tl, err := v.selected.Timeline(req.Timeline, v.zone)
		if err != nil {
			return res, err
		}
		res.Timeline = &tl
	}
	if isGrouped(req.Group) {
		grouped, err := v.grouped(ctx, req.Group)
		if err != nil {
			return res, err
		}
		for _, g := range grouped.Groups {
			res.Groups = append(res.Groups, Group(g))
		}
	} else if days, ok := v.selected.Days(v.zone, order(req.Order), maxDays); ok {
		for _, d := range days {
			res.Days = append(res.Days, Day{Day: d.Day, Count: d.Count})
		}
	}
	return res, nil
}

// RowsRequest asks for a page of rows.
type RowsRequest struct {
	Of     Of          `json:"of"`
	Query  string      `json:"query"`
	Zone   string      `json:"zone"`
	Order  audit.Order `json:"order"`
	Group  string      `json:"group,omitempty"`
	Offset int         `json:"offset"`
	Limit  int         `json:"limit"` // at most 500 from the window
}

// EventRows is a page of events. Persons and Organizations hold the label of each row's person and organization as facets name
// them, "" for none.
type EventRows struct {
	Generation    int64         `json:"generation"`
	Rows          []audit.Event `json:"rows"`
	Persons       []string      `json:"persons"`
	Organizations []string      `json:"organizations"`
}

// EventRows returns a page of the events that a query selects.
func (c *Case) EventRows(ctx context.Context, req RowsRequest) (EventRows, error) {
	v, err := c.view(ctx, OfEvents, req.Query, req.Zone)
	if err != nil {
		return EventRows{}, err
	}
	numbers := v.selected.Numbers(order(req.Order), req.Offset, req.Limit)
	rows, err := c.store.EventsByNumber(ctx, numbers)
	if err != nil {
		return EventRows{}, fmt.Errorf("read events: %w", err)
	}
	organizations := make([]string, len(numbers))
	for i, n := range numbers {
		organizations[i] = v.index.OrganizationOf(n)
	}
	if err := c.weakenEvents(ctx, rows); err != nil {
		return EventRows{}, err
	}
	persons, err := c.persons(ctx, rows)
	if err != nil {
		return EventRows{}, err
	}
	return EventRows{Generation: v.generation, Rows: nonNil(rows), Persons: persons, Organizations: organizations}, nil
}

// ChangeRows is a page of changes.
type ChangeRows struct {
	Generation int64             `json:"generation"`
	Rows       []audit.ChangeRow `json:"rows"`
}

// ChangeRows returns a page of the changed fields that a query selects.
func (c *Case) ChangeRows(ctx context.Context, req RowsRequest) (ChangeRows, error) {
	generation, _, rows, err := c.changePage(ctx, req)
	if err != nil {
		return ChangeRows{}, err
	}
	return ChangeRows{Generation: generation, Rows: nonNil(rows)}, nil
}

// changePage reads a page of changes, with their numbers and the state of the case that they are of.
func (c *Case) changePage(ctx context.Context, req RowsRequest) (generation int64, numbers []uint32, rows []audit.ChangeRow, err error) {
	v, err := c.view(ctx, OfChanges, req.Query, req.Zone)
	if err != nil {
		return 0, nil, nil, err
	}
	if isGrouped(req.Group) {
		grouped, err := v.grouped(ctx, req.Group)
		if err != nil {
			return 0, nil, nil, err
		}
		numbers = grouped.Numbers(order(req.Order), req.Offset, req.Limit)
	} else {
		numbers = v.selected.Numbers(order(req.Order), req.Offset, req.Limit)
	}
	if rows, err = c.store.ChangesByNumber(ctx, numbers); err != nil {
		return 0, nil, nil, fmt.Errorf("read changes: %w", err)
	}
	return v.generation, numbers, rows, c.weakenChanges(ctx, rows)
}

// Locate returns the position of an event in a result, or -1. The key is that of [Case.Event].
func (c *Case) Locate(ctx context.Context, req RowsRequest, key string) (int64, error) {
	v, err := c.view(ctx, OfEvents, req.Query, req.Zone)
	if err != nil {
		return -1, err
	}
	numbers, _, err := c.keyed(ctx, v.index, key)
	if err != nil {
		return -1, err
	}
	for _, number := range numbers {
		if pos, ok := v.selected.Position(number, order(req.Order)); ok {
			return pos, nil
		}
	}
	return -1, nil
}

// Count returns how many rows a query selects.
func (c *Case) Count(ctx context.Context, of Of, query, zone string) (int64, error) {
	v, err := c.view(ctx, of, query, zone)
	if err != nil {
		return 0, err
	}
	return v.selected.Total(), nil
}

// view is a query applied to one state of the case.
type view struct {
	generation int64
	index      *facet.Index
	query      audit.Query
	zone       *time.Location
	scope      facet.Filter // of the audit: its period and deployments
	filter     facet.Filter // the scope, the query and its own times
	selected   *facet.Selection
}

func (c *Case) view(ctx context.Context, of Of, text, zone string) (*view, error) {
	q, err := audit.ParseQuery(text)
	if err != nil {
		return nil, err
	}
	v := &view{query: q}
	if v.zone, err = Zone(zone); err != nil {
		return nil, err
	}
	if v.scope, err = c.scope(ctx); err != nil {
		return nil, err
	}
	own, err := q.Span(v.zone, c.now())
	if err != nil {
		return nil, err
	}
	events, changes, generation, err := c.indexes(ctx)
	if err != nil {
		return nil, err
	}
	v.generation, v.index = generation, events
	if of == OfChanges {
		v.index = changes
	}
	v.filter = facet.Filter{Query: q, Span: within(v.scope.Span, own), Scope: v.scope.Scope}
	if v.selected, err = v.index.Select(ctx, v.filter); err != nil {
		return nil, err
	}
	return v, nil
}

// isGrouped tells groups that rows stand in by something else than time: those by day are a list by time, see [SearchResult.Days].
func isGrouped(group string) bool { return group != "" && group != "day" }

// grouped groups the selected rows. Panels stand in the order of their risk.
func (v *view) grouped(ctx context.Context, by string) (*facet.Grouped, error) {
	var named []string
	if by == string(audit.FieldPanel) {
		named = panelOrder()
	}
	return v.selected.Grouped(ctx, audit.Field(by), named)
}

// facets adds to the counts what the documentation knows: actions that no event of the case has.
func (v *view) facets(ctx context.Context, req []audit.FacetRequest) ([]audit.Facet, error) {
	out, err := v.selected.Facets(ctx, req)
	if err != nil {
		return nil, err
	}
	for i := range out {
		if out[i].Field != audit.FieldAction || req[i].Search != "" {
			continue
		}
		names := make([]string, 0, 32)
		for _, a := range catalog.Actions() {
			names = append(names, a.Name)
		}
		if out[i].Never, err = v.index.Absent(audit.FieldAction, names); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// scope is what every answer keeps to: the period under audit, whole days of the case's zone, and the deployments under audit.
func (c *Case) scope(ctx context.Context) (facet.Filter, error) {
	var f facet.Filter
	e, err := c.store.Engagement(ctx)
	if err != nil {
		return f, fmt.Errorf("read the engagement: %w", err)
	}
	zone, err := Zone(e.Zone)
	if err != nil {
		return f, err
	}
	if len(e.Deployments) > 0 {
		t := audit.Term{Field: audit.FieldDeployment}
		for _, name := range e.Deployments {
			t.Values = append(t.Values, audit.Value{Op: audit.OpEqual, Text: name})
		}
		f.Scope = f.Scope.With(t)
	}
	var q audit.Query
	for f, day := range map[audit.Field]string{audit.FieldDateFrom: e.From, audit.FieldDateTo: e.To} {
		if day != "" {
			q = q.With(audit.Term{Field: f, Values: []audit.Value{{Op: audit.OpEqual, Text: day}}})
		}
	}
	f.Span, err = q.Span(zone, c.now())
	return f, err
}

// within is the part that two spans share.
func within(a, b audit.Span) audit.Span {
	if b.From != nil && (a.From == nil || *b.From > *a.From) {
		a.From = b.From
	}
	if b.To != nil && (a.To == nil || *b.To < *a.To) {
		a.To = b.To
	}
	return a
}

// Zone loads an IANA time zone; "" is UTC.
func Zone(name string) (*time.Location, error) {
	if name == "" {
		name = "UTC"
	}
	if name == "Local" {
		return nil, audit.Errorf("write an IANA name such as Europe/Berlin, or UTC", "there is no time zone %q", name)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, audit.Errorf("write an IANA name such as Europe/Berlin, or UTC", "there is no time zone %q", name)
	}
	return loc, nil
}

func order(o audit.Order) audit.Order {
	if o == audit.Oldest {
		return audit.Oldest
	}
	return audit.Newest
}

func nonNil[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// panelOrder is the order of panels by risk: roles and access first, appearance last. Changes without a panel follow.
func panelOrder() []string {
	return []string{
		"Users and roles", "Infrastructure", "Git OAuth", "OAuth2 apps", "IdP sync", "Organizations", "Workspace proxies", "Licenses",
		"Telemetry", "Templates", "Health", "Notifications", "Appearance",
	}
}
