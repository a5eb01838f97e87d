package ingest

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/decode"
)

// How much of an input a preview looks at.
const (
	previewBytes      = 8 << 20   // unpacked, of all members of an archive together
	previewMember     = 1 << 20   // of one member of several
	previewTail       = 256 << 10 // of the end of a plain file
	previewMembers    = 100
	previewEvents     = 20
	previewUnreadable = 20
	previewPatterns   = 50
	previewTime       = 5 * time.Second
	previewDigest     = 30 * time.Second
)

// Preview is what a look at the beginning of an input shows before anything of it is imported. Nothing is written, and nothing
// that it says is promised of what was not looked at.
type Preview struct {
	Path    string `json:"path"`
	Bytes   int64  `json:"bytes"`             // as it lies on the disk
	SHA256  string `json:"sha256,omitempty"`  // only where [PreviewOptions.Known] asked for it
	Read    int64  `json:"read"`              // unpacked bytes that were looked at
	Whole   bool   `json:"whole"`             // whether that was all of it
	Archive string `json:"archive,omitempty"` // "zip", "tar in gzip": then Members says what lies in it
	Form    string `json:"form,omitempty"`    // as of [audit.Source]
	Shape   string `json:"shape,omitempty"`

	// Of what was looked at. Records are understood ones and unreadable ones.
	Lines      int64 `json:"lines"`
	Records    int64 `json:"records"`
	Other      int64 `json:"other"`
	Unreadable int64 `json:"unreadable"`

	// The earliest and the latest time seen, also near the end of a plain file. Where not all was read they are no bounds.
	First *audit.Time `json:"first,omitempty"`
	Last  *audit.Time `json:"last,omitempty"`

	Events     []audit.Event       `json:"events"` // the first twenty, in their order
	OtherLines []audit.OtherLines  `json:"other_lines"`
	Reasons    []audit.ReasonCount `json:"reasons"`            // of unreadable records, by class
	Failures   []audit.Unreadable  `json:"unreadable_records"` // the first twenty
	Warnings   []Warning           `json:"warnings"`
	Members    []Preview           `json:"members,omitempty"`         // without their events, lines and failures
	Further    int                 `json:"further_members,omitempty"` // that were not looked at; -1 where nobody knows how many

	Organizations map[string]struct{} `json:"-"` // ids in the records
}

// Warning is something to know before an input is imported. None of them prevents it.
type Warning struct {
	Code  string `json:"code"`  // "nothing", "order", …: the kind
	Words string `json:"words"` // one sentence without a full stop
}

// PreviewOptions bound a preview. The zero value is usable.
type PreviewOptions struct {
	Limits decode.Limits
	Bytes  int64         // unpacked bytes that are looked at; 0 is 8 MiB
	Time   time.Duration // after which what was seen so far is the answer; 0 is 5 s
	Now    func() time.Time
	Period audit.Span // the period under audit
	// Known reports whether something of so many bytes was imported before. Then it is read to its end for its digest, for up to 30 s.
	Known func(size int64) bool
}

