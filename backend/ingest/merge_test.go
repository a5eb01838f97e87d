package ingest_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"auditdesk/backend/audit"
	"auditdesk/backend/ingest"
)

func before(s, sep string) string {
	s, _, _ = strings.Cut(s, sep)
	return s
}

// Records of one event in several forms and with several values; each is a file of its own.
func witnesses() map[string]string {
	human := func(status, target string) string {
		return `2026-11-20 09:15:22.340 [info]  coderd: audit_log  ID=7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a1  Time="2026-11-20T09:15:22.334105Z"  UserID=6c405053-27e3-484a-9ad7-bcb64e7bfde6  OrganizationID=00000000-0000-0000-0000-000000000000  Ip=203.0.113.24  UserAgent=x  ResourceType=workspace  ResourceID=ef8d1cf4-82de-4fd9-8980-047dad6d06b5  ResourceTarget=` + target + `  Action=write  Diff="{\"ttl\":{\"old\":0,\"new\":1,\"secret\":false}}"  StatusCode=` + status + `  AdditionalFields="{}"  RequestID=53bded77-7b9d-4e82-8771-991a34d759f9  ResourceIcon=""`
	}
	csv := "id,time,action,resource_type,resource_id,resource_target,status_code,user_id,ip,user_agent,request_id,additional_fields\n" +
		"7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a1,2026-11-20T09:15:22.334105Z,write,workspace,ef8d1cf4-82de-4fd9-8980-047dad6d06b5,%s,200,6c405053-27e3-484a-9ad7-bcb64e7bfde6,%s,x,53bded77-7b9d-4e82-8771-991a34d759f9,{}\n"
	replace := strings.NewReplacer
	return map[string]string{
		"log":               v2Log,
		"log, same again":   " " + v2Log,
		"log, other status": replace(`"StatusCode":200`, `"StatusCode":404`).Replace(v2Log),
		"log, no status":    replace(`"StatusCode":200,`, ``).Replace(v2Log),
		"log, other user":   replace("6c405053-27e3-484a-9ad7-bcb64e7bfde6", "11111111-27e3-484a-9ad7-bcb64e7bfde6").Replace(v2Log),
		"log, old left out": replace(`"old":0,`, ``).Replace(v2Log),
		"log, other old":    replace(`"old":0,`, `"old":7,`).Replace(v2Log),
		"log, time spelt":   replace(`"Time":"2026-11-20T09:15:22.334105Z"`, `"Time":"2026-11-20T10:15:22.334105+01:00"`).Replace(v2Log),
		"log, nanoseconds":  replace(`"Time":"2026-11-20T09:15:22.334105Z"`, `"Time":"2026-11-20T09:15:22.334105999Z"`).Replace(v2Log),
		"log, keys turned":  replace(`{"old":0,"new":1,"secret":false}`, `{"new":1,"secret":false,"old":0}`).Replace(v2Log),
		"log, more fields":  replace(`"Diff":{`, `"Diff":{"name":{"old":"a","new":{"x":1,"y":2},"secret":false},`).Replace(v2Log),
		"row":               v2Row,
		"row, other status": replace(`"status_code":200`, `"status_code":500`).Replace(v2Row),
		"row, other name":   replace(`jessie`, `jess`).Replace(v2Row),
		"row, no user":      before(v2Row, `,"user":{`) + "}",
		"human":             human("200", "main"),
		"human, other":      human("403", "dev"),
		"csv":               fmt.Sprintf(csv, "main", "203.0.113.24"),
		"csv, other":        fmt.Sprintf(csv, "main", "203.0.113.99"),
	}
}

func TestOneEventOfManyRecordsIsTheSameInAnyOrder(t *testing.T) {
	all := witnesses()
	names := make([]string, 0, len(all))
	for n := range all {
		names = append(names, n)
	}
	rapid.Check(t, func(rt *rapid.T) {
		chosen := rapid.SliceOfNDistinct(rapid.SampledFrom(names), 2, 4, rapid.ID[string]).Draw(rt, "records")
		var want []string
		for _, order := range [][]string{chosen, rapid.Permutation(chosen).Draw(rt, "order")} {
			st := newCase(t)
			var in []ingest.Input
			for _, n := range order {
				in = append(in, bytesInput(n, []byte(all[n])))
			}
			cut := rapid.IntRange(0, len(in)).Draw(rt, "runs") // in one run or two
			run(t, st, "acme", in[:cut]...)
			run(t, st, "acme", in[cut:]...)
			got := events(t, st)
			sound(t, st)
			if err := st.Close(); err != nil {
				rt.Fatal(err)
			}
			if want == nil {
				want = got
			} else if diff := cmp.Diff(want, got); diff != "" {
				rt.Fatalf("%v and %v: %s", chosen, order, diff)
			}
		}
	})
}

func TestRecordsOfOneEventInOneSourceMergeInAnyBatch(t *testing.T) {
	all := witnesses()
	var filler strings.Builder
	for i := range 8 {
		fmt.Fprintln(&filler, strings.ReplaceAll(v2Log, "7c1d2f04", fmt.Sprintf("0000000%d", i)))
	}
	lines := []string{all["human"], all["log"], all["row"], all["log, other status"], all["human, other"], all["row, other name"]}
	rapid.Check(t, func(rt *rapid.T) {
		var want string
		order := rapid.Permutation(lines).Draw(rt, "order")
		for _, lines := range [][]string{lines, order} {
			st := newCase(t)
			text := strings.Join(lines, "\n"+filler.String()) + "\n"
			if _, err := ingest.Run(t.Context(), st, []ingest.Input{stream("a", &dribble{s: text})}, ingest.Options{Deployment: "acme", Batch: rapid.IntRange(1, 5).Draw(rt, "batch")}); err != nil {
				rt.Fatal(err)
			}
			e, err := st.EventsByNumber(t.Context(), []uint32{1})
			if err != nil {
				rt.Fatal(err)
			}
			differs := map[audit.Form]int{}
			for _, p := range e[0].Sources {
				if p.Differs {
					differs[p.Form]++
				}
			}
			n := len(e[0].Sources)
			e[0].Sources = nil
			got := fmt.Sprintf("%+v %d records, %v differ", e[0], n, differs)
			if err := st.Close(); err != nil {
				rt.Fatal(err)
			}
			if want == "" {
				want = got
			} else if diff := cmp.Diff(want, got); diff != "" {
				rt.Fatal(diff)
			}
		}
	})
}

