package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/mattn/go-sqlite3"

	"auditdesk/backend/audit"
)

// Options of [Open]. The zero value opens for reading and writing.
type Options struct {
	ReadOnly bool
	Now      func() time.Time // nil: time.Now
	MaxBytes int64            // largest size of the case file; 0 is no bound
	Damaged  bool             // opens a case too whose rows can't all be read, for [Store.Verify]

	migrations []migration
}

// Store is an open case. Its methods may be called concurrently: each reads one state of the case, and writers take turns.
// Writing needs the writer's lock of the case, see [Store.BeginWrite].
type Store struct {
	path string
	now  func() time.Time
	mode mode
	opt  Options

	redacted *Redaction // of a hand-over copy

	readers chan *conn // idle ones, nil for one that is not open yet

	mu       sync.Mutex // guards what follows: the writing side
	writer   *conn
	lock     *fileLock
	held     int     // BeginWrite less EndWrite
	mem      *memory // what the writer keeps in memory; nil: to be read anew
	seen     int64   // the writer's data_version when mem was last known to be right
	run      int64   // import run, 0 before the first source of this writing
	derive   pendingDerivation
	follower Follower // may be nil
	compared int64    // rows of uncompared up to this one are being compared
	said     *said    // what the write under way adds to the chain
	closed   bool

	counted sync.Mutex // guards what follows
	events  uint32
	log     changeLog
	labels  []string // of accounts, by code; accounts are only ever added, so their number tells whether it is still right

	touchedAt int64 // generation of the last TouchedKeys
}

// pageSize is in bytes: larger pages than SQLite's usual 4 KiB suit rows that are appended and raw blocks.
const pageSize = 8192

// maxReaders is how many reads run at once; more wait.
const maxReaders = 6

// Create makes a new case. It never overwrites a file, and leaves none behind when it can't finish: the case gets its name
// when it is laid out whole, so that a killed process leaves at most a file ".NAME.….new.auditcase" beside it.
func Create(ctx context.Context, path string, e audit.Engagement, now func() time.Time) (*Store, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("create the case: %w", err)
	}
	const doing = "create the case"
	made, remove, err := newFile(path, doing)
	if err != nil {
		return nil, err
	}
	defer remove()
	s := newStore(path, modeWrite, Options{Now: now})
	c, err := openConn(made, modeWrite)
	if err != nil {
		return nil, s.explain(err, "create the case")
	}
	err = s.lay(ctx, c, e)
	if err == nil {
		err = checkpointed(ctx, c) // closing would do it too, and not tell that the disk is full
	}
	if err := errors.Join(err, c.close()); err != nil {
		return nil, s.explain(err, "create the case")
	}
	switch err := name(made, path); {
	case errors.Is(err, os.ErrExist):
		return nil, existsAlready(path, doing)
	case err != nil:
		return nil, fmt.Errorf("create the case %s: %w", path, pathCause(err))
	}
	if s.writer, err = openConn(path, modeWrite); err != nil {
		_ = os.Remove(path)
		return nil, s.explain(err, "create the case")
	}
	return s, nil
}

