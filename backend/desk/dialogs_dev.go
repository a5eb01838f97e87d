//go:build dev

package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
)

// scriptVariable names a file with the answers to the native dialogs, which no browser test can click. It is read at each
// dialog, so that a test may change it. Only builds with the dev tag know it.
const scriptVariable = "AUDITDESK_TEST_DIALOG"

// script is the content of that file. An absent answer is a cancelled dialog.
type script struct {
	File    string   `json:"file"`
	Files   []string `json:"files"`
	Folder  string   `json:"folder"`
	Save    string   `json:"save"`
	Confirm bool     `json:"confirm"`
}

type scriptedWindow struct {
	Window
	path string
}

func scripted(w Window) Window {
	if path := os.Getenv(scriptVariable); path != "" {
		return scriptedWindow{w, path}
	}
	return w
}

func (s scriptedWindow) read() (script, error) {
	var out script
	b, err := os.ReadFile(s.path)
	if err != nil {
		return out, fmt.Errorf("answer a dialog: %w", err)
	}
	return out, json.Unmarshal(b, &out)
}

func (s scriptedWindow) OpenFile(context.Context, string, string, string, string) (string, error) {
	out, err := s.read()
	return out.File, err
}

func (s scriptedWindow) OpenFiles(context.Context, string, string) ([]string, error) {
	out, err := s.read()
	return out.Files, err
}

func (s scriptedWindow) OpenFolder(context.Context, string, string) (string, error) {
	out, err := s.read()
	return out.Folder, err
}

func (s scriptedWindow) SaveFile(context.Context, string, string, string, string, string) (string, error) {
	out, err := s.read()
	return out.Save, err
}

func (s scriptedWindow) Confirm(context.Context, string, string) bool {
	out, err := s.read()
	return err == nil && out.Confirm
}
