// Command auditdesk is the command line of Auditdesk.
package main

import (
	"context"
	"os"

	"auditdesk/backend/cli"
)

// version is set when a release is built.
var version = "1.0.0-dev"

func main() {
	ctx, stop := cli.UntilStopped(context.Background())
	code := cli.Run(ctx, os.Args[1:], cli.Process(version))
	stop()
	os.Exit(code)
}
