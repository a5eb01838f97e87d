package facet

import (
	"math/bits"
	"sort"
)

// bitset holds one bit a row, in time order; bits beyond the last row are 0.
type bitset []uint64

func newBitset(rows int) bitset { return make(bitset, (rows+63)/64) }

func (b bitset) set(i int)      { b[i>>6] |= 1 << (i & 63) }
func (b bitset) has(i int) bool { return b[i>>6]>>(i&63)&1 != 0 }

// rangeWord is the word at index w of a bitset in which exactly the bits from lo to hi (exclusive) are set.
func rangeWord(w, lo, hi int) uint64 {
	lo, hi = max(lo-w*64, 0), min(hi-w*64, 64)
	if lo >= hi {
		return 0
	}
	return ^uint64(0) << lo & (^uint64(0) >> (64 - hi))
}

// countRange counts the bits of b (and of also, where given) from lo to hi, exclusive.
func countRange(b, also bitset, lo, hi int) int64 {
	if lo >= hi {
		return 0
	}
	n := 0
	for w := lo >> 6; w <= (hi-1)>>6; w++ {
		word := b[w]
		if also != nil {
			word &= also[w]
		}
		if w == lo>>6 || w == (hi-1)>>6 {
			word &= rangeWord(w, lo, hi)
		}
		n += bits.OnesCount64(word)
	}
	return int64(n)
}

// blockWords is how many words share one prefix count: 512 rows for four bytes.
const blockWords = 8

// ranked is a bitset that knows how many bits are set before any place (rank), and where the n-th is (sel).
type ranked struct {
	bits   bitset
	before []uint32 // set bits before each block; one more than there are blocks, the last is the total
}

func rank(b bitset) ranked {
	r := ranked{bits: b, before: make([]uint32, 0, len(b)/blockWords+2)}
	n := 0
	for i, w := range b {
		if i%blockWords == 0 {
			r.before = append(r.before, uint32(n))
		}
		n += bits.OnesCount64(w)
	}
	r.before = append(r.before, uint32(n))
	return r
}

func (r *ranked) total() int { return int(r.before[len(r.before)-1]) }

// rank counts the bits before place i, which may be one past the end.
func (r *ranked) rank(i int) int {
	w := i >> 6
	if w >= len(r.bits) {
		return r.total()
	}
	n := int(r.before[w/blockWords])
	for j := w / blockWords * blockWords; j < w; j++ {
		n += bits.OnesCount64(r.bits[j])
	}
	return n + bits.OnesCount64(r.bits[w]&(1<<(i&63)-1))
}

// sel returns the place of the n-th set bit, counted from 0; n must be below the total.
func (r *ranked) sel(n int) int {
	block := sort.Search(len(r.before), func(i int) bool { return int(r.before[i]) > n }) - 1
	n -= int(r.before[block])
	w := block * blockWords
	for {
		c := bits.OnesCount64(r.bits[w])
		if n < c {
			break
		}
		n -= c
		w++
	}
	word := r.bits[w]
	for ; n > 0; n-- {
		word &= word - 1
	}
	return w<<6 + bits.TrailingZeros64(word)
}

// next returns the first set bit at or after i, or -1; prev the last at or before i, or -1.
func (b bitset) next(i int) int {
	for w := i >> 6; w < len(b); w++ {
		word := b[w]
		if w == i>>6 {
			word &= ^uint64(0) << (i & 63)
		}
		if word != 0 {
			return w<<6 + bits.TrailingZeros64(word)
		}
	}
	return -1
}

func (b bitset) prev(i int) int {
	if i < 0 {
		return -1
	}
	for w := i >> 6; w >= 0; w-- {
		word := b[w]
		if w == i>>6 {
			word &= ^uint64(0) >> (63 - i&63)
		}
		if word != 0 {
			return w<<6 + 63 - bits.LeadingZeros64(word)
		}
	}
	return -1
}
