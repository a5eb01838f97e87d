package complete

import (
	"context"
	"sort"

	"auditdesk/backend/audit"
)

// Rows are the events of a case in the order of time, by place from 0.
type Rows interface {
	Len() int
	Time(place int) audit.Time
	Code(d audit.Dim, place int) uint32
	Flags(place int) audit.Flags
}

// Names are the dictionaries of the dimensions that [Collect] reads: the index is the code.
type Names map[audit.Dim][]string

func (n Names) of(d audit.Dim, code uint32) string {
	if list := n[d]; int(code) < len(list) {
		return list[code]
	}
	return ""
}

// NamedDims are the dimensions whose dictionaries [Collect] needs.
func NamedDims() []audit.Dim {
	return []audit.Dim{audit.DimDeployment, audit.DimVersion, audit.DimLog, audit.DimAction}
}

const hourNS = 3_600_000_000_000

// Collect reads all events once: their hours, classes and marks, by deployment in the order of names. Builds and overlaps
// are left to the caller.
func Collect(ctx context.Context, rows Rows, names Names) ([]Deployment, error) {
	type key struct{ deployment, version, log, action uint32 }
	type span struct {
		first, last audit.Time
		events      int64
	}
	spans := map[key]*span{}
	byCode := map[uint32]*Deployment{}
	var lastKey key
	var at *span
	var d *Deployment
	for i := range rows.Len() {
		if i&0xffff == 0 {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
		}
		t := rows.Time(i)
		k := key{rows.Code(audit.DimDeployment, i), rows.Code(audit.DimVersion, i), rows.Code(audit.DimLog, i), rows.Code(audit.DimAction, i)}
		if at == nil || k != lastKey {
			if at = spans[k]; at == nil {
				at = &span{first: t}
				spans[k] = at
			}
			if d = byCode[k.deployment]; d == nil {
				d = &Deployment{Name: names.of(audit.DimDeployment, k.deployment), Versions: map[audit.Version]int64{}}
				byCode[k.deployment] = d
			}
			lastKey = k
		}
		at.last = t
		at.events++
		if rows.Flags(i)&audit.FlagSynthetic != 0 {
			d.Synthetic++
		}
		h := hourOf(t)
		if n := len(d.Hours); n == 0 || d.Hours[n-1].Hour != h {
			d.Hours = append(d.Hours, Hour{Hour: h, First: t})
		}
		hour := &d.Hours[len(d.Hours)-1]
		hour.Last = t
		hour.Events++
	}

	classes := map[uint32]map[audit.ClassSpan]*audit.ClassSpan{}
	for k, s := range spans {
		d := byCode[k.deployment]
		version, log := audit.Version(names.of(audit.DimVersion, k.version)), audit.Log(names.of(audit.DimLog, k.log))
		d.Versions[version] += s.events
		name := audit.ClassSpan{Deployment: d.Name, Version: version, Log: log, Class: classOf(log, names.of(audit.DimAction, k.action))}
		if classes[k.deployment] == nil {
			classes[k.deployment] = map[audit.ClassSpan]*audit.ClassSpan{}
		}
		c := classes[k.deployment][name]
		if c == nil {
			c = &audit.ClassSpan{}
			*c = name
			c.First, c.Last, c.Query = s.first, s.last, classQuery(&name)
			classes[k.deployment][name] = c
		}
		c.First, c.Last = min(c.First, s.first), max(c.Last, s.last)
		c.Events += s.events
	}
	out := make([]Deployment, 0, len(byCode))
	for code, d := range byCode {
		for _, c := range classes[code] {
			d.Classes = append(d.Classes, *c)
		}
		sort.Slice(d.Classes, func(i, j int) bool { return before(&d.Classes[i], &d.Classes[j]) })
		out = append(out, *d)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out, nil
}

func hourOf(t audit.Time) int64 {
	h := int64(t) / hourNS
	if int64(t)%hourNS < 0 {
		h--
	}
	return h
}
