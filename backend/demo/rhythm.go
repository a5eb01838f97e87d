package demo

import (
	"math/rand/v2"
	"time"
)

// quiet are the stretches for which no record was kept: the log collector was down.
var quiet = [][2]time.Time{
	{time.Date(2025, 10, 18, 22, 0, 0, 0, time.UTC), time.Date(2025, 10, 20, 5, 0, 0, 0, time.UTC)},
	{time.Date(2026, 3, 13, 2, 0, 0, 0, time.UTC), time.Date(2026, 3, 16, 9, 0, 0, 0, time.UTC)},
}

func isQuiet(t time.Time) bool {
	for _, q := range quiet {
		if !t.Before(q[0]) && t.Before(q[1]) {
			return true
		}
	}
	return false
}

// rhythm spreads n events over the hours of the year: busy mornings and afternoons, quiet nights and weekends, a lull at the
// turn of the year, slow growth. The sum is exactly n.
func rhythm(rng *rand.Rand, n int) []int {
	hours := int(yearEnd.Sub(yearStart) / time.Hour)
	weight := make([]float64, hours)
	var sum float64
	for h := range hours {
		at := yearStart.Add(time.Duration(h) * time.Hour)
		weight[h] = busy(at) * (0.6 + 0.8*rng.Float64()) * (0.8 + 0.4*float64(h)/float64(hours))
		sum += weight[h]
	}
	out := make([]int, hours)
	var upTo float64
	given := 0
	for h := range hours {
		upTo += weight[h]
		out[h] = int(float64(n)*upTo/sum) - given
		given += out[h]
	}
	for h := hours - 1; given < n; h-- { // what rounding left over
		if weight[h] > 0 {
			out[h]++
			given++
		}
	}
	return out
}

func busy(at time.Time) float64 {
	if isQuiet(at) {
		return 0
	}
	byHour := [24]float64{.08, .06, .05, .05, .06, .15, .5, 1.3, 2.2, 2.4, 2.2, 1.5, 1.4, 2.1, 2.3, 2.1, 1.6, .9, .5, .35, .25, .2, .15, .1}
	w := byHour[at.Hour()]
	switch at.Weekday() {
	case time.Saturday:
		w *= .12
	case time.Sunday:
		w *= .08
	case time.Friday:
		w *= .85
	}
	if at.Month() == time.December && at.Day() > 22 || at.Month() == time.January && at.Day() < 4 {
		w *= .3
	}
	return w
}
