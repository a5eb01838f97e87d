// Package decode turns bytes into audit events. Containers (gzip, a JSON array, concatenated objects), wrappers (Docker,
// Loki, "message") and forms (v1 JSON log, v2 REST row, …) are told apart and live in files of their own. It does no I/O
// beyond the reader that it is given, and must not know of cases, files or identity across records.
package decode

import "auditdesk/backend/audit"

// Limits bound what hostile input can cost.
type Limits struct {
	Record  int   // bytes of one line, or of one element of a JSON document; longer is an unreadable record. Default 32 MiB.
	Depth   int   // nesting of brackets within a record. Default 200.
	Values  int   // JSON values within a record, counted before a tree is built. Default 1,000,000.
	Stream  int64 // bytes that a compressed stream, or all members of an archive, may unpack to. Default 1 TiB; see also Ratio.
	Ratio   int64 // unpacked : packed, checked once more than 64 MiB are unpacked. Default 2,000.
	Members int   // of an archive. Default 100,000.
}

// Piece is a stretch of a source that may hold records: a physical line, the joined lines of a split record, an
// element of a JSON document, or the lines of a pretty-printed object.
type Piece struct {
	Raw     []byte   // physical bytes without the final line ending; of a split line: the physical lines of its parts, in order
	Text    []byte   // what to decode; shares memory with Raw where nothing was joined
	Line    int64    // 1-based physical line on which it starts
	Lines   int64    // physical lines that it newly touches: each physical line is counted once over all pieces
	Offset  int64    // of Raw in the unpacked stream
	Frame   bool     // part of a document's frame ("[", "audit_logs": [, "count": 3 …): lines, but no record
	Inside  string   // the container it was found in: "" for a line, "array", "audit_logs", "connection_logs", "object", "docker", "cri", "csv"
	Problem string   // set where the splitter already knows that it is unreadable: "line longer than 32 MiB"; Raw is then cut
	Time    string   // the container's time (Docker, CRI), for records without one of their own
	Header  []string // CSV: the column names
	Head    []byte   // CSV: the line that they stand on
}

// ItemKind says what was found.
type ItemKind uint8

// The kinds.
const (
	Record ItemKind = iota + 1
	Other
	Unreadable
)

// Item is what decoding a piece yields. A piece yields at least one; one that wraps several records (Loki) yields several.
type Item struct {
	Kind ItemKind

	// Record:
	Event   audit.Event // Ref, Deployment and Sources are empty; masked; Changes hold what the record holds (see diff.Describe for words)
	Base    [32]byte    // identity before occurrences are counted, see [audit.Event.Base]
	ByID    bool        // Base rests on an id
	Lent    bool        // the record holds no time: Event's is that of what stands around it
	Content uint64      // hash of the recorded values other than those joined when read
	Wrapper string      // in words: "Docker json-file", "message", "Loki"; "" for none
	Roles   []string

	// Other: the pattern ("blank line", "msg: http request", "text", …). Unreadable: the reason.
	Note    string
	Excerpt string // masked, at most 200 characters; of Other and Unreadable
}
