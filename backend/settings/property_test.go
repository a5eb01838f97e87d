package settings_test

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"auditdesk/backend/audit"
	"auditdesk/backend/settings"
)

// drawWrites makes writes to few settings at few instants, several of them at one.
func drawWrites(t *rapid.T) ([]settings.Write, settings.Words) {
	words := settings.Words{
		Deployments: []string{"", "north", "south"}, Panels: []string{"", "Templates", "Infrastructure", "Surprising"}, Labels: []string{""}, Types: []string{"", "template", "notifications_settings"},
		Folded: []string{"", "template", "notifications settings"}, Subjects: []string{"", "id a", "id b"}, Targets: []string{"", "a", "b"}, Spellings: []string{"", "ttl", "TTL", "name"}, Fields: []string{"", "ttl", "name"},
	}
	var out []settings.Write
	for i := range rapid.IntRange(0, 30).Draw(t, "writes") {
		n := func(most int, what string) uint32 { return uint32(rapid.IntRange(0, most).Draw(t, what)) }
		field := n(2, "field")
		w := settings.Write{
			Change: uint32(i + 1), Event: uint32(i + 1), Time: audit.Time(n(6, "time")), Ref60: uint64(n(3, "ref")), Key: settings.Key{Deployment: 1 + n(1, "deployment"), Version: 2, Type: 1 + n(1, "type"), Subject: 1 + n(1, "subject"), Field: field},
			Panel: n(3, "panel"), Spelling: field, Status: int32(rapid.SampledFrom([]int{200, 200, 204, 403, 404, 500, audit.NoStatus}).Draw(t, "status")), Kind: audit.KindText,
		}
		w.Type, w.Target = w.Key.Type, w.Key.Subject
		switch {
		case field == 0:
			w.Kind = audit.KindUnrecorded
		case n(5, "secret") == 0:
			w.Secret, w.Kind, w.Was, w.Now = true, audit.KindSecret, audit.SecretState(n(2, "was")), audit.SecretState(n(2, "now"))
		default:
			w.Old, w.New = uint64(n(3, "old")), uint64(n(3, "new"))
		}
		out = append(out, w)
	}
	return out, words
}

// stateOf goes through all writes, as one would by hand.
func stateOf(writes []settings.Write, key settings.Key, at audit.Time) (known settings.Known, by *settings.Write) {
	ordered := slices.Clone(writes)
	slices.SortFunc(ordered, func(a, b settings.Write) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Ref60, b.Ref60), cmp.Compare(a.Event, b.Event))
	})
	var first *settings.Write
	for i := range ordered {
		w := &ordered[i]
		if w.Key != key || w.Status >= 400 {
			continue
		}
		if first == nil {
			first = w
		}
		if w.Time <= at {
			by = w
		}
	}
	switch {
	case by != nil && by.Secret:
		return settings.Secret, by
	case by != nil && by.New != settings.Absent:
		return settings.Logged, by
	case by != nil:
		return settings.NotRecorded, by
	case first != nil && (first.Secret && first.Was != audit.SecretUnknown || !first.Secret && first.Old != settings.Absent):
		return settings.Earlier, first
	}
	return settings.Unknown, nil
}

func TestAnAnswerIsWhatTheWritesSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		writes, words := drawWrites(t)
		given := slices.Clone(writes)
		x := settings.Build(writes, words)
		if !slices.Equal(given, writes) {
			t.Fatal("the writes that were given are in another order")
		}
		from, at := audit.Time(rapid.IntRange(-1, 7).Draw(t, "from")), audit.Time(rapid.IntRange(-1, 7).Draw(t, "at"))
		ask := settings.Ask{At: max(from, at)}
		if rapid.Bool().Draw(t, "two") {
			from := min(from, at)
			ask.From = &from
			ask.OnlyDiffer = rapid.Bool().Draw(t, "only what differs")
		}
		if rapid.Bool().Draw(t, "one deployment") {
			ask.Deployments = []string{"north"}
		}
		got := x.Answer(ask)
		applied, attempts, differ, unknown, next := 0, 0, 0, 0, 0
		listed := map[settings.Key]bool{}
		for _, r := range got.Rows {
			key := x.Setting(int(r.Setting)).Key
			listed[key] = true
			check := func(st settings.State, at audit.Time) *settings.Write {
				known, by := stateOf(writes, key, at)
				if st.Known != known || by != nil && x.Write(st.At).Change != by.Change {
					t.Fatalf("%+v as of %d: %+v, want %d by %+v", key, at, st, known, by)
				}
				return by
			}
			check(r.Now, ask.At)
			if ask.From != nil {
				check(r.Then, *ask.From)
			}
			if r.Differs == settings.Differs {
				differ++
			}
			if ask.From != nil && r.Differs == settings.Doubt || ask.From == nil && (r.Now.Known == settings.Unknown || r.Now.Known == settings.NotRecorded) {
				unknown++
			}
		}
		for _, w := range writes {
			switch within := w.Time <= ask.At && (ask.From == nil || w.Time > *ask.From); {
			case ask.Deployments != nil && w.Key.Deployment != 1:
				if listed[w.Key] {
					t.Fatalf("%+v is outside of what was asked about", w.Key)
				}
			case !listed[w.Key]:
				if !ask.OnlyDiffer {
					t.Fatalf("%+v is left out", w.Key)
				}
			case within && w.Status < 400:
				applied++
			case within:
				attempts++
			}
		}
		if got.Writes != applied || got.Attempts != attempts || len(got.Newest) != attempts || got.Differ != differ || got.Unknown != unknown {
			t.Fatalf("%d applied, %d attempts, %d differ, %d unknown; want %d, %d, %d, %d", got.Writes, got.Attempts, got.Differ, got.Unknown, applied, attempts, differ, unknown)
		}
		for _, p := range got.Panels {
			if p.First != next || p.Rows == 0 || p.Fields == 0 || p.Fields > p.Rows {
				t.Fatalf("panel %+v begins at %d", p, next)
			}
			for _, r := range got.Rows[p.First : p.First+p.Rows] {
				if s := x.Setting(int(r.Setting)); s.Panel != p.Panel || s.Deployment != p.Deployment {
					t.Fatalf("%+v stands in panel %+v", s, p)
				}
			}
			next += p.Rows
		}
		if next != len(got.Rows) {
			t.Fatalf("panels hold %d of %d rows", next, len(got.Rows))
		}
	})
}
