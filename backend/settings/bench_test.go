package settings_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/settings"
)

// 500,000 writes to 100,000 settings: one event in twenty of ten million.
func many() ([]settings.Write, settings.Words) {
	const things, fields, writes = 25_000, 4, 500_000
	rng := rand.New(rand.NewPCG(1, 2))
	words := settings.Words{Deployments: []string{"", "d"}, Panels: []string{"", "Templates"}, Labels: []string{""}, Types: []string{"", "template"}, Folded: []string{"", "template"}}
	words.Spellings = []string{"", "default_ttl", "activity_bump", "failure_ttl", "description"}
	words.Fields = []string{"", "default ttl", "activity bump", "failure ttl", "description"}
	for i := range things {
		words.Subjects, words.Targets = append(words.Subjects, fmt.Sprintf("id %d", i)), append(words.Targets, fmt.Sprintf("template-%d", i))
	}
	out := make([]settings.Write, writes)
	for i := range out {
		thing, field := uint32(rng.IntN(things)), uint32(1+rng.IntN(fields))
		status := int32(200)
		if i%20 == 0 {
			status = 403
		}
		out[i] = settings.Write{
			Change: uint32(i + 1), Event: uint32(i + 1), Time: audit.Time(rng.Int64N(1 << 55)), Ref60: rng.Uint64(), Key: settings.Key{Deployment: 1, Version: 2, Type: 1, Subject: thing, Field: field},
			Panel: 1, Spelling: field, Type: 1, Target: thing, Status: status, Kind: audit.KindNumber, Old: 1 + rng.Uint64N(9), New: 1 + rng.Uint64N(9),
		}
	}
	return out, words
}

func BenchmarkBuild500000Writes(b *testing.B) {
	writes, words := many()
	for b.Loop() {
		settings.Build(slices.Clone(writes), nil, words)
	}
}

func BenchmarkAnswer100000Settings(b *testing.B) {
	writes, words := many()
	x := settings.Build(writes, nil, words)
	at := audit.Time(1 << 54)
	from := audit.Time(1 << 53)
	for _, c := range []struct {
		name string
		ask  settings.Ask
	}{{"one instant", settings.Ask{At: at}}, {"two instants", settings.Ask{At: at, From: &from}}, {"two instants, only what differs, searched", settings.Ask{At: at, From: &from, OnlyDiffer: true, Search: "template-99"}}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				x.Answer(c.ask)
			}
		})
	}
}
