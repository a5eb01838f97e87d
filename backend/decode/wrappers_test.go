package decode_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"auditdesk/backend/decode"
)

// auditObject is v1's audit object, logLine a log line around it, flatLine one of v2.
const (
	auditObject = `{"time":"2022-10-11T14:53:47.120411Z","user":{"id":"5e876e9a-1","email":"jessie@acme.example"},"action":"open","resource_type":"environment","resource_id":"621d2e52-a","resource_target":"main","diff":"","status_code":200,"user_agent":{"ip_address":"203.0.113.24"},"user_agent_raw":"Mozilla"}`
	logLine     = `{"ts":"2022-10-11T14:53:47.121003552Z","level":"INFO","msg":"audit_log","caller":"slog.go:118","fields":{"audit_log":` + auditObject + `}}`
	flatFields  = `{"ID":"7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a1","Time":"2026-11-20T09:15:22.334105Z","UserID":"6c405053-27e3-484a-9ad7-bcb64e7bfde6","OrganizationID":"00000000-0000-0000-0000-000000000000","Ip":"203.0.113.24","UserAgent":"Mozilla","ResourceType":"workspace","ResourceID":"ef8d1cf4-82de-4fd9-8980-047dad6d06b5","ResourceTarget":"main","Action":"write","Diff":{},"StatusCode":200,"AdditionalFields":{},"RequestID":"53bded77-7b9d-4e82-8771-991a34d759f9"}`
	flatLine    = `{"ts":"2026-11-20T09:15:22.340019Z","level":"INFO","msg":"audit_log","fields":` + flatFields + `}`
	otherLine   = `{"ts":"2022-10-11T15:10:01.000Z","level":"DEBUG","msg":"http request","fields":{"path":"/api/v0/users/me","status":200}}`
	v1Human     = "2022-10-11 14:53:47.121 [INFO]\t(coderd.audit)\t<slog.go:118>\taudit_log\t{\"audit_log\": " + auditObject + "}"
	v2Human     = `2023-06-13 03:43:29.233 [info]  coderd: audit_log  ID=95f7c392-da3e-480c-a579-8909f145fbe2  Time="2023-06-13T03:43:29.230422Z"  UserID=6c405053-27e3-484a-9ad7-bcb64e7bfde6  OrganizationID=00000000-0000-0000-0000-000000000000  Ip=<nil>  UserAgent=<nil>  ResourceType=workspace_build  ResourceID=988ae133-5b73-41e3-a55e-e1e9d3ef0b66  ResourceTarget=""  Action=start  Diff="{\"ttl\":{\"old\":0,\"new\":1,\"secret\":false}}"  StatusCode=200  AdditionalFields="{\"workspace_name\":\"linux-container\",\"build_reason\":\"initiator\"}"  RequestID=9682b1b5-7b9f-4bf2-9a39-9463f8e41cd6  ResourceIcon=""`
)

