package decode_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditdesk/backend/decode"
)

var update = flag.Bool("update", false, "write the golden files anew")

// items decodes all of b.
func items(tb failer, b []byte) []decode.Item {
	tb.Helper()
	d := decode.NewDecoder(decode.Limits{})
	var out []decode.Item
	for _, p := range split(tb, b, 0, decode.Limits{}) {
		out = d.Decode(p, out)
	}
	return out
}

// transcript writes everything that is understood of a source.
func transcript(tb failer, b []byte) string {
	tb.Helper()
	d := decode.NewDecoder(decode.Limits{})
	var out strings.Builder
	var shape decode.ShapeOf
	for _, p := range split(tb, b, 0, decode.Limits{}) {
		for _, it := range d.Decode(p, nil) {
			fmt.Fprintf(&out, "line %d, %d lines, byte %d", p.Line, p.Lines, p.Offset)
			if p.Inside != "" {
				fmt.Fprintf(&out, ", inside %s", p.Inside)
			}
			switch it.Kind {
			case decode.Record:
				shape.Add(&it, p.Inside)
				event, err := json.MarshalIndent(it.Event, "  ", " ")
				if err != nil {
					tb.Fatalf("line %d: %v", p.Line, err)
				}
				fmt.Fprintf(&out, ": record, form %s, rank %d, wrapper %q, by id %v, base %x, content %016x, roles %q\n  %s\n",
					it.Event.Form, it.Event.Rank, it.Wrapper, it.ByID, it.Base[:8], it.Content, it.Roles, event)
			case decode.Other:
				fmt.Fprintf(&out, ": other, %q, %q\n", it.Note, it.Excerpt)
			case decode.Unreadable:
				fmt.Fprintf(&out, ": unreadable, %q, %q\n", it.Note, it.Excerpt)
			}
		}
	}
	fmt.Fprintf(&out, "shape: %s\n", shape.String())
	return out.String()
}

// sampleFiles are the samples that were handed over and those that were made of them for shapes without one.
func sampleFiles(tb testing.TB) []string {
	tb.Helper()
	given, err := filepath.Glob("testdata/samples/*")
	if err != nil || len(given) < 13 {
		tb.Fatalf("%d samples: %v", len(given), err)
	}
	made, err := filepath.Glob("testdata/shapes/*")
	if err != nil || len(made) < 20 {
		tb.Fatalf("%d shapes: %v", len(made), err)
	}
	return append(given, made...)
}

func TestSamples(t *testing.T) {
	for _, file := range sampleFiles(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			checkAccounting(t, b, split(t, b, 0, decode.Limits{}))
			got := transcript(t, b)
			golden := filepath.Join("testdata", "golden", filepath.Base(file)+".txt")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// The counts that the samples' own description gives.
func TestSamplesHoldAsManyRecordsAsTheyShould(t *testing.T) {
	for file, want := range map[string]int{
		"v1_slog_json.ndjson": 4, "v1_wrapped_message.ndjson": 2, "v1_api_response.json": 2, "v1_human.log": 1,
		"docker_json_file.ndjson": 2, "v2_api_response.json": 5, "v2_slog_json.ndjson": 2, "v2_connectionlog_rows.ndjson": 2,
		"published_docs_v1_exectrace_slog.ndjson": 0, "published_docs_v2_audit_slog.ndjson": 1, "published_docs_v2_connection_slog.ndjson": 1,
		"published_docs_v2_human.log": 1, "published_fixtures_v2_ui.ndjson": 5,
	} {
		b, err := os.ReadFile(filepath.Join("testdata", "samples", file))
		if err != nil {
			t.Fatal(err)
		}
		got := 0
		for _, it := range items(t, b) {
			if it.Kind == decode.Record {
				got++
			}
			if it.Kind == decode.Unreadable {
				t.Errorf("%s: unreadable: %s", file, it.Note)
			}
		}
		if got != want {
			t.Errorf("%s: %d records, want %d", file, got, want)
		}
	}
}

// The first record of each v1 sample is the same event in another dress: one identity.
func TestOneEventInAllItsFormsIsOneIdentity(t *testing.T) {
	var bases [][]byte
	for _, file := range []string{"v1_slog_json.ndjson", "v1_wrapped_message.ndjson", "v1_api_response.json", "v1_human.log", "docker_json_file.ndjson"} {
		b, err := os.ReadFile(filepath.Join("testdata", "samples", file))
		if err != nil {
			t.Fatal(err)
		}
		it := items(t, b)[0]
		if file == "v1_api_response.json" { // its first item is the array's frame only if that has a line of its own
			for _, i := range items(t, b) {
				if i.Kind == decode.Record {
					it = i
					break
				}
			}
		}
		bases = append(bases, append(it.Base[:], fmt.Sprint(it.Content)...))
	}
	for i, b := range bases {
		if !bytes.Equal(b, bases[0]) {
			t.Errorf("record %d has another identity or content", i)
		}
	}
}
