//go:build race

package cli_test

// underRace says that the race detector is built in: a process then takes several times the time and memory.
const underRace = true
