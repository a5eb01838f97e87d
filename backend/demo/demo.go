// Package demo writes the logs of a deployment that never existed: the same seed gives the same bytes. It makes log lines
// only and must not know how they are read: the demo case is imported from them the ordinary way.
package demo

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"time"
)

// What the demo case is called. Everything in it is made up.
const (
	Title      = "Northwind Bank: Coder access review (demo)"
	Reference  = "DEMO-2026-01"
	Zone       = "Europe/Zurich"
	Deployment = "coder.northwind.example"
	FileName   = "coder-demo.ndjson"
)

// Options say what to write.
type Options struct {
	Events int    // audit records; exactly as many are written
	Seed   uint64 //
	Log    string // "v1", "v2" or "both": v1 in the first half of the year and v2 in the second
}

// The made-up year, and the hour from which the deployment runs Coder v2.
var (
	yearStart  = time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC)
	yearEnd    = time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	switchOver = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
)

// Write writes the log lines, in the order of time.
func Write(w io.Writer, opt Options) error {
	if opt.Log == "" {
		opt.Log = "both"
	}
	if opt.Log != "v1" && opt.Log != "v2" && opt.Log != "both" {
		return fmt.Errorf("there is no log %q; there are v1, v2 and both", opt.Log)
	}
	d := newDeployment(opt)
	bw := bufio.NewWriterSize(w, 1<<18)
	for h := range d.rhythm {
		if err := d.hour(bw, h); err != nil {
			return err
		}
	}
	return bw.Flush()
}

// deployment is the made-up world while its year goes by.
type deployment struct {
	opt     Options
	rng     *rand.Rand
	people  []*person
	rhythm  []int // ordinary events per hour of the year
	planned map[int][]planned
	staff   []*person         // who is employed in the current hour
	builds  map[string]build  // by workspace of v2
	infra   map[string]string // v1 infrastructure settings by name: the JSON of what they were set to last
	buf     []byte
	lines   int64 // written so far, for the other lines between
	broken  bool
	total   int
}

// planned is an event that happens whatever the rhythm: an admin's change, every action at least a few times.
type planned struct {
	at    time.Time
	write func(d *deployment, b []byte, at time.Time) []byte
}

func newDeployment(opt Options) *deployment {
	d := &deployment{opt: opt, rng: rand.New(rand.NewPCG(opt.Seed, 0x6175646974)), planned: map[int][]planned{}, builds: map[string]build{}, infra: map[string]string{"gpu vendor": `"none"`, "enable container vms": "false"}}
	d.people = hire(d.rng)
	plans := d.plan()
	// A small demo gets a share of the planned events only, spread over the year.
	room := opt.Events * 2 / 3
	if len(plans) > room {
		kept := make([]planned, 0, room)
		for i := range room {
			kept = append(kept, plans[i*len(plans)/max(room, 1)])
		}
		plans = kept
	}
	for _, p := range plans {
		h := hourOf(p.at)
		d.planned[h] = append(d.planned[h], p)
	}
	d.rhythm = rhythm(d.rng, opt.Events-len(plans))
	return d
}

func hourOf(t time.Time) int { return int(t.Sub(yearStart) / time.Hour) }

func (d *deployment) v2(t time.Time) bool {
	return d.opt.Log == "v2" || d.opt.Log == "both" && !t.Before(switchOver)
}

// hour writes the events of one hour, ordinary and planned ones in the order of time.
func (d *deployment) hour(w *bufio.Writer, h int) error {
	start := yearStart.Add(time.Duration(h) * time.Hour)
	n, plans := d.rhythm[h], d.planned[h]
	if n == 0 && len(plans) == 0 {
		return nil
	}
	d.staff = d.staff[:0]
	for _, p := range d.people {
		if p.from.Before(start.Add(time.Hour)) && p.to.After(start) {
			for range p.weight(start) {
				d.staff = append(d.staff, p)
			}
		}
	}
	step := time.Hour / time.Duration(n+1)
	next := 0
	for i := range n {
		at := start.Add(time.Duration(i)*step + time.Duration(d.rng.Int64N(int64(step))))
		for next < len(plans) && plans[next].at.Before(at) {
			d.buf = plans[next].write(d, d.buf[:0], plans[next].at)
			next++
			if err := d.line(w); err != nil {
				return err
			}
		}
		at = at.Truncate(time.Microsecond)
		d.buf = d.ordinary(d.buf[:0], at)
		if err := d.line(w); err != nil {
			return err
		}
		if err := d.between(w, at); err != nil {
			return err
		}
	}
	for ; next < len(plans); next++ {
		d.buf = plans[next].write(d, d.buf[:0], plans[next].at)
		if err := d.line(w); err != nil {
			return err
		}
	}
	return nil
}

func (d *deployment) line(w *bufio.Writer) error {
	d.total++
	d.buf = append(d.buf, '\n')
	_, err := w.Write(d.buf)
	return err
}

// ordinary is an everyday event: a sign-in, a workspace started, stopped, connected to.
func (d *deployment) ordinary(b []byte, at time.Time) []byte {
	p := d.staff[d.rng.IntN(len(d.staff))]
	if d.v2(at) {
		return d.ordinaryV2(b, at, p)
	}
	return d.ordinaryV1(b, at, p)
}

// between writes what else a server logs: requests, traces, blank lines, and once a record that was cut off.
func (d *deployment) between(w *bufio.Writer, at time.Time) error {
	d.lines++
	b := d.buf[:0]
	switch {
	case d.lines%29 == 0:
		b = d.request(b, at)
	case d.lines%97 == 0 && !d.v2(at):
		b = d.execTrace(b, at)
	case d.lines%4001 == 0:
	case !d.broken && d.total > d.opt.Events/3:
		d.broken = true
		whole := len(d.ordinary(b, at))
		b = b[:whole/2]
	default:
		return nil
	}
	b = append(b, '\n')
	_, err := w.Write(b)
	return err
}
