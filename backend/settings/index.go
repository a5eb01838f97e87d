package settings

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"sync"

	"auditdesk/backend/audit"
	"auditdesk/backend/catalog"
)

// Words are the texts behind the codes of writes; the index is the code.
type Words struct {
	Deployments, Panels, Labels, Targets []string
	Types, Folded                        []string // as logged, and folded
	Spellings, Fields                    []string // as logged, and folded
	Subjects                             []string // see [Subject]
	// Same reports whether the values that two fingerprints stand for mean the same; nil for fingerprints that are equal then.
	Same func(a, b uint64) bool
}

func (w *Words) same(a, b uint64) bool {
	if w.Same == nil {
		return a == b
	}
	return w.Same(a, b)
}

func word(list []string, code uint32) string {
	if int(code) < len(list) {
		return list[code]
	}
	return ""
}

// Index is the writes of a case by setting, in the order in which settings are listed, and each one's in the order of time. It never
// changes: after an import, another one is built of the same writes and the new ones.
type Index struct {
	words  Words
	keys   []Setting
	writes []Write // by setting, then in order of time
	byID   map[string]int

	// What an answer reads of each setting and of its applied writes, side by side: an answer goes through all of them, and would wait
	// for memory at each write.
	runs    []run
	times   []audit.Time // of the applied writes, by setting
	applied []uint32     // their places in writes
	known   []Known      // what is known once each is the last
	prints  []uint64     // what tells that apart
	groups  int          // distinct fields of types in panels

	tries []try // all other writes, in the order of time

	turns []Turn // by thing, then in the order of time

	folding sync.Once
	folded  string // what a search looks in
	ends    []int  // of each setting's part in it
}

// Setting is one setting: a field of something in a deployment. What it is called is what its last write calls it.
type Setting struct {
	ID         string // the same as long as there is the case
	Key        Key
	Deployment string
	Version    audit.Version
	Panel      string
	Label      string // the panel's name of it, "" for none
	Field      string // as logged; "" for a write without content
	Type       string // as logged
	Target     string
	Kind       audit.Kind
	Documented bool
	Unseen     bool // documented, and without any record in its deployment
	Note       string

	folded   string // field
	row      int    // of the catalogue
	from, to uint32
	turns    [2]uint32 // from, to: of what it is of; none where that is never deleted
	blank    int32     // the setting that stands for writes without content to the same thing, -1 for none
	panel    uint32    // its rank
}

// run is the applied writes of one setting, [first, end), and what an answer needs to know of it.
type run struct {
	first, end uint32
	deployment uint32
	row        uint16 // of the catalogue, 0 for none
	blank      bool   // writes without content
	unseen     bool
	backwards  bool   // the first applied write says what was before it
	old        uint64 // which has this fingerprint
	group      uint32
	turns      [2]uint32
	panel      int32 // run of settings of one panel, deployment and version
}

// try is an attempt that was not applied.
type try struct {
	time    audit.Time
	at      uint32
	setting uint32
}

// Build puts writes and turns in order. The slices stay as they are. Of the deployments of Coder v1, by their codes, the documented settings that no
// write is of are settings as well.
func Build(writes []Write, turns []Turn, words Words, v1 ...uint32) *Index {
	x := &Index{words: words, byID: map[string]int{}}
	x.writes = x.grouped(writes)
	for from := 0; from < len(x.writes); {
		to := from + 1
		for to < len(x.writes) && x.writes[to].Key == x.writes[from].Key {
			to++
		}
		slices.SortFunc(x.writes[from:to], func(a, b Write) int {
			return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Ref60, b.Ref60), cmp.Compare(a.Event, b.Event), cmp.Compare(a.Ordinal, b.Ordinal))
		})
		x.keys = append(x.keys, x.setting(from, to))
		from = to
	}
	x.addUnseen(v1)
	panels := map[string]uint32{}
	for i, p := range catalog.Panels() {
		panels[p] = uint32(i)
	}
	before := panels["Appearance"]
	for i := range x.keys {
		rank, ok := panels[x.keys[i].Panel]
		if !ok {
			rank = before // a panel that is not listed goes before Appearance
		}
		x.keys[i].panel = 2 * rank
		if rank == before && !ok {
			x.keys[i].panel--
		}
	}
	order := make([]*Setting, len(x.keys))
	for i := range x.keys {
		order[i] = &x.keys[i]
	}
	slices.SortFunc(order, func(a, b *Setting) int {
		switch {
		case a == b:
			return 0
		case x.less(a, b):
			return -1
		}
		return 1
	})
	sorted := make([]Setting, len(order))
	for i, s := range order {
		sorted[i] = *s
	}
	x.keys = sorted
	x.place(x.turnsOf(turns))
	return x
}

