//go:build !dev

package desk

// scripted is where builds for tests answer the dialogs; other builds have the window's own.
func scripted(w Window) Window { return w }
