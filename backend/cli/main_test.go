package cli_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/rogpeppe/go-internal/testscript"

	"auditdesk/backend/cli"
)

// TestMain lets the test binary be the command: scripts run it, and so do the tests that kill it.
// batchEnv sets how many records a command in a process of its own commits at once.
const batchEnv = "AUDITDESK_TEST_BATCH"

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"auditdesk": func() {
		ctx, stop := cli.UntilStopped(context.Background())
		env := cli.Process("test")
		env.Batch, _ = strconv.Atoi(os.Getenv(batchEnv)) // mostly unset
		code := cli.Run(ctx, os.Args[1:], env)
		stop()
		os.Exit(code)
	}})
}

// TestScripts runs testdata/*.txtar. Beside what testscript knows, scripts can say
//
//	exits 3 auditdesk verify …    the exit code
//	keys stdout 0.user id email   the keys of an object in a JSON document, all of them
//	value stdout 0.user.id u1     a value of it; of an array or object without a value, its length
//	lines stdout 4                the number of lines
//	alter c.auditcase             changes a byte of an event in the case, as a stranger would
//	noted head c.auditcase        verifies the case against the head in a file
//	sentence                      stderr is one sentence that begins with the program's name
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			return errors.Join(os.CopyFS(filepath.Join(env.WorkDir, "samples"), os.DirFS(samples)), earlier(filepath.Join(env.WorkDir, "earlier")))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "keys": keys, "value": value, "lines": lines, "sentence": sentence, "alter": alter, "noted": noted,
		},
	})
}

// samples are log files in every form; package decode has their golden outputs.
const samples = "../decode/testdata/samples"

// earlier unpacks the cases that released versions wrote; package casefile keeps them.
func earlier(dir string) error {
	packed, err := filepath.Glob("../casefile/testdata/*.auditcase.zst")
	if err != nil || len(packed) == 0 {
		return fmt.Errorf("no cases of earlier versions: %w", err)
	}
	z, err := zstd.NewReader(nil)
	if err != nil {
		return err
	}
	defer z.Close()
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	for _, path := range packed {
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if b, err = z.DecodeAll(b, nil); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, strings.TrimSuffix(filepath.Base(path), ".zst")), b, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		code = exit.ExitCode()
	}
	if code != want {
		ts.Fatalf("exit code %d, want %d; stderr: %s", code, want, ts.ReadFile("stderr"))
	}
}

func keys(ts *testscript.TestScript, _ bool, args []string) {
	object, ok := at(ts, args[0], args[1]).(map[string]any)
	if !ok {
		ts.Fatalf("%s is no object", args[1])
	}
	got := slices.Sorted(maps.Keys(object))
	want := slices.Sorted(slices.Values(args[2:]))
	if !slices.Equal(got, want) {
		ts.Fatalf("keys of %s:\n got %v\nwant %v", args[1], got, want)
	}
}

func value(ts *testscript.TestScript, neg bool, args []string) {
	v := at(ts, args[0], args[1])
	got := fmt.Sprint(v)
	switch v := v.(type) {
	case []any:
		got = strconv.Itoa(len(v))
	case map[string]any:
		got = strconv.Itoa(len(v))
	}
	if want := strings.Join(args[2:], " "); (got == want) == neg {
		ts.Fatalf("%s is %q, want %q", args[1], got, want)
	}
}

// at follows a path of keys and indices parted by dots; "." is the document.
func at(ts *testscript.TestScript, file, path string) any {
	dec := json.NewDecoder(strings.NewReader(ts.ReadFile(file)))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		ts.Fatalf("%s is no JSON: %v\n%s", file, err, ts.ReadFile(file))
	}
	if path == "." {
		return v
	}
	for _, step := range strings.Split(path, ".") {
		switch parent := v.(type) {
		case map[string]any:
			child, ok := parent[step]
			if !ok {
				return "absent"
			}
			v = child
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(parent) {
				ts.Fatalf("there is no %s in an array of %d", step, len(parent))
			}
			v = parent[i]
		default:
			ts.Fatalf("there is nothing below %v", v)
		}
	}
	return v
}

func lines(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[1])
	ts.Check(err)
	if got := strings.Count(ts.ReadFile(args[0]), "\n"); got != want {
		ts.Fatalf("%d lines, want %d", got, want)
	}
}

func sentence(ts *testscript.TestScript, _ bool, _ []string) {
	text := ts.ReadFile("stderr")
	if strings.Count(text, "\n") != 1 || !strings.HasPrefix(text, "auditdesk: ") || strings.Contains(text, "\x00") {
		ts.Fatalf("stderr is not one sentence: %q", text)
	}
	if out := ts.ReadFile("stdout"); out != "" {
		ts.Fatalf("an error, and yet stdout holds %q", out)
	}
}

func noted(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(ts.Exec("auditdesk", "verify", args[1], "--noted", strings.TrimSpace(ts.ReadFile(args[0]))))
}

func alter(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite3", ts.MkAbs(args[0]))
	ts.Check(err)
	_, err = db.Exec("UPDATE event SET status = 403 WHERE number = 1")
	ts.Check(errors.Join(err, db.Close()))
}

// result is what a command left behind.
type result struct {
	code        int
	out, errors string
}

// now is when the tests take place.
func now() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

// run runs a command within the test.
func run(t testing.TB, args ...string) result {
	t.Helper()
	return runAs(t, cli.Env{}, args...)
}

func runAs(t testing.TB, env cli.Env, args ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	env.Stdout, env.Stderr, env.Now, env.Version = &out, &errs, now, "test"
	if env.Stdin == nil {
		env.Stdin = strings.NewReader("")
	}
	code := cli.Run(t.Context(), args, env)
	return result{code, out.String(), errs.String()}
}

// must runs a command that has to be done without a finding.
func must(t testing.TB, args ...string) string {
	t.Helper()
	r := run(t, args...)
	if r.code != cli.ExitDone {
		t.Fatalf("auditdesk %s: exit code %d: %s", strings.Join(args, " "), r.code, r.errors)
	}
	return r.out
}

// document runs a command and decodes the JSON that it prints.
func document[T any](t testing.TB, args ...string) T {
	t.Helper()
	var v T
	out := must(t, append(args, "--format", "json")...)
	if err := json.Unmarshal([]byte(out), &v); err != nil {
		t.Fatalf("auditdesk %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return v
}

func write(t testing.TB, path string, content ...string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(strings.Join(content, "")), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
