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

// drawTurns makes events that delete or create the things that writes are of, some of them those of a write.
func drawTurns(t *rapid.T, writes []settings.Write) []settings.Turn {
	var out []settings.Turn
	for i := range rapid.IntRange(0, 6).Draw(t, "turns") {
		turn := settings.Turn{
			Event: uint32(1000 + i), Time: audit.Time(rapid.IntRange(0, 6).Draw(t, "time")), Ref60: uint64(rapid.IntRange(0, 3).Draw(t, "ref")),
			Thing:  settings.Key{Deployment: uint32(rapid.IntRange(1, 2).Draw(t, "deployment")), Version: 2, Type: uint32(rapid.IntRange(1, 2).Draw(t, "type")), Subject: uint32(rapid.IntRange(1, 2).Draw(t, "subject"))},
			Status: int32(rapid.SampledFrom([]int{200, 200, 403, 500, audit.NoStatus}).Draw(t, "status")), Deletes: rapid.IntRange(0, 2).Draw(t, "deletes") > 0,
		}
		if len(writes) > 0 && rapid.Bool().Draw(t, "of a write") {
			w := rapid.SampledFrom(writes).Draw(t, "write")
			turn.Event, turn.Time, turn.Ref60, turn.Thing, turn.Status = w.Event, w.Time, w.Ref60, w.Key.Thing(), w.Status
			if slices.ContainsFunc(out, func(o settings.Turn) bool { return o.Event == w.Event }) {
				continue
			}
		}
		out = append(out, turn)
	}
	return out
}

// logged is a write or a turn of one setting.
type logged struct {
	settings.Turn
	write *settings.Write
}

// leaves is what is known by an applied write.
func leaves(w *settings.Write) settings.Known {
	switch {
	case w.Secret:
		return settings.Secret
	case w.New != settings.Absent:
		return settings.Logged
	}
	return settings.NotRecorded
}

// stateOf goes through all writes and turns, as one would by hand.
func stateOf(writes []settings.Write, turns []settings.Turn, key settings.Key, at audit.Time) (known, was settings.Known, by *settings.Write) {
	var all []logged
	for i := range writes {
		if w := &writes[i]; w.Key == key && w.Status < 400 {
			all = append(all, logged{settings.Turn{Event: w.Event, Time: w.Time, Ref60: w.Ref60}, w})
		}
	}
	for _, turn := range turns {
		if turn.Thing == key.Thing() && turn.Status < 400 {
			all = append(all, logged{turn, nil})
		}
	}
	isCreate := func(l logged) int {
		if l.write == nil && !l.Deletes {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(all, func(a, b logged) int { // of one event: created, then written; or written, then deleted
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Ref60, b.Ref60), cmp.Compare(a.Event, b.Event), cmp.Compare(isCreate(a), isCreate(b)))
	})
	holdsOld := func(w *settings.Write) bool {
		return w.Secret && w.Was != audit.SecretUnknown || !w.Secret && w.Old != settings.Absent
	}
	untouched := true
	for i, l := range all {
		deletesItself := l.write != nil && i+1 < len(all) && all[i+1].Event == l.Event && all[i+1].Deletes
		switch {
		case l.Time > at && !untouched:
			return known, was, by
		case l.Time > at && l.write != nil && holdsOld(l.write):
			return settings.Earlier, 0, l.write
		case l.Time > at && (l.write != nil || l.Deletes):
			return settings.Unknown, 0, nil
		case l.Time > at:
		case deletesItself && known == settings.Unknown && holdsOld(l.write):
			known, by = settings.Earlier, l.write
		case deletesItself && known == settings.Removed && was == settings.Unknown && holdsOld(l.write):
			was, by = settings.Earlier, l.write
		case deletesItself:
		case l.write != nil:
			known, was, by, untouched = leaves(l.write), 0, l.write, false
		case l.Deletes && known != settings.Removed:
			known, was, untouched = settings.Removed, known, false
		case !l.Deletes && known == settings.Removed:
			known, was, by = settings.Unknown, 0, nil
		}
	}
	return known, was, by
}

func TestAnAnswerIsWhatTheWritesSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		writes, words := drawWrites(t)
		turns := drawTurns(t, writes)
		given := slices.Clone(writes)
		x := settings.Build(writes, turns, words)
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
				known, was, by := stateOf(writes, turns, key, at)
				if st.Known != known || st.Was != was || by != nil && x.Write(st.At).Change != by.Change {
					t.Fatalf("%+v as of %d: %+v, want %d (%d) by %+v", key, at, st, known, was, by)
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
