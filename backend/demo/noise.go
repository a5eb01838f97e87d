package demo

import (
	"strconv"
	"time"
)

var paths = []string{"/api/v2/users/me", "/api/v2/workspaces", "/api/v2/buildinfo", "/api/v2/templates", "/healthz", "/api/v2/notifications/inbox"}

// request is a line of the request log: no audit record.
func (d *deployment) request(b []byte, at time.Time) []byte {
	b = append(b, '{')
	b = stamp(b, "ts", at.Add(3*time.Millisecond))
	b = append(b, `,"level":"DEBUG","msg":"`...)
	b = append(b, "GET"...)
	b = append(b, `","caller":"/home/runner/src/coder/coder/coderd/httpmw/logger.go:71","func":"httpmw.Logger","logger_names":["coderd"],"fields":{`...)
	b = text(b, "path", paths[d.rng.IntN(len(paths))])
	b = append(b, `,"status_code":200,"latency_ms":`...)
	b = strconv.AppendInt(b, int64(1+d.rng.IntN(90)), 10)
	return append(b, "}}"...)
}

// execTrace is a line of v1's process log: no audit record either.
func (d *deployment) execTrace(b []byte, at time.Time) []byte {
	p := d.staff[d.rng.IntN(len(d.staff))]
	b = append(b, '{')
	b = stamp(b, "ts", at.Add(5*time.Millisecond))
	b = append(b, `,"level":"INFO","msg":"exec","caller":"/go/src/coder.com/m/product/coder/cmd/envbox/exectrace.go:176","func":"main.runExectrace","fields":{"labels":{`...)
	b = text(b, "user_email", p.email)
	b = text(b, "username", p.username)
	b = append(b, `},"cmdline":"git status","event":{"filename":"/usr/bin/git","argv":["git","status"],"truncated":false,"pid":`...)
	b = strconv.AppendInt(b, int64(1000+d.rng.IntN(90000)), 10)
	return append(b, "}}}"...)
}
