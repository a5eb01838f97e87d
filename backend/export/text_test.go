package export_test

import (
	"strconv"
	"testing"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

var rawValues = excelize.Options{RawCellValue: true}

const inlineText = excelize.CellTypeInlineString

func parseFloat(t testing.TB, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func utf16Len(s string) int { return len(utf16.Encode([]rune(s))) }
