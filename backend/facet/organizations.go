package facet

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"auditdesk/backend/audit"
)

// way is a way in which an event names its organization, as codes.
type way struct {
	deployment uint32
	id         uint32 // of [audit.DictOrganizationID]
	name       uint32 // of [audit.DimOrganization]
}

func compareWays(a, b way) int {
	return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.name, b.name), cmp.Compare(a.deployment, b.deployment))
}

// waysInUse are the ways in which rows name their organizations, in an order of their own.
func (s *state) waysInUse() []way {
	var ways []way
	for code, rows := range s.totals[audit.DimOrganization] {
		if rows > 0 && code > 0 {
			ways = append(ways, s.orgs[code])
		}
	}
	slices.SortFunc(ways, compareWays)
	return ways
}

func (s *state) organizationsOf() *parties {
	return s.organizations.get(func() *parties {
		ways := slices.Concat(s.ways, s.waysInUse())
		slices.SortFunc(ways, compareWays)
		return newOrganizations(slices.Compact(ways), s.orgs, &s.words)
	})
}

// OrganizationOf is what the facet calls the organization of a row, "" for none.
func (x *Index) OrganizationOf(number uint32) string {
	s := x.now.Load()
	place, ok := s.place(number)
	if !ok {
		return ""
	}
	p := s.organizationsOf()
	return p.labels[p.of[Ordered{s}.at(int(audit.DimOrganization), place)]]
}

// Organization is what an organization goes by.
type Organization struct {
	Label string
	Also  []string // its id and other names, folded, in the order of their bytes
}

// Organizations are those of the whole case, by label.
func (x *Index) Organizations() []Organization {
	p := x.now.Load().organizationsOf()
	out := make([]Organization, len(p.labels)-1)
	for i := range out {
		out[i].Label = p.labels[i+1]
	}
	for _, name := range slices.Sorted(maps.Keys(p.named)) {
		for _, party := range p.named[name] {
			if o := &out[party-1]; name != audit.FoldASCII(o.Label) {
				o.Also = append(o.Also, name)
			}
		}
	}
	slices.SortFunc(out, func(a, b Organization) int { return compareNames(a.Label, b.Label) })
	return out
}

// named is a way in words. A name that is no more than the id is none.
type named struct {
	deployment uint32
	id, name   string
}

func (w way) named(words *words) named {
	n := named{w.deployment, of(words.changes[audit.DictOrganizationID], w.id), of(words.dims[audit.DimOrganization], w.name)}
	if audit.FoldASCII(n.name) == audit.FoldASCII(n.id) {
		n.name = ""
	}
	return n
}

// inDeployment is a name, folded, within a deployment.
type inDeployment struct {
	deployment uint32
	name       string
}

// newOrganizations tells organizations apart by their ids. A record that gives just a name is of the id which the name is with in
// other records of its deployment, if that is one id; else the name stands for itself: two ids that carry one name stay two, and
// which of them is meant is not recorded.
func newOrganizations(ways, orgs []way, words *words) *parties {
	ids := map[string]bool{}
	carriers := map[inDeployment]map[string]bool{} // the ids that a name is with
	for _, w := range ways {
		n := w.named(words)
		if n.id == "" {
			continue
		}
		id := audit.FoldASCII(n.id)
		ids[id] = true
		if n.name != "" {
			at := inDeployment{n.deployment, audit.FoldASCII(n.name)}
			if carriers[at] == nil {
				carriers[at] = map[string]bool{}
			}
			carriers[at][id] = true
		}
	}
	keyOf := func(n named) string {
		name := audit.FoldASCII(n.name)
		with := carriers[inDeployment{n.deployment, name}]
		switch {
		case n.id != "":
			return "i:" + audit.FoldASCII(n.id)
		case name == "":
			return ""
		case ids[name]:
			return "i:" + name
		case len(with) == 1:
			for id := range with {
				return "i:" + id
			}
		}
		return "n:" + name
	}
	all := map[string]*organization{}
	for _, w := range ways {
		n := w.named(words)
		if key := keyOf(n); key != "" {
			if all[key] == nil {
				all[key] = &organization{}
				if id, ok := strings.CutPrefix(key, "i:"); ok {
					all[key].id = id
				}
			}
			all[key].add(n)
		}
	}
	carried := map[string]int{} // by name, folded: how many organizations go by it
	for _, o := range all {
		for name := range o.folded() {
			carried[name]++
		}
	}
	p := &parties{of: make([]uint32, max(len(orgs), 1)), labels: []string{""}, named: map[string][]uint32{}}
	numbers := map[string]uint32{}
	for _, key := range slices.Sorted(maps.Keys(all)) {
		o := all[key]
		number := uint32(len(p.labels))
		numbers[key] = number
		p.labels = append(p.labels, o.label(carried))
		p.name(p.labels[number], number)
		for _, name := range o.names {
			p.name(name, number)
		}
		p.name(o.id, number)
	}
	for code, w := range orgs {
		p.of[code] = numbers[keyOf(w.named(words))] // 0 for one that no row has
	}
	return p
}

// organization is what records say of one.
type organization struct {
	id    string // folded; "" where just a name is known
	spelt string // the first spelling of the id by its bytes
	names []string
}

func (o *organization) add(n named) {
	if n.name != "" && audit.FoldASCII(n.name) != o.id {
		o.names = append(o.names, n.name)
	}
	if n.id != "" && (o.spelt == "" || n.id < o.spelt) {
		o.spelt = n.id
	}
}

// folded are what it goes by.
func (o *organization) folded() map[string]bool {
	out := map[string]bool{}
	for _, name := range o.names {
		out[audit.FoldASCII(name)] = true
	}
	out[o.id] = true
	return out
}

// label is a name that no other organization goes by, the first of several by its bytes; else the first name with the id behind
// it, or with words where none is recorded; else the id.
func (o *organization) label(carried map[string]int) string {
	names := slices.Sorted(slices.Values(o.names))
	if len(names) == 0 {
		return o.spelt
	}
	for _, name := range names {
		if carried[audit.FoldASCII(name)] == 1 {
			return name
		}
	}
	return names[0] + " (" + cmp.Or(o.spelt, "id not recorded") + ")"
}
