package desk_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/desk"
)

func TestAnswer(t *testing.T) {
	_, parseErr := audit.ParseQuery(`action:"unclosed`)
	tests := map[string]struct {
		do   func() (any, error)
		want string
	}{
		"a value":     {func() (any, error) { return map[string]int{"n": 1}, nil }, `{"value":{"n":1}}`},
		"no value":    {func() (any, error) { return nil, nil }, `{"value":null}`},
		"plain error": {func() (any, error) { return nil, errors.New("disk full") }, `{"error":{"message":"disk full"}}`},
		"an error for people, wrapped": {
			func() (any, error) {
				return nil, fmt.Errorf("open: %w", audit.Errorf("choose another", "no case at %s", "x"))
			},
			`{"error":{"message":"no case at x","hint":"choose another"}}`,
		},
		"its cause is told": {
			func() (any, error) { return nil, &audit.Error{Message: "read a.log", Err: errors.New("denied")} },
			`{"error":{"message":"read a.log: denied"}}`,
		},
		"stopped":                    {func() (any, error) { return nil, fmt.Errorf("read: %w", context.Canceled) }, `{"error":{"message":"Stopped"}}`},
		"a panic":                    {func() (any, error) { panic("boom") }, ``},
		"a number that JSON has not": {func() (any, error) { return math.NaN(), nil }, `{"error":{"message":"write the answer: json: unsupported value: NaN"}}`},
		"a query that can't be read": {func() (any, error) { return nil, parseErr }, ``},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := desk.Answer(test.do)
			if test.want != "" && got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			var answer struct {
				Error *desk.Failure `json:"error"`
			}
			decode(t, got, &answer)
			switch name {
			case "a panic":
				if answer.Error == nil || answer.Error.Message != "Something went wrong inside Auditdesk" {
					t.Errorf("the page got %s", got)
				}
			case "a query that can't be read":
				if answer.Error == nil || answer.Error.Position == nil || *answer.Error.Position != 7 {
					t.Errorf("the position is missing or wrong: %s", got)
				}
			}
		})
	}
}

func TestLocale(t *testing.T) {
	tests := map[string]struct {
		env  map[string]string
		name string // "" where nothing is to be changed
	}{
		"nothing set":            {nil, "LANG"},
		"C":                      {map[string]string{"LANG": "C"}, "LANG"},
		"C.UTF-8":                {map[string]string{"LANG": "C.UTF-8"}, "LANG"},
		"a language":             {map[string]string{"LANG": "de_CH.UTF-8"}, ""},
		"LC_ALL beats LANG":      {map[string]string{"LANG": "de_CH.UTF-8", "LC_ALL": "C"}, "LC_ALL"},
		"LC_MESSAGES beats LANG": {map[string]string{"LANG": "C", "LC_MESSAGES": "fr_FR.UTF-8"}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, value, ok := desk.Locale(func(key string) string { return test.env[key] })
			if got != test.name || ok != (test.name != "") {
				t.Fatalf("got %q, %v; want %q", got, ok, test.name)
			}
			if ok && value != "en_US.UTF-8" {
				t.Errorf("the locale is set to %q", value)
			}
		})
	}
}
