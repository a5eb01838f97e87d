package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"time"

	"auditdesk/backend/casefile"
)

// settings measures the state of settings as of an instant, where one event in twenty changes one, and there is a setting for every five
// of these changes; beside it, SQLite answers the same from the same case.
func (b *bench) settings() error {
	writes := max(b.events/20, 1)
	rest, changes := b.path("rest.ndjson"), b.path("settings.ndjson")
	if err := makeLog(rest, b.events-writes); err != nil {
		return err
	}
	if err := settingsLog(changes, writes); err != nil {
		return err
	}
	if err := b.deriving(rest, changes); err != nil {
		return err
	}
	c, err := casefile.Open(b.ctx, b.path("settings.auditcase"), casefile.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }() // it was only read
	if err := b.changes(c); err != nil {
		return err
	}
	all, err := c.Settings(b.ctx, casefile.SettingsRequest{})
	if err != nil {
		return err
	}
	of := fmt.Sprintf("%s settings with %s writes", thousands(float64(all.Total)), thousands(float64(all.Writes)))

	rng := rand.New(rand.NewPCG(5, 7))
	instant := func() time.Time { return settingsFirst.Add(time.Duration(rng.Int64N(int64(settingsYear)))) }
	measure := func(req func() casefile.SettingsRequest) ([]time.Duration, error) {
		var took []time.Duration
		for range 50 {
			r := req()
			start := time.Now()
			got, err := c.Settings(b.ctx, r)
			if err != nil {
				return nil, err
			}
			if _, err := c.SettingRows(b.ctx, casefile.SettingRowsRequest{SettingsRequest: r, Offset: rng.IntN(max(got.Total, 1)), Limit: 100}); err != nil {
				return nil, err
			}
			took = append(took, time.Since(start))
		}
		slices.Sort(took)
		return took, nil
	}
	figure := func(t []time.Duration) string {
		return fmt.Sprintf("median %s, slowest of %d %s", ms(t[len(t)/2]), len(t), ms(t[len(t)-1]))
	}
	one, err := measure(func() casefile.SettingsRequest {
		return casefile.SettingsRequest{At: instant().Format(time.RFC3339Nano)}
	})
	if err != nil {
		return err
	}
	two, err := measure(func() casefile.SettingsRequest {
		a, z := instant(), instant()
		if z.Before(a) {
			a, z = z, a
		}
		return casefile.SettingsRequest{From: a.Format(time.RFC3339Nano), At: z.Format(time.RFC3339Nano)}
	})
	if err != nil {
		return err
	}
	// The same by SQL: the last applied write of each setting, and for two instants how many differ.
	asOf := func(t time.Time) string {
		return fmt.Sprintf(`(SELECT deployment, resource_type, resource, field, new FROM (SELECT e.deployment, e.resource_type, e.resource, c.field, c.new, row_number() OVER (
			PARTITION BY e.deployment, e.resource_type, e.resource, c.field ORDER BY e.time DESC, e.ref DESC) AS n
			FROM change c JOIN event e ON e.number = c.event WHERE e.flags & 8 AND ifnull(e.status, 200) < 400 AND e.time <= %d) WHERE n = 1)`, t.UnixNano())
	}
	a, z := settingsFirst.Add(settingsYear/3), settingsFirst.Add(2*settingsYear/3)
	for _, m := range []struct {
		what string
		took []time.Duration
		sql  string
		by   string
	}{
		{of + ", as of any instant: all counts, and 100 rows with their events", one, "SELECT count(*) FROM " + asOf(z), "sqlite3, a window function over the same case"},
		{of + ", two instants compared", two, "SELECT count(*) FROM " + asOf(a) + " a JOIN " + asOf(z) + " z USING (deployment, resource_type, resource, field) WHERE a.new IS NOT z.new", "sqlite3, two of them joined"},
	} {
		if p, ok := b.peer("sqlite3", "-readonly", b.path("settings.auditcase"), m.sql); ok {
			b.add(row{m.what, figure(m.took), fmt.Sprintf("%s: %s", m.by, ms(p.wall)), ratio(p.wall, m.took[len(m.took)/2])})
			continue
		}
		b.add(row{m.what, figure(m.took), "", ""})
	}
	return nil
}

