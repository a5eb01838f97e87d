package casefile_test

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/ingest"
)

// preview looks at files, and makes sure that nothing of the case changed.
func preview(t *testing.T, c *casefile.Case, path string) ingest.Preview {
	t.Helper()
	inputs, _, err := ingest.Files([]string{path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	before, err := c.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.Preview(t.Context(), inputs[0])
	if err != nil {
		t.Fatal(err)
	}
	if after, err := c.Head(t.Context()); err != nil || after != before {
		t.Errorf("the case has the head %s, %v; before the preview it was %s", after, err, before)
	}
	return p
}

func zipped(t *testing.T, members map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range members {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func orgRow(org, at string) string {
	return `{"id":"00000000-0000-4000-8000-0000000000` + at[17:19] + `","time":"` + at + `","organization_id":"` + org + `","action":"login","resource_type":"user","resource_target":"u","status_code":200,"diff":{}}` + "\n"
}

func TestWhatTheCaseSaysAgainstAFileBeforeItIsImported(t *testing.T) {
	const acme, other = "11111111-0000-4000-8000-000000000001", "22222222-0000-4000-8000-000000000002"
	c := newCase(t, audit.Engagement{Zone: "Europe/Berlin", From: "2026-03-02", To: "2026-03-31"})
	first := orgRow(acme, "2026-03-05T10:00:01Z")
	takeFiles(t, c, "acme", file(t, "audit.ndjson", first))
	for name, test := range map[string]struct {
		path string
		want []string
	}{
		"the same file under another name": {file(t, "copy.ndjson", first), []string{"known"}},
		"the same name, other content":     {file(t, "AUDIT.ndjson", first+orgRow(acme, "2026-03-06T10:00:02Z")), []string{"name"}},
		"the same size, other content":     {file(t, "new.ndjson", orgRow(acme, "2026-03-05T10:00:02Z")), []string{}},
		"another deployment, it seems":     {file(t, "new.ndjson", orgRow(other, "2026-03-05T10:00:02Z")), []string{"deployment"}},
		"before the period under audit":    {file(t, "new.ndjson", orgRow(acme, "2026-03-01T22:59:59Z")+orgRow(acme, "2026-03-01T23:00:00Z")), []string{"period"}},
		"nothing":                          {file(t, "new.ndjson", "no record\n"), []string{"nothing"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := preview(t, c, test.path)
			got := []string{}
			for _, w := range p.Warnings {
				got = append(got, w.Code)
			}
			if !cmp.Equal(got, test.want) {
				t.Errorf("%v, want %v", p.Warnings, test.want)
			}
		})
	}
}

func TestAMemberOfAnArchiveIsKnownAgainBeforeItIsImported(t *testing.T) {
	c := newCase(t, audit.Engagement{})
	takeFiles(t, c, "acme", file(t, "a.log", days(1, 2)))
	p := preview(t, c, file(t, "x.zip", zipped(t, map[string]string{"inner.log": days(1, 2)})))
	if len(p.Members) != 1 || len(p.Members[0].Warnings) != 1 || p.Members[0].Warnings[0].Code != "known" || !strings.Contains(p.Warnings[0].Words, "1 of 1 member") {
		t.Errorf("%+v", p)
	}
}
