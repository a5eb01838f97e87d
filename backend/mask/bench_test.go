package mask_test

import (
	"bytes"
	"os"
	"testing"

	"auditdesk/backend/mask"
)

// One op is one record of about 1 KB: a v1 log line whose user has a key_regenerated_at, and the same without.
func BenchmarkRecord(b *testing.B) {
	file, err := os.ReadFile("testdata/v1_slog_json.ndjson")
	if err != nil {
		b.Fatal(err)
	}
	named, _, _ := bytes.Cut(file, []byte("\n"))
	harmless := bytes.ReplaceAll(named, []byte("key_regenerated_at"), []byte("regenerated_at"))
	for name, record := range map[string][]byte{"with a secret name": named, "without": harmless} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(record)))
			b.ReportAllocs()
			for b.Loop() {
				mask.Record(record)
			}
		})
	}
}

// One op is one name.
func BenchmarkName(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		mask.Name("autostart_schedule")
	}
}
