package store

import (
	"errors"
	"os"
	"syscall"

	"auditdesk/backend/audit"
)

// fileLock is the writer's lock: CASE-lock, open without sharing. Windows removes it with its last handle, that of a killed
// process too.
type fileLock struct{ h syscall.Handle }

const (
	deleteOnClose    = 0x04000000
	sharingViolation = syscall.Errno(32)
	deletePending    = syscall.Errno(303)
	deleteAccess     = 0x00010000
)

func lockFile(path string) (*fileLock, error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	h, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE|deleteAccess, 0, nil, syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL|deleteOnClose, 0)
	if errors.Is(err, sharingViolation) || errors.Is(err, deletePending) {
		return nil, audit.ErrLocked
	}
	if err != nil {
		return nil, &os.PathError{Op: "lock", Path: path, Err: err}
	}
	return &fileLock{h}, nil
}

func (l *fileLock) release() error { return syscall.CloseHandle(l.h) }

func canWrite(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().Perm()&0o200 != 0
}
