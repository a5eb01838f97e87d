package facet

import "sync"

// How many answers a state remembers. Each takes one bit a row.
const (
	cachedClauses    = 16
	cachedSelections = 4
	cachedGroups     = 2 // four bytes a selected row
)

// cache remembers answers of one state. The zero value is ready.
type cache struct {
	clauses    recent[clause]
	selections recent[*Selection]
}

// recent keeps the values that were used last. The zero value is ready.
type recent[T any] struct {
	mu      sync.Mutex
	entries []entry[T] // most recently used last
}

type entry[T any] struct {
	key   string
	value T
}

func (r *recent[T]) get(key string) (T, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, e := range r.entries {
		if e.key == key {
			r.entries = append(append(r.entries[:i:i], r.entries[i+1:]...), e)
			return e.value, true
		}
	}
	var none T
	return none, false
}

func (r *recent[T]) put(key string, value T, limit int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, e := range r.entries {
		if e.key == key { // two callers asked at once
			r.entries[i].value = value
			return
		}
	}
	if len(r.entries) >= limit {
		r.entries = append([]entry[T](nil), r.entries[len(r.entries)-limit+1:]...)
	}
	r.entries = append(r.entries, entry[T]{key, value})
}
