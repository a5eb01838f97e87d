package casefile

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"auditdesk/backend/audit"
)

// rowSpool puts rows aside in a file without a name beside the case, where the system allows that: it goes with the process. It
// holds codes, no text of a log.
type rowSpool struct {
	f    *os.File
	w    *bufio.Writer
	buf  []byte
	last audit.Time
}

const spoolBuffer = 1 << 20

func newRowSpool(casePath string) (*rowSpool, error) {
	f, err := os.CreateTemp(filepath.Dir(casePath), ".auditdesk-rows-*")
	if err != nil {
		return nil, fmt.Errorf("put rows aside: %w", err)
	}
	_ = os.Remove(f.Name()) // an open file may not be removable here; then close does it
	return &rowSpool{f: f, w: bufio.NewWriterSize(f, spoolBuffer)}, nil
}

// An event stands as a row with its changes, a change as its number alone: it is the next of those of the event before it.
const (
	spoolEvent  = 'e'
	spoolChange = 'c'
)

func (s *rowSpool) event(r *audit.Row) error {
	s.buf = append(s.buf[:0], spoolEvent)
	b := binary.AppendUvarint(s.buf, uint64(r.Number))
	b = binary.AppendVarint(b, int64(r.Time-s.last))
	s.last = r.Time
	b = binary.LittleEndian.AppendUint64(b, r.Ref60)
	for _, code := range r.Dims {
		b = binary.AppendUvarint(b, uint64(code))
	}
	b = binary.AppendUvarint(b, uint64(r.OrganizationID))
	b = binary.AppendUvarint(b, uint64(r.New))
	b = binary.AppendUvarint(b, uint64(r.Flags))
	b = binary.AppendUvarint(b, uint64(len(r.Changes)))
	for _, c := range r.Changes {
		for _, code := range [...]uint32{c.Field, c.Setting, c.Panel, uint32(c.Kind), uint32(c.Basis), uint32(c.Continuity)} {
			b = binary.AppendUvarint(b, uint64(code))
		}
	}
	s.buf = b
	_, err := s.w.Write(b)
	return err
}

// change puts aside a change of the event that came last.
func (s *rowSpool) change(r *audit.Row) error {
	s.buf = binary.AppendUvarint(append(s.buf[:0], spoolChange), uint64(r.Number))
	s.buf = binary.AppendUvarint(s.buf, uint64(r.New))
	_, err := s.w.Write(s.buf)
	return err
}

// read gives the rows back, in the order in which they came. Rows are reused.
func (s *rowSpool) read(event, change func(*audit.Row) error) error {
	if err := s.w.Flush(); err != nil {
		return fmt.Errorf("put rows aside: %w", err)
	}
	if _, err := s.f.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read what was put aside: %w", err)
	}
	in := reader{Reader: bufio.NewReaderSize(s.f, spoolBuffer)}
	var r, one audit.Row
	next := 0 // change of the event
	for {
		kind, err := in.ReadByte()
		if errors.Is(err, io.EOF) {
			return nil
		}
		switch kind {
		case spoolEvent:
			in.event(&r)
			next = 0
			if err = in.err; err == nil {
				err = event(&r)
			}
		case spoolChange:
			one = r
			one.Number, one.New = in.code(), in.code()
			if err = in.err; err == nil {
				one.Changes = r.Changes[next : next+1]
				next++
				err = change(&one)
			}
		}
		if err != nil {
			return fmt.Errorf("read what was put aside: %w", err)
		}
	}
}

func (s *rowSpool) close() {
	_ = s.f.Close()
	_ = os.Remove(s.f.Name()) // where it could not be removed while it was open
}

// reader reads codes; the first error stays.
type reader struct {
	*bufio.Reader
	last audit.Time
	err  error
}

func (in *reader) code() uint32 {
	v, err := binary.ReadUvarint(in)
	if err != nil && in.err == nil {
		in.err = err
	}
	return uint32(v)
}

func (in *reader) event(r *audit.Row) {
	r.Number = in.code()
	r.Event = r.Number
	delta, err := binary.ReadVarint(in)
	if err != nil && in.err == nil {
		in.err = err
	}
	in.last += audit.Time(delta)
	r.Time = in.last
	var ref [8]byte
	if _, err := io.ReadFull(in, ref[:]); err != nil && in.err == nil {
		in.err = err
	}
	r.Ref60 = binary.LittleEndian.Uint64(ref[:])
	for d := range r.Dims {
		r.Dims[d] = in.code()
	}
	r.OrganizationID, r.New = in.code(), in.code()
	r.Flags = audit.Flags(in.code())
	r.Changes = r.Changes[:0]
	for range in.code() {
		r.Changes = append(r.Changes, audit.ChangeCodes{
			Field: in.code(), Setting: in.code(), Panel: in.code(), Kind: uint8(in.code()), Basis: uint8(in.code()), Continuity: uint8(in.code()),
		})
	}
}