// grouped returns the writes with those of one key side by side.
func (x *Index) grouped(writes []Write) []Write {
	keys := map[Key]uint32{}
	of := make([]uint32, len(writes))
	var next []uint32 // of each key: how many, then where its next goes
	for i := range writes {
		k, ok := keys[writes[i].Key]
		if !ok {
			k = uint32(len(next))
			keys[writes[i].Key], next = k, append(next, 0)
		}
		of[i] = k
		next[k]++
	}
	sum := uint32(0)
	for k, n := range next {
		next[k], sum = sum, sum+n
	}
	out := make([]Write, len(writes))
	for i := range writes {
		out[next[of[i]]] = writes[i]
		next[of[i]]++
	}
	return out
}

// less is the order of rows: panel, deployment, version, field, target. Nothing in it depends on how the case was imported.
func (x *Index) less(a, b *Setting) bool {
	if a.panel != b.panel {
		return a.panel < b.panel
	}
	if c := cmp.Or(cmp.Compare(a.Panel, b.Panel), cmp.Compare(a.Deployment, b.Deployment), cmp.Compare(a.Version, b.Version)); c != 0 {
		return c < 0
	}
	if a.folded != b.folded {
		return a.folded < b.folded
	}
	return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Target, b.Target), cmp.Compare(a.ID, b.ID)) < 0
}

// setting describes the one whose writes stand at [from, to).
func (x *Index) setting(from, to int) Setting {
	w := &x.writes[to-1]
	s := Setting{
		Key: w.Key, Deployment: word(x.words.Deployments, w.Key.Deployment), Version: audit.V1, Panel: word(x.words.Panels, w.Panel), Label: word(x.words.Labels, w.Label),
		Field: word(x.words.Spellings, w.Spelling), Type: word(x.words.Types, w.Type), Target: word(x.words.Targets, w.Target), Kind: w.Kind,
		from: uint32(from), to: uint32(to), blank: -1, folded: word(x.words.Fields, w.Key.Field),
	}
	if w.Key.Version == 2 {
		s.Version = audit.V2
	}
	for i := to - 1; i >= from && (s.Kind == audit.KindUnknown || s.Kind == audit.KindUnrecorded && w.Key.Field != 0); i-- {
		s.Kind = x.writes[i].Kind
	}
	if s.Version == audit.V1 && s.Key.Field != 0 {
		if c, ok := catalog.Match(s.Target, s.Type, s.Field); ok {
			s.Documented, s.Note, s.row = true, c.Note, c.Row
		}
	}
	s.ID = ID(s.Deployment, s.Version, word(x.words.Folded, s.Key.Type), word(x.words.Subjects, s.Key.Subject), word(x.words.Fields, s.Key.Field))
	return s
}

// addUnseen adds the documented settings that no write is of. Those that Coder logs without a field can't be told to be unseen.
func (x *Index) addUnseen(deployments []uint32) {
	type place struct {
		deployment uint32
		row        int
	}
	seen := map[place]bool{}
	for i := range x.keys {
		if s := &x.keys[i]; s.row > 0 {
			seen[place{s.Key.Deployment, s.row}] = true
		}
	}
	for _, d := range deployments {
		name := word(x.words.Deployments, d)
		for _, c := range catalog.Settings() {
			if c.Field == "" || seen[place{d, c.Row}] {
				continue
			}
			x.keys = append(x.keys, Setting{
				ID: ID(name, audit.V1, "catalogue", strconv.Itoa(c.Row), c.Field), Key: Key{Deployment: d, Version: 1}, Deployment: name, Version: audit.V1, Panel: c.Panel, Label: c.Label,
				Field: c.Field, Target: c.Target, Kind: c.Kind, Documented: true, Unseen: true, Note: c.Note, folded: audit.FoldKey(c.Field), row: c.Row, blank: -1,
			})
		}
	}
}

// ID names a setting to whoever asks for it again.
func ID(deployment string, v audit.Version, resourceType, subject, field string) string {
	h := sha256.New()
	for _, part := range []string{deployment, string(v), resourceType, subject, field} {
		h.Write(binary.AppendUvarint(nil, uint64(len(part))))
		h.Write([]byte(part))
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:12])
}

