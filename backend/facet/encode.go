package facet

import (
	"encoding/binary"
	"fmt"
	"slices"

	"auditdesk/backend/audit"
)

// The columns beside the dimensions'.
const (
	colSet   = int(audit.NumDims) + iota // the event's set of changes, see changeSets
	colFlags                             // audit.Flags
	colNew                               // of an index over changes: audit.Row.New
	numCols
)

// sets keeps the distinct sets of something that rows have several of: many rows have the same ones, so a field with several
// values becomes a column with one code. Set 0 is the empty one.
type sets struct {
	ends    []uint32 // by set: end of its members; it begins at the end of the one before
	members []uint32 // ascending within a set
}

func (s *sets) of(set uint32) []uint32 {
	if set == 0 {
		return nil
	}
	return s.members[s.ends[set-1]:s.ends[set]]
}

func (s *sets) bytes() int { return 4*cap(s.ends) + 4*cap(s.members) }

// sound reports whether the sets are whole and every member is below limit.
func (s *sets) sound(limit int) bool {
	if len(s.ends) == 0 || s.ends[0] != 0 {
		return false
	}
	end := uint32(0)
	for _, e := range s.ends {
		if e < end || int64(e) > int64(len(s.members)) {
			return false
		}
		end = e
	}
	return int(end) == len(s.members) && (len(s.members) == 0 || int64(maxOf(s.members)) < int64(limit))
}

// changeSets keeps the distinct changes of a case, and the sets of them that events have; members index changes.
type changeSets struct {
	sets
	changes []audit.ChangeCodes
}

// sane reports whether the closed sets of a change are within their bounds.
func sane(c audit.ChangeCodes) bool {
	return int(c.Kind) < len(audit.Kinds()) && int(c.Basis) < len(audit.Bases()) && int(c.Continuity&^audit.BreakAfter) < len(audit.Continuities())
}

// setEncoder gives the code of a set. The sets only grow, so that a state made of them earlier stays whole.
type setEncoder struct {
	codes map[string]uint32 // by keyOf the members
	key   []byte
}

func newSetEncoder(s *sets) setEncoder {
	if len(s.ends) == 0 {
		s.ends = []uint32{0}
	}
	e := setEncoder{codes: make(map[string]uint32)}
	for set := range uint32(len(s.ends)) {
		e.codes[string(e.keyOf(s.of(set)))] = set
	}
	return e
}

func (e *setEncoder) keyOf(members []uint32) []byte {
	e.key = e.key[:0]
	for _, m := range members {
		e.key = binary.LittleEndian.AppendUint32(e.key, m)
	}
	return e.key
}

// code returns the code of the set with these members, which it sorts; s gets the set where it is new.
func (e *setEncoder) code(s *sets, members []uint32) uint32 {
	slices.Sort(members)
	members = slices.Compact(members)
	key := e.keyOf(members)
	set, ok := e.codes[string(key)]
	if !ok {
		set = uint32(len(s.ends))
		s.members = append(s.members, members...)
		s.ends = append(s.ends, uint32(len(s.members)))
		e.codes[string(key)] = set
	}
	return set
}

// encoder gives dense codes to what the store keeps in wide or in several numbers. It belongs to the writer; its slices only
// grow, so that a state made of them earlier stays whole.
type encoder struct {
	sets     changeSets
	sources  sets     // members are the numbers of sources
	statuses []uint32 // by our code: the code of DimStatus; 0 is not recorded
	orgs     []way    // by our code; 0 is not recorded

	changeCode map[audit.ChangeCodes]uint32
	setCode    setEncoder
	sourceCode setEncoder
	statusCode map[uint32]uint32
	orgCode    map[way]uint32
	single     [2]uint32 // the last source of a row with no other, and its set

	members []uint32 // room for one row
}

func newEncoder(changes changeSets, sources sets, statuses []uint32, orgs []way) *encoder {
	e := &encoder{sets: changes, sources: sources, statuses: statuses, orgs: orgs, changeCode: make(map[audit.ChangeCodes]uint32),
		statusCode: make(map[uint32]uint32), orgCode: make(map[way]uint32)}
	if len(e.statuses) == 0 {
		e.statuses = []uint32{0}
	}
	if len(e.orgs) == 0 {
		e.orgs = []way{{}}
	}
	for i, w := range e.orgs {
		e.orgCode[w] = uint32(i)
	}
	for i, c := range e.sets.changes {
		e.changeCode[c] = uint32(i)
	}
	e.setCode, e.sourceCode = newSetEncoder(&e.sets.sets), newSetEncoder(&e.sources)
	for i, s := range e.statuses {
		e.statusCode[s] = uint32(i)
	}
	return e
}

func (e *encoder) status(dim uint32) uint32 {
	code, ok := e.statusCode[dim]
	if !ok {
		code = uint32(len(e.statuses))
		e.statuses = append(e.statuses, dim)
		e.statusCode[dim] = code
	}
	return code
}

// organization returns the code of a way to name an organization.
func (e *encoder) organization(w way) uint32 {
	if w.id == 0 && w.name == 0 {
		return 0
	}
	code, ok := e.orgCode[w]
	if !ok {
		code = uint32(len(e.orgs))
		e.orgs = append(e.orgs, w)
		e.orgCode[w] = code
	}
	return code
}

// source returns the code of the set of sources that hold a record of a row. Most rows have one, and many have the same.
func (e *encoder) source(first uint32, also []uint32) uint32 {
	if len(also) == 0 && first == e.single[0] {
		return e.single[1]
	}
	e.members = append(append(e.members[:0], first), also...)
	e.members = slices.DeleteFunc(e.members, func(n uint32) bool { return n == 0 })
	code := e.sourceCode.code(&e.sources, e.members)
	if len(also) == 0 {
		e.single = [2]uint32{first, code}
	}
	return code
}

// set returns the code of a set of changes.
func (e *encoder) set(changes []audit.ChangeCodes) (uint32, error) {
	if len(changes) == 0 {
		return 0, nil
	}
	e.members = e.members[:0]
	for _, c := range changes {
		if !sane(c) {
			return 0, fmt.Errorf("a change has kind %d, basis %d and continuity %d: %w", c.Kind, c.Basis, c.Continuity, audit.ErrDamaged)
		}
		code, ok := e.changeCode[c]
		if !ok {
			code = uint32(len(e.sets.changes))
			e.sets.changes = append(e.sets.changes, c)
			e.changeCode[c] = code
		}
		e.members = append(e.members, code)
	}
	return e.setCode.code(&e.sets.sets, e.members), nil
}
