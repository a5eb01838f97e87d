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

// The parts of a line that a runtime has cut are kept as they stand in the file, line endings between them included.
func TestPartsAreKeptByteForByte(t *testing.T) {
	for name, in := range map[string]string{
		"CRI, CRLF":    "2022-10-11T14:53:47.121Z stderr P {\"a\":\r\n2022-10-11T14:53:47.121Z stderr P \"b\",\r\n2022-10-11T14:53:47.122Z stderr F \"c\":1}",
		"CRI, LF":      "2022-10-11T14:53:47.121Z stderr P {\"a\":\n2022-10-11T14:53:47.122Z stderr F 1}",
		"Docker, CRLF": `{"log":"{\"a\":","stream":"stderr","time":"2022-10-11T14:53:47.121Z"}` + "\r\n" + `{"log":"1}\n","stream":"stderr","time":"2022-10-11T14:53:47.122Z"}`,
	} {
		pieces := split(t, []byte(in+"\r\n"), 0, decode.Limits{})
		if len(pieces) != 1 || string(pieces[0].Raw) != in {
			t.Errorf("%s: got %d pieces, %q", name, len(pieces), pieces[0].Raw)
		}
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
