package audit

import (
	"errors"
	"fmt"
)

// Error is an error meant for a person: what was being done and went wrong, and what to do about it.
type Error struct {
	Message string // one sentence without a full stop, naming file and line where there is one
	Hint    string // what to do; may be empty
	Err     error  // the cause; may be nil
}

func (e *Error) Error() string {
	s := e.Message
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	if e.Hint != "" {
		s += "; " + e.Hint
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an [Error] with a hint.
func Errorf(hint, format string, args ...any) *Error {
	return &Error{Message: fmt.Sprintf(format, args...), Hint: hint}
}

// Conditions that callers tell apart.
var (
	ErrNotFound  = errors.New("not found")
	ErrLocked    = errors.New("another process is writing to this case")
	ErrNewerCase = errors.New("the case was written by a newer version of Auditdesk")
	ErrNotACase  = errors.New("not an Auditdesk case")
	ErrReadOnly  = errors.New("the case can only be read")
	ErrDamaged   = errors.New("the case is damaged")
	ErrTooMany   = errors.New("too many")
)

// QueryError says where a query can't be read.
type QueryError struct {
	Pos     int    `json:"position"` // byte offset in the text, 0-based
	Len     int    `json:"length"`   // of the offending part, may be 0
	Column  int    `json:"-"`        // where that is for a person: in characters, from 1
	Message string `json:"message"`
}

func (e *QueryError) Error() string {
	return fmt.Sprintf("query, position %d: %s", e.Column, e.Message)
}
