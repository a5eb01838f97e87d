package store_test

import (
	"context"
	"fmt"
	"os"
	"testing"
)

func testContext() context.Context { return context.Background() }

// processTB stands in for a test where the test binary is a second process.
type processTB struct{ testing.TB }

func (*processTB) Helper()                  {}
func (*processTB) Context() context.Context { return context.Background() }
func (*processTB) Fatal(args ...any) {
	fmt.Println(args...)
	os.Exit(1)
}
