package diff

import (
	"math"
	"strconv"
)

// Contrast is the WCAG 2 contrast ratio of two colours written #rrggbb, 1 to 21; false where one is no such colour.
func Contrast(a, b string) (float64, bool) {
	x, okA := parseColour(a)
	y, okB := parseColour(b)
	if !okA || !okB {
		return 0, false
	}
	light, dark := max(x.luminance(), y.luminance()), min(x.luminance(), y.luminance())
	return (light + 0.05) / (dark + 0.05), true
}

type colour uint32

func parseColour(s string) (colour, bool) {
	if len(s) != 7 || s[0] != '#' || !isHex(s[1:]) {
		return 0, false
	}
	n, err := strconv.ParseUint(s[1:], 16, 24)
	return colour(n), err == nil
}

func (c colour) luminance() float64 {
	return 0.2126*linear(c>>16) + 0.7152*linear(c>>8) + 0.0722*linear(c)
}

func linear(channel colour) float64 {
	v := float64(channel&0xFF) / 255
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}
