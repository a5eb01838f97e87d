package export_test

import (
	"path/filepath"
	"testing"

	"auditdesk/backend/export"
)

// Each iteration writes 100,000 events of 19 columns.
func BenchmarkWorkbook100k(b *testing.B) {
	in := generated(100_000)
	for b.Loop() {
		r, err := export.Workbook(b.Context(), filepath.Join(b.TempDir(), "out.xlsx"), in, nil)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(r.Bytes)/1e6, "MB/file")
	}
	b.ReportMetric(float64(in.TotalEvents)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkCSV100k(b *testing.B) {
	in := generated(100_000)
	for b.Loop() {
		if _, err := export.CSV(b.Context(), filepath.Join(b.TempDir(), "out.csv"), in, false, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(in.TotalEvents)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkJSONLines100k(b *testing.B) {
	in := generated(100_000)
	for b.Loop() {
		if _, err := export.JSONLines(b.Context(), filepath.Join(b.TempDir(), "out.jsonl"), in, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(in.TotalEvents)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
