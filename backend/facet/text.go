package facet

import (
	"context"
	"fmt"
	"strings"

	"auditdesk/backend/audit"
)

// textRows sets the bits of the rows that contain the text: in their target, in a username, name or e-mail of their own
// account, or in a changed field or value of theirs, which the source is asked for.
func (s *state) textRows(ctx context.Context, src Source, v audit.Value, b bitset) error {
	if v.Op != audit.OpEqual || v.Text == "" {
		return fmt.Errorf("the search text is empty")
	}
	folded := audit.FoldText(v.Text)
	targets := make([]uint8, s.codes(int(audit.DimTarget)))
	for code, value := range s.words.dims[audit.DimTarget] {
		if code > 0 && containsFold(value, folded) {
			targets[code] = 1
		}
	}
	if err := s.either(ctx, b, int(audit.DimTarget), targets); err != nil {
		return err
	}
	accounts := make([]uint8, s.codes(int(audit.DimAccount)))
	for code, a := range s.words.accounts {
		if code > 0 && (containsFold(a.Who.Username, folded) || containsFold(a.Who.Name, folded) || containsFold(a.Who.Email, folded)) {
			accounts[code] = 1
		}
	}
	if err := s.either(ctx, b, int(audit.DimAccount), accounts); err != nil {
		return err
	}
	return s.lookupRows(ctx, src, audit.FieldText, v, b)
}

// either sets the bits of the rows whose code in a column passes.
func (s *state) either(ctx context.Context, b bitset, col int, pass []uint8) error {
	if maxOf(pass) == 0 {
		return nil
	}
	found := rowset{hi: s.rows()}.copy(s.rows())
	if err := s.keep(ctx, found, col, pass); err != nil {
		return err
	}
	combine(b, found, func(x, y uint64) uint64 { return x | y })
	return nil
}

// refDigits is how many characters a reference has, without hyphens, of five bits each.
const refDigits = 12

// refRows sets the bits of the rows whose reference equals, or begins with, what a person typed.
func (s *state) refRows(v audit.Value, b bitset) {
	lo, hi := uint64(0), ^uint64(0)
	switch v.Op {
	case audit.OpRecorded: // every row has one
	case audit.OpNotRecorded:
		return
	default:
		typed := strings.NewReplacer("-", "", " ", "").Replace(v.Text)
		missing := refDigits - len(typed)
		if missing < 0 || (missing > 0 && v.Op != audit.OpPrefix) {
			return
		}
		n, ok := audit.Ref(typed + strings.Repeat("0", missing)).Uint64()
		if !ok {
			return
		}
		lo, hi = n, n|(1<<(5*missing)-1)
	}
	for place, ref := range s.refs {
		if lo <= ref && ref <= hi {
			b.set(place)
		}
	}
}
