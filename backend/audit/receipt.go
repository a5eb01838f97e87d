package audit

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// NotGiven is what a comparison comes to, beside the other verdicts, where there is nothing to compare with. Of what is
// [Untestable] the words say why.
const NotGiven Verdict = "not given"

// Comparison is one comparison and what it came to, in words without a full stop.
type Comparison struct {
	State Verdict `json:"state"`
	Words string  `json:"words"`
}

// ReceiptCheck is what a provider stated of a source against what was read. It says nothing of what the provider left out.
type ReceiptCheck struct {
	SHA256 Comparison `json:"sha256"`
	Count  Comparison `json:"count"`
}

// NoteArchive stands in the note of a source that is a member of an archive, before the archive's SHA-256.
const NoteArchive = "in an archive with SHA-256 "

// CheckReceipt compares what the receipt states with what was read.
func (s *Source) CheckReceipt() ReceiptCheck {
	return ReceiptCheck{SHA256: s.checkDigest(), Count: s.checkCount()}
}

func (s *Source) checkDigest() Comparison {
	stated := strings.ToLower(strings.TrimSpace(s.Receipt.SHA256))
	switch {
	case stated == "":
		return Comparison{NotGiven, "the provider's SHA-256 is not given"}
	case s.SHA256 == "":
		return Comparison{Untestable, "no SHA-256 was taken, for the source was not read to its end"}
	case stated == s.SHA256:
		return Comparison{Agrees, "matches what you received"}
	case strings.Contains(s.Note, NoteArchive+stated):
		return Comparison{Agrees, "matches the archive that you received"}
	}
	words := "differs from what you received, whose SHA-256 is " + s.SHA256
	if s.Unpacked > s.Bytes {
		words += ", of the file as it lies on the disk, packed"
	}
	return Comparison{Differs, words}
}

// A stated count may be one of records or of lines: providers count either.
func (s *Source) checkCount() Comparison {
	stated := s.Receipt.Count
	if stated == nil {
		return Comparison{NotGiven, "the provider's count is not given"}
	}
	records, lines := Counted(s.Records, "record", "records"), Counted(s.Lines, "line", "lines")
	switch {
	case s.State == SourceRepeat:
		return Comparison{Untestable, "can't be compared here: the same bytes were read before, as another source, and are counted there"}
	case *stated == s.Records:
		return Comparison{Agrees, "agrees with " + records}
	case *stated == s.Lines:
		return Comparison{Agrees, fmt.Sprintf("agrees with %s, on which %s", lines, stand(s.Records))}
	}
	words := fmt.Sprintf("differs: %s stated, %s on %s read", Grouped(*stated), records, lines)
	if s.State == SourcePartial {
		return Comparison{Untestable, fmt.Sprintf("can't be compared yet: %s stated, %s on %s read so far", Grouped(*stated), records, lines)}
	}
	return Comparison{Differs, words}
}

func stand(records int64) string {
	if records == 1 {
		return "1 record stands"
	}
	return Grouped(records) + " records stand"
}

// FieldError is what is wrong with one field of a form; Field is its JSON name.
type FieldError struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// maxReceiptText bounds a text of a receipt, in characters.
const maxReceiptText = 1000

// Normal returns the receipt as it is stored: without space around its texts, the SHA-256 in lower case and without what
// programs print around it.
func (r Receipt) Normal() Receipt {
	for _, s := range []*string{&r.From, &r.Received, &r.Request, &r.Method, &r.SHA256} {
		*s = strings.TrimSpace(*s)
	}
	r.SHA256 = strings.TrimSpace(strings.TrimPrefix(strings.ToLower(r.SHA256), "sha256:"))
	return r
}

// Problems says what keeps a receipt, as [Receipt.Normal] returns it, from being stored; none where it is sound.
func (r Receipt) Problems() []FieldError {
	problems := []FieldError{}
	for _, f := range []struct{ name, text string }{{"from", r.From}, {"request", r.Request}, {"method", r.Method}} {
		if utf8.RuneCountInString(f.text) > maxReceiptText {
			problems = append(problems, FieldError{f.name, fmt.Sprintf("write at most %s characters", Grouped(maxReceiptText))})
		}
	}
	if r.Received != "" {
		if day, err := time.Parse(time.DateOnly, r.Received); err != nil || day.Year() < 1678 || day.Year() > 2261 {
			problems = append(problems, FieldError{"received", "write the day as yyyy-mm-dd"})
		}
	}
	if r.SHA256 != "" && !isSHA256(r.SHA256) {
		problems = append(problems, FieldError{"sha256", fmt.Sprintf("a SHA-256 is 64 digits of 0–9 and a–f; these are %d characters", utf8.RuneCountInString(r.SHA256))})
	}
	if r.Count != nil && *r.Count < 0 {
		problems = append(problems, FieldError{"count", "a count can't be below 0"})
	}
	return problems
}

func isSHA256(s string) bool {
	return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == ""
}
