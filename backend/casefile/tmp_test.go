package casefile_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"testing"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
)

func TestTmpDays(t *testing.T) {
	c, err := casefile.Create(t.Context(), filepath.Join(t.TempDir(), "x.auditcase"), audit.Engagement{Title: "x", Zone: "UTC"}, casefile.Options{})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan bool)
	start := time.Now()
	go func() {
		var most, wrote uint64
		for {
			select {
			case <-done:
				fmt.Println("max heap MiB", most>>20)
				return
			case <-time.After(100 * time.Millisecond):
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				if m.HeapAlloc > most {
					most = m.HeapAlloc
				}
				if most > wrote+wrote/10+20<<20 {
					wrote = most
					f, _ := os.Create("/tmp/heap2.prof")
					pprof.WriteHeapProfile(f)
					f.Close()
					fmt.Println(time.Since(start), most>>20, c.Path() != "")
				}
			}
		}
	}()
	res, err := c.Import(t.Context(), []string{os.Getenv("TMPFILE")}, casefile.ImportOptions{Deployment: "acme"})
	fmt.Println(res.Events, err, res.Seconds, time.Since(start))
	done <- true
}
