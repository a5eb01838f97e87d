package facet

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"math"

	"auditdesk/backend/audit"
)

// The marshalled form: magic, version, stamp, then the arrays of a state, each as its length and its values, all little
// endian, then the CRC-32C of everything before. Dictionaries and accounts are left out: the source has them.
const (
	magic         = "auditdesk columns\n"
	formatVersion = 3
)

// errForeign says that bytes are not what Marshal wrote, or not for this case as it is now.
var errForeign = errors.New("not the saved columns of this case")

// Marshal writes the rows. stamp says what they are of (a digest or generation of the case, at most 64 KiB): Unmarshal
// refuses any other. The size is some 35 bytes a row, and random enough that packing it gains little.
func (x *Index) Marshal(w io.Writer, stamp string) error { return x.now.Load().marshal(w, stamp) }

func (s *state) marshal(w io.Writer, stamp string) error {
	buffered := bufio.NewWriterSize(w, 1<<16)
	e := &writer{w: buffered, sum: crc32.New(crc32.MakeTable(crc32.Castagnoli))}
	e.write([]byte(magic))
	e.number(formatVersion)
	e.number(uint32(len(stamp)))
	e.write([]byte(stamp))
	e.number(s.last)
	e.number(uint32(s.foldedAt))
	writeNumbers(e, s.times, 8)
	writeNumbers(e, s.refs, 8)
	writeNumbers(e, s.numbers, 4)
	for col := range s.cols {
		e.column(&s.cols[col])
	}
	e.number(uint32(s.fold.size))
	e.column(&s.fold.codes)
	for col := range s.fold.tables {
		writeNumbers(e, s.fold.tables[col], 4)
	}
	writeNumbers(e, s.statuses, 4)
	writeNumbers(e, s.sets.ends, 4)
	writeNumbers(e, s.sets.members, 4)
	writeNumbers(e, s.sources.ends, 4)
	writeNumbers(e, s.sources.members, 4)
	e.number(uint32(len(s.sets.changes)))
	for _, c := range s.sets.changes {
		e.number(c.Field)
		e.number(c.Setting)
		e.number(c.Panel)
		e.number(uint32(c.Kind) | uint32(c.Basis)<<8 | uint32(c.Continuity)<<16)
	}
	e.number(uint32(len(s.orgs)))
	for _, w := range s.orgs {
		e.number(w.deployment)
		e.number(w.id)
		e.number(w.name)
	}
	e.number(e.sum.Sum32())
	if e.err == nil {
		e.err = buffered.Flush()
	}
	if e.err != nil {
		return fmt.Errorf("write columns: %w", e.err)
	}
	return nil
}

type writer struct {
	w   io.Writer
	sum hash.Hash32
	buf []byte
	err error
}

func (e *writer) write(b []byte) {
	if e.err == nil {
		e.sum.Write(b)
		_, e.err = e.w.Write(b)
	}
}

func (e *writer) number(n uint32) { e.write(binary.LittleEndian.AppendUint32(e.buf[:0], n)) }

func (e *writer) column(c *column) {
	e.number(uint32(c.width()))
	switch {
	case c.u32 != nil:
		writeNumbers(e, c.u32, 4)
	case c.u16 != nil:
		writeNumbers(e, c.u16, 2)
	default:
		writeNumbers(e, c.u8, 1)
	}
}

// numbers is how many numbers are written or read at a time.
const numbersAtOnce = 1 << 14

func writeNumbers[T ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~int64](e *writer, values []T, width int) {
	e.number(uint32(len(values)))
	for len(values) > 0 {
		part := values[:min(len(values), numbersAtOnce)]
		values = values[len(part):]
		b := e.buf[:0]
		for _, v := range part {
			switch width {
			case 1:
				b = append(b, byte(v))
			case 2:
				b = binary.LittleEndian.AppendUint16(b, uint16(v))
			case 4:
				b = binary.LittleEndian.AppendUint32(b, uint32(v))
			default:
				b = binary.LittleEndian.AppendUint64(b, uint64(v))
			}
		}
		e.write(b)
		e.buf = b
	}
}

// Unmarshal restores an index from what Marshal wrote under the same stamp, and reads dictionaries and accounts from src.
// Anything else is an error, after which Build serves. A Refresh brings the rows that came since.
func Unmarshal(ctx context.Context, r io.Reader, stamp string, src Source) (*Index, error) {
	s, err := unmarshal(r, stamp)
	if err != nil {
		return nil, fmt.Errorf("read columns: %w", err)
	}
	if s.words, err = readWords(ctx, src); err != nil {
		return nil, err
	}
	if err := s.finish(ctx); err != nil {
		return nil, fmt.Errorf("read columns: %w", err)
	}
	x := &Index{src: src, encoder: newEncoder(s.sets, s.sources, s.statuses, s.orgs), values: valuesOf(src)}
	s.values = x.values
	x.now.Store(s)
	return x, nil
}

