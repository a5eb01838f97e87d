// Auditdesk's window: the options of the toolkit, the embedded page and nothing else. What the window does is in app.go and
// backend/desk, what a case answers in backend/casefile.
package main

import (
	"embed"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/adrg/xdg"
	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"

	"auditdesk/backend/desk"
)

//go:embed all:frontend/dist
var page embed.FS

//go:embed build/appicon.png
var icon []byte

const usage = `usage: auditdesk-desktop [--demo | CASE]

Opens the window, on CASE (a *.auditcase file) or on the demo case. The command line is a program of its own: auditdesk.
`

// version is set when a release is built.
var version = "1.0.0-dev"

// main also runs while the TypeScript bindings are generated, so nothing before wails.Run makes or changes a file: of the
// preferences it only reads how the window stood, since a size set later would be seen as a jump.
func main() {
	open, err := parse(os.Args[1:])
	if err != nil {
		fmt.Fprintf(os.Stderr, "auditdesk-desktop: %v\n%s", err, usage)
		os.Exit(2)
	}
	if open.help {
		_, _ = io.WriteString(os.Stdout, usage)
		return
	}
	if name, value, ok := desk.Locale(os.Getenv); ok {
		_ = os.Setenv(name, value) // fails for a malformed name only
	}
	app := newApp(desk.Options{
		StateDir: filepath.Join(xdg.StateHome, "auditdesk"),
		DataDir:  filepath.Join(xdg.DataHome, "auditdesk"),
		CaseDir:  filepath.Join(xdg.UserDirs.Documents, "Auditdesk"),
		Version:  version,
		Platform: runtime.GOOS,
		Now:      time.Now,
	}, open)
	if err := wails.Run(windowOptions(app)); err != nil {
		fmt.Fprintln(os.Stderr, "auditdesk-desktop: open the window:", err)
		os.Exit(1)
	}
}

// request is what a launch asks for: a case, the demo, or just the window.
type request struct {
	help bool
	demo bool
	path string
}

func parse(args []string) (request, error) {
	var r request
	for _, arg := range args {
		switch {
		case arg == "-h" || arg == "--help":
			r.help = true
		case arg == "--demo":
			r.demo = true
		case strings.HasPrefix(arg, "-"):
			return r, fmt.Errorf("there is no option %s", arg)
		case r.path != "":
			return r, fmt.Errorf("one case can be opened at a time, not %s and %s", r.path, arg)
		default:
			r.path = arg
		}
	}
	if r.demo && r.path != "" {
		return r, fmt.Errorf("give either --demo or a case, not both")
	}
	return r, nil
}

func windowOptions(app *App) *options.App {
	prefs := app.desk.Preferences()
	state := options.Normal
	if prefs.Window.Maximised {
		state = options.Maximised
	}
	return &options.App{
		Title:            "Auditdesk",
		Width:            prefs.Window.Width,
		Height:           prefs.Window.Height,
		MinWidth:         desk.MinWidth,
		MinHeight:        desk.MinHeight,
		WindowStartState: state,
		BackgroundColour: background(prefs.Theme),
		AssetServer:      &assetserver.Options{Assets: page},
		Menu:             app.menu(),
		OnStartup:        app.startup,
		OnDomReady:       app.domReady,
		OnBeforeClose:    app.beforeClose,
		Bind:             []any{app},
		// Paths of dropped files reach Go from the toolkit; the page is told names and sizes only.
		DragAndDrop:        &options.DragAndDrop{EnableFileDrop: true},
		SingleInstanceLock: &options.SingleInstanceLock{UniqueId: "auditdesk", OnSecondInstanceLaunch: app.secondLaunch},
		Linux: &linux.Options{
			Icon:        icon,
			ProgramName: "auditdesk",
			// Hardware acceleration shows a blank page with some drivers (wailsapp/wails#2977); the page does not need it.
			WebviewGpuPolicy: linux.WebviewGpuPolicyNever,
		},
	}
}

// background is the colour of the page's ground, which shows until the page does; the same as --canvas in tokens.css.
func background(theme desk.Theme) *options.RGBA {
	if theme == desk.ThemeDark {
		return &options.RGBA{R: 0x1d, G: 0x20, B: 0x25, A: 255}
	}
	return &options.RGBA{R: 0xf3, G: 0xf4, B: 0xf6, A: 255}
}
