package desk

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/ingest"
)

// Plan is what is about to be imported, as the page shows it: names and sizes. The paths stay here.
type Plan struct {
	ID          string     `json:"id"`
	Items       []PlanItem `json:"items"`
	Files       int        `json:"files"`
	Bytes       int64      `json:"bytes"`
	NewCase     bool       `json:"new_case"`  // it starts a new case, at CasePath
	CasePath    string     `json:"case_path"` // for showing
	Deployments []string   `json:"deployments"`
}

// PlanItem is one chosen or dropped file or folder.
type PlanItem struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"` // of a folder: of all files in it
	Folder bool   `json:"folder"`
}

// plan is a Plan with what only Go may know.
type plan struct {
	Plan
	paths []string
	files []planned

	ctx    context.Context //nolint:containedctx // of the looks at its files, which end with it
	cancel context.CancelFunc
}

// planned is one file of a plan.
type planned struct {
	name  string // as it is shown: within the folder that was chosen
	input ingest.Input
}

// maxItems is how many chosen items a plan lists by name; the files of all are counted.
const maxItems = 200

// newPlan looks at the paths. It reads names and sizes, no content.
func newPlan(paths []string) (*plan, error) {
	if len(paths) == 0 {
		return nil, audit.Errorf("choose at least one file", "There is nothing to import")
	}
	p := &plan{paths: paths, Plan: Plan{ID: newID(), Items: []PlanItem{}, Deployments: []string{}}}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	for _, path := range paths {
		if isCaseName(path) {
			return nil, audit.Errorf("Open a case with Open a case…; only log files are imported.", "%s is a case, not a log file", filepath.Base(path))
		}
		info, err := os.Stat(path)
		if err != nil {
			return nil, &audit.Error{Message: "read " + path, Err: pathCause(err), Hint: "check that it is still there"}
		}
		inputs, _, err := ingest.Files([]string{path}, nil)
		if err != nil {
			return nil, err
		}
		item := PlanItem{Name: filepath.Base(path), Folder: info.IsDir()}
		for _, in := range inputs {
			item.Bytes += max(in.Size, 0)
			name := filepath.Base(path)
			if rel, err := filepath.Rel(path, in.Path); item.Folder && err == nil {
				name = filepath.ToSlash(filepath.Join(name, rel))
			}
			p.files = append(p.files, planned{name, in})
		}
		p.Files += len(inputs)
		p.Bytes += item.Bytes
		if len(p.Items) < maxItems {
			p.Items = append(p.Items, item)
		}
	}
	return p, nil
}

func newID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails, see crypto/rand
	return hex.EncodeToString(b[:])
}

func isCaseName(path string) bool { return strings.EqualFold(filepath.Ext(path), casefile.Extension) }

func pathCause(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// newCasePath proposes where a case of these files could lie: in folder, named for the first of them, where nothing is yet.
func newCasePath(folder string, paths []string, now time.Time) string {
	name := ""
	if len(paths) > 0 {
		name = filepath.Base(paths[0])
		for _, ext := range []string{".gz", ".zst", ".zip", ".tgz", ".tar", ".json", ".ndjson", ".jsonl", ".log", ".csv", ".txt"} {
			if cut := strings.TrimSuffix(strings.ToLower(name), ext); len(cut) < len(name) {
				name = name[:len(cut)]
			}
		}
	}
	if strings.Trim(name, ". -_") == "" {
		name = "Case " + now.Format(time.DateOnly)
	}
	path := filepath.Join(folder, name+casefile.Extension)
	for i := 2; ; i++ {
		if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) || i > 1000 {
			return path
		}
		path = filepath.Join(folder, fmt.Sprintf("%s %d%s", name, i, casefile.Extension))
	}
}

// plans holds the plans that the page has not decided on. Only the last few are kept: an earlier one was abandoned.
type plans struct {
	mu   sync.Mutex
	list []*plan
}

const maxPlans = 8

func (p *plans) add(n *plan) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.list = append(p.list, n)
	if len(p.list) > maxPlans {
		for _, old := range p.list[:len(p.list)-maxPlans] {
			old.cancel()
		}
		p.list = p.list[len(p.list)-maxPlans:]
	}
}

// edit changes the plan with the id and returns it as it is then.
func (p *plans) edit(id string, change func(*plan)) (plan, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, n := range p.list {
		if n.ID == id {
			change(n)
			return *n, nil
		}
	}
	return plan{}, audit.Errorf("Choose or drop the files again.", "This selection of files is no longer known")
}

func (p *plans) get(id string) (plan, error) { return p.edit(id, func(*plan) {}) }

func (p *plans) drop(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, n := range p.list {
		if n.ID == id {
			n.cancel()
			p.list = append(p.list[:i:i], p.list[i+1:]...)
			return
		}
	}
}
