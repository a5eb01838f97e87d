// Package desk is what one Auditdesk window does beside showing a page: which case is open, what is being imported or
// exported, which cases were open lately, and how the window stood. It must not know the toolkit that draws the window
// (see [Window]), nor how a case answers a question.
package desk