// place brings the writes into the order of the settings, and notes what answers read. turns says where those of each thing stand.
func (x *Index) place(turns map[Key][2]uint32) {
	type group struct{ panel, typ, field string }
	ordered := make([]Write, 0, len(x.writes))
	x.runs = make([]run, 0, len(x.keys))
	blanks, groups := map[Key]int32{}, map[group]uint32{}
	panel := int32(-1)
	for i := range x.keys {
		s := &x.keys[i]
		from := uint32(len(ordered))
		ordered = append(ordered, x.writes[s.from:s.to]...)
		s.from, s.to = from, uint32(len(ordered))
		if i == 0 || s.Panel != x.keys[i-1].Panel || s.Key.Deployment != x.keys[i-1].Key.Deployment || s.Key.Version != x.keys[i-1].Key.Version {
			panel++
		}
		g := group{s.Panel, word(x.words.Folded, s.Key.Type), s.folded}
		if _, ok := groups[g]; !ok {
			groups[g] = uint32(len(groups))
		}
		if of := turns[s.Key.Thing()]; !s.Unseen && slices.ContainsFunc(x.turns[of[0]:of[1]], func(t Turn) bool { return t.Deletes }) {
			s.turns = of
		}
		r := run{turns: s.turns, first: uint32(len(x.applied)), deployment: s.Key.Deployment, row: uint16(s.row), unseen: s.Unseen, blank: s.Key.Field == 0 && !s.Unseen, group: groups[g], panel: panel}
		for at := s.from; at < s.to; at++ {
			w := &ordered[at]
			if !w.Applied() {
				x.tries = append(x.tries, try{w.Time, at, uint32(i)})
				continue
			}
			if len(x.applied) == int(r.first) {
				r.backwards, r.old = w.holdsOld(), w.Old
				if w.Secret {
					r.old = secretPrint(w.Was)
				}
			}
			x.applied, x.times = append(x.applied, at), append(x.times, w.Time)
			known, mark := w.leaves()
			x.known, x.prints = append(x.known, known), append(x.prints, mark)
		}
		r.end = uint32(len(x.applied))
		x.runs = append(x.runs, r)
		x.byID[s.ID] = i
		if r.blank {
			blanks[s.Key.Thing()] = int32(i)
		}
	}
	x.writes, x.groups = ordered, len(groups)
	for i := range x.keys {
		s := &x.keys[i]
		if at, ok := blanks[s.Key.Thing()]; ok && s.Key.Field != 0 {
			s.blank = at
		}
	}
	slices.SortFunc(x.tries, func(a, b try) int {
		return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(x.writes[a.at].Ref60, x.writes[b.at].Ref60), cmp.Compare(a.at, b.at))
	})
}

// leaves is what is known once an applied write is the last, and what tells it apart.
func (w *Write) leaves() (Known, uint64) {
	switch {
	case w.Secret:
		return Secret, secretPrint(w.Now)
	case w.holdsNew():
		return Logged, w.New
	}
	return NotRecorded, Absent
}

func secretPrint(s audit.SecretState) uint64 { return uint64(s) + 1 }

// All is every write, in the order of the settings. They must not be changed.
func (x *Index) All() []Write { return x.writes }

// Len is the number of settings.
func (x *Index) Len() int { return len(x.keys) }

// Setting returns the setting at a place.
func (x *Index) Setting(i int) *Setting { return &x.keys[i] }

// Find returns the place of the setting with an ID.
func (x *Index) Find(id string) (int, bool) {
	i, ok := x.byID[id]
	return i, ok
}

// Writes returns the writes and attempts of a setting in the order of time. They must not be changed.
func (x *Index) Writes(i int) []Write { return x.writes[x.keys[i].from:x.keys[i].to] }

// Blank returns the place of the setting that stands for writes without content to the same thing, or -1.
func (x *Index) Blank(i int) int { return int(x.keys[i].blank) }

// Write returns a write by its place among all.
func (x *Index) Write(at uint32) *Write { return &x.writes[at] }

// ResourceID is the resource id that a setting is told apart by, "" where it is told apart by something else.
func (x *Index) ResourceID(i int) string {
	id, ok := strings.CutPrefix(word(x.words.Subjects, x.keys[i].Key.Subject), "id ")
	if !ok {
		return ""
	}
	id, _, _ = strings.Cut(id, " ")
	return id
}

// Row is the place of a setting in the vendor's table, from 1; 0 where it is not in it.
func (x *Index) Row(i int) int { return x.keys[i].row }

// FoldedField is the name under which both spellings of a field are one.
func (x *Index) FoldedField(i int) string { return x.keys[i].folded }
