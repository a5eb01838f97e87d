package store

import (
	"errors"
	"fmt"
	"syscall"

	"auditdesk/backend/audit"

	"github.com/mattn/go-sqlite3"
)

// explain turns what SQLite says into an error for a person, where it has one cause that a person can do something about.
func (s *Store) explain(err error, doing string) error {
	if err == nil {
		return nil
	}
	var se sqlite3.Error
	if !errors.As(err, &se) {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return sqliteError(se, err, doing, s.path)
}

func sqliteError(se sqlite3.Error, err error, doing, path string) error {
	if se.Code == sqlite3.ErrNotADB && wasCase(path) {
		se.Code = sqlite3.ErrCorrupt
	}
	e := &audit.Error{Message: fmt.Sprintf("%s: %s", doing, path), Err: err}
	code := se.Code
	if se.SystemErrno == syscall.ENOSPC {
		code = sqlite3.ErrFull
	}
	switch code {
	case sqlite3.ErrFull:
		e.Message += " can't grow: the disk is full"
		e.Hint = "free some space and import again: it goes on after the last batch, and nothing that was stored is lost"
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		e.Err = audit.ErrLocked
		e.Hint = "wait until the other program is done, or close the case there"
	case sqlite3.ErrReadonly, sqlite3.ErrPerm, sqlite3.ErrCantOpen, sqlite3.ErrAuth:
		e.Message += " can't be written"
		e.Hint = "check who may write the file and its folder"
	case sqlite3.ErrIoErr:
		e.Message += " could not be read or written"
		e.Hint = "check the disk; a case on a network share is not supported"
	case sqlite3.ErrCorrupt:
		e.Err = fmt.Errorf("%w: %w", audit.ErrDamaged, err)
		e.Hint = "go back to a copy of the case, or import the sources anew"
	case sqlite3.ErrNotADB:
		e.Err = fmt.Errorf("%w: %w", audit.ErrNotACase, err)
		e.Hint = "choose a case file (*.auditcase)"
	default:
		return fmt.Errorf("%s: %w", doing, err)
	}
	return e
}
