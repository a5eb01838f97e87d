package store

import "context"

// OpenNext opens a case as a next version of the program would, whose last migration runs a script.
func OpenNext(ctx context.Context, path string, o Options, script string) (*Store, error) {
	o.migrations = append(migrations(), func(c *conn) error { return c.script(script) })
	return Open(ctx, path, o)
}