// dribble gives a few hundred bytes at a time.
type dribble struct{ s string }

func (d *dribble) Read(p []byte) (int, error) {
	if d.s == "" {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), 700)], d.s)
	d.s = d.s[n:]
	return n, nil
}

func imported(t *testing.T, records ...string) audit.Event {
	t.Helper()
	st := newCase(t)
	for i, r := range records {
		run(t, st, "acme", bytesInput(fmt.Sprint(i), []byte(r)))
	}
	sound(t, st)
	e, err := st.EventsByNumber(t.Context(), []uint32{1})
	if err != nil {
		t.Fatal(err)
	}
	if st.Events() != 1 {
		t.Fatalf("%d events", st.Events())
	}
	return e[0]
}

func TestARecordDiffersWhereItsValueIsNotTheEvents(t *testing.T) {
	w := witnesses()
	for _, order := range [][]string{{"log, other status", "row", "human"}, {"row", "human", "log, other status"}, {"human", "log, other status", "row"}} {
		var in []string
		for _, n := range order {
			in = append(in, w[n])
		}
		e := imported(t, in...)
		for i, p := range e.Sources {
			if want := order[i] == "log, other status"; p.Differs != want {
				t.Errorf("%v: %s differs: %t, want %t", order, order[i], p.Differs, want)
			}
		}
		if !e.Differs || e.Status != 200 {
			t.Errorf("%v: differs %t, status %d", order, e.Differs, e.Status)
		}
	}
}

func TestAPersonIsNotPutTogetherFromTwo(t *testing.T) {
	w := witnesses()
	for _, order := range [][]string{{w["row, no user"], w["log, other user"], w["row"]}, {w["log, other user"], w["row"]}, {w["row"], w["log, other user"]}} {
		e := imported(t, order...)
		if e.User.ID != "6c405053-27e3-484a-9ad7-bcb64e7bfde6" || e.User.Email != "jessie@acme.example" || !e.Differs {
			t.Errorf("got %+v, differs %t", e.User, e.Differs)
		}
	}
	// The row's user is another than the log's, and names no e-mail: the log's e-mail is not hers.
	row := strings.Replace(w["row"], `,"username":"jessie","email":"jessie@acme.example"`, ``, 1)
	log := strings.Replace(w["log, other user"], `"Ip":`, `"actor":{"id":"11111111-27e3-484a-9ad7-bcb64e7bfde6","email":"other@acme.example"},"Ip":`, 1)
	for _, order := range [][]string{{row, log}, {log, row}} {
		if e := imported(t, order...); e.User != (audit.Person{ID: "6c405053-27e3-484a-9ad7-bcb64e7bfde6"}) {
			t.Errorf("got %+v", e.User)
		}
	}
}

func TestAnOrganizationIsNotPutTogetherFromTwo(t *testing.T) {
	const a, b = "aaaaaaaa-27e3-484a-9ad7-bcb64e7bfde6", "bbbbbbbb-27e3-484a-9ad7-bcb64e7bfde6"
	row := strings.Replace(v2Row, `"ip":`, `"organization_id":"`+a+`","ip":`, 1)
	log := strings.Replace(v2Log, `"Ip":`, `"OrganizationID":"`+b+`","Ip":`, 1)
	if e := imported(t, row, log); e.OrganizationID != a || e.Organization != a || !e.Differs {
		t.Errorf("organization %q of id %q, differs %t", e.Organization, e.OrganizationID, e.Differs)
	}
}

func TestAdditionalFieldsThatDifferAreMarked(t *testing.T) {
	row := strings.Replace(v2Row, `"additional_fields":{}`, `"additional_fields":{"a":1,"b":2}`, 1)
	for add, want := range map[string]bool{`{"b": 2, "a": 1}`: false, `{}`: false, `{"a":1,"b":3}`: true} {
		log := strings.Replace(v2Log, `"AdditionalFields":{}`, `"AdditionalFields":`+add, 1)
		if e := imported(t, row, log); e.Differs != want || e.Additional != `{"a":1,"b":2}` {
			t.Errorf("%s: differs %t, %s", add, e.Differs, e.Additional)
		}
	}
}

func TestClassAdminIsOfTheMergedEvent(t *testing.T) {
	// The log names no resource type that the class knows; the row does.
	log := strings.Replace(v2Log, `"ResourceType":"workspace"`, `"ResourceType":""`, 1)
	row := strings.Replace(v2Row, `"resource_type":"workspace"`, `"resource_type":"organization"`, 1)
	for _, order := range [][]string{{log, row}, {row, log}} {
		st := newCase(t)
		for i, l := range order {
			run(t, st, "acme", bytesInput(fmt.Sprint(i), []byte(l)))
		}
		err := st.Rows(t.Context(), 0, func(r *audit.Row) error {
			if r.Flags&audit.FlagAdmin == 0 || r.Flags&audit.FlagMatching == 0 || r.Flags&^(audit.FlagSynthetic<<1-1|audit.FlagMatching) != 0 {
				t.Errorf("flags %b", r.Flags)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
