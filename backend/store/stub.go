package store

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"time"

	"auditdesk/backend/audit"
)

var errStub = errors.New("not built yet")

// Store is an open case.
type Store struct{}

// Options of [Open].
type Options struct {
	ReadOnly bool
	Now      func() time.Time // nil: time.Now
	MaxBytes int64            // largest size of the case file; 0 is no bound
}

// Identity is what identity needs to know of an event, in the order of numbers.
type Identity struct {
	Number     uint32
	Deployment uint32 // code, see [Store.DeploymentCode]
	Digest     audit.Digest
	Content    uint64
	Rank       audit.Rank
}

// RawRecord is a record's very bytes, and where it stands.
type RawRecord struct {
	audit.Position
	Bytes []byte
}

// Point is one change of a derive key, for package diff.
type Point struct {
	Change  uint32 // number of the change
	Event   uint32
	Ref     audit.Ref
	Time    audit.Time
	Outcome audit.Outcome
	Change0 audit.Change
}

// DerivedOld is a value before, as derived.
type DerivedOld struct {
	Change uint32
	Old    json.RawMessage // nil: not derivable
	From   uint32          // number of the event that logged it
	Note   string
}

// Summary counts what a case holds.
type Summary struct {
	Events, Changes, Sources int64
	audit.Counts
	First, Last *audit.Time
}

// Report is what [Store.Verify] found.
type Report struct {
	Checks []Check
	Head   string
}

// Check is one thing verified.
type Check struct {
	Name   string
	Count  int64
	Damage string // the first damage found; "" is sound
}