func unmarshal(r io.Reader, stamp string) (*state, error) {
	d := &reader{r: bufio.NewReaderSize(r, 1<<16), sum: crc32.New(crc32.MakeTable(crc32.Castagnoli))}
	if string(d.bytes(len(magic))) != magic {
		return nil, errForeign
	}
	if v := d.number(); v != formatVersion {
		return nil, fmt.Errorf("version %d: %w", v, errForeign)
	}
	if n := d.number(); int64(n) != int64(len(stamp)) || string(d.bytes(int(n))) != stamp {
		return nil, fmt.Errorf("another stamp: %w", errForeign)
	}
	s := &state{last: d.number(), foldedAt: int(d.number())}
	s.times = readNumbers[audit.Time](d, 8)
	s.refs = readNumbers[uint64](d, 8)
	s.numbers = readNumbers[uint32](d, 4)
	for col := range s.cols {
		s.cols[col] = d.column()
	}
	s.fold.size = int(d.number())
	s.fold.codes = d.column()
	for col := range s.fold.tables {
		if table := readNumbers[uint32](d, 4); len(table) > 0 {
			s.fold.tables[col] = table
		}
	}
	s.statuses = readNumbers[uint32](d, 4)
	s.sets.ends = readNumbers[uint32](d, 4)
	s.sets.members = readNumbers[uint32](d, 4)
	s.sources.ends = readNumbers[uint32](d, 4)
	s.sources.members = readNumbers[uint32](d, 4)
	for n := d.number(); n > 0 && d.err == nil; n-- {
		c := audit.ChangeCodes{Field: d.number(), Setting: d.number(), Panel: d.number()}
		rest := d.number()
		c.Kind, c.Basis, c.Continuity = uint8(rest), uint8(rest>>8), uint8(rest>>16)
		if !sane(c) {
			return nil, audit.ErrDamaged
		}
		s.sets.changes = append(s.sets.changes, c)
	}
	for n := d.number(); n > 0 && d.err == nil; n-- {
		s.orgs = append(s.orgs, way{deployment: d.number(), id: d.number(), name: d.number()})
	}
	sum := d.sum.Sum32()
	if got := d.number(); d.err == nil && got != sum {
		return nil, fmt.Errorf("checksum: %w", audit.ErrDamaged)
	}
	if d.err != nil {
		return nil, d.err
	}
	if err := s.sound(); err != nil {
		return nil, err
	}
	return s, nil
}

// sound checks what the rest of the package takes for granted: a checksum can be right over wrong contents.
func (s *state) sound() error {
	rows := s.rows()
	bad := func(what string) error { return fmt.Errorf("%s: %w", what, audit.ErrDamaged) }
	if len(s.times) != rows || len(s.refs) != rows || s.fold.codes.len() != rows || (rows > 0 && s.fold.size == 0) {
		return bad("columns of several lengths")
	}
	if s.fold.size > maxCombos || (s.fold.codes.len() > 0 && int64(s.fold.codes.max()) >= int64(s.fold.size)) {
		return bad("combinations")
	}
	for col := range s.cols {
		table := s.fold.tables[col]
		if table == nil && s.cols[col].len() != rows || table != nil && (len(table) != s.fold.size || s.cols[col].len() > 0) {
			return bad("columns of several lengths")
		}
	}
	if len(s.statuses) == 0 || s.statuses[0] != 0 || len(s.orgs) > 0 && s.orgs[0] != (way{}) {
		return bad("code 0")
	}
	if !s.sets.sound(len(s.sets.changes)) {
		return bad("sets of changes")
	}
	if !s.sources.sound(math.MaxUint32) {
		return bad("sets of sources")
	}
	for i := range rows {
		if s.numbers[i] == 0 || s.numbers[i] > s.last || (i > 0 && s.compare(i-1, &s.table, i) >= 0) {
			return bad("order of rows")
		}
	}
	if rows > 0 && int64(maxOf(s.numbers)) > maxNumber(rows) {
		return bad("row numbers")
	}
	s.places = placesOf(s.numbers)
	for i, n := range s.numbers {
		if int(s.places[n]) != i+1 {
			return bad("a row number that stands twice")
		}
	}
	return nil
}

type reader struct {
	r   io.Reader
	sum hash.Hash32
	buf []byte
	err error
}

// bytes returns the next n, valid until the next call; on an error as many zeros.
func (d *reader) bytes(n int) []byte {
	if cap(d.buf) < n {
		d.buf = make([]byte, n)
	}
	b := d.buf[:n]
	if d.err == nil {
		if _, d.err = io.ReadFull(d.r, b); errors.Is(d.err, io.EOF) {
			d.err = io.ErrUnexpectedEOF
		}
	}
	if d.err != nil {
		clear(b)
		return b
	}
	d.sum.Write(b)
	return b
}

func (d *reader) number() uint32 { return binary.LittleEndian.Uint32(d.bytes(4)) }

func (d *reader) column() column {
	switch d.number() {
	case 1:
		return column{u8: readNumbers[uint8](d, 1)}
	case 2:
		return column{u16: readNumbers[uint16](d, 2)}
	case 4:
		return column{u32: readNumbers[uint32](d, 4)}
	default:
		d.err = errors.Join(d.err, fmt.Errorf("width of a column: %w", audit.ErrDamaged))
		return column{}
	}
}

// readNumbers never takes much more memory than there are bytes to read, whatever length they claim.
func readNumbers[T ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~int64](d *reader, width int) []T {
	n := int(d.number())
	values := make([]T, 0, min(n, numbersAtOnce))
	for len(values) < n && d.err == nil {
		part := min(n-len(values), numbersAtOnce)
		b := d.bytes(part * width)
		for i := range part {
			switch width {
			case 1:
				values = append(values, T(b[i]))
			case 2:
				values = append(values, T(binary.LittleEndian.Uint16(b[2*i:])))
			case 4:
				values = append(values, T(binary.LittleEndian.Uint32(b[4*i:])))
			default:
				values = append(values, T(binary.LittleEndian.Uint64(b[8*i:])))
			}
		}
	}
	return values
}
