package facet

// KeptText sets how many bytes of values are kept for a text search. restore undoes it.
func KeptText(n int) (restore func()) {
	was := keptText
	keptText = n
	return func() { keptText = was }
}
