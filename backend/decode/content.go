package decode

import (
	"encoding/binary"
	"math/bits"

	"auditdesk/backend/audit"
	"auditdesk/backend/mask"
)

// seal computes what a record is compared by, when all else of it is understood.
func (d *Decoder) seal(it *Item) {
	e := &it.Event
	it.Wrapper = d.wrapper()
	maskTexts(it)
	b := d.appendCanonicalDiff(d.scratch[:0])
	if e.Version == audit.V2 && e.ID != "" {
		it.Base, it.ByID = e.Base("") // the id is all there is to it
	} else {
		it.Base, it.ByID = e.Base(string(b))
	}
	it.Content = d.content(e, b)
	d.extra = value{}
}

// maskTexts hides the secrets that the texts of an event name: whoever acted may have written them. Request and organization are ids
// that Coder makes.
func maskTexts(it *Item) {
	e := &it.Event
	for _, s := range [...]*string{
		&e.Action, &e.ResourceType, &e.ResourceID, &e.ResourceTarget, &e.UserAgent, &e.Description, &e.BuildReason,
		&e.Organization, &e.User.ID, &e.User.Email, &e.User.Username, &e.User.Name,
	} {
		*s = free(*s)
	}
	for i, role := range it.Roles {
		it.Roles[i] = free(role)
	}
}

// free is a text without the secrets that it names.
func free(s string) string {
	i := 0
	for ; i+8 <= len(s); i += 8 { // nearly no text has one of = : { [
		w := uint64(s[i]) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16 | uint64(s[i+3])<<24 | uint64(s[i+4])<<32 | uint64(s[i+5])<<40 | uint64(s[i+6])<<48 | uint64(s[i+7])<<56
		equals, colon, open := w^(ones*'='), w^(ones*':'), w&^(ones*0x20)^(ones*'[')
		if ((equals-ones)&^equals|(colon-ones)&^colon|(open-ones)&^open)&highs != 0 {
			return mask.String(s)
		}
	}
	for ; i < len(s); i++ {
		switch s[i] {
		case '=', ':', '{', '[':
			return mask.String(s)
		}
	}
	return s
}

// content is the XXH64 (seed 0) of the recorded values by which matching records are compared, each with its length before it. The
// diff and Additional are taken in their canonical spelling, the time in microseconds. What Coder joins when a row is read is left
// out: for v2 all of the user but the id, the organization's name and the description.
func (d *Decoder) content(e *audit.Event, diff []byte) uint64 {
	start := len(diff)
	b := diff
	add := func(s string) {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	b = binary.LittleEndian.AppendUint64(b, uint64(e.Time.Micro()))
	b = binary.LittleEndian.AppendUint64(b, uint64(int64(e.Status)))
	add(string(e.Log))
	add(string(e.Version))
	add(e.ID)
	add(e.Action)
	add(e.ResourceType)
	add(e.ResourceID)
	add(e.ResourceTarget)
	add(e.User.ID)
	if e.Version == audit.V1 {
		add(audit.FoldASCII(e.User.Email))
	}
	add(e.IP)
	add(e.UserAgent)
	add(e.RequestID)
	add(e.OrganizationID)
	at := len(b)
	if d.extra.kind == object { // what Additional is a copy of
		b = d.extra.appendCanonical(b)
	} else {
		b = d.appendCanonicalText(b, e.Additional)
	}
	b = binary.LittleEndian.AppendUint64(b, uint64(len(b)-at))
	b = binary.LittleEndian.AppendUint64(b, uint64(start)) // the diff stands first
	d.scratch = b[:0]
	return xxh64(b)
}

// appendCanonicalText appends JSON text in its canonical spelling.
func (d *Decoder) appendCanonicalText(dst []byte, s string) []byte {
	if s == "" {
		return dst
	}
	doc := d.pushDoc()
	defer d.popDoc()
	doc.own = append(doc.own[:0], s...)
	budget := len(s) + 1
	if n, err := doc.parse(doc.own, d.l.Depth+1, &budget); err != nil || n < len(doc.own) {
		return append(dst, s...)
	}
	return doc.at(0).appendCanonical(dst)
}

const (
	prime1 = 0x9E3779B185EBCA87
	prime2 = 0xC2B2AE3D27D4EB4F
	prime3 = 0x165667B19E3779F9
	prime4 = 0x85EBCA77C2B2AE63
	prime5 = 0x27D4EB2F165667C5
)

// xxh64 is the 64-bit xxHash with seed 0. It is fast and stable, and no proof against an adversary: equal hashes of different records
// would only hide that two records of one event differ.
func xxh64(b []byte) uint64 {
	n := uint64(len(b))
	h := uint64(prime5)
	if len(b) >= 32 {
		p1, p2 := uint64(prime1), uint64(prime2)
		v1, v2, v3, v4 := p1+p2, p2, uint64(0), -p1
		for ; len(b) >= 32; b = b[32:] {
			v1 = xxhRound(v1, binary.LittleEndian.Uint64(b))
			v2 = xxhRound(v2, binary.LittleEndian.Uint64(b[8:]))
			v3 = xxhRound(v3, binary.LittleEndian.Uint64(b[16:]))
			v4 = xxhRound(v4, binary.LittleEndian.Uint64(b[24:]))
		}
		h = bits.RotateLeft64(v1, 1) + bits.RotateLeft64(v2, 7) + bits.RotateLeft64(v3, 12) + bits.RotateLeft64(v4, 18)
		for _, v := range [...]uint64{v1, v2, v3, v4} {
			h = (h^xxhRound(0, v))*prime1 + prime4
		}
	}
	h += n
	for ; len(b) >= 8; b = b[8:] {
		h = bits.RotateLeft64(h^xxhRound(0, binary.LittleEndian.Uint64(b)), 27)*prime1 + prime4
	}
	if len(b) >= 4 {
		h = bits.RotateLeft64(h^uint64(binary.LittleEndian.Uint32(b))*prime1, 23)*prime2 + prime3
		b = b[4:]
	}
	for _, c := range b {
		h = bits.RotateLeft64(h^uint64(c)*prime5, 11) * prime1
	}
	h = (h ^ h>>33) * prime2
	h = (h ^ h>>29) * prime3
	return h ^ h>>32
}

func xxhRound(acc, input uint64) uint64 {
	return bits.RotateLeft64(acc+input*prime2, 31) * prime1
}
