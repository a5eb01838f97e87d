package casefile

import (
	"context"
	"fmt"
	"slices"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/ingest"
)

// Preview looks at an input before it is imported into a case that does not exist yet. See [ingest.Look].
func Preview(ctx context.Context, in ingest.Input, now func() time.Time) (ingest.Preview, error) {
	return ingest.Look(ctx, in, ingest.PreviewOptions{Now: now})
}

// Preview looks at an input before it is imported, and warns of what the case says against it: a source that it holds already,
// one of the same name, records outside the period under audit, or of other organizations than all that it knows.
func (c *Case) Preview(ctx context.Context, in ingest.Input) (ingest.Preview, error) {
	scope, err := c.scope(ctx)
	if err != nil {
		return ingest.Preview{}, err
	}
	sources, err := c.store.Sources(ctx)
	if err != nil {
		return ingest.Preview{}, fmt.Errorf("read the sources: %w", err)
	}
	sizes := map[int64]bool{}
	for _, s := range sources {
		if s.State == audit.SourceWhole && s.SHA256 != "" {
			sizes[s.Bytes] = true
		}
	}
	p, err := ingest.Look(ctx, in, ingest.PreviewOptions{Now: c.now, Period: scope.Span, Known: func(size int64) bool { return sizes[size] }})
	if err != nil {
		return p, err
	}
	ids, err := c.store.OrganizationIDs(ctx)
	if err != nil {
		return p, fmt.Errorf("read the organizations: %w", err)
	}
	var known []ingest.Warning
	if p.Archive == "" {
		known = against(&p, sources, sizes)
	} else {
		n := 0
		for i := range p.Members {
			m := &p.Members[i]
			found := against(m, sources, sizes)
			m.Warnings = append(nonNil(found), m.Warnings...)
			if slices.ContainsFunc(found, func(w ingest.Warning) bool { return w.Code == "known" }) {
				n++
			}
		}
		if n > 0 {
			known = append(known, ingest.Warning{Code: "known", Words: fmt.Sprintf("%d of %s looked at are in the case already and would add nothing", n, audit.Counted(int64(len(p.Members)), "member", "members"))})
		}
	}
	if len(p.Organizations) > 0 && len(ids) > 0 && !slices.ContainsFunc(ids, func(id string) bool { _, ok := p.Organizations[id]; return ok }) {
		known = append(known, ingest.Warning{Code: "deployment", Words: "its records name none of the organizations that the case knows: they may be of another deployment"})
	}
	p.Warnings = append(nonNil(known), p.Warnings...)
	return p, nil
}

// against says how what was looked at stands to the sources of the case.
func against(p *ingest.Preview, sources []audit.Source, sizes map[int64]bool) []ingest.Warning {
	if p.SHA256 != "" {
		for _, s := range sources {
			if s.SHA256 == p.SHA256 && s.State == audit.SourceWhole {
				return []ingest.Warning{{Code: "known", Words: fmt.Sprintf("its very bytes (SHA-256) were imported already, as source #%d of %s: there they would add nothing", s.Number, s.Deployment)}}
			}
		}
	}
	name := audit.FoldASCII(audit.SourceNames(0, p.Path)[1])
	for _, s := range slices.Backward(sources) {
		if s.State != audit.SourceRepeat && audit.FoldASCII(audit.SourceNames(0, s.Path)[1]) == name {
			if p.SHA256 == "" && sizes[p.Bytes] {
				return []ingest.Warning{{Code: "name", Words: fmt.Sprintf("source #%d has the same name; whether it has the same content was not checked, for that takes long", s.Number)}}
			}
			if s.State == audit.SourcePartial {
				return nil // it may be the rest of it
			}
			return []ingest.Warning{{Code: "name", Words: fmt.Sprintf("source #%d has the same name and other content: it may have been sent again", s.Number)}}
		}
	}
	return nil
}