func Create(ctx context.Context, path string, e audit.Engagement, now func() time.Time) (*Store, error) {
	return nil, errStub
}
func Open(ctx context.Context, path string, o Options) (*Store, error) { return nil, errStub }
func (s *Store) Close() error                                          { return errStub }
func (s *Store) Path() string                                          { return "" }
func (s *Store) ReadOnly() bool                                        { return false }
func (s *Store) BeginWrite(ctx context.Context) error                  { return errStub }
func (s *Store) BeginRun(ctx context.Context) error                    { return errStub }
func (s *Store) BeginSource(ctx context.Context, src audit.Source) (int64, Checkpoint, audit.Counts, error) {
	return 0, Checkpoint{}, audit.Counts{}, errStub
}
func (s *Store) FindWhole(ctx context.Context, sha256, deployment string) (audit.Source, bool, error) {
	return audit.Source{}, false, errStub
}
func (s *Store) HasSize(ctx context.Context, bytes int64) (bool, error) { return false, errStub }
func (s *Store) FinishSource(ctx context.Context, number int64, src audit.Source) error {
	return errStub
}
func (s *Store) AddRepeat(ctx context.Context, src audit.Source) (audit.Source, error) {
	return src, errStub
}
func (s *Store) SaveReceipt(ctx context.Context, source int64, r audit.Receipt) error {
	return errStub
}
func (s *Store) Events() uint32                                                { return 0 }
func (s *Store) Append(ctx context.Context, b *Batch) error                    { return errStub }
func (s *Store) Identities(ctx context.Context, fn func(Identity) error) error { return errStub }
func (s *Store) SourceMarks(ctx context.Context, source int64, fn func(event uint32, form audit.Form, duplicate bool) error) error {
	return errStub
}
func (s *Store) ContentOf(ctx context.Context, number uint32) (uint64, audit.Rank, error) {
	return 0, 0, errStub
}
func (s *Store) DeploymentCode(ctx context.Context, name string) (uint32, error) { return 0, errStub }
func (s *Store) Rows(ctx context.Context, after uint32, fn func(*audit.Row) error) error {
	return errStub
}
func (s *Store) ChangeRows(ctx context.Context, after uint32, fn func(*audit.Row) error) error {
	return errStub
}
func (s *Store) Dictionary(ctx context.Context, dim audit.Dim) ([]string, error) { return nil, errStub }
func (s *Store) ChangeDictionary(ctx context.Context, f audit.DictField) ([]string, error) {
	return nil, errStub
}
func (s *Store) Accounts(ctx context.Context) ([]audit.Account, error) { return nil, errStub }
func (s *Store) EventsByNumber(ctx context.Context, numbers []uint32) ([]audit.Event, error) {
	return nil, errStub
}
func (s *Store) ChangesByNumber(ctx context.Context, numbers []uint32) ([]audit.ChangeRow, error) {
	return nil, errStub
}
func (s *Store) Walk(ctx context.Context, numbers iter.Seq[uint32], fn func(audit.Event) error) error {
	return errStub
}
func (s *Store) WalkChanges(ctx context.Context, numbers iter.Seq[uint32], fn func(audit.ChangeRow) error) error {
	return errStub
}
func (s *Store) NumberOfRef(ctx context.Context, ref60 uint64) ([]uint32, error) { return nil, errStub }
func (s *Store) Lookup(ctx context.Context, f audit.Field, v audit.Value) ([]uint32, error) {
	return nil, errStub
}
func (s *Store) LookupChanges(ctx context.Context, f audit.Field, v audit.Value) ([]uint32, error) {
	return nil, errStub
}
func (s *Store) Raw(ctx context.Context, number uint32) ([]RawRecord, error) { return nil, errStub }
func (s *Store) UnreadableRaw(ctx context.Context, source, offset int64) ([]byte, error) {
	return nil, errStub
}
func (s *Store) NoteReveal(ctx context.Context, ref audit.Ref) error        { return errStub }
func (s *Store) Sources(ctx context.Context) ([]audit.Source, error)        { return nil, errStub }
func (s *Store) OtherLines(ctx context.Context) ([]audit.OtherLines, error) { return nil, errStub }
func (s *Store) UnreadableList(ctx context.Context, offset, limit int) ([]audit.Unreadable, error) {
	return nil, errStub
}
func (s *Store) Days(ctx context.Context) ([]audit.DayCount, error) { return nil, errStub }
func (s *Store) Engagement(ctx context.Context) (audit.Engagement, error) {
	return audit.Engagement{}, errStub
}
func (s *Store) SaveEngagement(ctx context.Context, e audit.Engagement) error  { return errStub }
func (s *Store) Deployments(ctx context.Context) ([]string, error)             { return nil, errStub }
func (s *Store) Generation(ctx context.Context) (int64, error)                 { return 0, errStub }
func (s *Store) Summary(ctx context.Context) (Summary, error)                  { return Summary{}, errStub }
func (s *Store) Head(ctx context.Context) (string, error)                      { return "", errStub }
func (s *Store) TouchedKeys(ctx context.Context) ([]uint32, error)             { return nil, errStub }
func (s *Store) DerivePoints(ctx context.Context, key uint32) ([]Point, error) { return nil, errStub }
func (s *Store) SetDerived(ctx context.Context, keys []uint32, olds []DerivedOld) error {
	return errStub
}
func (s *Store) Blob(ctx context.Context, name string) (generation int64, digest, data []byte, err error) {
	return 0, nil, nil, errStub
}
func (s *Store) SetBlob(ctx context.Context, name string, generation int64, digest, data []byte) error {
	return errStub
}
func (s *Store) Verify(ctx context.Context) (Report, error) { return Report{}, errStub }
func (s *Store) Select(ctx context.Context, q audit.Query, span audit.Span, order audit.Order, offset, limit int) ([]uint32, error) {
	return nil, errStub
}
func (s *Store) Count(ctx context.Context, q audit.Query, span audit.Span) (int64, error) {
	return 0, errStub
}
func (s *Store) FacetCounts(ctx context.Context, q audit.Query, span audit.Span, f audit.Field) (map[string]int64, int64, error) {
	return nil, 0, errStub
}
func (s *Store) TimelineCounts(ctx context.Context, q audit.Query, span audit.Span, b audit.BucketSize, zone *time.Location) ([]audit.TimeBucket, error) {
	return nil, errStub
}
