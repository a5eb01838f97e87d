package export

import (
	"cmp"
	"fmt"

	"github.com/xuri/excelize/v2"
)

// styles are the cell formats of a workbook.
type styles struct {
	header, words, mark, number, instant       int
	title, section, label, wrapped, note, link int
}

func (s styles) of(k kind) int {
	switch k {
	case mark:
		return s.mark
	case number:
		return s.number
	case instant:
		return s.instant
	default:
		return s.words
	}
}

const (
	inkHeader    = "1F2A37"
	paperHeader  = "E4E9F0"
	inkNote      = "5B6673"
	inkLink      = "1F4FB4"
	instantShown = "yyyy-mm-dd hh:mm:ss.000"
	textFormat   = 49 // "@": what is typed into the cell stays text, so that "=…" from a log does too
	plainInteger = 1  // "0"
	ordinarySize = 11
)

func newStyles(f *excelize.File) (styles, error) {
	var s styles
	family, err := f.GetDefaultFont()
	if err != nil {
		return s, err
	}
	shown := instantShown
	top := &excelize.Alignment{Vertical: "top"}
	wrap := &excelize.Alignment{Vertical: "top", WrapText: true}
	for _, d := range []struct {
		id    *int
		style excelize.Style
	}{
		{&s.header, excelize.Style{
			Font:      &excelize.Font{Bold: true, Color: inkHeader},
			Fill:      filled(paperHeader),
			Border:    []excelize.Border{{Type: "bottom", Style: 1, Color: inkNote}},
			Alignment: &excelize.Alignment{Vertical: "center"}, //nolint:misspell // the file format's spelling
		}},
		{&s.words, excelize.Style{NumFmt: textFormat, Alignment: top}},
		{&s.mark, excelize.Style{NumFmt: textFormat, Alignment: &excelize.Alignment{Vertical: "top", Horizontal: "left"}}},
		{&s.number, excelize.Style{NumFmt: plainInteger, Alignment: &excelize.Alignment{Vertical: "top", Horizontal: "right", Indent: 1}}},
		{&s.instant, excelize.Style{CustomNumFmt: &shown, Alignment: &excelize.Alignment{Vertical: "top", Horizontal: "left"}}},
		{&s.title, excelize.Style{Font: &excelize.Font{Bold: true, Size: 16, Color: inkHeader}}},
		{&s.section, excelize.Style{
			Font:   &excelize.Font{Bold: true, Size: 12, Color: inkHeader},
			Border: []excelize.Border{{Type: "bottom", Style: 1, Color: inkNote}},
		}},
		{&s.label, excelize.Style{Font: &excelize.Font{Color: inkNote}, Alignment: wrap}},
		{&s.wrapped, excelize.Style{NumFmt: textFormat, Alignment: wrap}},
		{&s.note, excelize.Style{Font: &excelize.Font{Color: inkNote}}},
		{&s.link, excelize.Style{Font: &excelize.Font{Color: inkLink, Underline: "single"}, Alignment: wrap}},
	} {
		if font := d.style.Font; font != nil { // one without a name and a size is another one in LibreOffice
			font.Family, font.Size = family, cmp.Or(font.Size, ordinarySize)
		}
		id, err := f.NewStyle(&d.style)
		if err != nil {
			return s, err
		}
		*d.id = id
	}
	return s, nil
}

func filled(colour string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
}

// The looks of conditional formats that several sheets have. The words stand in the cells: colour and slant only repeat them.
func derivedLook() excelize.Style {
	return excelize.Style{Font: &excelize.Font{Italic: true, Color: "5B3E96"}, Fill: filled("EEE8F8")}
}

func notRecordedLook() excelize.Style {
	return excelize.Style{Font: &excelize.Font{Color: "7A4A00"}, Fill: filled("FFF1D6")}
}

func effectUnknownLook() excelize.Style {
	return excelize.Style{Font: &excelize.Font{Bold: true, Color: "7A4A00"}, Fill: filled("FFF1D6")}
}

func gapsLook() excelize.Style {
	return excelize.Style{Font: &excelize.Font{Color: "37526B"}, Fill: filled("E4ECF3")}
}

// dress is a conditional format: a style where a formula about the same row holds.
type dress struct {
	formula string
	style   excelize.Style
}

// is holds where the column says value, and nothing else.
func is(column, value string) string { return fmt.Sprintf("$%s2=%q", column, value) }

// says holds where the column has the words in it.
func says(column, words string) string {
	return fmt.Sprintf("ISNUMBER(SEARCH(%q,$%s2))", words, column)
}

// dress lays conditional formats on an area that begins in row 2.
func (b *book) dress(sheet, area string, rules []dress) error {
	var options []excelize.ConditionalFormatOptions
	for _, r := range rules {
		id, err := b.file.NewConditionalStyle(&r.style)
		if err != nil {
			return err
		}
		options = append(options, excelize.ConditionalFormatOptions{
			Type: "formula", Criteria: r.formula, Format: &id,
		})
	}
	return b.file.SetConditionalFormat(sheet, area, options)
}
