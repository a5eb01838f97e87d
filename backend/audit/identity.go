package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
)

// IdentityScheme is the version of the identity digest. It is hashed in, so that a later scheme can't be mistaken for this one.
const IdentityScheme = "auditdesk identity 1"

// Reading is the version of how records are understood: of decode, mask, diff and catalog together. It is raised whenever the same
// records give other values or other words than before, so that a case can be told from one that was changed. What is
// derived is to be derived anew then: no digest covers it, so that verify takes what it derives otherwise for damage.
const Reading = 2

// Digest is an identity: the first 16 bytes of a SHA-256 over length-prefixed fields.
// It knows no deployment, so that a [Ref] is the same in every case; a case tells events apart by deployment and digest.
type Digest [16]byte

// Ref is the short permanent reference of an event: 12 Crockford base-32 characters of its digest in groups of four,
// such as 7K2M-9QXD-41TB.
type Ref string

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// Ref returns the reference: the first 60 bits of the digest.
func (d Digest) Ref() Ref { return RefOf(d.Ref60()) }

// Ref60 is the number that a reference spells: the first 60 bits of the digest.
func (d Digest) Ref60() uint64 { return binary.BigEndian.Uint64(d[:8]) >> 4 }

// RefOf spells a 60-bit number as a reference.
func RefOf(n uint64) Ref {
	var b [14]byte
	for i := 13; i >= 0; i-- {
		if i == 4 || i == 9 {
			b[i] = '-'
			continue
		}
		b[i] = crockford[n&31]
		n >>= 5
	}
	return Ref(b[:])
}

// ParseRef reads a reference as a person types it: any case, with or without hyphens or spaces, O for 0 and I or L for 1.
func ParseRef(s string) (Ref, bool) {
	n, ok := parseRef60(s)
	if !ok {
		return "", false
	}
	return RefOf(n), true
}

// Uint64 is the number that the reference spells, or false where it is no reference.
func (r Ref) Uint64() (uint64, bool) { return parseRef60(string(r)) }

func parseRef60(s string) (uint64, bool) {
	var n uint64
	digits := 0
	for i := range len(s) {
		c := s[i]
		switch {
		case c == '-' || c == ' ':
			continue
		case 'a' <= c && c <= 'z':
			c -= 'a' - 'A'
		}
		switch c {
		case 'O':
			c = '0'
		case 'I', 'L':
			c = '1'
		}
		v := strings.IndexByte(crockford, c)
		if v < 0 {
			return 0, false
		}
		n = n<<5 | uint64(v)
		digits++
	}
	return n, digits == 12
}

// Base is what identity rests on before occurrences are counted: for v2 the id, for v1 (and a v2 record without id) the
// digest of its fields after masking. diff is the canonical text of the masked diff (see package decode), equal for a
// string of JSON and the object it spells.
func (e *Event) Base(diff string) (base [32]byte, byID bool) {
	var room [512]byte // mostly enough, and then no allocation
	b := room[:0]
	b = appendField(b, IdentityScheme)
	if e.Version == V2 && e.ID != "" {
		b = appendField(b, "id")
		b = appendField(b, string(e.Log))
		b = appendField(b, FoldASCII(e.ID))
		return sha256.Sum256(b), true
	}
	var us [8]byte
	binary.BigEndian.PutUint64(us[:], uint64(e.Time.Micro()))
	b = appendField(b, "fields")
	b = appendField(b, string(e.Version))
	b = appendField(b, string(e.Log))
	b = appendField(b, string(us[:]))
	b = appendField(b, e.Action)
	b = appendField(b, e.ResourceType)
	b = appendField(b, e.ResourceID)
	b = appendField(b, e.ResourceTarget)
	b = appendField(b, diff)
	var st [8]byte
	binary.BigEndian.PutUint64(st[:], uint64(int64(e.Status)))
	b = appendField(b, string(st[:]))
	if e.User.ID != "" {
		b = appendField(b, e.User.ID)
	} else {
		b = appendField(b, FoldASCII(e.User.Email))
	}
	b = appendField(b, e.IP)
	b = appendField(b, e.UserAgent)
	return sha256.Sum256(b), false
}

// Identity is the digest of base and the occurrence number, 1 for the first. Records with an id occur once.
func Identity(base [32]byte, occurrence uint32) Digest {
	var b [36]byte
	copy(b[:], base[:])
	binary.BigEndian.PutUint32(b[32:], occurrence)
	sum := sha256.Sum256(b[:])
	return Digest(sum[:16])
}

// appendField appends a field with its length before it, so that no two lists of fields give one text.
func appendField(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}
