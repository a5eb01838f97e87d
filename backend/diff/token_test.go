package diff_test

import (
	"encoding/json"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"auditdesk/backend/audit"
	"auditdesk/backend/diff"
)

// isSame asks tokens and marks, both ways round.
func isSame(t interface{ Errorf(string, ...any) }, a, b string, v audit.Version) bool {
	seed := maphash.MakeSeed()
	hash := func(text string) uint64 { return maphash.String(seed, text) }
	x, y := diff.TokenOf(raw(a), v), diff.TokenOf(raw(b), v)
	got := x.Same(y)
	if x.Mark(hash) == 0 || y.Same(x) != got || diff.SameMark(x.Mark(hash), y.Mark(hash)) != got || diff.SameMark(y.Mark(hash), x.Mark(hash)) != got {
		t.Errorf("%s and %s of %s: tokens say %v, %v the other way round, marks %v", a, b, v, got, y.Same(x), diff.SameMark(x.Mark(hash), y.Mark(hash)))
	}
	return got
}

func TestSameValues(t *testing.T) {
	long := strings.Repeat("a long text ", 100)
	for _, c := range []struct {
		name string
		a, b string // "-" is absent
		same bool
	}{
		{"keys in another order, spelled otherwise", `{"a":1,"b":[1,2]}`, `{ "b": [1, 2], "a": 1.0 }`, true},
		{"roles in another order", `["owner","auditor"]`, `["auditor","owner"]`, true},
		{"a role twice", `["owner","owner"]`, `["owner"]`, false},
		{"lists in another order", `[["a"],["b"]]`, `[["b"],["a"]]`, false},
		{"rules in another order", `[{"a":1},{"b":1}]`, `[{"b":1},{"a":1}]`, false},
		{"enabled", `"enabled"`, `true`, true},
		{"disabled", `"Disabled"`, `false`, true},
		{"words of a boolean", `"disabled"`, `"false"`, true},
		{"enabled is not disabled", `"enabled"`, `"disabled"`, false},
		{"a number with an exponent", `10`, `1e1`, true},
		{"parts of a number", `1.5`, `15e-1`, true},
		{"another number", `1.5`, `1.25`, false},
		{"numbers beyond 2^53", `9007199254740993`, `9007199254740992`, false},
		{"a number as text", `5`, `"5"`, true},
		{"numbers that take much room", `1e999999999`, `1e999999998`, false},
		{"minus zero", `-0`, `0`, true},
		{"one instant in two zones", `"2026-01-01T01:00:00+01:00"`, `"2026-01-01T00:00:00Z"`, true},
		{"letters in another case", `"AMD"`, `"amd"`, false},
		{"a letter that is escaped", `"a"`, `"\u0061"`, true},
		{"white space", `"a "`, `"a"`, false},
		{"left out, and an empty text", `-`, `""`, true},
		{"left out, and null", `-`, `null`, true},
		{"left out, and false", `-`, `false`, true},
		{"left out, and zero", `-`, `0.0`, true},
		{"left out, and an empty list", `-`, `[]`, true},
		{"left out, and an empty object", `-`, `{}`, true},
		{"left out, and something", `-`, `"x"`, false},
		{"left out twice", `-`, `-`, true},
		{"null and zero", `null`, `0`, false},
		{"zero and an empty text", `0`, `""`, false},
		{"an invalid NullString", `"null"`, `null`, true},
		{"an invalid NullTime", `{"Time":"2026-01-01T00:00:00Z","Valid":false}`, `null`, true},
		{"an invalid NullTime, and left out", `{"Time":"0001-01-01T00:00:00Z","Valid":false}`, `-`, true},
		{"a long text", `"` + long + `"`, `"` + long + `"`, true},
		{"two long texts", `"` + long + `"`, `"` + long + `x"`, false},
		{"a text that looks like two", `{"a":"b,c"}`, `{"a":"b","c":""}`, false},
		{"a text that looks like another's inside", `["a","b"]`, `["a1:b"]`, false},
		{"a text that spells a list", `"[\"a\"]"`, `["a"]`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := isSame(t, c.a, c.b, audit.V2); got != c.same {
				t.Errorf("same: %t", got)
			}
		})
	}
	for _, c := range []struct{ a, b string }{{`""`, `null`}, {`"null"`, `null`}, {`0`, `false`}} {
		if isSame(t, c.a, c.b, audit.V1) {
			t.Errorf("v1: %s and %s are the same", c.a, c.b)
		}
	}
	if diff.SecretToken(audit.SecretSet).Same(diff.SecretToken(audit.SecretEmpty)) || !diff.SecretToken(audit.SecretSet).Same(diff.SecretToken(audit.SecretSet)) {
		t.Error("a secret that is set and an empty one are the same, or one that is set is not itself")
	}
}

