package casefile

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/diff"
)

// PaperLine says a row of the comparison, counted from 0, as a line for a working paper: both values with the files that they stand in,
// the changes in between, the verdict and why. It is written as [Case.PaperLine] writes.
func (f *RollForward) PaperLine(n int, format string, zone *time.Location) (string, error) {
	form, err := paperFormOf(format)
	if err != nil {
		return "", err
	}
	if n < 0 || n >= len(f.Rows) {
		return "", audit.Errorf("compare again", "the roll-forward has no row %d", n)
	}
	r := &f.Rows[n]
	opening := snapshotSide{openingEnd, f.Opening, f.OpeningSHA256, f.OpeningAt, r.Opening, r.OpeningLine, r.Secret}
	closing := snapshotSide{closingEnd, f.Closing, f.ClosingSHA256, f.ClosingAt, r.Closing, r.ClosingLine, r.Secret}
	if form == paperRow {
		cells := []string{string(r.Verdict), r.Deployment, r.Type, r.Target, r.Panel, r.Setting, r.Field}
		cells = append(append(cells, opening.cells()...), strconv.Itoa(r.Changes), refWords(r.Events))
		return row(append(append(cells, closing.cells()...), r.why(), r.lacking())...), nil
	}
	what := form.quoted(cmp.Or(r.Field, r.Setting))
	if r.Field != "" && r.Setting != "" {
		what += " (" + form.logged(r.Setting) + ")"
	}
	if r.Target != "" {
		what += " of " + form.logged(r.Target)
	}
	if r.Deployment != "" {
		what += " (deployment " + form.logged(r.Deployment) + ")"
	}
	changes := "no applied change is logged"
	if r.Changes > 0 {
		changes = plural(r.Changes, "applied change is", "applied changes are") + " logged"
		if listed := refWords(r.Events); len(r.Events) == r.Changes {
			changes += " (" + listed + ")"
		} else {
			changes += " (the first and last: " + listed + ")"
		}
	}
	line := fmt.Sprintf("Roll-forward of %s: %s. %s %s In between, %s. Why: %s.", what, r.Verdict, opening.sentence(form, zone), closing.sentence(form, zone), changes, form.logged(r.why()))
	if lacks := r.lacking(); lacks != "" {
		line += " The log lacks " + lacks + "."
	}
	return line, nil
}

func refWords(refs []audit.Ref) string {
	all := make([]string, len(refs))
	for i, ref := range refs {
		all[i] = string(ref)
	}
	return strings.Join(all, " ")
}

// snapshotSide is what one snapshot says of a setting.
type snapshotSide struct {
	end, file, sha256 string
	at                audit.Time
	value             json.RawMessage
	line              int // 0 where the snapshot does not have it
	secret            bool
}

func (s *snapshotSide) words() string {
	if s.line == 0 {
		return "not in this snapshot"
	}
	return diff.ValueWords(s.value, audit.SecretUnknown, false, audit.V2)
}

func (s *snapshotSide) cells() []string {
	line := ""
	if s.line > 0 {
		line = strconv.Itoa(s.line)
	}
	return []string{s.file, s.sha256, s.at.String(), line, s.words()}
}

func (s *snapshotSide) sentence(form paperForm, zone *time.Location) string {
	file := fmt.Sprintf("The %s snapshot %s (SHA-256 %s) as of %s", s.end, form.quoted(s.file), s.sha256, inZone(s.at, zone))
	switch {
	case s.line == 0:
		return file + " does not have it."
	case s.secret:
		return fmt.Sprintf("%s, line %d, has a secret: %s.", file, s.line, s.words())
	}
	return fmt.Sprintf("%s, line %d, has %s.", file, s.line, form.quoted(s.words()))
}
