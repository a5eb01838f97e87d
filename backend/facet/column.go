package facet

// code is the width that a column keeps its codes in.
type code interface{ ~uint8 | ~uint16 | ~uint32 }

// column is codes by row, in the narrowest width that held them when they were added. Appending may use spare room behind
// the rows that readers of an earlier state see; nothing before that is ever written again.
type column struct {
	u8  []uint8 // exactly one of the three is in use; u8 in the zero value
	u16 []uint16
	u32 []uint32
}

func (c *column) len() int { return len(c.u8) + len(c.u16) + len(c.u32) }

func (c *column) at(i int) uint32 {
	switch {
	case c.u32 != nil:
		return c.u32[i]
	case c.u16 != nil:
		return uint32(c.u16[i])
	default:
		return uint32(c.u8[i])
	}
}

func (c *column) add(v uint32) {
	switch {
	case c.u32 != nil:
		c.u32 = append(c.u32, v)
	case c.u16 != nil && v <= 0xFFFF:
		c.u16 = append(c.u16, uint16(v))
	case c.u16 == nil && v <= 0xFF:
		c.u8 = append(c.u8, uint8(v))
	case v <= 0xFFFF:
		c.widen(2)
		c.add(v)
	default:
		c.widen(4)
		c.add(v)
	}
}

// width is the bytes that a code takes.
func (c *column) width() int {
	switch {
	case c.u32 != nil:
		return 4
	case c.u16 != nil:
		return 2
	default:
		return 1
	}
}

// widen copies the codes into a width of at least that many bytes.
func (c *column) widen(width int) {
	switch {
	case width <= c.width():
	case width == 2:
		c.u16, c.u8 = resized[uint16](c.u8), nil
	case c.u16 != nil:
		c.u32, c.u16 = resized[uint32](c.u16), nil
	default:
		c.u32, c.u8 = resized[uint32](c.u8), nil
	}
}

func resized[To, From code](from []From) []To {
	to := make([]To, len(from), len(from)+len(from)/8+16)
	for i, v := range from {
		to[i] = To(v)
	}
	return to
}

func (c *column) bytes() int { return cap(c.u8) + 2*cap(c.u16) + 4*cap(c.u32) }

// max is the highest code, 0 without rows.
func (c *column) max() uint32 {
	switch {
	case c.u32 != nil:
		return maxOf(c.u32)
	case c.u16 != nil:
		return maxOf(c.u16)
	default:
		return maxOf(c.u8)
	}
}

func maxOf[T code](codes []T) uint32 {
	var m T
	for _, v := range codes {
		m = max(m, v)
	}
	return uint32(m)
}

// permuted returns the codes in the order of perm.
func (c *column) permuted(perm []uint32) column {
	switch {
	case c.u32 != nil:
		return column{u32: permute(c.u32, perm)}
	case c.u16 != nil:
		return column{u16: permute(c.u16, perm)}
	default:
		return column{u8: permute(c.u8, perm)}
	}
}

func permute[T any](from []T, perm []uint32) []T {
	to := make([]T, len(perm))
	for i, p := range perm {
		to[i] = from[p]
	}
	return to
}

// splice puts rows of two columns together by plan, in the wider width of the two.
func (c *column) splice(fresh *column, p plan) column {
	old, add := *c, *fresh
	old.widen(add.width())
	add.widen(old.width())
	switch {
	case old.u32 != nil:
		return column{u32: splice(old.u32, add.u32, p)}
	case old.u16 != nil:
		return column{u16: splice(old.u16, add.u16, p)}
	default:
		return column{u8: splice(old.u8, add.u8, p)}
	}
}
