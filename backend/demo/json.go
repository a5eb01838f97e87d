package demo

import (
	"encoding/json"
	"math/rand/v2"
	"time"
)

// quoted appends s as a JSON string. Most text needs no escapes; the rest goes the slow way.
func quoted(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' || c >= 0x80 {
			q, err := json.Marshal(s)
			if err != nil { // a string always marshals
				panic(err)
			}
			return append(b, q...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// key appends ,"name": — or without the comma after an opening bracket.
func key(b []byte, name string) []byte {
	if n := len(b); n > 0 && b[n-1] != '{' {
		b = append(b, ',')
	}
	b = append(b, '"')
	b = append(b, name...)
	return append(b, '"', ':')
}

func text(b []byte, name, value string) []byte { return quoted(key(b, name), value) }

func stamp(b []byte, name string, t time.Time) []byte {
	b = append(key(b, name), '"')
	b = t.UTC().AppendFormat(b, time.RFC3339Nano)
	return append(b, '"')
}

const hexDigits = "0123456789abcdef"

func appendUUID(b []byte, rng *rand.Rand) []byte {
	v := [2]uint64{rng.Uint64(), rng.Uint64()}
	v[0] = v[0]&^0xf000 | 0x4000
	v[1] = v[1]&^(3<<62) | 2<<62
	for i := range 32 {
		if i == 8 || i == 12 || i == 16 || i == 20 {
			b = append(b, '-')
		}
		b = append(b, hexDigits[v[i/16]>>(60-4*(i%16))&15])
	}
	return b
}
