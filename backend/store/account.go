package store

import (
	"context"
	"slices"

	"auditdesk/backend/audit"
)

// Accounts returns every way in which records name somebody, by code. Who has its e-mail folded.
//
// Accounts are one person where they share an e-mail; one without e-mail belongs to the e-mail that any other account gives
// for its id (the one that sorts first, if there are several); else the id, the username, the name make the person. That
// depends on which accounts there are, not on the order of their import; the numbers of persons follow the sorted keys.
func (s *Store) Accounts(ctx context.Context) ([]audit.Account, error) {
	out := []audit.Account{}
	err := s.read(ctx, "read the accounts", func(c *conn) error {
		return c.scan(ctx, "SELECT code, id, username, email, name FROM account WHERE code > 0 ORDER BY code", func(r row) error {
			out = append(out, audit.Account{Code: uint32(r.num(0)), Who: audit.Person{ID: idText(r[1]), Username: r.text(2), Email: audit.FoldASCII(r.text(3)), Name: r.text(4)}})
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	emails := map[string]string{} // by id
	for _, a := range out {
		if id, e := a.Who.ID, a.Who.Email; id != "" && e != "" && (emails[id] == "" || e < emails[id]) {
			emails[id] = e
		}
	}
	keys := make([]string, len(out))
	for i, a := range out {
		keys[i] = personKey(a.Who, emails)
	}
	sorted := slices.Compact(slices.Sorted(slices.Values(keys)))
	for i, k := range keys {
		n, _ := slices.BinarySearch(sorted, k)
		out[i].Person = uint32(n) + 1
	}
	return out, nil
}

// personKey is the same as the view account_person's.
func personKey(p audit.Person, emails map[string]string) string {
	switch {
	case p.Email != "":
		return "e:" + p.Email
	case p.ID != "" && emails[p.ID] != "":
		return "e:" + emails[p.ID]
	case p.ID != "":
		return "i:" + p.ID
	case p.Username != "":
		return "u:" + p.Username
	default:
		return "n:" + p.Name
	}
}

// accountLabels names each account's person by e-mail, else the username that sorts first, else id.
func (s *Store) accountLabels(ctx context.Context) ([]string, error) {
	var last int64
	if err := s.read(ctx, "read the accounts", func(c *conn) (err error) {
		last, err = c.number(ctx, "SELECT max(code) FROM account")
		return err
	}); err != nil {
		return nil, err
	}
	s.counted.Lock()
	known := s.labels
	s.counted.Unlock()
	if int64(len(known)) > last {
		return known, nil
	}
	accounts, err := s.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	best := map[uint32]audit.Person{}
	first := func(a, b string) string {
		if a == "" || b != "" && b < a {
			return b
		}
		return a
	}
	for _, a := range accounts {
		b := best[a.Person]
		best[a.Person] = audit.Person{Email: first(b.Email, a.Who.Email), Username: first(b.Username, a.Who.Username), ID: first(b.ID, a.Who.ID)}
	}
	out := make([]string, 1, len(accounts)+1)
	for _, a := range accounts {
		if err := put(&out, int64(a.Code), best[a.Person].Label()); err != nil {
			return nil, err
		}
	}
	s.counted.Lock()
	defer s.counted.Unlock()
	s.labels = out
	return out, nil
}
