package casefile

import (
	"context"

	"auditdesk/backend/store"
)

// Verify checks the case against its own digests. Damage is in the report; an error means that it could not be checked.
func (c *Case) Verify(ctx context.Context) (store.Report, error) { return c.store.Verify(ctx) }

// Head is the head of the chain of digests over the imports.
func (c *Case) Head(ctx context.Context) (string, error) { return c.store.Head(ctx) }

// SQLiteVersion is the version of the SQLite library in use.
func SQLiteVersion() string { return store.SQLiteVersion() }
