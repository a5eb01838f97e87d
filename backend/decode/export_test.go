package decode

// ParseTree lets a benchmark measure the parser alone.
func ParseTree() func([]byte) bool {
	var d doc
	return func(b []byte) bool {
		values := 1 << 20
		_, err := d.parse(b, 200, &values)
		return err == nil
	}
}

// Canonical lets a test spell a JSON text as it is digested, and says how much of it was one value.
func Canonical() func([]byte) (spelled []byte, n int, ok bool) {
	return func(b []byte) ([]byte, int, bool) {
		var d doc
		values := 1 << 20
		n, err := d.parse(b, 50, &values)
		if err != nil {
			return nil, n, false
		}
		return d.at(0).appendCanonical(nil), n, true
	}
}
