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
	heapFloor   = 300 << 20 // bytes that the heap may grow to whatever lives
	usualGrowth = 100       // percent of what lives
	leastGrowth = 15
	mostGrowth  = 400
	heapEvery   = 100 * time.Millisecond
)

// holdHeap lets the heap grow to heapFloor, or by leastGrowth over what lives where that is more, until release is called. Who has
// set GOMEMLIMIT or GOGC knows better.
func holdHeap() (release func()) {
	before := debug.SetGCPercent(usualGrowth)
	if before != usualGrowth || debug.SetMemoryLimit(-1) != math.MaxInt64 {
		debug.SetGCPercent(before)
		return func() {}
	}
	debug.SetGCPercent(mostGrowth) // little lives yet
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		now := mostGrowth
		tick := time.NewTicker(heapEvery)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				metrics.Read(live)
				lives := int64(live[0].Value.Uint64()) + 1
				if want := int(min(max((heapFloor-lives)*100/lives, leastGrowth), mostGrowth)); want != now {
					now = want
					debug.SetGCPercent(now)
				}
			case <-done:
				return
			}
		}
	}()
	return func() {
		close(done)
		<-ended
		debug.SetGCPercent(usualGrowth)
	}
}

// freeHeap gives back what a run needed, where that was much: what follows it needs room of its own.
func freeHeap() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	if live[0].Value.Uint64() > heapFloor/2 {
		debug.FreeOSMemory()
	}
}
