package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/mattn/go-sqlite3"

	"auditdesk/backend/audit"
	"auditdesk/backend/catalog"
)

// conn is one SQLite connection, used without database/sql: its statements are prepared once, their arguments reused, and
// a row costs one crossing into C. Measured on imports, database/sql halves the rate. Not safe for concurrent use.
type conn struct {
	c     *sqlite3.SQLiteConn
	stmts map[string]*stmt
}

// stmt is a prepared statement with room for its arguments.
type stmt struct {
	s    *sqlite3.SQLiteStmt
	args []driver.NamedValue
}

// row is one row of a result; valid until the next.
type row []driver.Value

func (r row) num(i int) int64 { n, _ := r[i].(int64); return n }
func (r row) null(i int) bool { return r[i] == nil }
func (r row) blob(i int) []byte {
	b, _ := r[i].([]byte)
	return b
}

// text is a TEXT column, "" where NULL.
func (r row) text(i int) string {
	s, _ := r[i].(string)
	return s
}

// mode is how a file is opened.
type mode string

const (
	modeWrite     mode = "rw"
	modeRead      mode = "rw&query" // the file can be written, but this connection does not: closing it cleans up after a crash
	modeImmutable mode = "ro&immutable=1"
)

// uri names a file to SQLite, with whatever stands in its name.
func uri(path string, m mode) string {
	p := filepath.ToSlash(path)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p // C:/…
	}
	u := url.URL{Scheme: "file", Path: p}
	opts := strings.TrimSuffix(string(m), "&query")
	// No mutex of SQLite's own: a connection is used by one goroutine at a time, and SQLite would take it for each argument.
	return u.String() + "?_mutex=no&mode=" + opts
}

// openConn opens a connection with every pragma that it needs. SQLite's defensive mode (sqlite3_db_config) can't be switched
// on through this driver; instead the schema is compared word for word before anything else is read, see checkSchema.
func openConn(path string, m mode) (*conn, error) {
	return dial(uri(path, m), m)
}

func openMemory() (*conn, error) { return dial(":memory:", modeWrite) }

func dial(dsn string, m mode) (*conn, error) {
	d := &sqlite3.SQLiteDriver{ConnectHook: func(c *sqlite3.SQLiteConn) error {
		return errors.Join(c.RegisterFunc("text_has", textHas, true), c.RegisterFunc("json_has", jsonHas, true),
			c.RegisterFunc("value_label", audit.ValueLabel, true), c.RegisterFunc("value_key", audit.ValueKey, true), c.RegisterFunc("follows_v2", catalog.FollowsV2, true))
	}}
	dc, err := d.Open(dsn)
	if err != nil {
		return nil, err
	}
	c := &conn{c: dc.(*sqlite3.SQLiteConn), stmts: map[string]*stmt{}}
	c.c.SetLimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
	pragmas := `PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA busy_timeout = 5000; PRAGMA temp_store = MEMORY;`
	switch m {
	case modeWrite:
		// Foreign keys are declared, and checked by Verify: checking fifteen of them at each row costs more than writing it.
		// A checkpoint every 64 MiB (of 8 KiB pages) instead of every batch.
		pragmas += `PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -49152; PRAGMA wal_autocheckpoint = 8192;`
	default:
		pragmas += `PRAGMA query_only = ON; PRAGMA cache_size = -32768;`
	}
	if err := c.script(pragmas); err != nil {
		_ = c.close()
		return nil, err
	}
	return c, nil
}

func (c *conn) close() error {
	for _, s := range c.stmts {
		_ = s.s.Close()
	}
	return c.c.Close()
}

// script runs statements without arguments.
func (c *conn) script(sql string) error {
	_, err := c.c.Exec(sql, nil)
	return err
}

