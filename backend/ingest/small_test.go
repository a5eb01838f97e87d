package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/ingest"
	"auditdesk/backend/store"
)

// commits counts transactions, and fails at one of them.
type commits struct {
	*store.Store
	n, failAt int
}

func (c *commits) Together(ctx context.Context, fn func(context.Context) error) error {
	c.n++
	return c.Store.Together(ctx, func(ctx context.Context) error {
		if err := fn(ctx); err != nil {
			return err
		}
		if c.n == c.failAt {
			return errors.New("the disk is full")
		}
		return nil
	})
}

func smallFiles(n int) []ingest.Input {
	var in []ingest.Input
	for i := range n {
		in = append(in, bytesInput(fmt.Sprintf("%04d.log", i), []byte(strings.Replace(loginAt(i%60), `"u1"`, fmt.Sprintf(`"u%d"`, i), 1)+"\n")))
	}
	return in
}

func TestThousandsOfSmallFilesAreCommittedTogether(t *testing.T) {
	const n = 3000
	sink := &commits{Store: newCase(t)}
	in := smallFiles(n)
	var last ingest.Progress
	res, err := ingest.Run(t.Context(), sink, in, ingest.Options{Deployment: "acme", Progress: func(p ingest.Progress) {
		if p.FileNumber < last.FileNumber || p.Files != n || p.FileNumber > 0 && p.File != fmt.Sprintf("%04d.log", p.FileNumber-1) {
			t.Errorf("%+v after %+v", p, last)
		}
		last = p
	}})
	if err != nil || len(res.Sources) != n || res.Events != n || last.FileNumber != n {
		t.Fatalf("%d sources, %d events, at file %d, %v", len(res.Sources), res.Events, last.FileNumber, err)
	}
	if sink.n > n/10 { // one in two seconds at the least; a machine that reads ten files a second is no machine
		t.Errorf("%d commits", sink.n)
	}
	stored, err := sink.Sources(t.Context())
	if err != nil || len(stored) != n {
		t.Fatalf("%d sources, %v", len(stored), err)
	}
	for i := range stored {
		if s := stored[i]; s.State != audit.SourceWhole || s.Counts != res.Sources[i].Counts || s.SHA256 != res.Sources[i].SHA256 || s.Number != res.Sources[i].Number || s.Path != in[i].Path {
			t.Fatalf("stored %+v, told %+v", s, res.Sources[i])
		}
	}
	again := run(t, sink.Store, "acme", in...)
	for _, s := range again.Sources {
		if s.State != audit.SourceRepeat {
			t.Fatalf("%+v", s)
		}
	}
	if again.Events != 0 || len(again.Sources) != n {
		t.Errorf("%d events, %d sources", again.Events, len(again.Sources))
	}
	sound(t, sink.Store)
}

func TestSmallFilesWhoseCommitFailsAreNotTold(t *testing.T) {
	sink := &commits{Store: newCase(t), failAt: 2}
	in := smallFiles(1200)
	res, err := ingest.Run(t.Context(), sink, in, ingest.Options{Deployment: "acme"})
	if err == nil || !strings.Contains(err.Error(), "the disk is full") {
		t.Fatalf("%v", err)
	}
	stored, lerr := sink.Sources(t.Context())
	if lerr != nil || len(stored) != len(res.Sources) || len(stored) == 0 || int64(sink.Store.Events()) != res.Events || res.Events != int64(len(stored)) {
		t.Fatalf("%d sources in the case, %d told, %d events in the case, %d told, %v", len(stored), len(res.Sources), sink.Store.Events(), res.Events, lerr)
	}
	sound(t, sink.Store)
	if res := run(t, sink.Store, "acme", in...); len(res.Sources) != len(in) || sink.Store.Events() != uint32(len(in)) {
		t.Errorf("afterwards %d sources, %d events", len(res.Sources), sink.Store.Events())
	}
	sound(t, sink.Store)
}

func TestSmallFilesAmongLargeOnesAndMatchingRecords(t *testing.T) {
	large := demoLog(t, 2000, "v2")
	st := newCase(t)
	res := run(t, st, "acme",
		bytesInput("a", []byte(v2Log+"\n")), bytesInput("a again", []byte(v2Log+"\n")), bytesInput("row", []byte(v2Row+"\n")), // matches what is not committed yet
		bytesInput("large", large), bytesInput("b", []byte(login+"\n")), bytesInput("large again", large), bytesInput("human", []byte(human+"\n")),
	)
	var states []string
	for i, s := range res.Sources {
		if s.Number != int64(i+1) {
			t.Errorf("%s is source %d", s.Path, s.Number)
		}
		states = append(states, fmt.Sprintf("%s %s %d %d", s.Path, s.State, s.Events, s.Matching))
	}
	if got := strings.Join(states, ", "); got != "a whole 1 0, a again repeat 0 0, row whole 0 1, large whole 2000 0, b whole 1 0, large again repeat 0 0, human whole 0 1" {
		t.Error(got)
	}
	sound(t, st)
}

func TestSmallFilesOfACancelledRunAreCommitted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	in := smallFiles(50)
	inner := in[40].Open
	in[40].Open = func() (r io.ReadCloser, err error) {
		cancel()
		return inner()
	}
	st := newCase(t)
	res, err := ingest.Run(ctx, st, in, ingest.Options{Deployment: "acme"})
	if err != nil || !res.Cancelled || res.Events < 40 || int64(st.Events()) != res.Events {
		t.Fatalf("%d events told, %d in the case, cancelled %t, %v", res.Events, st.Events(), res.Cancelled, err)
	}
	sound(t, st)
	if run(t, st, "acme", in...); st.Events() != 50 {
		t.Errorf("%d events in the end", st.Events())
	}
}

// A small file may unpack to much: then it is no small source.
func TestASmallFileThatUnpacksToMuchIsCommittedAsItIsRead(t *testing.T) {
	var log strings.Builder
	for range 30_000 {
		log.WriteString(login + "\n")
	}
	packed := gz(t, []byte(log.String()))
	if len(packed) > 200<<10 {
		t.Fatalf("%d bytes are not small", len(packed))
	}
	sink := &commits{Store: newCase(t)}
	res, err := ingest.Run(t.Context(), sink, []ingest.Input{bytesInput("a", []byte(v2Log)), bytesInput("b", packed), bytesInput("c", []byte(v2Row))}, ingest.Options{Deployment: "acme"})
	if err != nil || res.Events != 30_001 || len(res.Sources) != 3 || sink.n != 2 {
		t.Errorf("%d events, %d sources, %d commits, %v", res.Events, len(res.Sources), sink.n, err)
	}
	sound(t, sink.Store)
}
