package ingest

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"unicode/utf8"

	"auditdesk/backend/audit"
	"auditdesk/backend/decode"
	"auditdesk/backend/mask"
)

// The members of an archive are inputs of their own: each becomes a source with the digest of what it unpacks to, so that the
// unpacked file is known again. An archive is known by its content, whatever its name, packed by gzip or zstd or not. Nothing of
// it is written to the disk.

const (
	maxArchives  = 2        // archives within one another that are opened
	maxInMemory  = 64 << 20 // of a zip archive within another container: it can't be read from its end otherwise
	maxName      = 1000     // bytes of a member's name that are shown
	sniffed      = 256 << 10
	tarBlock     = 512
	maxMembers   = 100_000
	expandRatio  = 2000
	expandFrom   = 64 << 20
	maxExpansion = 1 << 40
)

// archiveKind is what an input is, by its first bytes.
type archiveKind uint8

const (
	noArchive archiveKind = iota
	zipKind
	tarKind
)

// sniff looks at the first bytes of an input, without consuming any. What packs the archive has a name in packing.
func sniff(in *bufio.Reader) (kind archiveKind, packing string) {
	head, _ := in.Peek(sniffed) // who reads on meets the error again
	if kind := kindOf(head); kind != noArchive || !isPacked(head) {
		return kind, ""
	}
	r, packing, err := decode.Unpack(bytes.NewReader(head), "", decode.Limits{})
	if err != nil {
		return noArchive, ""
	}
	inner := make([]byte, tarBlock)
	n, _ := io.ReadFull(r, inner) // cut off, since only its head is here
	return kindOf(inner[:n]), packing
}

func kindOf(head []byte) archiveKind {
	switch {
	case isZip(head):
		return zipKind
	case isTar(head):
		return tarKind
	}
	return noArchive
}

func isPacked(head []byte) bool {
	return bytes.HasPrefix(head, []byte{0x1f, 0x8b}) || bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd})
}

// isTar recognises the first block of a tar archive by its sum, which old archives without a magic have, too.
func isTar(head []byte) bool {
	if len(head) < tarBlock || head[0] == 0 {
		return false
	}
	const at, size = 148, 8
	field := strings.Trim(string(head[at:at+size]), " \x00")
	if len(field) == 0 || len(field) > 6 {
		return false
	}
	var want, sum, signed int64
	for _, c := range []byte(field) {
		if c < '0' || c > '7' {
			return false
		}
		want = want<<3 | int64(c-'0')
	}
	for i, c := range head[:tarBlock] {
		if i >= at && i < at+size {
			c = ' '
		}
		sum += int64(c)
		signed += int64(int8(c))
	}
	return want == sum || want == signed
}

// expansion bounds what all archives of one input unpack to, also those within it.
type expansion struct {
	packed, total int64 // bytes
	members       int
	l             decode.Limits
}

// errTooMany says that an archive has more members than are read.
var errTooMany = errors.New("more members than are read")

// add counts a member that claims to have so many bytes: members may overlap or be sparse, so that a small file holds very much.
func (e *expansion) add(bytes int64) error {
	most, times := e.l.Stream, e.l.Ratio
	if most <= 0 {
		most = maxExpansion
	}
	if times <= 0 {
		times = expandRatio
	}
	if bytes < 0 || bytes > most-e.total {
		return fmt.Errorf("%w: %d bytes", decode.ErrTooLarge, most)
	}
	e.total += bytes
	if e.total > expandFrom && e.total/max(e.packed, 1) > times {
		return fmt.Errorf("%w: more than %d times its size", decode.ErrTooLarge, times)
	}
	if e.members++; e.members > e.mostMembers() {
		return fmt.Errorf("%w: %d", errTooMany, e.mostMembers())
	}
	return nil
}

func (e *expansion) mostMembers() int {
	if e.l.Members > 0 {
		return e.l.Members
	}
	return maxMembers
}

