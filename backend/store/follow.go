package store

import (
	"database/sql/driver"

	"auditdesk/backend/audit"
)

// Follower is told of rows as they are added: what [Store.Rows] and [Store.ChangeRows] will give, in the order of numbers. It
// spares whoever needs all of them to read them again. Rows are reused. An error ends the write.
type Follower interface {
	Event(r *audit.Row) error // without what Matched tells
	Change(r *audit.Row) error
	Matched(event, source uint32) // a matching record of an event, new or known
	// Follows says how a change follows the one before it, see [audit.ChangeCodes]; false where the follower does not know it any
	// more. ordinal is the change's place in its event.
	Follows(event, change uint32, ordinal int, continuity uint8) bool
	Replaced() // rows are not, or not any more, as they were told: they have to be read
}

// Follow tells f of every row that is added from now on, nobody where it is nil.
func (s *Store) Follow(f Follower) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.follower = f
}

// tell tells of a new event and its changes.
func (a *appender) tell(n *NewEvent, f *facts, source driver.Value) error {
	r := &a.told
	r.Number, r.Event, r.Time, r.Ref60 = n.Number, n.Number, n.Event.Time, n.Digest.Ref60()
	r.Flags = audit.Flags(f.flags.(int64)) &^ flagFirstDiffers
	for _, d := range [...]struct {
		dim  audit.Dim
		code driver.Value
	}{
		{audit.DimType, f.resourceType}, {audit.DimAction, f.action}, {audit.DimTarget, f.target}, {audit.DimAccount, f.account},
		{audit.DimOrganization, f.organization}, {audit.DimIP, f.ip}, {audit.DimVersion, f.version}, {audit.DimLog, f.log},
		{audit.DimDeployment, f.deployment}, {audit.DimSource, source}, {audit.DimBuildReason, f.buildReason}, {audit.DimResourceID, f.resource},
	} {
		r.Dims[d.dim] = uint32(d.code.(int64))
	}
	r.OrganizationID = uint32(f.organizationID.(int64))
	r.Dims[audit.DimStatus] = 0
	if f.status != nil {
		r.Dims[audit.DimStatus] = uint32(f.status.(int64) + 1)
	}
	r.Changes, r.New = a.codes, 0
	if err := a.follower.Event(r); err != nil {
		return err
	}
	number := uint32(a.m.changes) - uint32(len(a.codes))
	for i := range a.codes {
		r.Number, r.Changes, r.New = number+uint32(i)+1, a.codes[i:i+1], a.values[i]
		if err := a.follower.Change(r); err != nil {
			return err
		}
	}
	return nil
}
