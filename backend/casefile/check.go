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
	since, err := c.since(ctx, in.About.Head, claims)
	if err != nil {
		return export.Checked{}, err
	}
	return export.Check(ctx, path, in, since, progress)
}

// since is what became of the case since it had the head that a workbook names.
func (c *Case) since(ctx context.Context, head string, claims export.Claims) (export.Since, error) {
	switch {
	case claims.Head == head:
		return export.Unchanged, nil
	case claims.Head == "" && claims.Rows == 0: // made before the first import
		return export.Grown, nil
	}
	had, err := c.store.HadHead(ctx, claims.Head)
	if err != nil {
		return export.Foreign, fmt.Errorf("look for the head of the chain: %w", err)
	}
	if had {
		return export.Grown, nil
	}
	return export.Foreign, nil
}