// newFile makes an empty file beside path, which must not exist, to be filled and then named. remove removes it with its
// neighbours as long as it bears its first name.
func newFile(path, doing string) (made string, remove func(), err error) {
	if _, err := os.Lstat(path); err == nil {
		return "", nil, existsAlready(path, doing)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.new.auditcase")
	switch {
	case errors.Is(err, os.ErrNotExist):
		return "", nil, &audit.Error{Message: fmt.Sprintf("%s %s", doing, path), Hint: "make the folder first", Err: pathCause(err)}
	case err != nil:
		return "", nil, &audit.Error{Message: fmt.Sprintf("%s %s", doing, path), Hint: "choose a folder that you may write to", Err: pathCause(err)}
	}
	made = f.Name()
	remove = func() {
		for _, tail := range []string{"", "-wal", "-shm", "-journal"} {
			_ = os.Remove(made + tail)
		}
	}
	if err := f.Close(); err != nil {
		remove()
		return "", nil, fmt.Errorf("%s %s: %w", doing, path, err)
	}
	return made, remove, nil
}

func existsAlready(path, doing string) error {
	return &audit.Error{Message: fmt.Sprintf("%s: %s exists already", doing, path), Hint: "choose another name, or remove it first", Err: os.ErrExist}
}

// checkpointed moves what the WAL holds into the file, so that one file is all there is.
func checkpointed(ctx context.Context, c *conn) error {
	busy, err := c.number(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	if err == nil && busy != 0 {
		err = errors.New("another program reads it")
	}
	return err
}

// name gives a file its name unless that is taken. Where the file system knows no links, another program could take the
// name between the look and the renaming.
func name(made, path string) error {
	err := os.Link(made, path)
	if err == nil || errors.Is(err, os.ErrExist) {
		return err
	}
	if _, err := os.Lstat(path); err == nil {
		return os.ErrExist
	}
	return os.Rename(made, path)
}

// pathCause strips the path that os puts into its errors: who reports the error names it.
func pathCause(err error) error {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// lay fills an empty file.
func (s *Store) lay(ctx context.Context, c *conn, e audit.Engagement) error {
	// The page size must stand before the first table; WAL is kept in the file.
	if err := c.script(fmt.Sprintf("PRAGMA page_size = %d; PRAGMA journal_mode = WAL", pageSize)); err != nil {
		return err
	}
	return c.transaction(func() error {
		if err := migrate(c, s.opt.migrations, 0); err != nil {
			return err
		}
		for _, kv := range [][2]string{
			{"format", "Auditdesk case"}, {"identity", audit.IdentityScheme}, {"chain", chainScheme}, {"time", "nanoseconds since 1970-01-01 UTC"},
			{"raw", "zstd frames in raw_block; see docs/case-format.md"},
		} {
			if err := c.exec("INSERT INTO format VALUES (?, ?)", kv[0], kv[1]); err != nil {
				return err
			}
		}
		for _, table := range dictionaryTables() {
			if err := c.exec("INSERT INTO " + table + " VALUES (0, '')"); err != nil {
				return err
			}
			s.said.add(table, 0, "")
		}
		if err := c.script("INSERT INTO spelling VALUES (0, '', 0); INSERT INTO account VALUES (0, '', '', '', ''); INSERT INTO meta VALUES ('generation', 0), ('changes', 0)"); err != nil {
			return err
		}
		s.said.add("spelling", 0, "", 0)
		s.said.add("account", 0, "", "", "", "")
		text, err := formatText(ctx, c)
		if err != nil {
			return err
		}
		s.said.say(text)
		if err := s.saveEngagement(ctx, c, e); err != nil {
			return err
		}
		return s.link(ctx, c)
	})
}

// Open opens a case. A case on read-only media, or one that this user may not write, can be opened read-only.
func Open(ctx context.Context, path string, o Options) (_ *Store, err error) {
	path, err = filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open the case: %w", err)
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, &audit.Error{Message: fmt.Sprintf("there is no case %s", path), Hint: "check the name, or import something to make it", Err: audit.ErrNotFound}
	case err != nil:
		return nil, &audit.Error{Message: fmt.Sprintf("open the case %s", path), Err: err}
	case !info.Mode().IsRegular():
		return nil, &audit.Error{Message: path, Hint: "choose a case file (*.auditcase)", Err: audit.ErrNotACase}
	}
	m := modeWrite
	writable := canWrite(path) && canWrite(filepath.Dir(path))
	switch {
	case !writable && !o.ReadOnly:
		return nil, &audit.Error{Message: fmt.Sprintf("open the case %s for writing", path), Hint: "copy it to a folder that you may write to; it can be read where it is", Err: audit.ErrReadOnly}
	case !writable:
		// SQLite can't share a file that it can't put its WAL beside; nobody else writes it either.
		m = modeImmutable
		if wal, err := os.Stat(path + "-wal"); err == nil && wal.Size() > 0 {
			return nil, &audit.Error{Message: fmt.Sprintf("open the case %s read-only: it was not closed, and what was written last lies in %s-wal", path, filepath.Base(path)),
				Hint: "copy both files to a folder that you may write to, and open the case there", Err: audit.ErrReadOnly}
		}
	case o.ReadOnly:
		m = modeRead
	}
	s := newStore(path, m, o)
	defer func() {
		if err != nil {
			_ = s.Close()
		}
	}()
	c, err := openConn(path, m)
	if err != nil {
		return nil, s.explain(err, "open the case")
	}
	if m == modeWrite {
		s.writer = c
		if o.MaxBytes > 0 {
			if err := c.script(fmt.Sprintf("PRAGMA max_page_count = %d", max(o.MaxBytes/pageSize, 1))); err != nil {
				return nil, s.explain(err, "open the case")
			}
		}
	} else {
		<-s.readers
		s.readers <- c
	}
	if err := s.check(ctx, c); err != nil {
		return nil, err
	}
	if s.redacted, err = unmark(ctx, c); err != nil && !o.Damaged {
		return nil, s.explain(err, "open the case")
	}
	last, err := c.number(ctx, "SELECT max(number) FROM event")
	if err != nil && !o.Damaged {
		return nil, s.explain(err, "open the case")
	}
	s.events = uint32(last)
	return s, nil
}

func newStore(path string, m mode, o Options) *Store {
	s := &Store{path: path, now: o.Now, mode: m, opt: o, readers: make(chan *conn, maxReaders), said: newSaid()}
	if s.now == nil {
		s.now = time.Now
	}
	if s.opt.migrations == nil {
		s.opt.migrations = migrations()
	}
	for range maxReaders {
		s.readers <- nil
	}
	return s
}

// check makes sure that the file is a case of a version that this program understands, and brings an older one up to date.
func (s *Store) check(ctx context.Context, c *conn) error {
	id, err := c.number(ctx, "PRAGMA application_id")
	if err != nil {
		var se sqlite3.Error
		if errors.As(err, &se) && (se.Code == sqlite3.ErrNotADB || se.Code == sqlite3.ErrCorrupt) {
			return sqliteError(se, err, "open the case", s.path)
		}
		return s.explain(err, "open the case")
	}
	version, err := c.number(ctx, "PRAGMA user_version")
	if err != nil {
		return s.explain(err, "open the case")
	}
	newest := len(s.opt.migrations)
	switch {
	case id != applicationID && wasCase(s.path):
		return &audit.Error{Message: fmt.Sprintf("open the case %s: it is not marked as one, but holds its tables", s.path), Hint: "go back to a copy of the case", Err: audit.ErrDamaged}
	case id != applicationID:
		return &audit.Error{Message: "open " + s.path, Hint: "choose a case file (*.auditcase)", Err: audit.ErrNotACase}
	case version > int64(newest):
		return &audit.Error{Message: fmt.Sprintf("open the case %s: its format is version %d, this program knows up to %d", s.path, version, newest),
			Hint: "open it with a newer Auditdesk", Err: audit.ErrNewerCase}
	case version < 1:
		return &audit.Error{Message: fmt.Sprintf("open the case %s: its format has no version", s.path), Hint: "go back to a copy of the case", Err: audit.ErrDamaged}
	}
	if version < int64(newest) {
		// The schema of the older version must be sound before its rows are moved.
		if err := checkSchema(ctx, c, s.opt.migrations[:version]); err != nil {
			return s.explain(err, "open the case "+s.path)
		}
		if s.mode != modeWrite {
			return &audit.Error{Message: fmt.Sprintf("open the case %s read-only: its format is version %d and must be brought to %d first", s.path, version, newest),
				Hint: "bring it up to date with auditdesk upgrade CASE, or open it in the window; of a case on read-only media, a copy", Err: audit.ErrReadOnly}
		}
		if err := s.takeLock(ctx); err != nil {
			return err
		}
		if version, err = c.number(ctx, "PRAGMA user_version"); err != nil { // another process may have been faster
			return s.explain(err, "open the case")
		}
		if version < int64(newest) {
			if err := s.upgrade(ctx, c, int(version)); err != nil {
				return s.explain(err, "bring the case up to date")
			}
		}
	}
	if err := checkSchema(ctx, c, s.opt.migrations); err != nil {
		return s.explain(err, "open the case "+s.path)
	}
	return nil
}

// wasCase reports whether a file looks like a case whose first bytes were damaged: it bears the mark of one, or the text of
// the schema.
func wasCase(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close() //nolint:errcheck // it was only read
	start := make([]byte, 64<<10)
	n, _ := io.ReadFull(f, start) // a short file is none
	start = start[:n]
	return n > 72 && binary.BigEndian.Uint32(start[68:]) == applicationID || bytes.Contains(start, []byte("CREATE TABLE format (key TEXT"))
}

// Path is the absolute path of the case file.
func (s *Store) Path() string { return s.path }

// ReadOnly reports whether the case was opened without the means to write it, or is a hand-over copy.
func (s *Store) ReadOnly() bool { return s.mode != modeWrite || s.redacted != nil }

// Events is the number of events, and of the last one.
func (s *Store) Events() uint32 {
	s.counted.Lock()
	defer s.counted.Unlock()
	return s.events
}

// Close waits for reads and writes under way, and leaves one file: what lies in the WAL moves into it, unless another
// process has the case open. Closing twice is fine.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	var errs []error
	for range maxReaders {
		if c := <-s.readers; c != nil {
			errs = append(errs, c.close())
		}
	}
	close(s.readers)
	if s.writer != nil {
		// The last connection to close checkpoints and removes the WAL.
		errs = append(errs, s.writer.close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.release())
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close the case %s: %w", s.path, err)
	}
	return nil
}

var errClosed = errors.New("the case is closed")

// read lends a connection to fn, which sees one state of the case throughout.
func (s *Store) read(ctx context.Context, doing string, fn func(*conn) error) error {
	var c *conn
	var ok bool
	select {
	case <-ctx.Done():
		return ctx.Err()
	case c, ok = <-s.readers:
	}
	if !ok {
		return fmt.Errorf("%s: %w", doing, errClosed)
	}
	defer func() { s.readers <- c }()
	if c == nil {
		m := s.mode
		if m == modeWrite {
			m = modeRead
		}
		var err error
		if c, err = openConn(s.path, m); err != nil {
			return s.explain(err, doing)
		}
	}
	return s.explain(c.snapshot(func() error { return fn(c) }), doing)
}

// BeginWrite takes the writer's lock and keeps it until EndWrite is called as often, or Close. [audit.ErrLocked] says that
// another process (or another Store) has it; it dies with its process. Readers are not disturbed. A write outside
// BeginWrite and EndWrite takes the lock for itself.
func (s *Store) BeginWrite(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.takeLock(ctx); err != nil {
		return err
	}
	s.held++
	return nil
}

// EndWrite undoes one BeginWrite. The import run is over with the last.
func (s *Store) EndWrite() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held > 0 {
		s.held--
	}
	s.dropLock()
}

