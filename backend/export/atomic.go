package export

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"auditdesk/backend/audit"
)

// pending is a file on its way: it lies under a temporary name in the target's folder until it is whole.
// It does not promise that the folder's entry survives a power cut.
type pending struct {
	*os.File
	target string
	mode   fs.FileMode // of the file that will be replaced; 0 for none
}

// newPending opens a temporary file beside path. Nothing stands under path before commit.
func newPending(path string) (*pending, error) {
	target := path
	if end, err := filepath.EvalSymlinks(path); err == nil {
		target = end // a link is written through, not replaced
	}
	p := &pending{target: target}
	switch info, err := os.Stat(target); {
	case err == nil && info.IsDir():
		return nil, audit.Errorf("give a file name inside it", "write %s: it is a folder", path)
	case err == nil && !info.Mode().IsRegular():
		return nil, audit.Errorf("choose another name", "write %s: it is not a regular file", path)
	case err == nil:
		p.mode = info.Mode().Perm()
	case !errors.Is(err, fs.ErrNotExist):
		return nil, placeError(path, err)
	}
	name := filepath.Join(filepath.Dir(target), ".auditdesk-"+rand.Text()+".tmp")
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666) //nolint:gosec // less the umask, as any new file
	if err != nil {
		return nil, placeError(path, err)
	}
	p.File = f
	return p, nil
}

// commit gives the file its name, replacing what had it. On failure nothing is left.
func (p *pending) commit() error {
	if p.mode != 0 {
		_ = p.Chmod(p.mode) // a file system without modes is no reason to fail
	}
	if err := p.Sync(); err != nil {
		p.discard()
		return placeError(p.target, err)
	}
	if err := p.Close(); err != nil {
		p.discard()
		return placeError(p.target, err)
	}
	if err := os.Rename(p.Name(), p.target); err != nil {
		p.discard()
		return placeError(p.target, err)
	}
	return nil
}

// discard removes the temporary file.
func (p *pending) discard() {
	_ = p.Close()
	_ = os.Remove(p.Name())
}

// replace calls write with a temporary file and puts it in path's place if that went well.
func replace(path string, write func(f *os.File) error) (size int64, err error) {
	p, err := newPending(path)
	if err != nil {
		return 0, err
	}
	done := false
	defer func() { // also when write panics: a half-written file must not stay
		if !done {
			p.discard()
		}
	}()
	if err = write(p.File); err != nil {
		if errors.Is(err, context.Canceled) {
			return 0, &audit.Error{Message: "export to " + filepath.Base(path), Hint: "nothing was written", Err: context.Canceled}
		}
		if cause := diskError(path, p.Name(), err); cause != nil {
			return 0, cause
		}
		return 0, fmt.Errorf("export to %s: %w", filepath.Base(path), err)
	}
	if size, err = p.Seek(0, io.SeekEnd); err != nil {
		return 0, placeError(path, err)
	}
	done = true
	return size, p.commit()
}

// placeError says why a file can't be written there, and what to do.
func placeError(path string, err error) error {
	hint := "choose another place"
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err // its path is the temporary name
	}
	var le *os.LinkError
	if errors.As(err, &le) {
		err = le.Err
		hint = "if the file is open in another program, close it there and export again, or choose another name"
	}
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		hint = "the folder does not exist: choose one that does"
	case errors.Is(err, fs.ErrPermission) && le == nil:
		hint = "the folder can't be written to: choose another one"
	case errors.Is(err, syscall.EROFS):
		hint = "the disk is read-only: choose a folder on another one"
	case errors.Is(err, syscall.ENOSPC):
		hint = "the disk is full: free some space or choose another disk"
	}
	return &audit.Error{Message: "write " + path, Hint: hint, Err: err}
}

// diskError says why a write failed because of the disk, else nil. It may be another disk than path's, which lies under
// the name temporary meanwhile: a workbook is put together in the folder for temporary files.
func diskError(path, temporary string, err error) error {
	if !errors.Is(err, syscall.ENOSPC) && !errors.Is(err, syscall.EIO) && !errors.Is(err, syscall.EROFS) && !errors.Is(err, syscall.EDQUOT) {
		return nil
	}
	var pe *fs.PathError
	if errors.As(err, &pe) && filepath.Dir(pe.Path) != filepath.Dir(temporary) {
		return tempError(pe.Err)
	}
	return placeError(path, err)
}

// tempFolder makes a folder for what lies on disk only while a workbook is put together.
func tempFolder() (string, error) {
	dir, err := os.MkdirTemp("", "auditdesk-export-")
	if err != nil {
		return "", tempError(err)
	}
	return dir, nil
}

// tempError says why temporary files can't be written, and what to do.
func tempError(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return &audit.Error{
		Message: "write temporary files to " + os.TempDir(), Err: err,
		Hint: "free some space there, or let TMPDIR name another folder",
	}
}
