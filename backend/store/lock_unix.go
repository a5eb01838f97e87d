//go:build unix

package store

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"auditdesk/backend/audit"
)

// fileLock is the writer's lock: an flock on CASE-lock, a file that exists only while somebody writes. The lock dies with its
// process; a file left by a killed one is used again by the next writer, and removed when that closes. The lock does not
// stand on the case itself, because closing any other descriptor of a database drops SQLite's own locks on it
// (https://sqlite.org/howtocorrupt.html, section 2.2).
type fileLock struct{ f *os.File }

func lockFile(path string) (*fileLock, error) {
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
		if err != nil {
			return nil, err
		}
		if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
			_ = f.Close()
			if errors.Is(err, syscall.EWOULDBLOCK) {
				return nil, audit.ErrLocked
			}
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		// Its last holder may have removed the file between our opening and locking it: then the lock is on nothing.
		held, err := f.Stat()
		if err == nil {
			var there os.FileInfo
			if there, err = os.Lstat(path); err == nil && os.SameFile(held, there) {
				return &fileLock{f}, nil
			}
		}
		_ = f.Close()
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
	}
}

// release removes the file first: whoever opens it afterwards makes a new one.
func (l *fileLock) release() error {
	return errors.Join(os.Remove(l.f.Name()), l.f.Close())
}

// canWrite asks without opening the file, see fileLock.
func canWrite(path string) bool { return unix.Access(path, unix.W_OK) == nil }
