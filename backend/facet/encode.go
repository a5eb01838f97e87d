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
	numCols
)

// changeSets keeps the distinct changes of a case, and the distinct sets of them that events have: many events change the
// same fields in the same way, so a field with several values an event becomes a column with one. Set 0 is the empty one.
type changeSets struct {
	changes []audit.ChangeCodes
	ends    []uint32 // by set: end of its members; it begins at the end of the one before
	members []uint32 // indices into changes, ascending within a set
}

func (s *changeSets) of(set uint32) []uint32 {
	if set == 0 {
		return nil
	}
	return s.members[s.ends[set-1]:s.ends[set]]
}

// encoder gives dense codes to what the store keeps in wide or in several numbers. It belongs to the writer; its slices only
// grow, so that a state made of them earlier stays whole.
type encoder struct {
	sets     changeSets
	statuses []uint32 // by our code: the code of DimStatus; 0 is not recorded

	changeCode map[audit.ChangeCodes]uint32
	setCode    map[string]uint32
	statusCode map[uint32]uint32

	members []uint32 // room for one row
	key     []byte
}

func newEncoder(sets changeSets, statuses []uint32) *encoder {
	e := &encoder{sets: sets, statuses: statuses,
		changeCode: make(map[audit.ChangeCodes]uint32), setCode: make(map[string]uint32), statusCode: make(map[uint32]uint32)}
	if len(e.sets.ends) == 0 {
		e.sets.ends, e.statuses = []uint32{0}, []uint32{0}
	}
	for i, c := range e.sets.changes {
		e.changeCode[c] = uint32(i)
	}
	for set := range uint32(len(e.sets.ends)) {
		e.setCode[string(e.keyOf(e.sets.of(set)))] = set
	}
	for i, s := range e.statuses {
		e.statusCode[s] = uint32(i)
	}
	return e
}

func (e *encoder) keyOf(members []uint32) []byte {
	e.key = e.key[:0]
	for _, m := range members {
		e.key = binary.LittleEndian.AppendUint32(e.key, m)
	}
	return e.key
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

// set returns the code of a set of changes.
func (e *encoder) set(changes []audit.ChangeCodes) (uint32, error) {
	if len(changes) == 0 {
		return 0, nil
	}
	e.members = e.members[:0]
	for _, c := range changes {
		if int(c.Kind) >= len(audit.Kinds()) || int(c.Basis) >= len(audit.Bases()) {
			return 0, fmt.Errorf("a change has kind %d and basis %d: %w", c.Kind, c.Basis, audit.ErrDamaged)
		}
		code, ok := e.changeCode[c]
		if !ok {
			code = uint32(len(e.sets.changes))
			e.sets.changes = append(e.sets.changes, c)
			e.changeCode[c] = code
		}
		e.members = append(e.members, code)
	}
	slices.Sort(e.members)
	e.members = slices.Compact(e.members)
	key := e.keyOf(e.members)
	set, ok := e.setCode[string(key)]
	if !ok {
		set = uint32(len(e.sets.ends))
		e.sets.members = append(e.sets.members, e.members...)
		e.sets.ends = append(e.sets.ends, uint32(len(e.sets.members)))
		e.setCode[string(key)] = set
	}
	return set, nil
}
