package store

import "hash/maphash"

// exactCodes is how many keys of a dictionary are remembered as they stand.
const exactCodes = 1 << 15

// codes remembers the codes of keys: the first ones as they stand, further ones by two hashes of 64 bits with seeds of their own,
// since a log may hold a name or an id of its own on every line, a million of them. Seeds are made anew each time, so that nobody
// can make two keys whose hashes are equal; by chance it happens once in 10^25 dictionaries of a million keys.
type codes[K comparable] struct {
	exact  map[K]uint32
	hashed map[[2]uint64]uint32
	seeds  [2]maphash.Seed
}

func newCodes[K comparable]() *codes[K] {
	return &codes[K]{exact: map[K]uint32{}, seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}}
}

func (c *codes[K]) hash(k K) [2]uint64 {
	return [2]uint64{maphash.Comparable(c.seeds[0], k), maphash.Comparable(c.seeds[1], k)}
}

func (c *codes[K]) get(k K) (code uint32, ok bool) {
	if code, ok = c.exact[k]; ok || c.hashed == nil {
		return code, ok
	}
	code, ok = c.hashed[c.hash(k)]
	return code, ok
}

func (c *codes[K]) set(k K, code uint32) {
	if len(c.exact) < exactCodes {
		c.exact[k] = code
		return
	}
	if c.hashed == nil {
		c.hashed = map[[2]uint64]uint32{}
	}
	c.hashed[c.hash(k)] = code
}

func (c *codes[K]) len() int { return len(c.exact) + len(c.hashed) }
