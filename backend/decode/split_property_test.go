package decode_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"auditdesk/backend/decode"
)

// split reads all pieces of b, chunk bytes at a time (0: as it comes).
func split(tb failer, b []byte, chunk int, l decode.Limits) []decode.Piece {
	tb.Helper()
	var r io.Reader = bytes.NewReader(b)
	if chunk > 0 {
		r = &chunked{r: r, n: chunk}
	}
	s := decode.NewSplitter(r, l)
	var pieces []decode.Piece
	for {
		p, err := s.Next()
		if errors.Is(err, io.EOF) {
			return pieces
		}
		if err != nil {
			tb.Fatalf("after %d pieces: %v", len(pieces), err)
		}
		pieces = append(pieces, p)
		if len(pieces) > 2*len(b)+8 {
			tb.Fatalf("no end: %d pieces of %d bytes", len(pieces), len(b))
		}
	}
}

// chunked reads at most n bytes at a time.
type chunked struct {
	r io.Reader
	n int
}

func (c *chunked) Read(p []byte) (int, error) { return c.r.Read(p[:min(len(p), c.n)]) }

// physicalLines counts lines as the accounting does: a last line without a newline is one.
func physicalLines(b []byte) int64 {
	n := int64(bytes.Count(b, []byte("\n")))
	if len(b) > 0 && b[len(b)-1] != '\n' {
		n++
	}
	return n
}

// checkAccounting checks what holds for the pieces of any stream.
func checkAccounting(tb failer, b []byte, pieces []decode.Piece) {
	tb.Helper()
	var lines int64
	starts := []int{0}
	for i, c := range b {
		if c == '\n' {
			starts = append(starts, i+1)
		}
	}
	next := map[bool]int64{} // joined lines may lie between others
	for i := range pieces {
		p := &pieces[i]
		lines += p.Lines
		if p.Lines < 0 {
			tb.Fatalf("piece %d: %d lines", i, p.Lines)
		}
		if p.Line < 1 || p.Line > max(physicalLines(b), 1) {
			tb.Fatalf("piece %d: line %d of %d", i, p.Line, physicalLines(b))
		}
		if p.Offset < 0 || p.Offset > int64(len(b)) {
			tb.Fatalf("piece %d: offset %d of %d", i, p.Offset, len(b))
		}
		joined := (p.Inside == "docker" || p.Inside == "cri") && bytes.Contains(p.Raw, []byte("\n"))
		if !joined {
			if end := int(p.Offset) + len(p.Raw); end > len(b) || !bytes.Equal(b[p.Offset:end], p.Raw) {
				tb.Fatalf("piece %d: the bytes at offset %d are not its own: %q", i, p.Offset, p.Raw)
			}
			if p.Inside != "docker" && p.Inside != "cri" {
				if p.Offset < next[false] {
					tb.Fatalf("piece %d: at offset %d, before the end of another at %d", i, p.Offset, next[false])
				}
				next[false] = p.Offset + int64(len(p.Raw))
			}
		}
		if start := starts[p.Line-1]; len(p.Raw) > 0 && (p.Offset < int64(start) || int(p.Line) < len(starts) && p.Offset >= int64(starts[p.Line])) {
			tb.Fatalf("piece %d: offset %d is not on line %d", i, p.Offset, p.Line)
		}
	}
	if want := physicalLines(b); lines != want {
		for i, p := range pieces {
			tb.Logf("%d: line %d+%d at %d frame=%v inside=%q problem=%q %q", i, p.Line, p.Lines, p.Offset, p.Frame, p.Inside, p.Problem, p.Raw)
		}
		tb.Fatalf("%d lines are accounted for, there are %d", lines, want)
	}
}

