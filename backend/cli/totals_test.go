package cli_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"auditdesk/backend/audit"
)

// logged is a record of the demo's log as encoding/json reads it, knowing nothing of the engine: the second opinion.
type logged struct {
	time                         time.Time
	action, kind, target, userID string
	email, ip                    string
	status                       int
	fields                       []string // changed ones
	write                        bool     // of v1
}

// tally reads the demo's log lines. What is no JSON is broken, what is JSON without an audit record is other.
func tally(t *testing.T, path string) (list []logged, lines, broken, other int) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		lines++
		var line struct {
			Msg    string
			Fields struct {
				V1                         *v1Record `json:"audit_log"`
				ID, Action, Ip             string
				Time                       time.Time
				UserID                     string
				ResourceType               string
				ResourceTarget, ResourceID string
				StatusCode                 int
				Diff                       map[string]any
				AdditionalFields           map[string]any
				Actor                      struct{ Email string }
			}
		}
		if err := json.Unmarshal(in.Bytes(), &line); err != nil && strings.HasPrefix(in.Text(), "{") && !json.Valid(in.Bytes()) {
			broken++
			continue
		}
		switch r := line.Fields; {
		case r.V1 != nil:
			list = append(list, r.V1.logged(t))
		case r.ID != "" && line.Msg == "audit_log":
			l := logged{time: r.Time, action: r.Action, kind: r.ResourceType, target: r.ResourceTarget, userID: r.UserID, email: r.Actor.Email, ip: r.Ip, status: r.StatusCode}
			if name, ok := r.AdditionalFields["workspace_name"].(string); ok && l.target == "" && l.kind == "workspace_build" {
				l.target = name
			}
			for name := range r.Diff {
				l.fields = append(l.fields, name)
			}
			list = append(list, l)
		default:
			other++
		}
	}
	if err := in.Err(); err != nil {
		t.Fatal(err)
	}
	return list, lines, broken, other
}

type v1Record struct {
	Time         time.Time
	Action       string
	ResourceType string `json:"resource_type"`
	Target       string `json:"resource_target"`
	Status       int    `json:"status_code"`
	Diff         any
	User         struct{ ID, Email string }
	UserAgent    struct {
		IP string `json:"ip_address"`
	} `json:"user_agent"`
}

func (r *v1Record) logged(t *testing.T) logged {
	l := logged{time: r.Time, action: r.Action, kind: r.ResourceType, target: r.Target, userID: r.User.ID, email: r.User.Email, ip: r.UserAgent.IP, status: r.Status, write: r.Action == "write"}
	diff, _ := r.Diff.(map[string]any)
	if text, ok := r.Diff.(string); ok && text != "" {
		if err := json.Unmarshal([]byte(text), &diff); err != nil {
			t.Fatalf("a diff that is no JSON: %v", err)
		}
	}
	for name := range diff {
		l.fields = append(l.fields, name)
	}
	return l
}

// counts is what a facet says: its values, and "" for those not recorded.
type counts map[string]int64

func facet(t *testing.T, path, query string, field audit.Field) counts {
	t.Helper()
	got := document[struct {
		Total  int64
		Facets []audit.Facet
	}](t, "facets", path, query, "--field", string(field), "--top", "0")
	f := got.Facets[0]
	out := counts{}
	for _, b := range f.Values {
		if b.Count > 0 {
			out[b.Value] = b.Count
		}
	}
	if f.Distinct != len(out) {
		t.Errorf("%s: %d values, %d listed", field, f.Distinct, len(out))
	}
	if f.Missing > 0 {
		out[""] = f.Missing
	}
	return out
}