// quote is s as a JSON string.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// summary writes what became of a source in a line for each item.
func summary(items []decode.Item) string {
	var b strings.Builder
	for _, it := range items {
		switch it.Kind {
		case decode.Record:
			fmt.Fprintf(&b, "%s %s %s %s", it.Event.Form, it.Event.Action, it.Event.Time, it.Event.ResourceTarget)
			if it.Wrapper != "" {
				fmt.Fprintf(&b, " in %s", it.Wrapper)
			}
		case decode.Other:
			b.WriteString("other: " + it.Note)
		case decode.Unreadable:
			b.WriteString("unreadable: " + it.Note)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestWrappers(t *testing.T) {
	const (
		v1      = "v1-json open 2022-10-11T14:53:47.120411Z main"
		v2      = "v2-json write 2026-11-20T09:15:22.334105Z main"
		request = "other: msg: http request"
	)
	cri := "2022-10-11T14:53:47.121003552Z stderr "
	tests := []struct{ name, in, want string }{
		{"bare line", logLine, v1},
		{"audit object alone", `{"audit_log":` + auditObject + `}`, v1},
		{"v2 line", flatLine, v2},
		{"v2 fields alone", flatFields, v2},
		{"Cloud Logging, jsonPayload.message as text", `{"insertId":"x","logName":"projects/p/logs/stderr","receiveTimestamp":"2022-10-11T14:53:49Z","resource":{"type":"k8s_container"},"severity":"INFO","timestamp":"2022-10-11T14:53:48Z","jsonPayload":{"message":` + quote(logLine) + `}}`, v1 + " in Cloud Logging, message"},
		{"Cloud Logging, jsonPayload is the line", `{"insertId":"x","timestamp":"2022-10-11T14:53:48Z","jsonPayload":` + logLine + `}`, v1 + " in Cloud Logging"},
		{"Cloud Logging, jsonPayload.fields", `{"insertId":"x","timestamp":"2022-10-11T14:53:48Z","jsonPayload":{"msg":"audit_log","fields":` + flatFields + `}}`, v2 + " in Cloud Logging"},
		{"Cloud Logging, jsonPayload.audit_log", `{"insertId":"x","timestamp":"2022-10-11T14:53:48Z","jsonPayload":{"message":"audit_log","audit_log":` + auditObject + `}}`, v1 + " in Cloud Logging"},
		{"Cloud Logging, textPayload", `{"insertId":"x","timestamp":"2022-10-11T14:53:48Z","textPayload":` + quote(logLine+"\n") + `}`, v1 + " in Cloud Logging"},
		{"Cloud Logging, human textPayload", `{"insertId":"x","timestamp":"2022-10-11T14:53:48Z","textPayload":` + quote(v1Human) + `}`, "v1-human open 2022-10-11T14:53:47.120411Z main in Cloud Logging"},
		{"Stackdriver", `{"severity":"INFO","message":"audit_log","timestamp":"2022-10-11T14:53:47.121Z","audit_log":` + auditObject + `}`, v1 + " in Stackdriver"},
		{"Stackdriver with an old severity", `{"logging.googleapis.com/severity":"INFO","message":"x","timestampSeconds":1665500027,"timestampNanos":121000000,"audit_log":` + auditObject + `}`, v1 + " in Stackdriver"},
		{"Stackdriver of v2", `{"severity":"INFO","message":"audit_log","timestamp":"2026-11-20T09:15:23Z",` + flatFields[1:], v2},
		{"Splunk HEC", `{"time":1665500027.121,"host":"coderd","source":"stderr","sourcetype":"coder","event":` + logLine + `}`, v1 + " in Splunk HEC"},
		{"Splunk HEC with text", `{"time":1665500027.121,"host":"coderd","sourcetype":"coder","event":` + quote(logLine) + `}`, v1 + " in Splunk HEC"},
		{"Splunk HEC, event.message", `{"time":1665500027.121,"sourcetype":"coder","event":{"message":` + quote(logLine) + `}}`, v1 + " in Splunk HEC, message"},
		{"Splunk search export", `{"preview":false,"offset":0,"result":{"_time":"2022-10-11 14:53:47.121 UTC","_raw":` + quote(logLine) + `}}`, v1 + " in Splunk export"},
		{"Fluent Bit, both forms", `{"log":` + quote(logLine+"\n") + `,"log_processed":` + logLine + `,"kubernetes":{"pod_name":"coderd-0"},"stream":"stderr"}`, v1 + " in Fluent Bit"},
		{"Fluent Bit, text cut off", `{"log":` + quote(logLine[:400]) + `,"log_processed":` + logLine + `,"kubernetes":{}}`, v1 + " in Fluent Bit"},
		{"Fluent Bit, text only", `{"kubernetes":{"pod_name":"coderd-0"},"log":` + quote(logLine) + `,"stream":"stderr"}`, v1 + " in Fluent Bit"},
		{"message and the same once more parsed", `{"message":` + quote(logLine) + `,"parsed":` + logLine + `}`, v1 + " in message"},
		{"message and event.original", `{"message":` + quote(logLine) + `,"event":{"original":` + quote(logLine) + `,"dataset":"coder"}}`, v1 + " in message"},
		{"CloudWatch", `{"@timestamp":"2022-10-11 14:53:48.000","@message":` + quote(logLine) + `,"@logStream":"x"}`, v1 + " in CloudWatch"},
		{"Loki answer", `{"status":"success","data":{"resultType":"streams","result":[{"stream":{"app":"coder"},"values":[["1665500027121003552",` + quote(logLine) + `],["1665500028121003552",` + quote(otherLine) + `],["1665500029121003552",` + quote(flatLine) + `]]}]}}`, v1 + " in Loki\n" + v2 + " in Loki"},
		{"Loki answer with a line cut off", `{"streams":[{"stream":{},"values":[["1665500027121003552",` + quote(logLine) + `],["1665500028121003552",` + quote(logLine[:200]) + `],["1665500029121003552",` + quote(flatLine) + `]]}]}`, v1 + " in Loki\nunreadable: broken JSON at byte 201 of a wrapped line\n" + v2 + " in Loki"},
		{"Loki answer with a line cut off first", `{"streams":[{"stream":{},"values":[["1665500027121003552",` + quote(logLine[:200]) + `],["1665500029121003552",` + quote(flatLine) + `]]}]}`, "unreadable: broken JSON at byte 201 of a wrapped line\n" + v2 + " in Loki"},
		{"Loki answer of lines cut off", `{"streams":[{"stream":{},"values":[["1665500027121003552",` + quote(logLine[:200]) + `],["1665500029121003552",` + quote(logLine[:300]) + `]]}]}`, "unreadable: broken JSON at byte 201 of a wrapped line\nunreadable: broken JSON at byte 301 of a wrapped line"},
		{"Loki answer with a human line cut off", `{"streams":[{"stream":{},"values":[["1665500027121003552",` + quote(v1Human[:len(v1Human)-1]) + `],["1665500029121003552",` + quote(flatLine) + `]]}]}`, fmt.Sprintf("unreadable: broken JSON at byte %d of the line's fields\n", len(v1Human)-strings.Index(v1Human, "{")) + v2 + " in Loki"},
		{"events in an array, one cut off within its message", `{"events":[{"message":` + quote(logLine) + `},{"message":` + quote(logLine[:200]) + `},{"message":` + quote(flatLine) + `}]}`, v1 + " in events, message\nunreadable: broken JSON at byte 201 of a wrapped line\n" + v2 + " in events, message"},
		{"Loki answer with a line cut off, as text and once more parsed", `{"message":` + quote(`{"values":[["1665500027121003552",`+quote(logLine)+`],["1665500028121003552",`+quote(logLine[:200])+`]]}`) + `,"parsed":{"values":[["1665500027121003552",` + quote(logLine) + `],["1665500028121003552",` + quote(logLine[:200]) + `]]}}`, v1 + " in message, Loki\nunreadable: broken JSON at byte 201 of a wrapped line"},
		{"a broken line beside another", `{"log":` + quote(logLine) + `,"message":` + quote(flatLine[:200]) + `}`, v1 + " in log\nunreadable: broken JSON at byte 201 of a wrapped line"},
		{"a broken line before another", `{"message":` + quote(flatLine[:200]) + `,"log":` + quote(logLine) + `}`, v1 + " in log\nunreadable: broken JSON at byte 201 of a wrapped line"},
		{"a broken line beside another that is parsed", `{"message":` + quote(flatLine[:200]) + `,"parsed":` + logLine + `}`, v1 + " in parsed\nunreadable: broken JSON at byte 201 of a wrapped line"},
		{"a broken line within a wrapper beside another", `{"a":{"message":` + quote(flatLine[:200]) + `},"b":{"log":` + quote(logLine) + `}}`, v1 + " in b, log\nunreadable: broken JSON at byte 201 of a wrapped line"},
		{"a line cut off beside the whole one", `{"message":` + quote(logLine[:200]) + `,"log":` + quote(logLine) + `}`, v1 + " in log"},
		{"a line cut off early beside the whole one", `{"message":` + quote(logLine[:30]) + `,"log":` + quote(logLine) + `}`, v1 + " in log"},
		{"a line cut off beside itself parsed", `{"message":` + quote(flatLine[:200]) + `,"parsed":` + flatLine + `}`, v2 + " in parsed"},
		{"a line cut off within its diff beside itself parsed", `{"message":` + quote(logLine[:len(logLine)-40]) + `,"parsed":` + logLine + `}`, v1 + " in parsed"},
		{"a line cut off with more than its spelling", `{"message":` + quote(strings.Replace(flatLine, "{", `{"trace":"0af7651916cd43dd8448eb211c80319c",`, 1)[:len(flatLine)]) + `,"parsed":` + flatLine + `}`, v2 + " in parsed"},
		{"a broken line under a key that comes again", `{"message":` + quote(flatLine[:200]) + `,"message":` + quote(logLine) + `}`, v1 + " in message"},
		{"a line with a broken escape beside another", `{"message":` + quote(`{"audit_log":{"action":"x\u12"}}`) + `,"log":` + quote(logLine) + `}`, v1 + " in log\nunreadable: broken JSON at byte 30 of a wrapped line"},
		{"Loki push with metadata", `{"streams":[{"stream":{"app":"coder"},"values":[["1665500027121003552",` + quote(logLine) + `,{"trace":"1"}]]}]}`, v1 + " in Loki"},
		{"logcli jsonl", `{"labels":{"app":"coder"},"line":` + quote(logLine) + `,"timestamp":"2022-10-11T14:53:48Z"}`, v1 + " in logcli"},
		{"logcli text", `2022-10-11T14:53:47Z {app="coder", pod="x{y"} ` + logLine, v1 + " in logcli"},
		{"kubectl --timestamps", `2022-10-11T14:53:47.121003552Z ` + logLine, v1 + " in timestamps"},
		{"syslog", `Oct 11 14:53:47 host coder[123]: ` + logLine, v1 + " in a prefix"},
		{"docker compose", `coder_1  | ` + v1Human, "v1-human open 2022-10-11T14:53:47.120411Z main in a prefix"},
		{"events in an array", `{"events":[` + logLine + `,` + otherLine + `,` + flatLine + `]}`, v1 + " in events\n" + v2 + " in events"},
		{"two equal events in an array are two", `{"events":[` + logLine + `,` + logLine + `]}`, v1 + " in events\n" + v1 + " in events"},
		{"CRI", cri + "F " + logLine, v1 + " in CRI"},
		{"CRI in parts", cri + "P " + logLine[:100] + "\n" + cri + "P " + logLine[100:200] + "\n" + cri + "F " + logLine[200:], v1 + " in CRI"},
		{
			"CRI in parts of two streams",
			cri + "P " + logLine[:100] + "\n" + strings.Replace(cri, "stderr", "stdout", 1) + "P " + flatLine[:50] + "\n" + cri + "F " + logLine[100:] + "\n" + strings.Replace(cri, "stderr", "stdout", 1) + "F " + flatLine[50:],
			v1 + " in CRI\n" + v2 + " in CRI",
		},
		{"CRI with a human line", cri + "F " + v1Human, "v1-human open 2022-10-11T14:53:47.120411Z main in CRI"},
		{"Docker with a human line", `{"log":` + quote(v2Human+"\n") + `,"stream":"stderr","time":"2023-06-13T03:43:29.233Z"}`, "v2-human start 2023-06-13T03:43:29.230422Z linux-container in Docker json-file"},
		{"message with a human line", `{"message":` + quote(v2Human) + `}`, "v2-human start 2023-06-13T03:43:29.230422Z linux-container in message"},
		{"human v1", v1Human, "v1-human open 2022-10-11T14:53:47.120411Z main"},
		{"human v1 without a logger", strings.Replace(v1Human, "\t(coderd.audit)", "", 1), "v1-human open 2022-10-11T14:53:47.120411Z main"},
		{"human v2", v2Human, "v2-human start 2023-06-13T03:43:29.230422Z linux-container"},
		{"human v2 in colours", strings.Replace(v2Human, "[info]", "[\x1b[34minfo\x1b[0m]", 1), "v2-human start 2023-06-13T03:43:29.230422Z linux-container"},
		{"human early v2 with JSON", "2022-06-01 12:00:00.000 [INFO]\t(coderd)\t<slog.go:36>\taudit_log\t" + flatFields, "v2-human write 2026-11-20T09:15:22.334105Z main"},
		{"human v2, other message", `2023-06-13 03:43:29.233 [info]  coderd: GET  host=x  status_code=200`, "other: text: coderd: GET"},
		{"human v2, value of several lines", v2Human + "  ...\n\"extra\": one\n         two", "v2-human start 2023-06-13T03:43:29.230422Z linux-container\nother: text\nother: text: two"},
		{"eight wrappers", strings.Repeat(`{"a":`, 8) + logLine + strings.Repeat(`}`, 8), v1 + " in a"},
		{"nine wrappers", strings.Repeat(`{"a":`, 9) + logLine + strings.Repeat(`}`, 9), "unreadable: wrapped too deep"},
		{"JSON in JSON in JSON", `{"message":` + quote(`{"log":`+quote(logLine)+`}`) + `}`, v1 + " in message, log"},
		{"other line", otherLine, request},
		{"other line in Docker", `{"log":` + quote(otherLine+"\n") + `,"stream":"stderr","time":"2023-06-13T03:43:29.233Z"}`, request},
		{"text in Docker", `{"log":"started job 17\n","stream":"stderr","time":"2023-06-13T03:43:29.233Z"}`, "other: text: started job"},
		{"quoted record in prose", `saw {"action":"x"} and ` + logLine, "other: text: saw"},
		{"array of log lines as strings", `[` + quote(logLine) + `,` + quote(otherLine) + `]`, v1 + "\n" + request},
		{"REST pages one behind another", "{\n \"audit_logs\": [\n  {\"id\": \"7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a1\", \"time\": \"2026-11-20T09:15:22Z\", \"action\": \"a\", \"resource_type\": \"user\", \"request_id\": \"\"}\n ],\n \"count\": 2\n}\n{\n \"audit_logs\": [\n  {\"id\": \"7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a2\", \"time\": \"2026-11-20T09:15:23Z\", \"action\": \"b\", \"resource_type\": \"user\", \"request_id\": \"\"}\n ],\n \"count\": 2\n}\n", "other: document frame\nother: document frame\nv2-rest a 2026-11-20T09:15:22Z \nother: document frame\nother: document frame\nother: document frame\nother: document frame\nother: document frame\nv2-rest b 2026-11-20T09:15:23Z \nother: document frame\nother: document frame\nother: document frame"},
		{"REST pages on one line", `{"audit_logs":[{"id":"7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a1","time":"2026-11-20T09:15:22Z","action":"a","resource_type":"user","request_id":""}],"count":1}{"audit_logs":[{"id":"7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a2","time":"2026-11-20T09:15:23Z","action":"b","resource_type":"user","request_id":""}],"count":1}`, "v2-rest a 2026-11-20T09:15:22Z \nv2-rest b 2026-11-20T09:15:23Z "},
		{"CSV of v1", "Time,User Email,Action,Resource Type,Resource Target,Status Code,Diff\n2022-10-11T15:02:09Z,root@acme.example,write,infrastructure,infrastructure,200,\"{\"\"gpu vendor\"\":\"\"nvidia\"\"}\"\n", "other: document frame\nv1-csv write 2022-10-11T15:02:09Z infrastructure"},
		{"CSV of v2, by semicolons", "id;time;action;resource_type;resource_target;request_id;additional_fields\n7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a1;2026-11-20T09:15:22Z;start;workspace_build;;;{}\n", "other: document frame\nv2-csv start 2026-11-20T09:15:22Z "},
		{"CSV row that is too short", "time,action,resource_type\n2026-11-20T09:15:22Z,start\n", "other: document frame\nunreadable: the row has not as many cells as the header, 3"},
		{"JSON behind CSV", "time,action,resource_type\n2026-11-20T09:15:22Z,start,user\n" + logLine, "other: document frame\nv1-csv start 2026-11-20T09:15:22Z \n" + v1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			checkAccounting(t, []byte(test.in), split(t, []byte(test.in), 0, decode.Limits{}))
			if got := summary(items(t, []byte(test.in))); got != test.want+"\n" {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
		})
	}
}

// What a record lacks in its own time is taken from what stands around it, from the inside out.
func TestTimes(t *testing.T) {
	untimed := strings.Replace(auditObject, `"time":"2022-10-11T14:53:47.120411Z",`, "", 1)
	timed := func(own string) string { return strings.Replace(auditObject, `"2022-10-11T14:53:47.120411Z"`, own, 1) }
	tests := []struct{ name, in, want string }{
		{"own", `{"ts":"2020-01-01T00:00:00Z","audit_log":` + auditObject + `}`, "2022-10-11T14:53:47.120411Z"},
		{"with an offset", `{"audit_log":` + timed(`"2022-10-11T16:53:47+02:00"`) + `}`, "2022-10-11T14:53:47Z"},
		{"ts", `{"ts":"2020-01-01T00:00:00Z","fields":{"audit_log":` + untimed + `}}`, "2020-01-01T00:00:00Z"},
		{"timestamp", `{"timestamp":"2020-01-01T00:00:00Z","audit_log":` + untimed + `}`, "2020-01-01T00:00:00Z"},
		{"timestamp in seconds", `{"timestamp":1577836800.25,"audit_log":` + untimed + `}`, "2020-01-01T00:00:00.25Z"},
		{"timestamp in milliseconds", `{"timestamp":1577836800250,"audit_log":` + untimed + `}`, "2020-01-01T00:00:00.25Z"},
		{"timestamp in microseconds", `{"timestamp":1577836800250001,"audit_log":` + untimed + `}`, "2020-01-01T00:00:00.250001Z"},
		{"timestamp in nanoseconds", `{"timestamp":"1577836800250001002","audit_log":` + untimed + `}`, "2020-01-01T00:00:00.250001002Z"},
		{"seconds and nanoseconds", `{"timestampSeconds":1577836800,"timestampNanos":5,"audit_log":` + untimed + `}`, "2020-01-01T00:00:00.000000005Z"},
		{"Docker", `{"log":` + quote(`{"audit_log":`+untimed+"}\n") + `,"stream":"stderr","time":"2020-01-01T00:00:00.5Z"}`, "2020-01-01T00:00:00.5Z"},
		{"CRI", `2020-01-01T00:00:00.5Z stderr F {"audit_log":` + untimed + `}`, "2020-01-01T00:00:00.5Z"},
		{"Splunk HEC", `{"time":"1577836800.500","sourcetype":"x","event":{"audit_log":` + untimed + `}}`, "2020-01-01T00:00:00.5Z"},
		{"Loki", `{"values":[["1577836800000000007",` + quote(`{"audit_log":`+untimed+`}`) + `]]}`, "2020-01-01T00:00:00.000000007Z"},
		{"human", "2020-01-01 00:00:00.500 [INFO]\t(x)\t<y:1>\tz\t{\"audit_log\": " + untimed + "}", "2020-01-01T00:00:00.5Z"},
		{"the inner of two", `{"timestamp":"2019-01-01T00:00:00Z","message":{"ts":"2020-01-01T00:00:00Z","audit_log":` + untimed + `}}`, "2020-01-01T00:00:00Z"},
		{"Go's own spelling", `{"audit_log":` + timed(`"2020-01-01 00:00:00.5 +0000 UTC"`) + `}`, "2020-01-01T00:00:00.5Z"},
		{"none", `{"audit_log":` + untimed + `}`, "unreadable: no time"},
		{"empty", `{"audit_log":` + timed(`""`) + `}`, "unreadable: no time"},
		{"null", `{"ts":"2020-01-01T00:00:00Z","audit_log":` + timed(`null`) + `}`, "2020-01-01T00:00:00Z"},
		{"no time at all", `{"ts":"2020-01-01T00:00:00Z","audit_log":` + timed(`"yesterday"`) + `}`, "unreadable: the time can't be read"},
		{"too early", `{"audit_log":` + timed(`"1677-12-31T23:59:59Z"`) + `}`, "unreadable: time outside 1678–2261"},
		{"early enough", `{"audit_log":` + timed(`"1678-01-01T00:00:00Z"`) + `}`, "1678-01-01T00:00:00Z"},
		{"late enough", `{"audit_log":` + timed(`"2261-12-31T23:59:59.999999999Z"`) + `}`, "2261-12-31T23:59:59.999999999Z"},
		{"too late", `{"audit_log":` + timed(`"2262-01-01T00:00:00Z"`) + `}`, "unreadable: time outside 1678–2261"},
		{"zero", `{"audit_log":` + timed(`"0001-01-01T00:00:00Z"`) + `}`, "unreadable: time outside 1678–2261"},
		{"a number too large", `{"audit_log":` + timed(`99999999999999999999`) + `}`, "unreadable: the time can't be read"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			it := items(t, []byte(test.in))[0]
			got := "unreadable: " + it.Note
			if it.Kind == decode.Record {
				got = it.Event.Time.String()
			}
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestShapeInWords(t *testing.T) {
	shapeOf := func(in, packing string) string {
		shape := decode.ShapeOf{Packing: packing}
		d := decode.NewDecoder(decode.Limits{})
		for _, p := range split(t, []byte(in), 0, decode.Limits{}) {
			for _, it := range d.Decode(p, nil) {
				shape.Add(&it, p.Inside)
			}
		}
		return shape.String()
	}
	docker := `{"log":` + quote(logLine+"\n") + `,"stream":"stderr","time":"2023-06-13T03:43:29.233Z"}`
	for _, test := range []struct{ in, packing, want string }{
		{docker, "gzip", "Coder v1 log, JSON lines, in Docker json-file, gzip"},
		{flatLine, "", "Coder v2 server log, JSON lines"},
		{v2Human + "\n" + v2Human + "\n" + flatLine, "", "Coder v2 server log, human format and JSON lines"},
		{`{"time":1665500027.121,"sourcetype":"coder","event":{"message":` + quote(logLine) + `}}`, "", "Coder v1 log, JSON lines, under the key message in Splunk HEC"},
		{"2023-06-13T03:43:29.233Z " + flatLine, "", "Coder v2 server log, JSON lines, behind timestamps"},
		{docker + "\n" + docker + "\n" + `{"message":` + quote(v2Human) + `}` + "\n" + flatLine, "", "Coder v1 log and Coder v2 server log, JSON lines and human format, in Docker json-file and under the key message"},
		{`[` + auditObject + `]`, "", "Coder v1 REST answer, JSON array"},
		{otherLine, "zstd", "zstd"},
		{"", "", ""},
	} {
		if got := shapeOf(test.in, test.packing); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}
