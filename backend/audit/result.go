package audit

// Order is the order of a list of events. Events of one instant stand in the order of their refs, so that the order
// does not depend on how the case was imported.
type Order string

// The orders.
const (
	Newest Order = "newest"
	Oldest Order = "oldest"
)

// FacetOrder is the order of values in a facet.
type FacetOrder string

// The orders; the zero value is by count. Ties are broken by name.
const (
	ByCount  FacetOrder = "count"
	ByName   FacetOrder = "name"
	ByRarest FacetOrder = "rarest"
)

// FacetRequest asks for one facet.
type FacetRequest struct {
	Field  Field      `json:"field"`
	Top    int        `json:"top"`              // values listed at most; selected and excluded ones are listed beyond that
	Search string     `json:"search,omitempty"` // case-insensitive substring of the value
	Order  FacetOrder `json:"order,omitempty"`
}

// Facet is the counts of one field's values under every filter except the field's own.
type Facet struct {
	Field        Field    `json:"field"`
	Distinct     int      `json:"distinct"`        // values with a count above 0 here (matching Search, if given)
	InCase       int      `json:"in_case"`         // values in the whole case
	Values       []Bucket `json:"values"`          // top values, then selected and excluded ones not among them (even at 0)
	Missing      int64    `json:"missing"`         // events without a recorded value
	MissingState State    `json:"missing_state"`   // what the query says of "not recorded"
	Never        []string `json:"never,omitempty"` // documented values that no event of the case has
}

// Bucket is one facet value with the number of its events.
type Bucket struct {
	Value string `json:"value"`
	Count int64  `json:"count"`
	State State  `json:"state"`
	Codes []int  `json:"codes,omitempty"` // outcome facet: the status codes behind it
}

// BucketSize is the width of a timeline bar.
type BucketSize string

// The sizes. Days, weeks (from Monday) and months are those of a zone.
const (
	BucketAuto   BucketSize = "auto"
	BucketMinute BucketSize = "minute"
	BucketHour   BucketSize = "hour"
	BucketDay    BucketSize = "day"
	BucketWeek   BucketSize = "week"
	BucketMonth  BucketSize = "month"
)

// MaxTimelineBuckets is how many bars a timeline may have.
const MaxTimelineBuckets = 5000

// Timeline is events over time, empty buckets included.
type Timeline struct {
	Bucket  BucketSize   `json:"bucket"`
	Zone    string       `json:"zone"`
	Buckets []TimeBucket `json:"buckets"`
}

// TimeBucket is one bar: the events with Start ≤ time < the next Start.
type TimeBucket struct {
	Start  Time  `json:"start"`
	Count  int64 `json:"count"`
	Failed int64 `json:"failed"` // status ≥ 400
}

// Wider returns the next wider size, which an error names when a timeline would have too many bars.
func (b BucketSize) Wider() BucketSize {
	switch b {
	case BucketMinute:
		return BucketHour
	case BucketHour:
		return BucketDay
	case BucketDay:
		return BucketWeek
	default:
		return BucketMonth
	}
}
