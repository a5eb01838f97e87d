package ingest

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"auditdesk/backend/audit"
)

// Input is something to import: a file or a stream.
type Input struct {
	Path   string // as it is named in the case
	Size   int64  // bytes; -1 where unknown
	Stream bool   // can be read once only
	Open   func() (io.ReadCloser, error)

	note string // to be said of its source
	// Of a member of an archive:
	inside  string      // what it lies in, in words: "zip", "tar in gzip"
	share   float64     // of the run's progress that a byte of it is; 0 where the archive around it is counted
	torn    func() bool // whether an error is damage of the archive around it, and not one of the medium
	depth   int         // archives around it
	expands *expansion  // of the outermost archive
}

// weight is how much of the run's progress a byte of the input is.
func (in *Input) weight() float64 {
	if in.depth == 0 {
		return 1
	}
	return in.share
}

// Files lists the inputs that paths name: files, folders (recursively, in the order of their names) and "-" for stdin.
// Symbolic links inside folders, special files and case files are left out and said in skipped. A path that does not exist is
// an error; a folder within a folder that can't be read is an input that can't be opened.
func Files(paths []string, stdin io.Reader) (inputs []Input, skipped []string, err error) {
	seen := map[string]bool{}
	for _, p := range paths {
		if p == "-" {
			if seen[p] {
				continue
			}
			seen[p] = true
			inputs = append(inputs, Input{Path: "-", Size: -1, Stream: true, Open: func() (io.ReadCloser, error) { return io.NopCloser(stdin), nil }})
			continue
		}
		info, err := os.Stat(p)
		if err != nil {
			return nil, nil, &audit.Error{Message: "read " + p, Err: cause(err), Hint: "check the path"}
		}
		if !info.IsDir() {
			if isCase(p) {
				return nil, nil, audit.Errorf("give the logs that were exported, or a folder of them", "read %s: it is a case file and no log", p)
			}
			if info.Mode().IsRegular() {
				add(&inputs, seen, p, info.Size())
				continue
			}
			if info.Mode()&(fs.ModeNamedPipe|fs.ModeCharDevice) != 0 {
				inputs = append(inputs, Input{Path: p, Size: -1, Stream: true, Open: open(p)})
				continue
			}
			return nil, nil, audit.Errorf("give a file, a folder or -", "read %s: it is neither a file nor a folder", p)
		}
		found, left, err := folder(p)
		if err != nil {
			return nil, nil, err
		}
		skipped = append(skipped, left...)
		if len(found) == 0 {
			return nil, nil, audit.Errorf("choose the folder that holds the exported logs", "read %s: the folder holds no files", p)
		}
		for _, f := range found {
			if f.Open != nil { // a folder that can't be read
				inputs = append(inputs, f)
				continue
			}
			add(&inputs, seen, f.Path, f.Size)
		}
	}
	return inputs, skipped, nil
}

func add(inputs *[]Input, seen map[string]bool, path string, size int64) {
	key, err := filepath.Abs(path)
	if err != nil {
		key = path
	}
	if seen[key] {
		return
	}
	seen[key] = true
	*inputs = append(*inputs, Input{Path: path, Size: size, Open: open(path)})
}

func open(path string) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) {
		f, err := os.Open(path)
		if err != nil {
			return nil, cause(err)
		}
		return f, nil
	}
}

func folder(root string) (files []Input, skipped []string, err error) {
	err = filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && p == root:
			return &audit.Error{Message: "read the folder " + p, Err: cause(err), Hint: "check that you may read it"}
		case err != nil:
			why := cause(err)
			files = append(files, Input{Path: p, Open: func() (io.ReadCloser, error) { return nil, why }})
			return nil
		case d.IsDir():
			return nil
		case !d.Type().IsRegular():
			skipped = append(skipped, fmt.Sprintf("%s: a link or special file, not read", p))
			return nil
		case isCase(d.Name()):
			skipped = append(skipped, fmt.Sprintf("%s: a case file, not read as a log", p))
			return nil
		}
		f := Input{Path: p}
		if info, err := d.Info(); err == nil { // else it vanished, and reading it will say so
			f.Size = info.Size()
		}
		files = append(files, f)
		return nil
	})
	sort.SliceStable(files, func(i, j int) bool { return files[i].Path < files[j].Path })
	return files, skipped, err
}

func isCase(name string) bool {
	for _, ext := range []string{".auditcase", ".auditcase-wal", ".auditcase-shm", ".auditcase-journal", ".auditcase-lock"} {
		if strings.HasSuffix(name, ext) {
			return true
		}
	}
	return false
}

// cause strips the path that os puts into its errors: who reports the error names it.
func cause(err error) error {
	if pe, ok := err.(*fs.PathError); ok { //nolint:errorlint // only the outermost is the path's
		return pe.Err
	}
	return err
}