// open tells whether an input is an archive and imports it, as such or as a file. f is the input, opened.
func (r *run) opened(ctx context.Context, in *Input, f io.ReadCloser) error {
	if in.depth == 0 {
		in.expands = &expansion{packed: in.Size, l: r.opt.Limits}
	}
	room := sniffed
	if in.Size >= 0 && in.Size < sniffed { // of thousands of small files each is no more than it is
		room = int(in.Size) + 16
	}
	b := bufio.NewReaderSize(f, room)
	kind, packing := sniff(b)
	switch {
	case in.depth >= maxArchives:
	case kind == tarKind:
		return r.tar(ctx, in, packing, b)
	case kind == zipKind:
		at, size, err := r.fromItsEnd(ctx, in, packing, f)
		switch {
		case err != nil:
			return r.notOpened(ctx, in, err)
		case at != nil:
			return r.zip(ctx, in, packing, at, size, b)
		}
	}
	return r.file(ctx, in, b)
}

// fromItsEnd gives what reads a zip archive, whose directory stands at its end: the file, or, where the archive is packed or within
// another one, its bytes in memory. It is nil for one that is too large for that.
func (r *run) fromItsEnd(ctx context.Context, in *Input, packing string, f io.Reader) (io.ReaderAt, int64, error) {
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
	again, err := in.Open()
	if err != nil {
		return nil, 0, err
	}
	defer again.Close() //nolint:errcheck // it was only read
	stream, _, err := decode.Unpack(newReading(ctx, again, nil), "the archive", r.opt.Limits)
	if err != nil {
		return nil, 0, err
	}
	b, err := io.ReadAll(io.LimitReader(stream, maxInMemory+1))
	if err != nil {
		return nil, 0, err
	}
	if len(b) > maxInMemory {
		return nil, 0, nil
	}
	return bytes.NewReader(b), int64(len(b)), nil
}

// around says in which archive a member lies: the digest of what was handed over.
func (r *run) around(in *Input, sum string) string {
	if in.depth > 0 || sum == "" {
		return in.note
	}
	return audit.NoteArchive + sum
}

// within are the words for what a member lies in: "tar in gzip".
func within(in *Input, kind, packing string) string {
	if packing != "" {
		kind += " in " + packing
	}
	if in.inside != "" {
		kind += " in " + in.inside
	}
	return kind
}

// memberName is how a member is called: what would not show is made visible, and what is very long is cut.
func memberName(name string) string {
	if len(name) > maxName {
		cut := maxName
		for cut > 0 && !utf8.RuneStart(name[cut]) {
			cut--
		}
		name = name[:cut] + "…"
	}
	if name == "" {
		return "(without a name)"
	}
	return mask.Visible(name)
}

// oddName says of a member's name what makes it odd. Nothing is unpacked to where a name points.
func oddName(name string, seen map[string]bool) string {
	outside := ""
	if climbs(name) {
		outside = "its name leads out of the archive's folder; nothing was written there"
	}
	invisible := ""
	if mask.Visible(name) != name {
		invisible = "its name holds characters that do not show"
	}
	again := ""
	if seen[name] {
		again = "the archive has an earlier member of this name"
	}
	seen[name] = true
	return notes(outside, invisible, again)
}

// climbs reports whether a name leads out of the folder of its archive, on any system.
func climbs(name string) bool {
	name = strings.ReplaceAll(name, `\`, "/")
	if strings.HasPrefix(name, "/") || len(name) > 1 && name[1] == ':' && 'a' <= name[0]|0x20 && name[0]|0x20 <= 'z' {
		return true
	}
	depth := 0
	for _, part := range strings.Split(name, "/") {
		switch part {
		case "", ".":
		case "..":
			depth--
		default:
			depth++
		}
		if depth < 0 {
			return true
		}
	}
	return false
}

// leftOut says why a member of this name is not read, "" if it is.
func leftOut(name string) string {
	switch {
	case strings.HasPrefix(name, "__MACOSX/"):
		return "file attributes of macOS, not read"
	case isCase(name):
		return "a case file, not read as a log"
	}
	return ""
}

func (r *run) skip(path, why string) {
	r.result.Skipped = append(r.result.Skipped, path+": "+why)
}

// linkWords says of a member of a tar archive that is no file why it is not read.
func linkWords(h *tar.Header) string {
	switch h.Typeflag {
	case tar.TypeSymlink:
		return "a symbolic link to " + memberName(h.Linkname) + ", not followed"
	case tar.TypeLink:
		return "a hard link to " + memberName(h.Linkname) + ", which is read where it stands"
	}
	return "a special file, not read"
}

// errNoMembers says that an archive has nothing to read.
func errNoMembers(kind string) error {
	return &audit.Error{Message: "the " + kind + " archive holds no files that can be read"}
}
