package store

import (
	"hash/maphash"
	"math/bits"
)

// exactCodes is how many keys of a dictionary are remembered as they stand.
const exactCodes = 1 << 15

// codes remembers the codes of keys: the first ones as they stand, further ones by 96 bits of two hashes with seeds of their own,
// since a log may hold a name or an id of its own on every line, a million of them. Seeds are made anew each time, so that nobody
// can make two keys whose hashes are equal; by chance it happens once in 10^16 dictionaries of a million keys.
type codes[K comparable] struct {
	exact map[K]uint32
	slots []slot // open addressing; a code of 0 is free: the first codes stand in exact
	used  int
	seeds [2]maphash.Seed
}

type slot struct {
	hash uint64
	tail uint32 // of the second hash
	code uint32
}

func newCodes[K comparable]() *codes[K] {
	return &codes[K]{exact: map[K]uint32{}, seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}}
}

func (c *codes[K]) hash(k K) (hash uint64, tail uint32) {
	return maphash.Comparable(c.seeds[0], k), uint32(maphash.Comparable(c.seeds[1], k))
}

// find returns the slot of a key, or the free one where it belongs.
func (c *codes[K]) find(hash uint64, tail uint32) *slot {
	n := uint64(len(c.slots))
	for i, _ := bits.Mul64(hash, n); ; i++ {
		if i == n {
			i = 0
		}
		if s := &c.slots[i]; s.code == 0 || s.hash == hash && s.tail == tail {
			return s
		}
	}
}

func (c *codes[K]) get(k K) (code uint32, ok bool) {
	if code, ok = c.exact[k]; ok || c.slots == nil {
		return code, ok
	}
	s := c.find(c.hash(k))
	return s.code, s.code != 0
}

// set remembers a code above 0, or one of the first.
func (c *codes[K]) set(k K, code uint32) {
	if len(c.exact) < exactCodes {
		c.exact[k] = code
		return
	}
	if 5*(c.used+1) > 4*len(c.slots) {
		old := c.slots
		c.slots = make([]slot, max(4096, len(old)+len(old)/4))
		for _, s := range old {
			if s.code != 0 {
				*c.find(s.hash, s.tail) = s
			}
		}
	}
	hash, tail := c.hash(k)
	s := c.find(hash, tail)
	if s.code == 0 {
		c.used++
	}
	*s = slot{hash, tail, code}
}

func (c *codes[K]) len() int { return len(c.exact) + c.used }
