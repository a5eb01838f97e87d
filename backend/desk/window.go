package desk

import "context"

// Window is what a Desk needs of the toolkit that draws the window. Its methods may be called from any goroutine; the
// dialogs wait for the auditor, and answer "" or nothing where they were cancelled.
type Window interface {
	// Emit tells the page something; see the event names.
	Emit(event Event, payload any)

	// OpenFile asks for one file; pattern such as "*.json;*.csv" says which are listed, and kind what they are.
	OpenFile(ctx context.Context, title, folder, kind, pattern string) (path string, err error)
	OpenFiles(ctx context.Context, title, folder string) (paths []string, err error)
	OpenFolder(ctx context.Context, title, folder string) (path string, err error)
	// SaveFile asks for a place; name is the proposed base name, and pattern such as "*.xlsx" what else is listed.
	SaveFile(ctx context.Context, title, folder, name, kind, pattern string) (path string, err error)
	// Confirm asks a question that is answered by yes or no.
	Confirm(ctx context.Context, title, question string) bool

	SetTitle(title string)
	Copy(ctx context.Context, text string) error
}

// Event is the name of something that the page is told by itself.
type Event string

// The events, and what goes with each.
const (
	EventCase           Event = "case"           // the open case's Info, or null
	EventPlan           Event = "plan"           // a Plan: files were dropped, or chosen from the menu
	EventImportProgress Event = "importProgress" // at most ten a second
	EventImportDone     Event = "importDone"     // an ImportResult or a Failure
	EventExportProgress Event = "exportProgress" // at most ten a second
	EventExportDone     Event = "exportDone"     // an ExportResult or a Failure
	EventVerifyProgress Event = "verifyProgress" // at most ten a second
	EventVerifyDone     Event = "verifyDone"     // a casefile.Verified or a Failure
	EventAction         Event = "action"         // the id of an action, from the native menu
	EventError          Event = "error"          // a Failure outside a call
)
