package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"time"

	"auditdesk/backend/demo"
)

// imports measures the import of a v2 server log, raw records, identities, digests and facet columns included, beside programs
// that read the same file and keep less of it.
func (b *bench) imports() error {
	first, err := b.logs()
	if err != nil {
		return err
	}
	raw := size(first)
	own, err := b.into("case.auditcase", first)
	if err != nil {
		return err
	}
	rate := float64(b.events) / own.wall.Seconds()
	kept := size(b.path("case.auditcase"))
	b.add(row{
		fmt.Sprintf("import of %d bytes an event; the case holds every record's bytes, identity, values, changes, digests and the columns of the facets", raw/int64(b.events)),
		fmt.Sprintf("%.1f s, %s events/s, %.0f MB/s; case %.0f %% of the input; %s at most", own.wall.Seconds(), thousands(rate), float64(raw)/1e6/own.wall.Seconds(), 100*float64(kept)/float64(raw), mib(own.memory)),
		"", "",
	})
	if err := b.readers(first, own.wall); err != nil {
		return err
	}
	if tenth := b.events / 10; tenth >= 100_000 {
		small := b.path("tenth.ndjson")
		if err := makeLog(small, tenth); err != nil {
			return err
		}
		u, err := b.into("tenth.auditcase", small)
		if err != nil {
			return err
		}
		tenthRate := float64(tenth) / u.wall.Seconds()
		b.add(row{fmt.Sprintf("import of a tenth, %s events", thousands(float64(tenth))), fmt.Sprintf("%.1f s, %s events/s; the full size goes at %.2f of that", u.wall.Seconds(), thousands(tenthRate), rate/tenthRate), "", ""})
	}
	u, err := b.timed(b.tool, "count", b.path("case.auditcase"), "action:login")
	if err != nil {
		return err
	}
	b.add(row{"a filter from the command line, case opened anew", fmt.Sprintf("%.2f s", u.wall.Seconds()), "", ""})
	b.first = own.wall
	return nil
}

// again measures the import of a log that overlaps what the case holds.
func (b *bench) again() error {
	u, err := b.into("case.auditcase", b.path("second.ndjson"))
	if err != nil {
		return err
	}
	b.add(row{"import of as many again, half of which the case holds", fmt.Sprintf("%.1f s, %.2f of the first rate; %s at most", u.wall.Seconds(), b.first.Seconds()/u.wall.Seconds(), mib(u.memory)), "", ""})
	return nil
}

// into imports a file.
func (b *bench) into(name, file string) (usage, error) {
	return b.timed(b.tool, "import", b.path(name), file)
}

// logs makes two logs of as many events each; the second half of the first is the first half of the second.
func (b *bench) logs() (first string, err error) {
	all := b.path("all.ndjson")
	first = b.path("first.ndjson")
	if err := makeLog(all, b.events+b.events/2); err != nil {
		return "", err
	}
	defer os.Remove(all) //nolint:errcheck // goes with the folder at the latest
	f, err := os.Open(all)
	if err != nil {
		return "", err
	}
	defer f.Close() //nolint:errcheck // it was only read
	one, err := os.Create(first)
	if err != nil {
		return "", err
	}
	two, err := os.Create(b.path("second.ndjson"))
	if err != nil {
		return "", err
	}
	to1, to2 := bufio.NewWriterSize(one, 1<<20), bufio.NewWriterSize(two, 1<<20)
	r := bufio.NewReaderSize(f, 1<<20)
	events := 0
	for {
		line, err := r.ReadSlice('\n')
		if err == io.EOF {
			break
		}
		if err != nil {
			return "", err
		}
		if bytes.Contains(line, []byte(`"msg":"audit_log"`)) && bytes.HasSuffix(line, []byte("}\n")) {
			events++
		}
		if events <= b.events {
			_, _ = to1.Write(line) // Flush tells
		}
		if events > b.events/2 {
			_, _ = to2.Write(line)
		}
	}
	for _, flush := range []func() error{to1.Flush, to2.Flush, one.Close, two.Close} {
		if err := flush(); err != nil {
			return "", err
		}
	}
	return first, nil
}

// makeLog writes a made-up v2 server log.
func makeLog(path string, events int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := demo.Write(f, demo.Options{Events: events, Seed: 1, Log: "v2"}); err != nil {
		return err
	}
	return f.Close()
}

