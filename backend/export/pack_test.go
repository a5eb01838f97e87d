package export_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"auditdesk/backend/export"
)

func files(t *testing.T) (out, spool *os.File) {
	t.Helper()
	for _, f := range []**os.File{&out, &spool} {
		var err error
		if *f, err = os.CreateTemp(t.TempDir(), ""); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = (*f).Close() })
	}
	return out, spool
}

func TestPackOrdersPartsByName(t *testing.T) {
	content := map[string]string{"xl/b.xml": strings.Repeat("b", 400_000), "[Content_Types].xml": "types", "xl/a.xml": "", "_rels/.rels": "rels"}
	var first []byte
	for _, order := range [][]string{
		{"xl/b.xml", "[Content_Types].xml", "xl/a.xml", "_rels/.rels"},
		{"_rels/.rels", "xl/a.xml", "xl/b.xml", "[Content_Types].xml"},
	} {
		out, spool := files(t)
		p := export.NewPack(t.Context(), out, spool, 1<<32)
		for _, name := range order {
			w, err := p.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(w, content[name]); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		got := parts(t, out.Name())
		for name, want := range content {
			if got[name] != want {
				t.Errorf("%s holds %d bytes, want %d", name, len(got[name]), len(want))
			}
		}
		b, err := os.ReadFile(out.Name())
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = b
		}
		if !bytes.Equal(b, first) {
			t.Error("the order in which parts come changes the file")
		}
	}
	zr, err := zip.NewReader(bytes.NewReader(first), int64(len(first)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range zr.File {
		names = append(names, f.Name)
	}
	if want := []string{"[Content_Types].xml", "_rels/.rels", "xl/a.xml", "xl/b.xml"}; !slices.Equal(names, want) {
		t.Errorf("parts %q, want %q", names, want)
	}
}

// Excel takes a part over 4 GiB for damage unless the header before it says version 4.5. The limit is lowered here.
func TestLargePartsSayTheirVersion(t *testing.T) {
	out, spool := files(t)
	p := export.NewPack(t.Context(), out, spool, 1_000)
	for _, name := range []string{"a", "big", "c", "large"} {
		w, err := p.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(bytes.Repeat([]byte("PK\x03\x04"), 100*len(name)*len(name))); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if got := parts(t, out.Name()); len(got["big"]) != 3_600 || len(got["c"]) != 400 {
		t.Errorf("parts of %d and %d bytes", len(got["big"]), len(got["c"]))
	}
	b, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]uint16{"a": 20, "big": 45, "c": 20, "large": 45} {
		at := bytes.Index(b, append(make([]byte, 0, 8), name...)) - 30
		if at < 0 || !bytes.HasPrefix(b[at:], []byte("PK\x03\x04")) {
			t.Fatalf("no header before %s", name)
		}
		if got := binary.LittleEndian.Uint16(b[at+4:]); got != want {
			t.Errorf("%s says version %d, want %d", name, got, want)
		}
	}
}

func TestPackStopsWhenCancelled(t *testing.T) {
	out, spool := files(t)
	ctx, cancel := context.WithCancel(t.Context())
	p := export.NewPack(ctx, out, spool, 1<<32)
	w, err := p.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("<worksheet>")); err != nil {
		t.Fatal(err)
	}
	cancel()
	if n, err := w.Write(make([]byte, 64<<20)); n != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("wrote %d bytes after it was cancelled (%v)", n, err)
	}
	if err := p.Close(); !errors.Is(err, context.Canceled) {
		t.Errorf("closing says %v, want cancelled", err)
	}
}