// deriving imports both logs, and tells what part of that went into values before changes and into how changes follow one another.
func (b *bench) deriving(logs ...string) error {
	var out bytes.Buffer
	cmd := exec.CommandContext(b.ctx, b.tool, append([]string{"import", b.path("settings.auditcase"), "--deployment", "bench", "--format", "json"}, logs...)...) //nolint:gosec // fixed command
	cmd.Stdout = &out
	if err := cmd.Run(); err != nil && cmd.ProcessState.ExitCode() != 4 { // the demo holds a broken line
		return fmt.Errorf("import: %w", err)
	}
	var took struct {
		Seconds  float64 `json:"seconds"`
		Deriving float64 `json:"seconds_deriving"`
	}
	if err := json.Unmarshal(out.Bytes(), &took); err != nil {
		return fmt.Errorf("read what import says: %w", err)
	}
	b.add(row{fmt.Sprintf("values before changes worked out, of an import of %s events, one in twenty of which changes a setting", thousands(float64(b.events))),
		fmt.Sprintf("%.2f s of %.1f s, %.1f %% beside the rest", took.Deriving, took.Seconds, 100*took.Deriving/(took.Seconds-took.Deriving)), "", ""})
	return nil
}

// settingsFirst is when the settings of the benchmark begin to change, and settingsYear for how long they do.
var settingsFirst = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

const settingsYear = 365 * 24 * time.Hour

// settingsLog writes a server log of changes of settings, a setting for every five of them: templates of v2, which log both values,
// and the admin panels of v1, which log the new one.
func settingsLog(path string, writes int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // Flush and Close tell below
	w := bufio.NewWriterSize(f, 1<<20)
	rng := rand.New(rand.NewPCG(3, 4))
	step := settingsYear / time.Duration(writes+1)
	for i := range writes {
		status := 200
		if i%20 == 0 {
			status = 403
		}
		line := templateWrite
		if i%2 == 0 {
			line = panelWrite
		}
		line(w, rng, i, writes/2, status, settingsFirst.Add(time.Duration(i)*step).Format(time.RFC3339Nano))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

// templateWrite is a change of one of writes to templates of Coder v2. One value in thirty is like no other.
func templateWrite(w io.Writer, rng *rand.Rand, i, writes, status int, at string) {
	fields := []string{"default_ttl", "activity_bump", "failure_ttl", "description"}
	thing, field := rng.IntN(max(writes/5/len(fields), 1)), fields[rng.IntN(len(fields))]
	value := func() string { return fmt.Sprint(rng.IntN(9) * 3_600_000_000_000) }
	if field == "description" {
		value = func() string { return fmt.Sprintf(`"image %d"`, rng.IntN(50)) }
		if i%8 < 2 {
			value = func() string {
				return fmt.Sprintf(`"Image built for change %d, with the tools of team %d"`, rng.Int(), rng.IntN(50))
			}
		}
	}
	fmt.Fprintf(w, `{"ts":%q,"level":"INFO","msg":"audit_log","fields":{"ID":"5e771465-0000-4000-8000-%012x","Time":%q,"UserID":"6c405053-27e3-484a-9ad7-%012x","OrganizationID":"703f72a1-76f6-4f89-9de6-8a3989693fe5","Ip":"203.0.113.24","UserAgent":"coder/2.20","ResourceType":"template","ResourceID":"7e3b1a7e-0000-4000-8000-%012x","ResourceTarget":"template-%d","Action":"write","Diff":{%q:{"old":%s,"new":%s,"secret":false}},"StatusCode":%d,"AdditionalFields":{},"RequestID":"53bded77-7b9d-4e82-8771-%012x","ResourceIcon":"","actor":{"id":"6c405053-27e3-484a-9ad7-%012x","email":"admin%d@northwind.example"}}}`+"\n",
		at, i, at, i%7, thing, thing, field, value(), value(), status, i, i%7, i%7)
}

// panelWrite is a change of one of writes in the admin panels of Coder v1, each with a resource id of its own.
func panelWrite(w io.Writer, rng *rand.Rand, i, writes, status int, at string) {
	values := []struct{ field, value string }{
		{"gpu vendor", []string{`"amd"`, `"nvidia"`, `"none"`}[rng.IntN(3)]}, {"access URL", fmt.Sprintf(`"https://coder-%d.northwind.example"`, rng.IntN(5000))},
		{"enabled cached container vms", strconv.FormatBool(rng.IntN(2) == 0)}, {"memory overprovisioning enabled", strconv.FormatBool(rng.IntN(2) == 0)},
	}
	v := values[rng.IntN(len(values))]
	fmt.Fprintf(w, `{"ts":%q,"level":"INFO","msg":"audit_log","fields":{"audit_log":{"time":%q,"user":{"id":"5f0c3b1a-%024x","email":"admin%d@northwind.example","username":"admin%d","name":"","roles":["site-manager"],"status":"active"},"action":"write","resource_type":"infrastructure","resource_id":"60b1f3d2-%024x","resource_target":"infrastructure","resource":"","diff":{%q:%s},"status_code":%d,"user_agent":{"browser":"Chrome","device":"Other","os":"Linux","ip_address":"203.0.113.24"},"user_agent_raw":"Mozilla/5.0"}}}`+"\n",
		at, at, i%7, i%7, i%7, rng.IntN(max(writes/5/len(values), 1)), v.field, v.value, status)
}
