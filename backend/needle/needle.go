// Package needle is a corpus of records with secrets in every place that can hold one, and finds those secrets in any output, in
// whatever encoding. Only tests import it. It must not know how records are read.
package needle

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"
)

//go:embed corpus
var corpus embed.FS

// Logs is the folder of log files in the copy that [Write] makes, Snapshots that of snapshots for a roll-forward.
const (
	Logs      = "logs"
	Snapshots = "snapshots"
)

// secret is how a secret of the corpus reads; what stands between its ends tells where it stands.
var secret = regexp.MustCompile(`Zq7x([0-9A-Za-z]+)8Wk3Q`)

// ends are the first and last letters of every secret, in lower case: half a secret is one, too.
var ends = []string{"zq7x", "8wk3q"}

// All returns the secrets of the corpus that stand in one piece.
func All() []string {
	var all []string
	_ = fs.WalkDir(corpus, ".", func(path string, d fs.DirEntry, err error) error { // an embedded file can be read
		if err == nil && !d.IsDir() {
			text, _ := corpus.ReadFile(path)
			all = append(all, secret.FindAllString(string(text), -1)...)
		}
		return err
	})
	slices.Sort(all)
	return slices.Compact(all)
}

// Write writes the corpus into dir.
func Write(dir string) error { return write(dir, func(_, text string) string { return text }) }

// WriteOthers writes the corpus with other secrets in place of its own, shorter ones where the rest of the file does not notice:
// spaces at the end of the line keep every record where it was. What is said of the two must be the same.
func WriteOthers(dir string) error {
	return write(dir, func(name, text string) string {
		switch name {
		case "docker.log", "cri.log", "v1_export.csv", "v2_export.csv", "raw_column.csv", "closing.csv", "broken deep.csv": // a space would belong to the record
			return secret.ReplaceAllStringFunc(text, func(s string) string { return strings.Repeat("y", len(s)) })
		}
		lines := strings.Split(text, "\n")
		for i, line := range lines {
			short := secret.ReplaceAllString(line, "y")
			lines[i] = short + strings.Repeat(" ", len(line)-len(short))
		}
		return strings.Join(lines, "\n")
	})
}

func write(dir string, edit func(name, text string) string) error {
	return fs.WalkDir(corpus, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := corpus.ReadFile(path)
		if err != nil {
			return err
		}
		to := filepath.Join(dir, strings.TrimPrefix(path, "corpus/"))
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return err
		}
		return os.WriteFile(to, []byte(edit(d.Name(), string(text))), 0o600)
	})
}

// In returns what an output holds of the secrets: each piece with what stands around it, and the encodings that led to it.
func In(output []byte) []string {
	return in(output, "", 0)
}

// layers is how many encodings are undone one after another.
const layers = 3

func in(text []byte, how string, depth int) []string {
	var found []string
	lower := bytes.ToLower(text)
	for _, end := range ends {
		for at := 0; ; {
			i := bytes.Index(lower[at:], []byte(end))
			if i < 0 {
				break
			}
			at += i + len(end)
			found = append(found, fmt.Sprintf("%s%q", how, lower[max(0, at-60):min(len(lower), at+40)]))
		}
	}
	if depth == layers {
		return found
	}
	for _, e := range encodings {
		for _, inner := range e.undo(text) {
			found = append(found, in(inner, how+e.name+": ", depth+1)...)
		}
	}
	return found
}

// encodings are the ways in which an output can hold a text in other bytes.
var encodings = []struct {
	name string
	undo func([]byte) [][]byte
}{
	{"zip", unzip},
	{"gzip", packed([]byte{0x1f, 0x8b, 8}, func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) })},
	{"zstd", packed([]byte{0x28, 0xb5, 0x2f, 0xfd}, func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) })},
	{"UTF-16 or 32", replaced(func(s string) string { return strings.ReplaceAll(s, "\x00", "") })},
	{"escapes of JSON", replaced(func(s string) string { return escape.ReplaceAllStringFunc(s, unescape) })},
	{"HTML", replaced(html.UnescapeString)},
	{"URL", replaced(func(s string) string {
		return percent.ReplaceAllStringFunc(s, func(c string) string { u, _ := url.PathUnescape(c); return u })
	})},
	{"base64", runs(regexp.MustCompile(`[0-9A-Za-z+/_-]{8,}`), 4, func(run string) ([]byte, error) {
		run = strings.NewReplacer("-", "+", "_", "/").Replace(run)
		return base64.RawStdEncoding.DecodeString(run[:len(run)/4*4])
	})},
	{"hex", runs(regexp.MustCompile(`[0-9A-Fa-f]{8,}`), 2, func(run string) ([]byte, error) { return hex.DecodeString(run[:len(run)/2*2]) })},
}

var (
	escape  = regexp.MustCompile(`\\u00[0-9A-Fa-f]{2}`)
	percent = regexp.MustCompile(`%[0-7][0-9A-Fa-f]`)
)

func unescape(s string) string {
	b, _ := hex.DecodeString(s[len(`\u00`):])
	return string(rune(b[0]))
}

// replaced undoes an encoding that other text can stand around; nothing where there is none of it.
func replaced(undo func(string) string) func([]byte) [][]byte {
	return func(text []byte) [][]byte {
		if out := undo(string(text)); len(out) < len(text) {
			return [][]byte{[]byte(out)}
		}
		return nil
	}
}

// runs undoes an encoding that begins anywhere within a run of its letters, in groups of so many.
func runs(letters *regexp.Regexp, group int, undo func(string) ([]byte, error)) func([]byte) [][]byte {
	return func(text []byte) [][]byte {
		var out []byte
		for _, run := range letters.FindAllString(string(text), -1) {
			for from := range group {
				if b, err := undo(run[from:]); err == nil {
					out = append(append(out, b...), '\n')
				}
			}
		}
		return [][]byte{out}
	}
}

// packed unpacks whatever begins with a mark, wherever it stands.
func packed(mark []byte, open func(io.Reader) (io.Reader, error)) func([]byte) [][]byte {
	return func(text []byte) (out [][]byte) {
		for at := 0; ; at++ {
			i := bytes.Index(text[at:], mark)
			if i < 0 {
				return out
			}
			at += i
			if r, err := open(bytes.NewReader(text[at:])); err == nil {
				b, _ := io.ReadAll(r) // as far as it goes
				out = append(out, b)
			}
		}
	}
}

func unzip(text []byte) (out [][]byte) {
	z, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		return nil
	}
	for _, f := range z.File {
		if r, err := f.Open(); err == nil {
			b, _ := io.ReadAll(r)
			out = append(out, b, []byte(f.Name))
		}
	}
	return out
}
