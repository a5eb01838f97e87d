package casefile

import (
	"context"
	"fmt"

	"auditdesk/backend/export"
)

// Check draws the rows of a workbook anew, by the query, zone and order that its first sheet names, and compares it with
// them cell by cell. It is the case as it is now that the workbook is compared with: one that has grown since gives other
// rows where the new events match. Whether it has is told by the head of the evidence chain that the workbook names. What
// differs is in the answer; an error means that it could not be compared.
func (c *Case) Check(ctx context.Context, path string, progress func(export.Progress)) (export.Checked, error) {
	claims, err := export.ReadClaims(path)
	if err != nil {
		return export.Checked{}, err
	}
	req := ExportRequest{Format: Workbook, Query: claims.Query, Zone: claims.Zone, Order: claims.Order}
	in, err := c.exportOf(ctx, req)
	if err != nil {
		return export.Checked{}, err
	}
	since, err := c.since(ctx, claims)
	if err != nil {
		return export.Checked{}, err
	}
	if since == export.Unchanged { // but for notes, that of the export among them, which make the head another
		in.About.Head = claims.Head
	}
	if c.store.Redaction() != nil && since != export.Foreign { // a hand-over copy has a name of its own; the head says of which case it is
		in.About.CasePath = claims.CasePath
	}
	return export.Check(ctx, path, in, since, progress)
}

// since is what became of the case since it had the head that a workbook names.
func (c *Case) since(ctx context.Context, claims export.Claims) (export.Since, error) {
	had, grown, err := c.store.SinceHead(ctx, claims.Head)
	switch {
	case err != nil:
		return export.Foreign, fmt.Errorf("look for the head of the chain: %w", err)
	case !had:
		return export.Foreign, nil
	case grown:
		return export.Grown, nil
	}
	return export.Unchanged, nil
}
