package decode_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"auditdesk/backend/decode"
)

// small gives at most so many bytes a read.
type small struct {
	r io.Reader
	n int
}

func (s small) Read(p []byte) (int, error) { return s.r.Read(p[:min(len(p), s.n)]) }

func pieces(t testing.TB, r io.Reader) (out []string) {
	t.Helper()
	s := decode.NewSplitter(r, decode.Limits{})
	for {
		p, err := s.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(p.Raw)+p.Problem)
	}
}

func TestLongStringThatComesInSmallPartsIsReadOnce(t *testing.T) {
	line := `{"audit_log":{"time":"2022-10-11T15:10:00Z","action":"write","diff":"` + strings.Repeat("x", 16<<20) + `"}}` + "\n"
	start := time.Now()
	got := pieces(t, small{strings.NewReader(line), 4 << 10})
	if len(got) != 1 || got[0]+"\n" != line {
		t.Fatalf("%d pieces", len(got))
	}
	// Looked at from its start at each read, the string would be 4,096 × 8 MiB: more than ten seconds.
	if d := time.Since(start); d > 8*time.Second {
		t.Errorf("it took %s", d)
	}
}

func TestEscapesAtTheEndOfAReadDoNotEndAString(t *testing.T) {
	object := "{\n" + `"a":"` + strings.Repeat(`\\`, 5) + `\"} {\\\" x","b":"\\","c":"\\\\\"` + "}\"\n}\n{\"d\":1}\n"
	want := pieces(t, strings.NewReader(object))
	if len(want) != 2 {
		t.Fatalf("%d pieces: %q", len(want), want)
	}
	for n := 1; n < 40; n++ {
		if got := pieces(t, small{strings.NewReader(object), n}); strings.Join(got, "|") != strings.Join(want, "|") {
			t.Fatalf("%d bytes a read: %q, want %q", n, got, want)
		}
	}
}
