package casefile

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/demo"
	"auditdesk/backend/ingest"
)

// DemoRequest says what demo to make.
type DemoRequest struct {
	Options  demo.Options
	Raw      string // also write the log lines here; "" does not
	Now      func() time.Time
	Progress func(ingest.Progress)
}

// DemoDeployment is the deployment of the demo's logs.
const DemoDeployment = demo.Deployment

// CreateDemo writes the logs of a made-up deployment and imports them the ordinary way into a new case, which stays open.
// What fails leaves neither a case nor a file.
func CreateDemo(ctx context.Context, path string, req DemoRequest) (_ *Case, res ingest.Result, err error) {
	raw := req.Raw
	if raw == "" {
		f, err := os.CreateTemp("", "auditdesk-demo-*.ndjson")
		if err != nil {
			return nil, res, fmt.Errorf("write the demo's logs: %w", err)
		}
		raw = f.Name()
		if err := f.Close(); err != nil {
			return nil, res, fmt.Errorf("write the demo's logs: %w", err)
		}
		defer os.Remove(raw) //nolint:errcheck // a temporary file
	}
	if err := writeDemo(raw, req.Options); err != nil {
		return nil, res, err
	}
	c, err := Create(ctx, path, audit.Engagement{
		Title: demo.Title, Reference: demo.Reference, PreparedBy: "", Zone: demo.Zone, MadeUp: true,
	}, Options{Now: req.Now})
	if err != nil {
		return nil, res, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.Close(), os.Remove(path))
		}
	}()
	named := ingest.Input{Path: demo.FileName, Open: func() (io.ReadCloser, error) { return os.Open(raw) }}
	if info, err := os.Stat(raw); err == nil {
		named.Size = info.Size()
	}
	res, err = c.importInputs(ctx, []ingest.Input{named}, ImportOptions{Deployment: DemoDeployment, Progress: req.Progress})
	if err != nil {
		return nil, res, fmt.Errorf("import the demo's logs: %w", err)
	}
	if res.Cancelled {
		return nil, res, context.Canceled
	}
	return c, res, nil
}

func writeDemo(path string, opt demo.Options) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("write the demo's logs: %w", err)
	}
	defer func() {
		err = errors.Join(err, f.Close())
		if err != nil {
			_ = os.Remove(path)
		}
	}()
	w := bufio.NewWriterSize(f, 1<<20)
	if err := demo.Write(w, opt); err != nil {
		return fmt.Errorf("write the demo's logs: %w", err)
	}
	return w.Flush()
}
