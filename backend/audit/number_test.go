package audit_test

import (
	"math"
	"testing"

	"auditdesk/backend/audit"
)

func TestNumbersAreGroupedByThousands(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0", 999: "999", 1000: "1,000", -999: "-999", -1000: "-1,000", 10482193: "10,482,193", math.MinInt64: "-9,223,372,036,854,775,808",
	} {
		if got := audit.Grouped(n); got != want {
			t.Errorf("%d: got %s", n, got)
		}
	}
	if got := audit.Counted(1, "file", "files") + ", " + audit.Counted(0, "file", "files"); got != "1 file, 0 files" {
		t.Errorf("got %s", got)
	}
}
