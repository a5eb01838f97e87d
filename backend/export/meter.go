package export

import (
	"slices"
	"time"
)

const (
	meterEvery = 100 * time.Millisecond
	meterStep  = 64 // rows between looks at the clock
)

// meter counts rows and reports them at most ten times a second. A nil report counts only.
type meter struct {
	report func(Progress)
	state  Progress
	last   time.Time
	step   int
}

func newMeter(report func(Progress), total int64, sheets ...string) *meter {
	m := &meter{report: report, last: time.Now()}
	m.state.Total = total
	for _, name := range sheets {
		m.state.Sheets = append(m.state.Sheets, SheetState{Name: name})
	}
	return m
}

// begin says which sheet is being written now; "" for none.
func (m *meter) begin(sheet string) {
	m.state.Sheet = sheet
	m.tick()
}

// row counts a row of the sheet being written. Listed rows count into the total too.
func (m *meter) row(listed bool) {
	if i := m.index(); i >= 0 {
		m.state.Sheets[i].Rows++
	}
	if listed {
		m.state.Rows++
	}
	if m.step++; m.step >= meterStep {
		m.step = 0
		m.tick()
	}
}

// end marks the sheet as done.
func (m *meter) end() {
	if i := m.index(); i >= 0 {
		m.state.Sheets[i].Done = true
	}
	m.tick()
}

// finish reports the last state, whenever the one before was.
func (m *meter) finish() {
	m.state.Sheet = ""
	m.send()
}

func (m *meter) index() int {
	for i := range m.state.Sheets {
		if m.state.Sheets[i].Name == m.state.Sheet {
			return i
		}
	}
	return -1
}

func (m *meter) tick() {
	if m.report != nil && time.Since(m.last) >= meterEvery {
		m.send()
	}
}

func (m *meter) send() {
	if m.report == nil {
		return
	}
	m.last = time.Now()
	state := m.state
	state.Sheets = slices.Clone(m.state.Sheets) // the caller may keep it
	m.report(state)
}
