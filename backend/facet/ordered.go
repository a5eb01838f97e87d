package facet

import "auditdesk/backend/audit"

// Ordered is the rows of one state of the index in the order of time, for whoever walks over all of them. Places count from 0.
type Ordered struct{ s *state }

// Ordered returns the rows as they are now; what comes later does not show.
func (x *Index) Ordered() Ordered { return Ordered{x.now.Load()} }

// Len is the number of rows.
func (o Ordered) Len() int { return o.s.rows() }

// Time is when the row at a place was.
func (o Ordered) Time(place int) audit.Time { return o.s.times[place] }

// Code is a row's code of a dimension other than DimStatus, DimSource and DimOrganization.
func (o Ordered) Code(d audit.Dim, place int) uint32 { return o.at(int(d), place) }

// Flags are a row's.
func (o Ordered) Flags(place int) audit.Flags { return audit.Flags(o.at(colFlags, place)) }

func (o Ordered) at(col, place int) uint32 {
	if table := o.s.fold.tables[col]; table != nil {
		return table[o.s.fold.codes.at(place)]
	}
	return o.s.cols[col].at(place)
}

// Place is where the row of a number stands; false where there is none.
func (o Ordered) Place(number uint32) (int, bool) { return o.s.place(number) }

// FirstAt is the place of the first row at or after t, the number of rows where there is none.
func (o Ordered) FirstAt(t audit.Time) int { return o.s.firstAt(t) }
