// Package store keeps a case in one SQLite file: the only package that writes SQL. It must not know wire formats, nor how anything is shown.
package store

import "auditdesk/backend/audit"

// Batch is what one transaction adds to a case: events, changes, raw blocks, line accounting and the checkpoint, together or not at all.
type Batch struct {
	Source     int64 // number of the source, from [Store.BeginSource]
	Blocks     []Block
	Events     []NewEvent
	Matches    []Match
	Merged     []Merged
	Unreadable []NewUnreadable
	Other      []audit.OtherLines // to be added to the counts of their pattern; the first example of a pattern stays
	Days       map[string]int64   // records by UTC day (yyyy-mm-dd), to be added
	Counts     audit.Counts       // to be added to the source's
	First      *audit.Time        // earliest and latest event time of the batch, nil without events
	Last       *audit.Time
	Checkpoint Checkpoint
	Recovered  *Recovered // of a batch of unreadable records that are understood now; then the checkpoint stays as it is
}

// Recovered says which unreadable records of a source a batch has understood. Their rows stay, but no longer count.
type Recovered struct {
	Numbers []int64 // of the rows of unreadable
	Version string  // of the program
	// What the source is from now on:
	Form, Shape, Note string
}

// Block is a stretch of raw records, compressed with zstd. Raw bytes are kept exactly.
type Block struct {
	Data   []byte   // zstd frame
	Size   int      // unpacked
	SHA256 [32]byte // of the unpacked bytes
}

// RawRef says where a record's bytes lie.
type RawRef struct {
	Block  int   // index into Batch.Blocks
	Stored int64 // instead: number of a raw block of the source that the case holds already; 0 for none
	Offset int   // in the unpacked block
	Len    int
}

// NewEvent is an event that the case did not know.
type NewEvent struct {
	Number     uint32 // dense from 1; the caller counts on from [Store.Events]
	Digest     audit.Digest
	Occurrence uint32 // 1 for the first; see audit.Identity
	Event      *audit.Event
	Admin      bool   // class:admin
	Content    uint64 // hash of the values that matching records are compared by
	Line       int64
	Offset     int64
	Raw        RawRef
	Form       audit.Form // of the record itself; "" is the event's, which is that of the record whose values stand
	Differs    bool       // a value of the record itself differs from the event's, which is that of a matching record in the same batch
}

// Match is a further record of a known event.
type Match struct {
	Event     uint32
	Form      audit.Form
	Rank      audit.Rank
	Line      int64
	Offset    int64
	Raw       RawRef
	Duplicate bool // the same id again within one source and form
	Differs   bool // a recorded value differs from the event's
}

// Merged replaces the values of a known event: a matching record of better rank, or one that fills what was not recorded.
type Merged struct {
	Number  uint32
	Event   *audit.Event
	Admin   bool
	Content uint64
	Differs []bool // by record stored before this batch, in the order of [Store.Raw]: whether a recorded value differs from the event's now
}

// NewUnreadable is a record that could not be understood, with its bytes.
type NewUnreadable struct {
	Line    int64
	Offset  int64
	Reason  string
	Excerpt string // masked
	Raw     RawRef
}

// Checkpoint says how far a source was read when the batch was made.
type Checkpoint struct {
	Pieces int64 // pieces that the splitter had handed out: a resumed import skips as many
	Line   int64 // of the last of them: where it starts, to check that the skipping came out right
	Offset int64

	Bytes  int64  // of the file as it lies there, read until then; 0 where the source can't be read again
	SHA256 string // of those, in hexadecimal: by it the file is known again
}

// Interrupted is a source whose reading was broken off, and whose file was not known to its end.
type Interrupted struct {
	Number int64
	Path   string
	Bytes  int64 // of the file when it was begun
	At     Checkpoint
}