// A value spelled otherwise is the same, and one that has something more is not.
func TestSpellingMakesNoOtherValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.SampledFrom([]audit.Version{audit.V1, audit.V2}).Draw(t, "version")
		value := drawValue(t, 2)
		one, other := spell(t, value), spell(t, value)
		if !isSame(t, one, other, v) {
			t.Fatalf("%s and %s", one, other)
		}
		if more := spell(t, []any{"more", value}); isSame(t, one, more, v) {
			t.Fatalf("%s and %s", one, more)
		}
		changed := drawValue(t, 2)
		if isSame(t, one, spell(t, changed), v) != (meaning(value) == meaning(changed)) {
			t.Fatalf("%s and %s", one, spell(t, changed))
		}
	})
}

func drawValue(t *rapid.T, depth int) any {
	kinds := 5
	if depth == 0 {
		kinds = 3
	}
	switch rapid.IntRange(0, kinds).Draw(t, "kind") {
	case 0:
		return rapid.Bool().Draw(t, "boolean")
	case 1:
		return rapid.IntRange(-20, 20).Draw(t, "number")
	case 2:
		return rapid.SampledFrom([]string{"a", "b", "ä", "a b", "x\"y", "1:a", "n"}).Draw(t, "text")
	case 3:
		return time.Date(2026, 1, 1, rapid.IntRange(0, 3).Draw(t, "hour"), 0, 0, 0, time.UTC)
	case 4:
		var list []any
		for range rapid.IntRange(0, 3).Draw(t, "items") {
			list = append(list, drawValue(t, depth-1))
		}
		return list
	}
	object := map[string]any{}
	for range rapid.IntRange(0, 3).Draw(t, "members") {
		object[rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "member")] = drawValue(t, depth-1)
	}
	return object
}

// spell writes a value in one of the ways in which JSON and Coder can.
func spell(t *rapid.T, v any) string {
	pick := func(ways ...string) string { return rapid.SampledFrom(ways).Draw(t, "spelling") }
	space := pick("", " ", "\n\t")
	switch v := v.(type) {
	case bool:
		return pick(map[bool][]string{true: {"true", `"true"`, `"enabled"`, `"Enabled"`}, false: {"false", `"FALSE"`, `"disabled"`}}[v]...)
	case int:
		return pick(fmt.Sprint(v), fmt.Sprintf("%d.0", v), fmt.Sprintf("%d0e-1", v), fmt.Sprintf("%q", fmt.Sprint(v)))
	case string:
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return pick(string(b), strings.Replace(string(b), "a", `\u0061`, 1))
	case time.Time:
		return `"` + v.In(time.FixedZone("", 3600*rapid.IntRange(-3, 3).Draw(t, "zone"))).Format(time.RFC3339) + `"`
	case []any:
		if isPlain(v) {
			v = rapid.Permutation(slices.Clone(v)).Draw(t, "order")
		}
		items := make([]string, len(v))
		for i, x := range v {
			items[i] = space + spell(t, x)
		}
		return "[" + strings.Join(items, ",") + "]"
	case map[string]any:
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		var members []string
		for _, name := range rapid.Permutation(names).Draw(t, "order") {
			members = append(members, space+`"`+name+`":`+spell(t, v[name]))
		}
		return "{" + strings.Join(members, ",") + "}"
	}
	t.Fatalf("a %T", v)
	return ""
}

func isPlain(list []any) bool {
	for _, x := range list {
		switch x.(type) {
		case []any, map[string]any:
			return false
		}
	}
	return true
}

// meaning is a text that is the same for two drawn values exactly if they mean the same.
func meaning(v any) string {
	switch v := v.(type) {
	case []any:
		items := make([]string, len(v))
		for i, x := range v {
			items[i] = meaning(x)
		}
		if isPlain(v) {
			slices.Sort(items)
		}
		return fmt.Sprintf("list %q", items)
	case map[string]any:
		members := make([]string, 0, len(v))
		for name, x := range v {
			members = append(members, name+meaning(x))
		}
		slices.Sort(members)
		return fmt.Sprintf("object %q", members)
	}
	return fmt.Sprintf("%T %v", v, v)
}
