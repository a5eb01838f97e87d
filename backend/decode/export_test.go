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
