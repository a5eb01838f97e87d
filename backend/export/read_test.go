package export_test

import (
	"archive/zip"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"auditdesk/backend/export"
)

// written exports to a new file and opens it again.
func written(t testing.TB, in export.Input) (*excelize.File, export.Result) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "out.xlsx")
	r, err := export.Workbook(t.Context(), path, in, nil)
	if err != nil {
		t.Fatal(err)
	}
	return opened(t, path), r
}

func opened(t testing.TB, path string) *excelize.File {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func rows(t testing.TB, f *excelize.File, sheet string) [][]string {
	t.Helper()
	r, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func cell(t testing.TB, f *excelize.File, sheet, ref string) string {
	t.Helper()
	v, err := f.GetCellValue(sheet, ref)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// about is the About sheet as "label: text" lines; a row without a label belongs to the one above.
func about(t testing.TB, f *excelize.File) string {
	t.Helper()
	var b strings.Builder
	for _, r := range rows(t, f, "About this export") {
		b.WriteString(strings.Join(r, ": ") + "\n")
	}
	return b.String()
}

// parts reads the files of a workbook.
func parts(t testing.TB, path string) map[string]string {
	t.Helper()
	zr, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer zr.Close()
	out := map[string]string{}
	for _, f := range zr.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(b)
	}
	return out
}

func csvRows(t testing.TB, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// mustBeEmpty fails if a folder holds anything.
func mustBeEmpty(t testing.TB, dir string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		t.Errorf("%s was left behind", e.Name())
	}
}
