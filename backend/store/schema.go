package store

import (
	"context"
	_ "embed"
	"fmt"

	"auditdesk/backend/audit"
)

// applicationID marks a SQLite file as a case ("Aud1"); it stands in bytes 68–71 of the file.
const applicationID = 0x41756431

// Version is the version of the case format that this program writes; it stands in user_version.
const Version = 2

//go:embed schema1.sql
var schemaV1 string

//go:embed schema2.sql
var schemaV2 string

// migration brings a case from one version to the next, within a transaction.
type migration func(*conn) error

// migrations are in order: the first makes an empty file version 1, the next turns 1 into 2.
func migrations() []migration {
	return []migration{
		func(c *conn) error { return c.script(schemaV1) },
		func(c *conn) error { return c.script(schemaV2) },
	}
}

// migrate runs what is missing. Who calls it has begun a transaction, so that all of it is done or nothing.
func migrate(c *conn, steps []migration, from int) error {
	for i := from; i < len(steps); i++ {
		if err := steps[i](c); err != nil {
			return fmt.Errorf("migrate to version %d: %w", i+1, err)
		}
	}
	return c.script(fmt.Sprintf("PRAGMA user_version = %d; PRAGMA application_id = %d", len(steps), applicationID))
}

// upgrade brings a case of an older version up to date, with a link of the chain that says what the rows which have columns
// more are from now on.
func (s *Store) upgrade(ctx context.Context, c *conn, from int) error {
	return c.transaction(func() error {
		if err := migrate(c, s.opt.migrations, from); err != nil {
			return err
		}
		text, err := engagementText(ctx, c)
		if err != nil {
			return err
		}
		s.said.say(text)
		last, err := c.number(ctx, "SELECT max(number) FROM source")
		if err != nil {
			return err
		}
		for n := range last {
			if err := s.saySource(ctx, c, n+1); err != nil {
				return err
			}
		}
		return s.link(ctx, c)
	})
}

// objects are the named parts of a database: what a case must hold, word for word.
func objects(ctx context.Context, c *conn) (map[string]string, error) {
	out := map[string]string{}
	err := c.query(ctx, `SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite\_%' ESCAPE '\'`, func(r row) error {
		out[r.text(0)] = r.text(1)
		return nil
	})
	return out, err
}

// checkSchema refuses a case whose tables, views or indices are not those that its version has: a case is untrusted, and a
// trigger or a view in a table's place would act when rows are written or read. Additional tables, views and indices of an
// auditor's own are left alone.
func checkSchema(ctx context.Context, c *conn, steps []migration) error {
	have, err := objects(ctx, c)
	if err != nil {
		return err
	}
	model, err := openMemory()
	if err != nil {
		return fmt.Errorf("make a model of the schema: %w", err)
	}
	defer model.close() //nolint:errcheck // in memory
	if err := migrate(model, steps, 0); err != nil {
		return fmt.Errorf("make a model of the schema: %w", err)
	}
	want, err := objects(ctx, model)
	if err != nil {
		return err
	}
	for name, sql := range want {
		if have[name] != sql {
			return &audit.Error{Message: fmt.Sprintf("%s is not as this version of the format has it", name), Err: audit.ErrDamaged}
		}
	}
	for name := range have {
		if len(name) > 8 && name[:8] == "trigger " {
			return &audit.Error{Message: fmt.Sprintf("the case has a %s, which Auditdesk never makes", name), Err: audit.ErrDamaged}
		}
	}
	return nil
}
