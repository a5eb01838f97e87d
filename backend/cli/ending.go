package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// UntilStopped returns a context that ends when the process is asked to end: by Ctrl-C, by kill, or by a terminal that is
// closed, unless nohup was to prevent that. A command then leaves nothing half done behind.
func UntilStopped(ctx context.Context) (context.Context, context.CancelFunc) {
	asked := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		asked = append(asked, syscall.SIGHUP)
	}
	return signal.NotifyContext(ctx, asked...)
}
