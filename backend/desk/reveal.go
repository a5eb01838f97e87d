package desk

import (
	"context"
	"errors"
	"net/url"
	"os/exec"
	"path/filepath"
	"time"

	"auditdesk/backend/audit"
)

// ShowExportInFolder opens the file manager on the last export.
func (d *Desk) ShowExportInFolder(ctx context.Context) error {
	d.mu.Lock()
	path := d.exported
	d.mu.Unlock()
	if path == "" {
		return audit.Errorf("Export something first.", "Nothing was exported since the case was opened")
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	var errs []error
	for _, command := range showCommands(d.opt.Platform, path) {
		err := exec.CommandContext(ctx, command[0], command[1:]...).Run() //nolint:gosec // fixed programs; the path is one that Go made, passed as one argument
		if err == nil {
			return nil
		}
		errs = append(errs, err)
	}
	return &audit.Error{Message: "Can't open a file manager", Hint: "The file is " + path, Err: errors.Join(errs...)}
}

// showCommands are the programs that show a file in its folder, the best first: one that also selects it.
func showCommands(platform, path string) [][]string {
	folder := filepath.Dir(path)
	switch platform {
	case "darwin":
		return [][]string{{"open", "-R", path}}
	case "windows":
		return [][]string{{"explorer", "/select,", path}, {"explorer", folder}}
	default:
		file := url.URL{Scheme: "file", Path: path}
		return [][]string{
			{"dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.FileManager1", "/org/freedesktop/FileManager1",
				"org.freedesktop.FileManager1.ShowItems", "array:string:" + file.String(), "string:"},
			{"xdg-open", folder},
		}
	}
}