// Look reads the beginning of an input, and of each member of an archive, as an import would, and writes nothing. Memory and time
// are bounded whatever the input is. A stream can't be looked at, for it can be read only once.
func Look(ctx context.Context, in Input, opt PreviewOptions) (Preview, error) {
	if in.Stream {
		return Preview{}, audit.Errorf("import it, or save it to a file and look at that", "%s is a stream, which can be read only once", in.Path)
	}
	if opt.Bytes <= 0 {
		opt.Bytes = previewBytes
	}
	if opt.Time <= 0 {
		opt.Time = previewTime
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	f, err := in.Open()
	if err != nil {
		return Preview{}, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	timed, cancel := context.WithTimeout(ctx, opt.Time)
	defer cancel()
	longer, done := context.WithTimeout(ctx, opt.Time+previewDigest)
	defer done()
	l := looker{ctx: timed, longer: longer, opt: opt, left: opt.Bytes, dec: decode.NewDecoder(opt.Limits), whole: newSight(in.Path, &opt)}
	l.whole.composed = true
	in.expands = &expansion{packed: in.Size, l: opt.Limits}
	if err := l.opened(&in, f); err != nil {
		return Preview{}, err
	}
	if err := ctx.Err(); err != nil {
		return Preview{}, err
	}
	p := l.whole.preview()
	p.Bytes, p.SHA256 = max(in.Size, 0), l.sum
	if p.Archive = l.archive; p.Archive != "" {
		p.Members = l.members
		p.Further = l.further
		p.Whole = p.Whole && l.further == 0
	}
	p.Warnings = append(nonNil(l.warnings), l.whole.warnings(p.Whole)...)
	return p, nil
}

// looker is one look at an input.
type looker struct {
	ctx      context.Context //nolint:containedctx // it is the look's own, with its time limit
	longer   context.Context //nolint:containedctx // for digests
	opt      PreviewOptions
	left     int64 // bytes that may yet be unpacked
	dec      *decode.Decoder
	whole    *sight // of all that was seen
	archive  string
	sum      string // of what is no archive
	several  bool   // members of an archive share what may be read
	members  []Preview
	further  int
	warnings []Warning
	items    []decode.Item
}

func (l *looker) warn(code, format string, args ...any) {
	l.warnings = append(l.warnings, Warning{code, fmt.Sprintf(format, args...)})
}

// outOfTime reports whether no more is to be read.
func (l *looker) outOfTime() bool { return l.ctx.Err() != nil || l.left <= 0 }

// opened looks at an input, which is an archive or a file. An error is one of opening it.
func (l *looker) opened(in *Input, f io.Reader) error {
	b := bufio.NewReaderSize(f, sniffed)
	kind, packing := sniff(b)
	switch {
	case in.depth >= maxArchives:
	case kind == tarKind:
		l.begin(in, "tar", packing)
		return l.tar(in, packing, b)
	case kind == zipKind:
		at, size, err := l.fromItsEnd(in, packing, f, b)
		switch {
		case err != nil:
			return err
		case at != nil:
			l.begin(in, "zip", packing)
			return l.zip(in, packing, at, size)
		}
	}
	l.file(in, f, b)
	return nil
}

// begin notes that the input itself is an archive.
func (l *looker) begin(in *Input, kind, packing string) {
	if in.depth == 0 {
		l.archive = within(in, kind, packing)
	}
}

// fromItsEnd is as that of a run, but for a member that can be read once only.
func (l *looker) fromItsEnd(in *Input, packing string, f, b io.Reader) (io.ReaderAt, int64, error) {
	if at, ok := f.(io.ReaderAt); ok && packing == "" {
		size := in.Size
		if s, ok := f.(interface{ Stat() (fs.FileInfo, error) }); ok {
			info, err := s.Stat()
			if err != nil {
				return nil, 0, err
			}
			size = info.Size()
		}
		return at, size, nil
	}
	stream, _, err := decode.Unpack(newReading(l.ctx, b, nil), "the archive", l.opt.Limits)
	if err != nil {
		return nil, 0, err
	}
	all, err := io.ReadAll(io.LimitReader(stream, maxInMemory+1))
	if err != nil || len(all) > maxInMemory {
		return nil, 0, err
	}
	return bytes.NewReader(all), int64(len(all)), nil
}

func (l *looker) zip(in *Input, packing string, at io.ReaderAt, size int64) error {
	m := &medium{r: at}
	files, err := directory(m, size, in.expands)
	if err != nil {
		return err
	}
	var list []*zip.File
	for _, z := range files {
		path := in.Path + "/" + memberName(z.Name)
		switch {
		case strings.HasSuffix(z.Name, "/"):
		case z.Flags&1 != 0:
			l.warn("encrypted", "%s is encrypted and can't be read", path)
		case !z.Mode().IsRegular() || leftOut(z.Name) != "":
			l.warn("left out", "%s is left out: it is no log", path)
		default:
			list = append(list, z)
		}
	}
	l.several = l.several || len(list) > 1
	for i, z := range list {
		if l.outOfTime() || len(l.members) >= previewMembers {
			l.further += len(list) - i
			return nil
		}
		f, err := m.open(z)()
		if err != nil {
			l.warn("damaged", "%s can't be opened: %v", in.Path+"/"+memberName(z.Name), err)
			continue
		}
		err = l.member(in, "zip", packing, z.Name, int64(z.UncompressedSize64), m.torn, f)
		_ = f.Close()
		if err != nil {
			l.warn("damaged", "%s can't be read: %v", in.Path+"/"+memberName(z.Name), err)
		}
	}
	return nil
}

func (l *looker) tar(in *Input, packing string, f io.Reader) error {
	from := newReading(l.ctx, f, nil)
	t, err := newTape(from, in.expands, l.opt.Limits)
	if err != nil {
		return err
	}
	l.several = true
	for n := 0; ; {
		h, err := t.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil && l.ctx.Err() != nil:
			l.further = -1
			return nil
		case err != nil:
			l.warn("damaged", "%s: %v", in.Path, err)
			return nil
		case h.Typeflag == tar.TypeDir:
			continue
		case !isFile(h) || leftOut(h.Name) != "":
			l.warn("left out", "%s is left out: it is no log", in.Path+"/"+memberName(h.Name))
			continue
		}
		if n++; l.outOfTime() || len(l.members) >= previewMembers {
			l.further = -1
			return nil
		}
		if err := l.member(in, "tar", packing, h.Name, h.Size, func() bool { return from.err == nil }, t.t); err != nil {
			l.warn("damaged", "%s can't be read: %v", in.Path+"/"+memberName(h.Name), err)
		}
	}
}

func (l *looker) member(in *Input, kind, packing, name string, size int64, torn func() bool, f io.Reader) error {
	return l.opened(&Input{
		Path: in.Path + "/" + memberName(name), Size: size, inside: within(in, kind, packing), torn: torn, depth: in.depth + 1, expands: in.expands,
	}, f)
}

// file looks at what is no archive. f is what b reads, in case that it can be read at its end.
func (l *looker) file(in *Input, f, b io.Reader) {
	limit := l.left
	if in.depth > 0 && l.several {
		limit = min(limit, previewMember)
	}
	s := newSight(in.Path, &l.opt)
	from := newReading(l.ctx, b, nil)
	from.torn = in.torn
	g := &glance{left: limit}
	err := l.read(in, s, from, g)
	l.left -= g.n
	s.read = g.n
	stopped := g.spent || l.ctx.Err() != nil
	s.cut = stopped
	l.whole.cut = l.whole.cut || stopped
	l.whole.read += g.n
	if err != nil && !stopped {
		l.damage(s, err)
	}
	if s.cut && in.depth == 0 && s.shape.Packing == "" {
		if at, ok := f.(io.ReaderAt); ok {
			l.end(s, at, f)
		}
	}
	l.whole.disordered += s.disorder()
	sum := ""
	if l.opt.Known != nil && l.opt.Known(in.Size) {
		if from.ctx = l.longer; !from.whole {
			from.drain()
		}
		if from.whole {
			sum = from.digest()
		}
	}
	if in.depth == 0 {
		l.sum = sum
	} else {
		p := s.preview()
		p.Bytes, p.SHA256 = max(in.Size, 0), sum
		p.Warnings = s.warnings(p.Whole)
		p.Events, p.OtherLines, p.Failures = []audit.Event{}, []audit.OtherLines{}, []audit.Unreadable{}
		l.members = append(l.members, p)
	}
}

// read feeds what stands in the stream to the sights, as far as the glance goes.
func (l *looker) read(in *Input, s *sight, from *reading, g *glance) (err error) {
	defer func() {
		if v := recover(); v != nil { // of hostile input
			slog.Error("look at a source", "panic", fmt.Sprint(v))
			err = errors.New("the program fails here: please report this")
		}
	}()
	stream, packing, err := decode.Unpack(from, filepath.Base(in.Path), l.opt.Limits)
	if err != nil {
		return err
	}
	if in.inside != "" && packing != "" {
		packing += " in "
	}
	s.shape.Packing = packing + in.inside
	l.whole.shape.Packing = s.shape.Packing
	g.r = stream
	sp := decode.NewSplitter(g, l.opt.Limits)
	for n := 0; ; n++ {
		p, err := sp.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case (g.spent || l.ctx.Err() != nil) && (n > 0 || p.Problem == ""):
			return nil // it may have been cut off here
		}
		l.piece(s, &p)
	}
}

