package store

import "context"

// OpenNext opens a case as a next version of the program would, whose last migration runs a script.
func OpenNext(ctx context.Context, path string, o Options, script string) (*Store, error) {
	o.migrations = append(migrations(), func(c *conn) error { return c.script(script) })
	return Open(ctx, path, o)
}

// Codes is what a dictionary remembers, as the tests see it.
type Codes struct{ *codes[string] }

// ExactCodes is how many keys are remembered as they stand.
const ExactCodes = exactCodes

// NewCodes remembers nothing yet.
func NewCodes() Codes { return Codes{newCodes[string]()} }

// Set remembers a code.
func (c Codes) Set(k string, code uint32) { c.set(k, code) }

// Get returns it.
func (c Codes) Get(k string) (uint32, bool) { return c.get(k) }

// Exact reports whether a key stands as it is.
func (c Codes) Exact(k string) bool { _, ok := c.exact[k]; return ok }

// Len is how many keys there are.
func (c Codes) Len() int { return c.len() }
