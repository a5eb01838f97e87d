package audit_test

import (
	"strings"
	"testing"

	"auditdesk/backend/audit"
)

const digest = "9a04b0c1d2e3f4a5b6c7d8e9f00112233445566778899aabbccddeeff00177ce"

func TestAReceiptIsComparedWithWhatWasRead(t *testing.T) {
	n := func(n int64) *int64 { return &n }
	whole := audit.Source{SHA256: digest, Bytes: 100, Unpacked: 100, State: audit.SourceWhole, Counts: audit.Counts{Lines: 50_123, RecordLines: 50_000, Records: 50_000}}
	for name, c := range map[string]struct {
		alter         func(*audit.Source)
		digest, count audit.Verdict
		says          []string
	}{
		"nothing stated":         {func(*audit.Source) {}, audit.NotGiven, audit.NotGiven, []string{"SHA-256 is not given", "count is not given"}},
		"the digest of the file": {func(s *audit.Source) { s.Receipt.SHA256 = " " + strings.ToUpper(digest) }, audit.Agrees, audit.NotGiven, []string{"matches what you received"}},
		"another digest":         {func(s *audit.Source) { s.Receipt.SHA256 = "00" + digest[2:] }, audit.Differs, audit.NotGiven, []string{"differs from what you received, whose SHA-256 is " + digest}},
		"another digest of a packed file": {func(s *audit.Source) { s.Receipt.SHA256, s.Unpacked = "00"+digest[2:], 900 }, audit.Differs, audit.NotGiven,
			[]string{"of the file as it lies on the disk, packed"}},
		"the digest of the archive that it came in": {func(s *audit.Source) {
			s.Receipt.SHA256, s.SHA256, s.Note = digest, "11"+digest[2:], "no audit record found; "+audit.NoteArchive+digest
		}, audit.Agrees, audit.NotGiven, []string{"matches the archive that you received"}},
		"no digest was taken": {func(s *audit.Source) { s.Receipt.SHA256, s.SHA256 = digest, "" }, audit.Untestable, audit.NotGiven, []string{"not read to its end"}},
		"a count of records":  {func(s *audit.Source) { s.Receipt.Count = n(50_000) }, audit.NotGiven, audit.Agrees, []string{"agrees with 50,000 records"}},
		"a count of lines":    {func(s *audit.Source) { s.Receipt.Count = n(50_123) }, audit.NotGiven, audit.Agrees, []string{"agrees with 50,123 lines, on which 50,000 records stand"}},
		"another count":       {func(s *audit.Source) { s.Receipt.Count = n(1_234_567) }, audit.NotGiven, audit.Differs, []string{"differs: 1,234,567 stated, 50,000 records on 50,123 lines read"}},
		"a count of none":     {func(s *audit.Source) { s.Receipt.Count, s.Counts = n(0), audit.Counts{} }, audit.NotGiven, audit.Agrees, []string{"agrees with 0 records"}},
		"a count of a file read in part": {func(s *audit.Source) { s.Receipt.Count, s.State = n(60_000), audit.SourcePartial }, audit.NotGiven, audit.Untestable,
			[]string{"can't be compared yet: 60,000 stated, 50,000 records on 50,123 lines read so far"}},
		"a count of a file read before": {func(s *audit.Source) { s.Receipt.Count, s.State, s.Counts = n(0), audit.SourceRepeat, audit.Counts{} }, audit.NotGiven, audit.Untestable,
			[]string{"the same bytes were read before"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := whole
			c.alter(&s)
			got := s.CheckReceipt()
			if got.SHA256.State != c.digest || got.Count.State != c.count {
				t.Errorf("got %+v", got)
			}
			for _, want := range c.says {
				if words := got.SHA256.Words + "\n" + got.Count.Words; !strings.Contains(words, want) {
					t.Errorf("%q does not say %q", words, want)
				}
			}
		})
	}
}

func TestAReceiptIsChecked(t *testing.T) {
	n := func(n int64) *int64 { return &n }
	for name, c := range map[string]struct {
		receipt audit.Receipt
		field   string // "" where it is sound
	}{
		"empty":                        {audit.Receipt{}, ""},
		"all of it":                    {audit.Receipt{From: "A. Keller", Received: "2026-07-01", Request: "R-1", Method: "kubectl logs", SHA256: digest, Count: n(0)}, ""},
		"a digest as programs print":   {audit.Receipt{SHA256: " SHA256:" + strings.ToUpper(digest) + "\n"}, ""},
		"a digest that is cut off":     {audit.Receipt{SHA256: digest[:63]}, "sha256"},
		"a digest with another letter": {audit.Receipt{SHA256: "g" + digest[1:]}, "sha256"},
		"a SHA-1":                      {audit.Receipt{SHA256: digest[:40]}, "sha256"},
		"a day in another form":        {audit.Receipt{Received: "01.07.2026"}, "received"},
		"a day that does not exist":    {audit.Receipt{Received: "2026-02-30"}, "received"},
		"a day with more behind it":    {audit.Receipt{Received: "2026-02-03T00:00:00Z"}, "received"},
		"a day beyond what times hold": {audit.Receipt{Received: "9999-01-01"}, "received"},
		"a count below none":           {audit.Receipt{Count: n(-1)}, "count"},
		"a very long text":             {audit.Receipt{Method: strings.Repeat("é", 1001)}, "method"},
	} {
		t.Run(name, func(t *testing.T) {
			problems := c.receipt.Normal().Problems()
			if (c.field == "") != (len(problems) == 0) || (c.field != "" && problems[0].Field != c.field) {
				t.Errorf("got %+v", problems)
			}
		})
	}
}
