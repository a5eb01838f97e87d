package facet

import (
	"context"
	"math/bits"
	"runtime"
	"sync"
	"sync/atomic"
)

// chunkWords is how many words of a bitset a worker takes at a time: 65,536 rows.
const chunkWords = 1 << 10

// maxWorkers bounds the goroutines of one count; beyond a few, memory is the limit.
const maxWorkers = 4

// parallel runs work in a few goroutines, each of which takes stretches of words from next until there are none.
func parallel(ctx context.Context, words int, work func(next func() (lo, hi int, ok bool))) error {
	var taken atomic.Int64
	next := func() (int, int, bool) {
		lo := int(taken.Add(chunkWords)) - chunkWords
		if lo >= words || ctx.Err() != nil {
			return 0, 0, false
		}
		return lo, min(lo+chunkWords, words), true
	}
	run(min(maxWorkers, runtime.GOMAXPROCS(0), (words+chunkWords-1)/chunkWords), next, work)
	return ctx.Err()
}

// serial is parallel in the caller's goroutine alone: for tables so large that another one costs more than it saves.
func serial(ctx context.Context, words int, work func(next func() (lo, hi int, ok bool))) error {
	lo := -chunkWords
	run(1, func() (int, int, bool) {
		lo += chunkWords
		return lo, min(lo+chunkWords, words), lo < words && ctx.Err() == nil
	}, work)
	return ctx.Err()
}

func run(workers int, next func() (int, int, bool), work func(func() (lo, hi int, ok bool))) {
	var wg sync.WaitGroup
	for range workers - 1 {
		wg.Go(func() { work(next) })
	}
	if workers > 0 {
		work(next)
	}
	wg.Wait()
}

// manyCodes is from how many codes on one goroutine counts.
const manyCodes = 1 << 18

// rowset is rows to count: those of bits (all, where nil) from lo to hi, exclusive.
type rowset struct {
	bits   bitset
	lo, hi int
	others int // where above 0: of so many rows, those that are not in the set
}

func (r rowset) word(w int) uint64 {
	word := ^uint64(0)
	if r.bits != nil {
		word = r.bits[w]
	}
	if w<<6 < r.lo || w<<6+64 > r.hi {
		word &= rangeWord(w, r.lo, r.hi)
	}
	if r.others > 0 {
		word = ^word & rangeWord(w, 0, r.others)
	}
	return word
}

// size is the number of rows.
func (r rowset) size() int {
	if r.bits == nil {
		return r.hi - r.lo
	}
	return int(countRange(r.bits, nil, r.lo, r.hi))
}

// copy makes a bitset of the rows.
func (r rowset) copy(rows int) bitset {
	b := newBitset(rows)
	for w := r.lo >> 6; w<<6 < r.hi; w++ {
		b[w] = r.word(w)
	}
	return b
}

// count counts the codes, below size, of the rows.
func (c *column) count(ctx context.Context, size int, rows rowset) ([]uint32, error) {
	total := make([]uint32, size)
	var mu sync.Mutex
	spread := parallel
	if size >= manyCodes {
		spread = serial
	}
	err := spread(ctx, (c.len()+63)/64, func(next func() (int, int, bool)) {
		// Two tables in turn, where they are small: a run of one code would wait for its own counter each time.
		even := make([]uint32, size)
		odd := even
		if size <= 1<<12 {
			odd = make([]uint32, size)
		}
		for lo, hi, ok := next(); ok; lo, hi, ok = next() {
			switch {
			case c.u32 != nil:
				countCodes(c.u32, rows, lo, hi, even, odd)
			case c.u16 != nil:
				countCodes(c.u16, rows, lo, hi, even, odd)
			default:
				countCodes(c.u8, rows, lo, hi, even, odd)
			}
		}
		mu.Lock()
		defer mu.Unlock()
		for i, n := range even {
			total[i] += n
		}
		if size <= 1<<12 {
			for i, n := range odd {
				total[i] += n
			}
		}
	})
	return total, err
}

// denseBits is from how many set bits on a word is counted without branches.
const denseBits = 24

func countCodes[T code](codes []T, rows rowset, lo, hi int, even, odd []uint32) {
	for w := lo; w < hi; w++ {
		word := rows.word(w)
		if word == 0 {
			continue
		}
		block := codes[w<<6 : min(w<<6+64, len(codes))]
		switch {
		case word == ^uint64(0):
			for i := 0; i+1 < len(block); i += 2 {
				even[block[i]]++
				odd[block[i+1]]++
			}
		case len(block) == 64 && bits.OnesCount64(word) >= denseBits:
			for i := 0; i+1 < len(block); i += 2 {
				even[block[i]] += uint32(word & 1)
				odd[block[i+1]] += uint32(word >> 1 & 1)
				word >>= 2
			}
		default:
			for ; word != 0; word &= word - 1 {
				even[block[bits.TrailingZeros64(word)]]++
			}
		}
	}
}

// keep clears the bits of rows whose code does not pass; pass is 1 for codes that do.
func (c *column) keep(ctx context.Context, b bitset, pass []uint8) error {
	return parallel(ctx, len(b), func(next func() (int, int, bool)) {
		for lo, hi, ok := next(); ok; lo, hi, ok = next() {
			switch {
			case c.u32 != nil:
				keepCodes(c.u32, b, lo, hi, pass)
			case c.u16 != nil:
				keepCodes(c.u16, b, lo, hi, pass)
			default:
				keepCodes(c.u8, b, lo, hi, pass)
			}
		}
	})
}

func keepCodes[T code](codes []T, b bitset, lo, hi int, pass []uint8) {
	for w := lo; w < hi; w++ {
		word := b[w]
		if word == 0 {
			continue
		}
		block := codes[w<<6 : min(w<<6+64, len(codes))]
		if len(block) == 64 && bits.OnesCount64(word) >= denseBits {
			var mask uint64
			for i := 0; i+3 < len(block); i += 4 {
				four := uint64(pass[block[i]]) | uint64(pass[block[i+1]])<<1 | uint64(pass[block[i+2]])<<2 | uint64(pass[block[i+3]])<<3
				mask |= four << (i & 63)
			}
			b[w] = word & mask
			continue
		}
		for rest := word; rest != 0; rest &= rest - 1 {
			i := bits.TrailingZeros64(rest)
			if pass[block[i]] == 0 {
				word &^= 1 << i
			}
		}
		b[w] = word
	}
}
