package store

import (
	"bytes"
	"context"
	"fmt"
)

// lastStates compares what may change with what was said of it last.
func (v *verifier) lastStates(out *Check) error {
	for _, one := range []struct {
		name string
		text func(context.Context, *conn) (string, error)
	}{{"format", formatText}, {"engagement", engagementText}, {"meta", metaText}} {
		out.Count++
		is, err := one.text(v.ctx, v.c)
		said := v.book.single[one.name]
		if err != nil || is != said.line {
			v.damage(out, said.link, "table "+one.name, "%s: it is not what the chain says of it (%s)", one.name, reason(err, said.line, is))
		}
	}
	numbers := map[int64]bool{}
	if err := v.c.query(v.ctx, "SELECT number FROM source", func(r row) error { numbers[r.num(0)] = true; return nil }); err != nil {
		v.damage(out, v.beyond(), "the sources", "the sources could not be listed: %v", err)
	}
	for n := range v.book.sources {
		numbers[n] = true
	}
	for n := range v.book.receipt {
		numbers[n] = true
	}
	for n := range numbers {
		out.Count++
		for _, one := range []struct {
			what string
			text func(context.Context, *conn, int64) (string, error)
			said stated
		}{{"", sourceText, v.book.sources[n]}, {"the receipt of ", receiptText, v.book.receipt[n]}} {
			is, err := one.text(v.ctx, v.c, n)
			if err != nil || is != one.said.line {
				at := one.said.link
				if at == 0 {
					at = v.beyond()
				}
				v.damage(out, at, one.what+v.sourceName(n), "%s%s: the chain says %s", one.what, v.sourceName(n), reason(err, one.said.line, is))
			}
		}
	}
	return v.runs(out)
}

func reason(err error, said, is string) string {
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%q, the case holds %q", trim(said), trim(is))
}

// sourceName is a source's number with its path.
func (v *verifier) sourceName(n int64) string {
	name := fmt.Sprintf("source %d", n)
	_ = v.c.query(v.ctx, "SELECT path FROM source WHERE number = ?", func(r row) error { // else without
		name += " (" + r.text(0) + ")"
		return nil
	}, n)
	return name
}

func (v *verifier) runs(out *Check) error {
	seen := map[int64]bool{}
	err := v.c.query(v.ctx, "SELECT number, started, ended, head FROM import_run", func(r row) error {
		out.Count++
		seen[r.num(0)] = true
		b := v.book.runs[r.num(0)]
		if b == nil {
			v.damage(out, v.beyond(), fmt.Sprintf("import run %d", r.num(0)), "import run %d is not in the chain", r.num(0))
			return nil
		}
		if r.num(1) != b.started || r.num(2) != b.ended || !bytes.Equal(r.blob(3), b.head) {
			v.damage(out, b.link, fmt.Sprintf("import run %d", r.num(0)), "import run %d: its times or its head are not those of the chain", r.num(0))
		}
		return nil
	})
	for n, b := range v.book.runs {
		if err == nil && !seen[n] {
			v.damage(out, b.link, fmt.Sprintf("import run %d", n), "import run %d is missing", n)
		}
	}
	return err
}