func (l *looker) piece(s *sight, p *decode.Piece) {
	l.items = l.dec.Decode(*p, l.items[:0])
	for i := range l.items {
		s.add(s.path, &l.items[i], p, i == 0)
		l.whole.add(s.path, &l.items[i], p, i == 0)
	}
}

// damage notes what ended the reading of a file early. An import counts it as an unreadable record, too.
func (l *looker) damage(s *sight, err error) {
	for _, t := range []*sight{s, l.whole} {
		t.fail(audit.Unreadable{Path: s.path, Line: s.lines, Offset: s.read, Reason: err.Error()})
	}
	l.warn("damaged", "%s is damaged or cut off behind line %s: %v", filepath.Base(s.path), audit.Grouped(s.lines), err)
}

// end looks at the end of a plain file, so that the period is that of more than its beginning.
func (l *looker) end(s *sight, at io.ReaderAt, f io.Reader) {
	size := int64(-1)
	if st, ok := f.(interface{ Stat() (fs.FileInfo, error) }); ok {
		if info, err := st.Stat(); err == nil {
			size = info.Size()
		}
	}
	from := max(size-previewTail, s.read)
	if size <= from {
		return
	}
	tail := make([]byte, size-from)
	n, err := at.ReadAt(tail, from)
	if err != nil && !errors.Is(err, io.EOF) {
		return // an import will meet it
	}
	i := bytes.IndexByte(tail[:n], '\n')
	if i < 0 {
		return
	}
	lead := ""
	switch s.inside { // what stands at the end says nothing without its beginning
	case "csv":
		lead = string(s.head) + "\n"
	case "array", "audit_logs", "connection_logs":
		lead = `{"` + strings.Replace(s.inside, "array", "audit_logs", 1) + `":[` + "\n"
	}
	sp := decode.NewSplitter(io.MultiReader(strings.NewReader(lead), bytes.NewReader(tail[i+1:n])), l.opt.Limits)
	for l.ctx.Err() == nil {
		p, err := sp.Next()
		if err != nil {
			return
		}
		l.items = l.dec.Decode(p, l.items[:0])
		for i := range l.items {
			if it := &l.items[i]; it.Kind == decode.Record {
				s.seen(it.Event.Time)
				l.whole.seen(it.Event.Time)
			}
		}
	}
}

// glance is as much of a stream as is looked at.
type glance struct {
	r     io.Reader
	left  int64
	n     int64
	spent bool // there is more of the stream
}

var errEnough = errors.New("enough was looked at")

func (g *glance) Read(p []byte) (int, error) {
	if g.left <= 0 {
		var one [1]byte
		if n, err := io.ReadFull(g.r, one[:]); n == 0 {
			return 0, err
		}
		g.spent = true
		return 0, errEnough
	}
	n, err := g.r.Read(p[:min(int64(len(p)), g.left)])
	g.left -= int64(n)
	g.n += int64(n)
	return n, err
}
