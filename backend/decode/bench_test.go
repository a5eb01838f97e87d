package decode_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"testing"

	"github.com/valyala/fastjson"

	"auditdesk/backend/decode"
)

// serverLog is n different records of the v2 server log of about 800 bytes, JSON lines.
func serverLog(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, `{"ts":"2026-11-20T09:%02d:%02d.340019Z","level":"INFO","msg":"audit_log","caller":"/home/runner/src/coder/coder/enterprise/audit/backends/slog.go:38","func":"github.com/coder/coder/v2/enterprise/audit/backends.(*SlogExporter).ExportStruct","logger_names":["coderd"],"fields":{"request_id":"916ad077-e120-4861-8640-%012x","ID":"7c1d2f04-6a0b-4d51-9a55-%012x","Time":"2026-11-20T09:%02d:%02d.334105Z","UserID":"6c405053-27e3-484a-9ad7-bcb64e7bfde6","OrganizationID":"703f72a1-76f6-4f89-9de6-8a3989693fe5","Ip":"203.0.113.%d","UserAgent":"Mozilla/5.0 (X11; Linux x86_64)","ResourceType":"workspace","ResourceID":"ef8d1cf4-82de-4fd9-8980-%012x","ResourceTarget":"main","Action":"write","Diff":{"ttl":{"old":0,"new":%d,"secret":false}},"StatusCode":200,"AdditionalFields":{},"RequestID":"53bded77-7b9d-4e82-8771-%012x","ResourceIcon":"","actor":{"id":"6c405053-27e3-484a-9ad7-bcb64e7bfde6","email":"jessie@acme.example","username":"jessie"}}}`+"\n",
			i/60%60, i%60, i, i, i/60%60, i%60, i%250, i%1000, i*1000, i)
	}
	return b.Bytes()
}

const benchRecords = 20_000

func perRecord(b *testing.B, records, bytes int) {
	b.Helper()
	b.SetBytes(int64(bytes))
	b.ReportMetric(float64(records)*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

// BenchmarkSplit cuts 20,000 JSON lines of the v2 server log.
func BenchmarkSplit(b *testing.B) {
	log := serverLog(benchRecords)
	for b.Loop() {
		s := decode.NewSplitter(bytes.NewReader(log), decode.Limits{})
		for {
			if _, err := s.Next(); errors.Is(err, io.EOF) {
				break
			}
		}
	}
	perRecord(b, benchRecords, len(log))
}

// BenchmarkSplitDocument cuts a v2 answer of one line and one of pretty-printed lines, 5,000 rows each.
func BenchmarkSplitDocument(b *testing.B) {
	sample, err := os.ReadFile("testdata/samples/v2_api_response.json")
	if err != nil {
		b.Fatal(err)
	}
	var answer struct {
		AuditLogs []json.RawMessage `json:"audit_logs"`
	}
	if err := json.Unmarshal(sample, &answer); err != nil {
		b.Fatal(err)
	}
	row, err := json.Marshal(answer.AuditLogs[0])
	if err != nil {
		b.Fatal(err)
	}
	one := append([]byte(`{"audit_logs":[`), bytes.TrimSuffix(bytes.Repeat(append(row, ','), 5000), []byte{','})...)
	one = append(one, `],"count":5000}`...)
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, one, "", "  "); err != nil {
		b.Fatal(err)
	}
	for name, doc := range map[string][]byte{"one line": one, "pretty": pretty.Bytes()} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				s := decode.NewSplitter(bytes.NewReader(doc), decode.Limits{})
				for {
					if _, err := s.Next(); errors.Is(err, io.EOF) {
						break
					}
				}
			}
			perRecord(b, 5000, len(doc))
		})
	}
}

// BenchmarkDecode understands 20,000 records of the v2 server log, and as many of v1's (with a diff that is a string of JSON).
func BenchmarkDecode(b *testing.B) {
	v1, err := os.ReadFile("testdata/samples/v1_slog_json.ndjson")
	if err != nil {
		b.Fatal(err)
	}
	docker, err := os.ReadFile("testdata/samples/docker_json_file.ndjson")
	if err != nil {
		b.Fatal(err)
	}
	lines := bytes.SplitAfter(v1, []byte("\n"))
	for _, bench := range []struct {
		name string
		log  []byte
	}{
		{"v2 log", serverLog(benchRecords)},
		{"v1 log", bytes.Repeat(lines[1], benchRecords)},
		{"v1 log in Docker", bytes.Repeat(bytes.SplitAfter(docker, []byte("\n"))[0], benchRecords)},
		{"other lines", bytes.Repeat(lines[4], benchRecords)},
	} {
		b.Run(bench.name, func(b *testing.B) {
			pieces := split(b, bench.log, 0, decode.Limits{})
			d := decode.NewDecoder(decode.Limits{})
			var out []decode.Item
			b.ReportAllocs()
			for b.Loop() {
				for _, p := range pieces {
					out = d.Decode(p, out[:0])
				}
			}
			perRecord(b, benchRecords, len(bench.log))
		})
	}
}

// BenchmarkParse compares the tree that records are read from with fastjson's and encoding/json's check, over the same 20,000 lines.
// It is what the choice of parser rests on.
func BenchmarkParse(b *testing.B) {
	log := serverLog(benchRecords)
	lines := bytes.Split(bytes.TrimSuffix(log, []byte("\n")), []byte("\n"))
	b.Run("tree", func(b *testing.B) {
		parse := decode.ParseTree()
		for b.Loop() {
			for _, line := range lines {
				if !parse(line) {
					b.Fatal("not taken")
				}
			}
		}
		perRecord(b, benchRecords, len(log))
	})
	b.Run("fastjson", func(b *testing.B) {
		var p fastjson.Parser
		for b.Loop() {
			for _, line := range lines {
				if _, err := p.ParseBytes(line); err != nil {
					b.Fatal(err)
				}
			}
		}
		perRecord(b, benchRecords, len(log))
	})
	b.Run("encoding json valid", func(b *testing.B) {
		for b.Loop() {
			for _, line := range lines {
				if !json.Valid(line) {
					b.Fatal("not valid")
				}
			}
		}
		perRecord(b, benchRecords, len(log))
	})
}
