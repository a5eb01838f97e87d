package settings

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"sort"
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

	times   []audit.Time // of the applied writes
	applied []uint32     // their places in writes
	tries   []uint32     // places of all others, in the order of time

	folding sync.Once
	folded  []string // of each setting, what a search looks in
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
	Note       string

	row        int // of the catalogue
	from, to   uint32
	first, end uint32 // of its applied writes
	blank      int32  // the setting that stands for writes without content to the same thing, -1 for none
	single     bool
	panel      uint32 // its rank
}

// Build puts writes in order, also those of the slice.
func Build(writes []Write, words Words) *Index {
	slices.SortFunc(writes, func(a, b Write) int {
		return cmp.Or(compareKeys(a.Key, b.Key), cmp.Compare(a.Time, b.Time), cmp.Compare(a.Ref60, b.Ref60), cmp.Compare(a.Event, b.Event), cmp.Compare(a.Ordinal, b.Ordinal))
	})
	x := &Index{words: words, writes: writes, byID: map[string]int{}}
	for from := 0; from < len(writes); {
		to := from + 1
		for to < len(writes) && writes[to].Key == writes[from].Key {
			to++
		}
		x.keys = append(x.keys, x.setting(from, to))
		from = to
	}
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
	sort.SliceStable(x.keys, func(i, j int) bool { return x.less(&x.keys[i], &x.keys[j]) })
	x.place()
	return x
}

func compareKeys(a, b Key) int {
	return cmp.Or(cmp.Compare(a.Deployment, b.Deployment), cmp.Compare(a.Version, b.Version), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Field, b.Field))
}

// less is the order of rows: panel, deployment, version, field, target. Nothing in it depends on how the case was imported.
func (x *Index) less(a, b *Setting) bool {
	if c := cmp.Or(cmp.Compare(a.panel, b.panel), cmp.Compare(a.Panel, b.Panel), cmp.Compare(a.Deployment, b.Deployment), cmp.Compare(a.Version, b.Version)); c != 0 {
		return c < 0
	}
	c := cmp.Or(cmp.Compare(word(x.words.Fields, a.Key.Field), word(x.words.Fields, b.Key.Field)), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Target, b.Target), cmp.Compare(a.ID, b.ID))
	return c < 0
}

// setting describes the one whose writes stand at [from, to).
func (x *Index) setting(from, to int) Setting {
	w := &x.writes[to-1]
	s := Setting{
		Key: w.Key, Deployment: word(x.words.Deployments, w.Key.Deployment), Version: audit.V1, Panel: word(x.words.Panels, w.Panel), Label: word(x.words.Labels, w.Label),
		Field: word(x.words.Spellings, w.Spelling), Type: word(x.words.Types, w.Type), Target: word(x.words.Targets, w.Target), Kind: w.Kind,
		from: uint32(from), to: uint32(to), blank: -1,
	}
	if w.Key.Version == 2 {
		s.Version = audit.V2
	}
	s.single = Single(s.Version, s.Type)
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

// ID names a setting to whoever asks for it again.
func ID(deployment string, v audit.Version, resourceType, subject, field string) string {
	h := sha256.New()
	for _, part := range []string{deployment, string(v), resourceType, subject, field} {
		h.Write(binary.AppendUvarint(nil, uint64(len(part))))
		h.Write([]byte(part))
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:12])
}

// place brings the writes into the order of the settings, and notes where each one's applied writes stand.
func (x *Index) place() {
	ordered := make([]Write, 0, len(x.writes))
	type thing struct {
		deployment uint32
		version    uint8
		typ, sub   uint32
	}
	blanks := map[thing]int32{}
	for i := range x.keys {
		s := &x.keys[i]
		from := uint32(len(ordered))
		ordered = append(ordered, x.writes[s.from:s.to]...)
		s.from, s.to = from, uint32(len(ordered))
		s.first = uint32(len(x.applied))
		for at := s.from; at < s.to; at++ {
			w := &ordered[at]
			if w.Applied() {
				x.applied, x.times = append(x.applied, at), append(x.times, w.Time)
			} else {
				x.tries = append(x.tries, at)
			}
		}
		s.end = uint32(len(x.applied))
		x.byID[s.ID] = i
		if s.Key.Field == 0 {
			blanks[thing{s.Key.Deployment, s.Key.Version, s.Key.Type, s.Key.Subject}] = int32(i)
		}
	}
	x.writes = ordered
	for i := range x.keys {
		s := &x.keys[i]
		if at, ok := blanks[thing{s.Key.Deployment, s.Key.Version, s.Key.Type, s.Key.Subject}]; ok && s.Key.Field != 0 {
			s.blank = at
		}
	}
	slices.SortFunc(x.tries, func(a, b uint32) int {
		v, w := &x.writes[a], &x.writes[b]
		return cmp.Or(cmp.Compare(v.Time, w.Time), cmp.Compare(v.Ref60, w.Ref60), cmp.Compare(a, b))
	})
}

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
func (x *Index) FoldedField(i int) string { return word(x.words.Fields, x.keys[i].Key.Field) }
