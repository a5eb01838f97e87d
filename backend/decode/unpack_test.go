package decode_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"auditdesk/backend/decode"
)

func gz(t failer, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		t.Fatalf("%v", err)
	}
	if err := w.Close(); err != nil {
		t.Fatalf("%v", err)
	}
	return out.Bytes()
}

func zst(t failer, b []byte) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return w.EncodeAll(b, nil)
}

func unpack(b []byte, l decode.Limits) (out []byte, words string, err error) {
	r, words, err := decode.Unpack(bytes.NewReader(b), "x.log.gz", l)
	if err != nil {
		return nil, words, err
	}
	out, err = io.ReadAll(r)
	return out, words, err
}

func TestUnpack(t *testing.T) {
	text := []byte(strings.Repeat(logLine+"\n", 100))
	// What does not compress shows how much of a damaged stream was unpacked.
	noise := make([]byte, 300_000)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	damaged := gz(t, text)
	damaged[len(damaged)-6] ^= 0xff
	tests := []struct {
		name, words string
		in          []byte
		want        []byte // what is unpacked before an error
		atLeast     int    // where want is nil
		err         string
	}{
		{name: "plain", in: text, want: text},
		{name: "empty", in: nil, want: nil},
		{name: "one byte", in: []byte{0x1f}, want: []byte{0x1f}},
		{name: "gzip", words: "gzip", in: gz(t, text), want: text},
		{name: "gzip of nothing", words: "gzip", in: gz(t, nil), want: nil},
		{name: "gzip of two members", words: "gzip", in: append(gz(t, text), gz(t, text)...), want: append(bytes.Clone(text), text...)},
		{name: "gzip with padding", words: "gzip", in: append(gz(t, text), make([]byte, 512)...), want: text},
		{name: "zstd", words: "zstd", in: zst(t, text), want: text},
		{name: "zstd of two frames", words: "zstd", in: append(zst(t, text), zst(t, text)...), want: append(bytes.Clone(text), text...)},
		{name: "zstd in gzip", words: "zstd in gzip", in: gz(t, zst(t, text)), want: text},
		{name: "gzip three deep", words: "gzip in gzip in gzip", in: gz(t, gz(t, gz(t, text))), want: text},
		{name: "gzip four deep", in: gz(t, gz(t, gz(t, gz(t, text)))), err: "more than 3 compressions"},
		{name: "gzip cut off", words: "gzip", in: gz(t, noise)[:200_000], atLeast: 100_000, err: "the gzip stream is cut off"},
		{name: "gzip cut off in the second member", words: "gzip", in: append(gz(t, text), gz(t, text)[:30]...), atLeast: len(text), err: "the gzip stream is cut off"},
		{name: "gzip cut off in its checksum", words: "gzip", in: gz(t, text)[:len(gz(t, text))-3], want: text, err: "the gzip stream is cut off"},
		{name: "gzip with a wrong checksum", words: "gzip", in: damaged, want: text, err: "the gzip stream is damaged"},
		{name: "gzip header only", in: gz(t, text)[:4], err: "the gzip stream is cut off"},
		{name: "text behind gzip", words: "gzip", in: append(gz(t, text), "and more"...), want: text, err: "behind the gzip stream follows what is no gzip"},
		{name: "zstd cut off", words: "zstd", in: zst(t, noise)[:200_000], atLeast: 100_000, err: "the zstd stream is cut off"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, words, err := unpack(test.in, decode.Limits{})
			switch {
			case test.err == "" && err != nil:
				t.Fatal(err)
			case test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)):
				t.Fatalf("error %v, want %q", err, test.err)
			}
			if words != test.words {
				t.Errorf("words %q, want %q", words, test.words)
			}
			if test.want == nil && len(got) < test.atLeast || test.want != nil && !bytes.Equal(got, test.want) {
				t.Errorf("%d bytes unpacked, want %d or at least %d", len(got), len(test.want), test.atLeast)
			}
		})
	}
}

// The records before the place where a stream breaks are kept, and then the reason is told.
func TestRecordsBeforeTheEndOfACutOffGzipAreKept(t *testing.T) {
	var log bytes.Buffer
	random := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		log.WriteString(strings.Replace(logLine, "main", string(rune('a'+random.IntN(26)))+"-"+strings.Repeat("z", random.IntN(90)), 1) + "\n")
	}
	packed := gz(t, log.Bytes())
	r, _, err := decode.Unpack(bytes.NewReader(packed[:len(packed)/2]), "x", decode.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	s := decode.NewSplitter(r, decode.Limits{})
	d := decode.NewDecoder(decode.Limits{})
	records, unreadable := 0, 0
	for {
		p, err := s.Next()
		if err != nil {
			if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "cut off") {
				t.Errorf("ended with %v", err)
			}
			break
		}
		for _, it := range d.Decode(p, nil) {
			switch it.Kind {
			case decode.Record:
				records++
			case decode.Unreadable:
				unreadable++
			}
		}
	}
	if records < 500 || unreadable > 1 {
		t.Errorf("%d records, %d unreadable", records, unreadable)
	}
}

// A stream says itself how much memory it needs: with zstd's --long=31 that is 2 GiB.
func TestZstdThatAsksForTooMuchMemoryIsNotUnpacked(t *testing.T) {
	pack := func(window int) []byte {
		var b bytes.Buffer
		w, err := zstd.NewWriter(&b, zstd.WithWindowSize(window), zstd.WithSingleSegment(false))
		if err == nil {
			_, err = w.Write(bytes.Repeat([]byte(logLine+"\n"), 1000))
		}
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	if out, _, err := unpack(pack(128<<20), decode.Limits{}); err != nil || len(out) == 0 {
		t.Errorf("128 MiB: %d bytes, %v", len(out), err)
	}
	if out, _, err := unpack(pack(256<<20), decode.Limits{}); err == nil || !strings.Contains(err.Error(), "more than 128 MiB of memory") || len(out) > 0 {
		t.Errorf("256 MiB: %d bytes, %v", len(out), err)
	}
	if out, _, err := unpack(gz(t, pack(128<<20)), decode.Limits{}); err == nil || !strings.Contains(err.Error(), "more than 8 MiB of memory") || len(out) > 0 {
		t.Errorf("128 MiB within gzip: %d bytes, %v", len(out), err)
	}
}

func TestUnpackingStopsAtItsLimits(t *testing.T) {
	bomb := gz(t, make([]byte, 80<<20)) // about 1 : 1000
	if out, _, err := unpack(bomb, decode.Limits{Ratio: 100}); !errors.Is(err, decode.ErrTooLarge) || len(out) > 66<<20 {
		t.Errorf("ratio: %d bytes, error %v", len(out), err)
	}
	if out, _, err := unpack(bomb, decode.Limits{}); err != nil || len(out) != 80<<20 {
		t.Errorf("within the limits: %d bytes, error %v", len(out), err)
	}
	if out, _, err := unpack(bomb, decode.Limits{Stream: 1 << 20}); !errors.Is(err, decode.ErrTooLarge) || len(out) > 2<<20 {
		t.Errorf("stream: %d bytes, error %v", len(out), err)
	}
}