// readers times programs that read the same file.
func (b *bench) readers(file string, own time.Duration) error {
	beside := func(u usage, ok bool, what, kept string) {
		if ok {
			b.add(row{"", "", fmt.Sprintf("%s: %.1f s%s", what, u.wall.Seconds(), kept), ratio(u.wall, own)})
		}
	}
	if err := os.MkdirAll(b.path("lnav/formats/coder"), 0o700); err != nil {
		return err
	}
	format, err := os.ReadFile("build/peers/coder_v2_log.json")
	if err != nil {
		return err
	}
	if err := os.WriteFile(b.path("lnav/formats/coder/coder_v2_log.json"), format, 0o600); err != nil {
		return err
	}
	u, ok := b.peer("lnav", "-n", "-I", b.path("lnav"), "-c", `;SELECT "fields/Action", count(*) FROM coder_v2_log GROUP BY 1`, file)
	beside(u, ok, "lnav with a format for these records, loaded and grouped by action once", ", nothing kept")

	// jq stops at the one broken line, so that it gets the file without it.
	clean := b.path("clean.ndjson")
	if _, err := b.timed("sh", "-c", `grep -a '}$' "$1" > "$2"`, "sh", file, clean); err != nil {
		return err
	}
	u, ok = b.peer("jq", "-c", `select(.msg=="audit_log" and .fields.Action=="login") | .fields.UserID`, clean)
	beside(u, ok, "jq, one filter", ", nothing kept")

	db := b.path("lines.db")
	script := b.path("import.sql")
	sql := "CREATE TABLE line(text TEXT);\n.mode list\n.separator \"\\037\" \"\\n\"\n.import '" + clean + "' line\n" +
		"CREATE TABLE event AS SELECT " + sqliteColumns + " FROM line WHERE json_valid(text);\n"
	if err := os.WriteFile(script, []byte(sql), 0o600); err != nil {
		return err
	}
	u, ok = b.peer("sqlite3", db, ".read "+script)
	beside(u, ok, "sqlite3, lines imported and 12 fields taken out", fmt.Sprintf("; lines and fields kept, %.0f %% of the input", 100*float64(size(db))/float64(size(file))))

	duck := "build/bin/peers"
	db = b.path("fields.duckdb")
	u, ok = b.peer(duck, db, "CREATE TABLE record AS SELECT * FROM read_json('"+clean+"', format='newline_delimited', sample_size=-1, maximum_object_size=33554432)")
	beside(u, ok, "DuckDB, read_json", fmt.Sprintf("; values kept, no lines and no digests, %.0f %% of the input, %s at most", 100*float64(size(db))/float64(size(file)), mib(u.memory)))
	db = b.path("lines.duckdb")
	u, ok = b.peer(duck, db, "CREATE TABLE record AS SELECT json AS text, sha256(json::VARCHAR) AS digest, "+duckColumns+" FROM read_ndjson_objects('"+clean+"', maximum_object_size=33554432)")
	beside(u, ok, "DuckDB, the same with each record's text and SHA-256", fmt.Sprintf("; %.0f %% of the input, %s at most", 100*float64(size(db))/float64(size(file)), mib(u.memory)))
	for _, p := range []string{clean, b.path("lines.db"), b.path("fields.duckdb"), b.path("lines.duckdb")} {
		if err := os.RemoveAll(p); err != nil {
			return err
		}
	}
	return nil
}

var columns = []string{"ID", "Time", "UserID", "OrganizationID", "Ip", "UserAgent", "ResourceType", "ResourceID", "ResourceTarget", "Action", "StatusCode", "Diff"}

var (
	sqliteColumns = taken("text")
	duckColumns   = taken("json")
)

// taken are the columns as both databases write them.
func taken(from string) string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = fmt.Sprintf("%s ->> '$.fields.%s' AS %s", from, c, c)
	}
	return strings.Join(out, ", ")
}

// foreign measures lines that are no audit records, or broken ones, at the same count.
func (b *bench) foreign() error {
	rate := float64(b.events) / b.first.Seconds()
	rng := rand.New(rand.NewPCG(1, 2))
	var record bytes.Buffer
	if err := demo.Write(&record, demo.Options{Events: 1, Seed: 1, Log: "v2"}); err != nil {
		return err
	}
	whole := bytes.TrimSpace(record.Bytes())
	for _, kind := range []struct {
		what string
		line func(w *bufio.Writer, i int)
	}{
		{"request logs in JSON", func(w *bufio.Writer, i int) {
			fmt.Fprintf(w, `{"ts":"2026-01-02T03:04:05.%06dZ","level":"INFO","msg":"GET","caller":"coderd/httpmw/logger.go:%d","func":"httpmw.Logger","fields":{"host":"coder.example","path":"/api/v2/workspaces/%d","status":200,"latency_ms":%d}}`, i%1000000, i%97, i, i%5000)
		}},
		{"lines of text, each another", func(w *bufio.Writer, i int) {
			fmt.Fprintf(w, "worker-%d did something with %x that nobody asked for", i, rng.Uint64())
		}},
		{"records cut off", func(w *bufio.Writer, i int) {
			_, _ = w.Write(whole[:200+i%(len(whole)-200)]) // Flush tells
		}},
	} {
		file, name := b.path("foreign.log"), b.path("foreign.auditcase")
		f, err := os.Create(file)
		if err != nil {
			return err
		}
		w := bufio.NewWriterSize(f, 1<<20)
		for i := range b.events {
			kind.line(w, i)
			_ = w.WriteByte('\n') // Flush tells
		}
		if err := w.Flush(); err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
		u, err := b.into("foreign.auditcase", file)
		if err != nil {
			return err
		}
		lines := float64(b.events) / u.wall.Seconds()
		b.add(row{"as many " + kind.what, fmt.Sprintf("%.1f s, %s lines/s, %.1f of the rate of events; %s at most", u.wall.Seconds(), thousands(lines), lines/rate, mib(u.memory)), "", ""})
		if err := os.Remove(name); err != nil {
			return err
		}
	}
	return nil
}
