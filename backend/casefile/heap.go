package casefile

import (
	"math"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// While an import runs, what lives in memory is mostly what it must know to the end: identities and dictionaries. The collector's
// usual bound, twice what lives, would double that.
const (
	heapFloor = 300 << 20 // bytes that may be used whatever lives
	heapEvery = 200 * time.Millisecond
)

// holdHeap lets the memory of the program grow to a quarter more than what lives, from heapFloor on, until release is called. Who has set
// GOMEMLIMIT knows better.
func holdHeap() (release func()) {
	if debug.SetMemoryLimit(-1) != math.MaxInt64 {
		return func() {}
	}
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	hold := func() {
		metrics.Read(live)
		debug.SetMemoryLimit(max(heapFloor, int64(live[0].Value.Uint64()/4*5)))
	}
	hold()
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(heapEvery)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				hold()
			case <-done:
				return
			}
		}
	}()
	return func() {
		close(done)
		<-ended
		debug.SetMemoryLimit(math.MaxInt64)
	}
}
