package needle_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/klauspost/compress/zstd"

	"auditdesk/backend/needle"
)

// A search that finds nothing would let every test of secrets pass.
func TestASecretIsFoundInEveryEncoding(t *testing.T) {
	all := needle.All()
	if len(all) < 120 {
		t.Fatalf("the corpus has %d secrets", len(all))
	}
	s := all[0]
	utf16le := func(s string) (out []byte) {
		for _, u := range utf16.Encode([]rune(s)) {
			out = append(out, byte(u), byte(u>>8))
		}
		return out
	}
	spelled := func(format string) (out string) {
		for _, c := range s {
			out += fmt.Sprintf(format, c)
		}
		return out
	}
	zipped := func(s string) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		w, _ := z.Create("xl/sheet1.xml")
		_, _ = w.Write([]byte(s))
		_ = z.Close()
		return b.Bytes()
	}
	gzipped := func(s string) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write([]byte(s))
		_ = z.Close()
		return b.Bytes()
	}
	enc, _ := zstd.NewWriter(nil)
	for name, output := range map[string][]byte{
		"plain":             []byte("a " + s + " b"),
		"lower case":        []byte(strings.ToLower(s)),
		"its first half":    []byte("x" + s[:6]),
		"its second half":   []byte(s[len(s)-6:]),
		"UTF-16":            utf16le(s),
		"escapes of JSON":   []byte(spelled(`\u%04x`)),
		"HTML":              []byte(spelled("&#x%x;")),
		"URL":               []byte(spelled("%%%x")),
		"hex":               []byte(hex.EncodeToString([]byte("z" + s))),
		"base64":            []byte(base64.StdEncoding.EncodeToString([]byte("z" + s))),
		"base64 of UTF-16":  []byte(base64.URLEncoding.EncodeToString(utf16le("zz" + s))),
		"zip":               zipped(s),
		"gzip":              gzipped(s),
		"zstd":              append([]byte("before"), enc.EncodeAll([]byte(s), nil)...),
		"base64 in a zip":   zipped(base64.StdEncoding.EncodeToString([]byte(s))),
		"HTML of JSON":      []byte(strings.ReplaceAll(spelled(`\u%04x`), `\`, "&#92;")),
		"gzip within a zip": zipped(string(gzipped(s))),
	} {
		t.Run(name, func(t *testing.T) {
			if len(needle.In(output)) == 0 {
				t.Errorf("it is not found in %q", output)
			}
		})
	}
	if found := needle.In([]byte("nothing of it: Zq7, 8Wk3, 0123456789abcdef")); len(found) > 0 {
		t.Error(found)
	}
}