func (s *Store) takeLock(ctx context.Context) error {
	switch {
	case s.closed:
		return fmt.Errorf("write the case: %w", errClosed)
	case s.mode != modeWrite:
		return &audit.Error{Message: "write the case " + s.path, Hint: "open it for writing, or a copy of it", Err: audit.ErrReadOnly}
	case s.redacted != nil:
		return &audit.Error{Message: fmt.Sprintf("write the case %s: it is a hand-over copy, in which nothing is changed any more", s.path),
			Hint: "work in the case that it was made of", Err: audit.ErrReadOnly}
	case s.lock != nil:
		return nil
	}
	l, err := lockFile(s.path + "-lock")
	if errors.Is(err, audit.ErrLocked) {
		return &audit.Error{Message: "write the case " + s.path, Hint: "wait until that import is done, or close the case there; reading goes on", Err: audit.ErrLocked}
	}
	if err != nil {
		return &audit.Error{Message: "write the case " + s.path, Hint: "check who may write its folder", Err: err}
	}
	// Another process may have written meanwhile.
	version, err := s.writer.number(ctx, "PRAGMA data_version")
	if err == nil && version != s.seen {
		s.mem, s.seen = nil, version
		var last int64
		if last, err = s.writer.number(ctx, "SELECT max(number) FROM event"); err == nil {
			s.setEvents(uint32(last))
		}
	}
	if err != nil {
		return errors.Join(s.explain(err, "write the case"), l.release())
	}
	s.lock = l
	return nil
}