// stmt prepares a statement once.
func (c *conn) stmt(sql string) (*stmt, error) {
	if s, ok := c.stmts[sql]; ok {
		return s, nil
	}
	p, err := c.c.Prepare(sql)
	if err != nil {
		return nil, fmt.Errorf("prepare %q: %w", sql, err)
	}
	s := &stmt{s: p.(*sqlite3.SQLiteStmt)}
	s.args = make([]driver.NamedValue, s.s.NumInput())
	for i := range s.args {
		s.args[i].Ordinal = i + 1
	}
	c.stmts[sql] = s
	return s, nil
}

// run steps a statement that yields no rows, with s.args as they stand. Through Query, since the driver then binds and steps
// in one crossing into C; the statement is done after its first step and needs no closing.
func (s *stmt) run() error {
	_, err := s.s.QueryContext(context.Background(), s.args) //nolint:gocritic // there are no rows
	return err
}

// appendArgs encodes the arguments as the row that they are inserted as.
func (s *stmt) appendArgs(b []byte) []byte {
	for i := range s.args {
		b = appendValue(b, s.args[i].Value)
	}
	return b
}

// release lets go of the values that were bound last: a statement outlives who used it.
func (s *stmt) release() {
	for i := range s.args {
		s.args[i].Value = nil
	}
}

func (s *stmt) bind(args []any) error {
	if len(args) != len(s.args) {
		return fmt.Errorf("%d arguments for %d places", len(args), len(s.args))
	}
	for i, a := range args {
		s.args[i].Value = value(a)
	}
	return nil
}

// value turns the integers and strings that we use into what the driver binds.
func value(a any) driver.Value {
	switch v := a.(type) {
	case int:
		return int64(v)
	case uint32:
		return int64(v)
	case uint8:
		return int64(v)
	case uint64:
		return int64(v)
	case *int64:
		if v == nil {
			return nil
		}
		return *v
	default:
		return v
	}
}

func (c *conn) exec(sql string, args ...any) error {
	s, err := c.stmt(sql)
	if err != nil {
		return err
	}
	if err := s.bind(args); err != nil {
		return err
	}
	return s.run()
}

// query calls fn with each row. It stops when ctx is done, within a long step too. A statement must not be used again
// while its rows are read.
func (c *conn) query(ctx context.Context, sql string, fn func(row) error, args ...any) error {
	s, err := c.stmt(sql)
	if err != nil {
		return err
	}
	if err := s.bind(args); err != nil {
		return err
	}
	return s.each(ctx, fn)
}

func (s *stmt) each(ctx context.Context, fn func(row) error) error {
	rows, err := s.s.QueryContext(ctx, s.args)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // reset only; an error of the rows has been returned
	r := make(row, len(rows.Columns()))
	for {
		switch err := rows.Next(r); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := fn(r); err != nil {
			return err
		}
	}
}

// scan reads many rows fast: ctx is looked at between rows only, every so often.
func (c *conn) scan(ctx context.Context, sql string, fn func(row) error, args ...any) error {
	n := 0
	return c.query(context.Background(), sql, func(r row) error {
		if n++; n&0x3ff == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		return fn(r)
	}, args...)
}

// number is the one number that a query yields, 0 where it yields none.
func (c *conn) number(ctx context.Context, sql string, args ...any) (int64, error) {
	var n int64
	err := c.query(ctx, sql, func(r row) error { n = r.num(0); return nil }, args...)
	return n, err
}

// transaction commits what fn did, or nothing of it.
func (c *conn) transaction(fn func() error) error {
	if err := c.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	if err := fn(); err != nil {
		return errors.Join(err, c.rollback())
	}
	if err := c.exec("COMMIT"); err != nil {
		return errors.Join(err, c.rollback())
	}
	return nil
}

func (c *conn) rollback() error {
	if c.c.AutoCommit() { // SQLite rolled back by itself, as it does when the disk is full
		return nil
	}
	return c.exec("ROLLBACK")
}

// snapshot lets fn see one state of the case, whatever is committed meanwhile.
func (c *conn) snapshot(fn func() error) error {
	if err := c.exec("BEGIN"); err != nil {
		return err
	}
	err := fn()
	return errors.Join(err, c.rollback())
}
