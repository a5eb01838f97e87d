package store_test

import (
	"testing"

	"pgregory.net/rapid"

	"auditdesk/backend/store"
)

// Codes are those that were set last, also beyond the first ones, which stand as they are.
func TestCodesAreThoseThatWereSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, want := store.NewCodes(), map[string]uint32{}
		n := rapid.SampledFrom([]int{10, store.ExactCodes, store.ExactCodes + 30_000}).Draw(t, "keys")
		step := rapid.Uint32Range(1, 1000).Draw(t, "step")
		key := func(i int) string { return string([]byte{byte(i), byte(i >> 8), byte(i >> 16)}) }
		for i := range n {
			c.Set(key(i), uint32(i)*step)
			want[key(i)] = uint32(i) * step
		}
		for range rapid.IntRange(0, 20).Draw(t, "again") {
			k, code := key(rapid.IntRange(n/2, n-1).Draw(t, "key")), rapid.Uint32Range(1, 1<<30).Draw(t, "code")
			if _, exact := want[k]; exact && c.Exact(k) {
				continue
			}
			c.Set(k, code)
			want[k] = code
		}
		for k, code := range want {
			if got, ok := c.Get(k); !ok || got != code {
				t.Fatalf("%q has code %d, %t; want %d", k, got, ok, code)
			}
		}
		if c.Len() != len(want) {
			t.Fatalf("%d keys, want %d", c.Len(), len(want))
		}
		if _, ok := c.Get("none of them"); ok {
			t.Fatal("it has a key that nobody set")
		}
	})
}
