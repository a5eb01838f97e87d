package audit

// Dim is a dimension of an event: a field with one value, kept as a code into a dictionary of the case.
type Dim uint8

// The dimensions. Code 0 always means "not recorded".
const (
	DimType Dim = iota
	DimAction
	DimTarget
	DimAccount      // see [Account]; persons are accounts grouped
	DimOrganization // of the name as recorded, the id where no name is; see [Row.OrganizationID]
	DimIP
	DimStatus // the code is the status + 1
	DimVersion
	DimLog
	DimDeployment
	DimSource // the code is the number of the source that gave the event its first record; see also [Row.Also]
	DimBuildReason
	DimResourceID
	NumDims
)

// ChangeCodes is one changed field as codes. Kind and Basis index [Kinds] and [Bases]; Field, Setting and Panel are dictionary codes.
type ChangeCodes struct {
	Field   uint32 // of the folded field name; 0 for a write without content
	Setting uint32 // 0 where the catalogue has none
	Panel   uint32
	Kind    uint8
	Basis   uint8
	// Continuity indexes [Continuities]; [BreakAfter] is added where a break follows.
	Continuity uint8
}

// What stands in [Row.New].
const (
	NewSecret = 1 // a secret has one, or had
	NewValues = 1 // value codes begin at 1
)

// BreakAfter is the bit beside a change's continuity that says: the next change of the setting logs another value before.
const BreakAfter = 1 << 4

// Flags are yes-or-no properties of an event.
type Flags uint8

// The flags, as has: and class: ask for them. A case keeps a mark of its own in the bit above those that it stores.
const (
	FlagChanges Flags = 1 << iota
	FlagSecret
	FlagUnrecorded
	FlagAdmin
	FlagDiffers
	FlagSynthetic
	_
	FlagMatching // another source or form has a record of the event, too; not stored, it follows from the further records
)

// FlagNamed is the flag that a value of has: or class: asks for.
func FlagNamed(f Field, value string) (Flags, bool) {
	flags := map[string]Flags{"changes": FlagChanges, "secret": FlagSecret, "unrecorded": FlagUnrecorded,
		"differs": FlagDiffers, "synthetic": FlagSynthetic, "matching": FlagMatching}
	if f == FieldClass {
		flags = map[string]Flags{"admin": FlagAdmin}
	}
	flag, ok := flags[FoldASCII(value)]
	return flag, ok
}

// Row is an event (or one change of an event) as the numbers a case keeps: what store hands to the column index.
type Row struct {
	Number uint32 // of the event, or of the change; dense from 1, in the order of import
	Event  uint32 // number of the event
	Time   Time
	Ref60  uint64
	Dims   [NumDims]uint32
	// OrganizationID is a code of [DictOrganizationID]. With it, the name and the deployment a row says which organization it is of.
	OrganizationID uint32
	Also           []uint32 // sources of further records of the event, in any order; may repeat each other and the first. Valid until the next row.
	Flags          Flags
	New            uint32        // of a change: the code of its new value + [NewValues], or [NewSecret]; 0 where none is recorded. 0 of an event
	Changes        []ChangeCodes // of an event: its changes; of a change: just that one. Valid until the next row.
}

// ChangeText is what a text search looks at in a change, as codes of the case's dictionaries; 0 where nothing is recorded.
type ChangeText struct {
	Number, Event uint32
	Spelling      uint32 // of the name of the field, as logged
	Old, New      uint32 // values as logged
}

// Account is one way in which records name a person. Person is the number of the person it belongs to: all accounts that
// share an e-mail (case-folded), else an id, else a username.
type Account struct {
	Code   uint32
	Person uint32
	Who    Person
}

// DictField names the dictionaries beside the dimensions'.
type DictField uint8

// The dictionaries of changes, and that of the ids of organizations.
const (
	DictFieldName DictField = iota // values are the spelling to show; compare with [FoldKey]
	DictSetting
	DictPanel
	DictOrganizationID
	NumDicts
)