// fragments are what the streams of the property are put together from. %d becomes a number of its own.
var fragments = []string{
	`{"ts":"2022-10-11T14:53:47Z","msg":"audit_log","fields":{"audit_log":{"action":"open","marker":"M%dM"}}}`,
	`{"a":"M%dM","b":[1,2,{"c":"}"}]}`,
	"{\n  \"a\": \"M%dM\",\n  \"b\": {\n    \"c\": [\n      1\n    ]\n  }\n}",
	"{\n\"a\": \"M%dM\"\n}",
	`{"a":"M%dM","b":`,
	`{"a":"M%dM","b":[`,
	`{"a":"M%dM","b":["x",`,
	`{"a":"M%dM`,
	"{\n  \"a\": \"M%dM\",\n  \"b\": [",
	"{\n  \"a\": \"M%dM\",\n  \"b\": \"cut",
	"[",
	"]",
	"[]",
	`[{"a":"M%dM"},{"a":"x"}]`,
	"[ \t\n\n [[{\"a\":\"M%dM\"}]]]",
	`[{"a":"M%dM"},`,
	"  {\"a\":\"M%dM\"},",
	"[\n  {\n    \"a\": \"M%dM\"\n  },\n  {\n    \"a\": 2\n  }\n]",
	`["{\"a\":\"M%dM\"}","x"]`,
	`{"audit_logs":[{"id":"M%dM"},{"id":"y"}],"count":2}`,
	"{\n \"audit_logs\": [\n  {\n   \"id\": \"M%dM\"\n  },\n  {\n   \"id\": \"y\"\n  }\n ],\n \"count\": 2\n}",
	"{\n \"audit_logs\": [\n  {\n   \"id\": \"M%dM\"\n  },\n  {\n   \"id\": \"y",
	`{"count":0,"connection_logs":[]}`,
	`{"count":1,"connection_logs":[{"id":"M%dM"}`,
	`{"log":"whole M%dM\n","stream":"stdout","time":"2022-10-11T14:53:47.1Z"}`,
	`{"log":"part M%dM","stream":"stdout","time":"2022-10-11T14:53:47.1Z"}`,
	`{"log":"part M%dM","stream":"stderr","time":"2022-10-11T14:53:47.1Z"}`,
	`{"log":"rest M%dM\n","stream":"stderr","time":"2022-10-11T14:53:47.1Z"}`,
	`2022-10-11T14:53:47.121003552Z stdout F whole M%dM`,
	`2022-10-11T14:53:47.121003552Z stdout P part M%dM`,
	`2022-10-11T14:53:47.121003552Z stderr P `,
	"time,action,resource_type,resource_target",
	`2022-10-11T14:53:47Z,write,user,"M%dM"`,
	"2022-10-11T14:53:47Z,write,user,\"M%dM\n\"\"two\"\" lines\"",
	`2022-10-11T14:53:47Z,write,user,"M%dM`,
	"plain text M%dM",
	"[INFO] M%dM",
	"\tindented M%dM",
	"\x00\x00{\"a\":\"M%dM\"}",
	"{\"a\":\"M%dM\x00\"}",
	"\xef\xbb\xbf{\"a\":\"M%dM\"}",
	"",
	" ",
	"}",
	`,{"a":"M%dM"}`,
	`{"a":"M%dM"}{"b":1}`,
	`{"a":"M%dM"} trailing`,
	`{"a":1},{"b":"M%dM"}, trailing`,
	"{\"a\":{\"b\":\"M%dM\"}\n,\"c\":2}",
	`"{\"a\":\"M%dM\"}"`,
	"null",
	"{}",
}

func drawStream(t *rapid.T) []byte {
	var b bytes.Buffer
	newline := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "newline")
	n := rapid.IntRange(0, 12).Draw(t, "fragments")
	for i := range n {
		f := rapid.SampledFrom(fragments).Draw(t, "fragment")
		if strings.Contains(f, "%d") {
			f = fmt.Sprintf(f, i)
		}
		b.WriteString(strings.ReplaceAll(f, "\n", newline))
		if i < n-1 || rapid.Bool().Draw(t, "final newline") {
			b.WriteString(newline)
		}
	}
	return b.Bytes()
}

func TestEveryLineIsAccountedForInAnyMixture(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawStream(t)
		pieces := split(t, b, 0, decode.Limits{})
		checkAccounting(t, b, pieces)

		// No record is lost: every fragment's mark stands in some piece.
		for i := range len(fragments) {
			mark := []byte(fmt.Sprintf("M%dM", i))
			if !bytes.Contains(b, mark) {
				continue
			}
			found := false
			for _, p := range pieces {
				found = found || bytes.Contains(p.Raw, mark)
			}
			if !found {
				t.Fatalf("%s is in no piece of %q", mark, b)
			}
		}
	})
}

func TestPiecesDoNotDependOnHowTheStreamIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawStream(t)
		l := decode.Limits{Record: rapid.SampledFrom([]int{0, 60, 200}).Draw(t, "record limit")}
		whole := split(t, b, 0, l)
		cut := split(t, b, rapid.IntRange(1, 40).Draw(t, "chunk"), l)
		checkAccounting(t, b, whole)
		if a, b := show(whole), show(cut); a != b {
			t.Fatalf("read at once:\n%s\nread in chunks:\n%s", a, b)
		}
	})
}

func show(pieces []decode.Piece) string {
	var b strings.Builder
	for _, p := range pieces {
		fmt.Fprintf(&b, "line %d+%d at %d frame=%v inside=%q problem=%q time=%q raw=%q text=%q header=%q\n", p.Line, p.Lines, p.Offset, p.Frame, p.Inside, p.Problem, p.Time, p.Raw, p.Text, p.Header)
	}
	return b.String()
}

// failer is what tests, fuzz targets and properties have in common.
type failer interface {
	Helper()
	Logf(format string, args ...any)
	Fatalf(format string, args ...any)
}