func TestTotalsTieWithEachOtherAndWithTheRawLines(t *testing.T) {
	dir := t.TempDir()
	path, raw := filepath.Join(dir, "c.auditcase"), filepath.Join(dir, "raw.ndjson")
	must(t, "demo", path, "--events", "1200", "--seed", "5", "--raw", raw)
	list, lines, broken, other := tally(t, raw)
	if len(list) < 1200 || broken == 0 || other == 0 {
		t.Fatalf("the log has %d records, %d broken and %d other lines: too plain for this test", len(list), broken, other)
	}

	t.Run("sources", func(t *testing.T) {
		s := document[[]audit.Source](t, "sources", path)[0]
		want := audit.Counts{Lines: int64(lines), RecordLines: int64(len(list) + broken), Records: int64(len(list) + broken), Events: int64(len(list)), Other: int64(other), Unreadable: int64(broken)}
		if s.Counts != want {
			t.Errorf("got %+v, want %+v", s.Counts, want)
		}
		if n := len(document[[]audit.Unreadable](t, "unreadable", path)); n != broken {
			t.Errorf("%d unreadable records are listed, want %d", n, broken)
		}
	})

	t.Run("facets", func(t *testing.T) {
		email := map[string]string{}
		for _, l := range list {
			if l.email != "" {
				email[l.userID] = audit.FoldASCII(l.email)
			}
		}
		want := map[audit.Field]counts{}
		add := func(f audit.Field, value string) {
			if want[f] == nil {
				want[f] = counts{}
			}
			want[f][value]++
		}
		for _, l := range list {
			add(audit.FieldAction, l.action)
			add(audit.FieldType, l.kind)
			add(audit.FieldTarget, l.target)
			add(audit.FieldIP, l.ip)
			add(audit.FieldStatus, strconv.Itoa(l.status))
			who := l.email
			if who == "" {
				who = email[l.userID]
			}
			if who == "" && strings.Trim(l.userID, "0-") != "" {
				who = l.userID
			}
			add(audit.FieldUser, who)
			outcome := "ok"
			switch {
			case l.status >= 500:
				outcome = "unknown"
			case l.status == 401 || l.status == 403:
				outcome = "denied"
			case l.status >= 400:
				outcome = "failed"
			}
			add(audit.FieldOutcome, outcome)
			if len(l.fields) == 0 {
				add(audit.FieldChanged, "")
			}
			once := map[string]bool{}
			for _, name := range l.fields {
				if key := audit.FoldKey(name); !once[key] {
					once[key] = true
					add(audit.FieldChanged, key)
				}
			}
		}
		for field, w := range want {
			got := facet(t, path, "", field)
			if field == audit.FieldChanged { // shown as it was logged first
				folded := counts{}
				for v, n := range got {
					folded[audit.FoldKey(v)] += n
				}
				got = folded
			}
			if diff := cmp.Diff(w, got); diff != "" {
				t.Errorf("%s: %s", field, diff)
			}
		}
	})

	t.Run("timeline", func(t *testing.T) {
		berlin, err := time.LoadLocation("Europe/Berlin")
		if err != nil {
			t.Fatal(err)
		}
		type bar struct{ count, failed int64 }
		want := map[string]bar{}
		for _, l := range list {
			day := l.time.In(berlin).Format(time.DateOnly)
			b := want[day]
			b.count++
			if l.status >= 400 {
				b.failed++
			}
			want[day] = b
		}
		got := document[audit.Timeline](t, "timeline", path, "--bucket", "day", "--zone", "Europe/Berlin")
		seen, before := 0, time.Time{}
		for _, b := range got.Buckets {
			start := b.Start.Std().In(berlin)
			if start.Hour() != 0 || !before.IsZero() && before.AddDate(0, 0, 1).Format(time.DateOnly) != start.Format(time.DateOnly) {
				t.Fatalf("after %s comes %s", before, start)
			}
			before = start
			if w := want[start.Format(time.DateOnly)]; w != (bar{b.Count, b.Failed}) {
				t.Errorf("%s: got %d, %d failed, want %+v", start.Format(time.DateOnly), b.Count, b.Failed, w)
			}
			if b.Count > 0 {
				seen++
			}
		}
		if seen != len(want) {
			t.Errorf("%d days have events, want %d", seen, len(want))
		}
	})

	t.Run("changes", func(t *testing.T) {
		want := map[string]int{}
		for _, l := range list {
			for _, name := range l.fields {
				want[name]++
			}
		}
		got := map[string]int{}
		for _, r := range document[[]audit.ChangeRow](t, "changes", path, "--limit", "0") {
			if r.Field == "" && r.Basis == audit.BasisNotRecorded {
				continue
			}
			got[r.Field]++
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})

	t.Run("events", func(t *testing.T) {
		var want, got []string
		for _, l := range list {
			sort.Strings(l.fields)
			want = append(want, fmt.Sprint(l.time.UTC().Format(time.RFC3339Nano), l.action, l.kind, l.target, l.status, l.ip, l.fields))
		}
		for _, line := range strings.Split(strings.TrimSpace(must(t, "events", path, "--limit", "0", "--order", "oldest", "--format", "jsonl")), "\n") {
			var e struct {
				Time, Action, IP string
				Type             string `json:"resource_type"`
				Target           string `json:"resource_target"`
				Status           int    `json:"status_code"`
				Changes          []struct{ Field string }
			}
			if err := json.Unmarshal([]byte(line), &e); err != nil {
				t.Fatal(err)
			}
			fields := []string{}
			for _, ch := range e.Changes {
				if ch.Field != "" {
					fields = append(fields, ch.Field)
				}
			}
			sort.Strings(fields)
			got = append(got, fmt.Sprint(e.Time, e.Action, e.Type, e.Target, e.Status, e.IP, fields))
		}
		if !sort.SliceIsSorted(got, func(i, j int) bool { return got[i][:20] < got[j][:20] }) {
			t.Error("oldest first is not in the order of time")
		}
		sort.Strings(want)
		sort.Strings(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestTotalsTieUnderQueries(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.auditcase")
	must(t, "demo", path, "--events", "1500", "--seed", "9")
	for _, query := range []string{
		"", "action:write", "-user:admin@northwind.example", "outcome:denied,failed", "version:v1 class:admin", "has:secret", `changed:"gpu vendor"`, "infra", "ip:10.*",
		"status:>=400 -action:login", `target:""`, "date_from:2026-01-01 date_to:2026-03-31", "changed:* -panel:Infrastructure",
	} {
		t.Run(query, func(t *testing.T) {
			total, err := strconv.ParseInt(strings.TrimSpace(must(t, "count", path, query)), 10, 64)
			if err != nil || total == 0 || total > 1500 {
				t.Fatalf("%d events, %v: the query tests nothing", total, err)
			}
			events := must(t, "events", path, query, "--limit", "0", "--format", "jsonl")
			if n := int64(strings.Count(events, "\n")); n != total {
				t.Errorf("events lists %d, count says %d", n, total)
			}
			var counted, failed int64
			for _, b := range document[audit.Timeline](t, "timeline", path, query, "--bucket", "week").Buckets {
				counted += b.Count
				failed += b.Failed
			}
			bad, err := strconv.ParseInt(strings.TrimSpace(must(t, "count", path, query+" status:failed")), 10, 64)
			if strings.Contains(query, "status:") { // terms of one field are alternatives
				bad, err = strconv.ParseInt(strings.TrimSpace(must(t, "count", path, query+" -status:<400")), 10, 64)
			}
			if err != nil || counted != total || failed != bad {
				t.Errorf("the timeline says %d, %d failed; count says %d and %d (%v)", counted, failed, total, bad, err)
			}
			for _, field := range []audit.Field{audit.FieldVersion, audit.FieldDeployment, audit.FieldLog} {
				var sum int64
				for _, n := range facet(t, path, query, field) {
					sum += n
				}
				without, err := audit.ParseQuery(query)
				if err != nil {
					t.Fatal(err)
				}
				under := must(t, "count", path, without.Without(field).String())
				if fmt.Sprint(sum) != strings.TrimSpace(under) {
					t.Errorf("the values of %s add up to %d, count says %s", field, sum, under)
				}
			}
			// A facet value says how many events choosing it gives.
			for _, field := range []audit.Field{audit.FieldAction, audit.FieldOutcome, audit.FieldUser, audit.FieldSource} {
				q, err := audit.ParseQuery(query)
				if err != nil {
					t.Fatal(err)
				}
				tried := 0
				for value, n := range facet(t, path, query, field) {
					if tried++; tried > 4 {
						break
					}
					chosen := q.Without(field).With(audit.Term{Field: field, Values: []audit.Value{{Op: audit.OpEqual, Text: value}}})
					if value == "" {
						chosen = q.Without(field).With(audit.Term{Field: field, Values: []audit.Value{{Op: audit.OpNotRecorded}}})
					}
					if got := strings.TrimSpace(must(t, "count", path, chosen.String())); got != fmt.Sprint(n) {
						t.Errorf("%s: the facet says %d, choosing it gives %s", chosen, n, got)
					}
				}
			}
			rows := must(t, "changes", path, query, "--limit", "0", "--format", "jsonl")
			if !strings.Contains(query, "changed:") && !strings.Contains(query, "panel:") && query != "infra" {
				var sum int
				for _, line := range strings.Split(strings.TrimSpace(events), "\n") {
					var e struct{ Changes []json.RawMessage }
					if err := json.Unmarshal([]byte(line), &e); err != nil {
						t.Fatal(err)
					}
					sum += len(e.Changes)
				}
				if n := strings.Count(rows, "\n"); n != sum {
					t.Errorf("changes lists %d rows, the events have %d", n, sum)
				}
			}
		})
	}
}