// dropLock gives the lock back unless somebody holds it. Its file stays behind where it can't be removed, which harms nothing.
func (s *Store) dropLock() {
	if s.held == 0 && s.lock != nil {
		_ = s.lock.release()
		s.lock, s.run = nil, 0
	}
}

// Forget drops what the writer keeps in memory of large dictionaries. The next write reads them again.
func (s *Store) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mem != nil && s.mem.entries() > 1<<18 {
		s.mem = nil
	}
}

// together marks a context within [Store.Together], and holds what is to be done once all is committed.
type together struct{ then []func() }

type togetherKey struct{}

// Together makes one transaction of all that fn writes with the context that it gets: all of it is on the disk when it returns, or
// nothing. Many small sources cost one commit this way. What fn reads is the case as it was before.
func (s *Store) Together(ctx context.Context, fn func(context.Context) error) error {
	t := &together{}
	err := s.write(ctx, "write the case", func(*conn) error { return fn(context.WithValue(ctx, togetherKey{}, t)) })
	if err == nil {
		for _, f := range t.then {
			f()
		}
	}
	return err
}

// committed does what is to be done when a write is on the disk.
func committed(ctx context.Context, f func()) {
	if t, ok := ctx.Value(togetherKey{}).(*together); ok {
		t.then = append(t.then, f)
		return
	}
	f()
}

// write runs fn in a transaction on the writer.
func (s *Store) write(ctx context.Context, doing string, fn func(*conn) error) error {
	if _, ok := ctx.Value(togetherKey{}).(*together); ok { // in the transaction that Together has begun
		return s.explain(fn(s.writer), doing)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.takeLock(ctx); err != nil {
		return err
	}
	defer s.dropLock()
	s.said.reset()
	err := s.writer.transaction(func() error {
		if err := fn(s.writer); err != nil {
			return err
		}
		return s.link(context.WithoutCancel(ctx), s.writer)
	})
	if err != nil {
		s.mem, s.run = nil, 0 // may hold what was rolled back
		if s.follower != nil {
			s.follower.Replaced()
		}
	}
	return s.explain(err, doing)
}

// memory is what the writer keeps in memory; for use within write.
func (s *Store) memory(ctx context.Context) (*memory, error) {
	if s.mem == nil {
		m, err := loadMemory(ctx, s.writer, s.said)
		if err != nil {
			return nil, err
		}
		s.mem = m
		s.setEvents(uint32(m.events))
	}
	return s.mem, nil
}

func (s *Store) setEvents(n uint32) {
	s.counted.Lock()
	defer s.counted.Unlock()
	s.events = n
}
