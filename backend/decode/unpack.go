package decode

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

const (
	maxPacking   = 3         // compressions within one another
	ratioFrom    = 64 << 20  // unpacked bytes from which on the ratio is looked at
	maxWindow    = 128 << 20 // what zstd --long and --ultra ask for; it is held in memory
	innerWindow  = 8 << 20   // of zstd within another compression
	unpackBuffer = 64 << 10
)

var (
	gzipMagic = []byte{0x1f, 0x8b}
	zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}
)

// ErrTooLarge says that a compressed stream unpacks to more than [Limits] allow.
var ErrTooLarge = errors.New("unpacks to more than is allowed")

// Unpack peels gzip (of several members, too) and zstd off r, as its first bytes say and not its name, nested at most three deep. It
// returns the unpacked stream and words for what was peeled: "gzip", "zstd in gzip", "" for none. Reading a damaged or cut-off stream
// gives all that could be unpacked and then an error that says so. name stands in errors only.
func Unpack(r io.Reader, name string, l Limits) (io.Reader, string, error) {
	l = l.withDefaults()
	packed := &counter{r: r}
	in := bufio.NewReaderSize(packed, unpackBuffer)
	var words []string
	for {
		head, err := in.Peek(4)
		if err != nil && !errors.Is(err, io.EOF) && len(head) == 0 {
			return nil, "", fmt.Errorf("read %s: %w", name, err)
		}
		var inner io.Reader
		switch {
		case bytes.HasPrefix(head, gzipMagic):
			words = append(words, "gzip")
			inner, err = newGzip(in)
		case bytes.HasPrefix(head, zstdMagic):
			words = append(words, "zstd")
			window := uint64(maxWindow)
			if len(words) > 1 {
				window = innerWindow
			}
			inner, err = newZstd(in, window)
		default:
			return in, packing(words), nil
		}
		if err != nil {
			return nil, "", fmt.Errorf("unpack %s: %w", name, err)
		}
		if len(words) > maxPacking {
			return nil, "", fmt.Errorf("unpack %s: more than %d compressions within one another", name, maxPacking)
		}
		in = bufio.NewReaderSize(&bounded{r: inner, packed: packed, l: l}, unpackBuffer)
	}
}

// packing names what was peeled, the innermost first.
func packing(words []string) string {
	var b strings.Builder
	for i := len(words) - 1; i >= 0; i-- {
		if b.Len() > 0 {
			b.WriteString(" in ")
		}
		b.WriteString(words[i])
	}
	return b.String()
}

// counter counts what is read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// bounded ends a stream that unpacks to too much.
type bounded struct {
	r      io.Reader
	packed *counter
	l      Limits
	n      int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.n += int64(n)
	switch {
	case b.n > b.l.Stream:
		return n, fmt.Errorf("%w: %d bytes", ErrTooLarge, b.l.Stream)
	case b.n > ratioFrom && b.packed.n > 0 && b.n/b.packed.n > b.l.Ratio:
		return n, fmt.Errorf("%w: more than %d times its packed size", ErrTooLarge, b.l.Ratio)
	}
	return n, err
}

// gunzip reads gzip members one behind another. Zeros behind the last one are padding.
type gunzip struct {
	in      *bufio.Reader
	z       *gzip.Reader
	members int
	err     error
}

func newGzip(in *bufio.Reader) (*gunzip, error) {
	z, err := gzip.NewReader(in)
	if err != nil {
		return nil, gzipError(err, 0)
	}
	z.Multistream(false)
	return &gunzip{in: in, z: z}, nil
}

func (g *gunzip) Read(p []byte) (int, error) {
	for g.err == nil {
		n, err := g.z.Read(p)
		switch {
		case errors.Is(err, io.EOF):
			g.members++
			g.err = g.next()
		case err != nil:
			g.err = gzipError(err, g.members)
		}
		if n > 0 {
			return n, nil
		}
		if len(p) == 0 {
			return 0, nil
		}
	}
	return 0, g.err
}

// next opens the next member, or returns io.EOF at the end.
func (g *gunzip) next() error {
	for {
		head, err := g.in.Peek(1)
		if len(head) == 0 {
			if errors.Is(err, io.EOF) {
				return io.EOF
			}
			return gzipError(err, g.members)
		}
		if head[0] != 0 {
			if head, _ := g.in.Peek(2); !bytes.HasPrefix(gzipMagic, head) {
				return gzipError(gzip.ErrHeader, g.members)
			}
			break
		}
		if _, err := g.in.Discard(1); err != nil {
			return gzipError(err, g.members)
		}
	}
	if err := g.z.Reset(g.in); err != nil {
		return gzipError(err, g.members)
	}
	g.z.Multistream(false)
	return nil
}

func gzipError(err error, members int) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fmt.Errorf("the gzip stream is cut off: %w", io.ErrUnexpectedEOF)
	case errors.Is(err, gzip.ErrHeader) && members > 0:
		return fmt.Errorf("behind the gzip stream follows what is no gzip: %w", err)
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader):
		return fmt.Errorf("the gzip stream is damaged: %w", err)
	}
	var corrupt flate.CorruptInputError
	if errors.As(err, &corrupt) {
		return fmt.Errorf("the gzip stream is damaged: %w", err)
	}
	return err
}

// unzstd says of an error what it means. The decoder runs in the reading goroutine, so there is nothing to close.
type unzstd struct {
	z      *zstd.Decoder
	window uint64
}

func newZstd(in io.Reader, window uint64) (*unzstd, error) {
	z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(window))
	if err != nil {
		return nil, fmt.Errorf("open zstd: %w", err)
	}
	return &unzstd{z, window}, nil
}

func (u *unzstd) Read(p []byte) (int, error) {
	n, err := u.z.Read(p)
	switch {
	case err == nil || errors.Is(err, io.EOF):
		return n, err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return n, fmt.Errorf("the zstd stream is cut off: %w", err)
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		return n, fmt.Errorf("the zstd stream asks for more than %d MiB of memory: unpack it to read it", u.window>>20)
	case errors.Is(err, zstd.ErrUnknownDictionary):
		return n, errors.New("the zstd stream needs a dictionary: unpack it to read it")
	}
	return n, fmt.Errorf("the zstd stream is damaged: %w", err)
}
