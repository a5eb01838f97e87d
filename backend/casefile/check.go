package casefile

import (
	"context"

	"auditdesk/backend/export"
)

// Check draws the rows of a workbook anew, by the query, zone and order that its first sheet names, and compares it with
// them cell by cell. It is the case as it is now that the workbook is compared with: one that has grown since gives other
// rows where the new events match. What differs is in the answer; an error means that it could not be compared.
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
	return export.Check(ctx, path, in, progress)
}
