package facet

import (
	"context"
	"fmt"
	"strings"

	"auditdesk/backend/audit"
)

// words is what codes stand for.
type words struct {
	dims     [audit.NumDims][]string  // nil for DimStatus and DimAccount
	changes  [audit.NumDicts][]string // by audit.DictField
	accounts []audit.Account          // by code
	people   parties
}

func readWords(ctx context.Context, src Source) (words, error) {
	var w words
	var err error
	for d := range audit.NumDims {
		if d == audit.DimStatus || d == audit.DimAccount {
			continue
		}
		if w.dims[d], err = src.Dictionary(ctx, d); err != nil {
			return w, fmt.Errorf("read dictionary %d: %w", d, err)
		}
	}
	for f := range w.changes {
		if w.changes[f], err = src.ChangeDictionary(ctx, audit.DictField(f)); err != nil {
			return w, fmt.Errorf("read change dictionary %d: %w", f, err)
		}
	}
	accounts, err := src.Accounts(ctx)
	if err != nil {
		return w, fmt.Errorf("read accounts: %w", err)
	}
	for _, a := range accounts {
		if int64(a.Code) > 16*int64(len(accounts))+1024 {
			return w, fmt.Errorf("account code %d among %d accounts: %w", a.Code, len(accounts), audit.ErrDamaged)
		}
		for int(a.Code) >= len(w.accounts) {
			w.accounts = append(w.accounts, audit.Account{Code: uint32(len(w.accounts))})
		}
		w.accounts[a.Code] = a
	}
	w.people = newPeople(w.accounts)
	return w, nil
}

// known is how many codes of a column have a word. Code 0 always has: not recorded.
func (w *words) known(col int) int {
	switch col {
	case int(audit.DimAccount):
		return max(len(w.accounts), 1)
	default:
		return max(len(w.dims[col]), 1)
	}
}

// of is the word of a code in a dictionary; dictionaries may leave out code 0.
func of(values []string, code uint32) string {
	if code == 0 || int(code) >= len(values) {
		return ""
	}
	return values[code]
}

// parties are codes grouped: persons, organizations. Each has one label, and goes by several names.
type parties struct {
	of     []uint32            // by code: the party, counted from 1; 0 where the code names none
	labels []string            // by party
	named  map[string][]uint32 // parties by their names, folded
}

// newPeople makes a person of all accounts of one [audit.Account.Person]; it goes by e-mails, usernames and ids.
func newPeople(accounts []audit.Account) parties {
	p := parties{of: make([]uint32, len(accounts)), labels: []string{""}, named: make(map[string][]uint32)}
	numbers := make(map[uint32]uint32)
	var bests []audit.Person // by person: its first e-mail, username and id
	bests = append(bests, audit.Person{})
	for code, a := range accounts {
		if code == 0 || a.Who.Label() == "" {
			continue
		}
		person, ok := numbers[a.Person]
		if !ok {
			person = uint32(len(bests))
			numbers[a.Person] = person
			bests = append(bests, audit.Person{})
		}
		p.of[code] = person
		best := &bests[person]
		best.Email, best.Username, best.ID = first(best.Email, a.Who.Email), first(best.Username, a.Who.Username), first(best.ID, a.Who.ID)
		for _, name := range []string{a.Who.Email, a.Who.Username, a.Who.ID} {
			p.name(name, person)
		}
	}
	for _, best := range bests[1:] {
		p.labels = append(p.labels, best.Label())
	}
	return p
}

func (p *parties) name(name string, party uint32) {
	if name == "" {
		return
	}
	key := audit.FoldASCII(name)
	for _, known := range p.named[key] {
		if known == party {
			return
		}
	}
	p.named[key] = append(p.named[key], party)
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// mark marks the codes of a column that v holds for. Code 0 names none.
func (p *parties) mark(v audit.Value, hit []bool) {
	held := make([]bool, len(p.labels))
	p.hold(v, held)
	for code := range hit {
		if code == 0 {
			hit[0] = hit[0] || held[0]
		} else if held[p.of[code]] {
			hit[code] = true
		}
	}
}

// hold marks the parties that v holds for; index 0 stands for none.
func (p *parties) hold(v audit.Value, hit []bool) {
	switch v.Op {
	case audit.OpNotRecorded:
		hit[0] = true
	case audit.OpRecorded:
		for i := range hit[1:] {
			hit[i+1] = true
		}
	case audit.OpPrefix:
		hit[0] = hit[0] || v.Match("")
		prefix := audit.FoldASCII(v.Text)
		for name, parties := range p.named {
			if strings.HasPrefix(name, prefix) {
				for _, party := range parties {
					hit[party] = true
				}
			}
		}
	default:
		hit[0] = hit[0] || v.Text == ""
		for _, party := range p.named[audit.FoldASCII(v.Text)] {
			hit[party] = true
		}
	}
}
