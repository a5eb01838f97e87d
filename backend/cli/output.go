package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode"
	"unicode/utf8"

	"auditdesk/backend/mask"
)

// escape makes control, bidirectional and zero-width characters of a log visible, so that none reaches a terminal.
func escape(s string) string {
	clean := true
	for _, r := range s {
		if hidden(r) || r == utf8.RuneError {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError:
			if _, n := utf8.DecodeRuneInString(s[i:]); n == 1 {
				fmt.Fprintf(&b, "<%02X>", s[i])
				continue
			}
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case hidden(r):
			fmt.Fprintf(&b, "<U+%04X>", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// escapeLines is escape for text of several lines: line ends and tabs stay.
func escapeLines(s string) string {
	lines := strings.SplitAfter(s, "\n")
	for i, l := range lines {
		body := strings.TrimSuffix(l, "\n")
		parts := strings.Split(body, "\t")
		for j := range parts {
			parts[j] = escape(parts[j])
		}
		lines[i] = strings.Join(parts, "\t") + l[len(body):]
	}
	return strings.Join(lines, "")
}

func hidden(r rune) bool { return mask.Invisible(r) || unicode.Is(unicode.Co, r) }

// visibleWriter makes hidden characters visible but for line feeds, for formats that are written as a stream.
type visibleWriter struct {
	w    io.Writer
	rest []byte // of a character that is not whole yet
}

func (v *visibleWriter) Write(p []byte) (int, error) {
	text := slices.Concat(v.rest, p)
	whole := len(text)
	for whole > 0 && len(text)-whole < utf8.UTFMax && !utf8.RuneStart(text[whole-1]) {
		whole--
	}
	if whole > 0 && !utf8.FullRune(text[whole-1:]) {
		whole--
	} else {
		whole = len(text)
	}
	v.rest = append([]byte(nil), text[whole:]...)
	if _, err := io.WriteString(v.w, escapeLines(string(text[:whole]))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// writeJSON prints one document. Hidden characters are written as \u escapes: the same JSON, harmless on a terminal.
func writeJSON(w io.Writer, v any) error {
	b, err := marshal(v)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, b, "", "  "); err != nil {
		return err
	}
	out.WriteByte('\n')
	_, err = w.Write(out.Bytes())
	return err
}

// writeLine prints one object on a line.
func writeLine(w io.Writer, v any) error {
	b, err := marshal(v)
	if err != nil {
		return err
	}
	_, err = w.Write(append(b, '\n'))
	return err
}

func marshal(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	b := bytes.TrimRight(buf.Bytes(), "\n")
	if !bytes.ContainsFunc(b, hidden) {
		return b, nil
	}
	out := make([]byte, 0, len(b)+64)
	for _, r := range string(b) {
		switch {
		case !hidden(r):
			out = utf8.AppendRune(out, r)
		case r > 0xFFFF:
			hi, lo := (r-0x10000)>>10+0xD800, (r-0x10000)&0x3FF+0xDC00
			out = fmt.Appendf(out, `\u%04x\u%04x`, hi, lo)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
	}
	return out, nil
}

// table is aligned text. Cells longer than cut characters end in "…"; 0 cuts none.
type table struct {
	tw  *tabwriter.Writer
	cut int
}

// cellWidth is how long a cell of a list may be; what is left out stands in show and in JSON.
const cellWidth = 120

func newTable(w io.Writer, head ...string) table {
	t := table{tabwriter.NewWriter(w, 0, 4, 2, ' ', 0), cellWidth}
	if len(head) > 0 {
		t.row(head...)
	}
	return t
}

// newWholeTable is a table that cuts nothing: one event, whole.
func newWholeTable(w io.Writer) table {
	t := newTable(w)
	t.cut = 0
	return t
}

// row adds a line; cells are escaped.
func (t table) row(cells ...string) {
	for i, c := range cells {
		c = escape(c)
		if t.cut > 0 && utf8.RuneCountInString(c) > t.cut {
			c = string([]rune(c)[:t.cut-1]) + "…"
		}
		cells[i] = c
	}
	fmt.Fprintln(t.tw, strings.TrimRight(strings.Join(cells, "\t"), "\t"))
}

func (t table) flush() error { return t.tw.Flush() }
