package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"

	"auditdesk/backend/audit"
)

// Failure is an error as the page gets it: for a person, without the chain of causes that a log wants.
type Failure struct {
	Message  string `json:"message"`
	Hint     string `json:"hint,omitempty"`
	Position *int   `json:"position,omitempty"` // byte offset in the query text, for a query that can't be read
	Length   *int   `json:"length,omitempty"`
}

// FailureOf puts err into words for a person.
func FailureOf(err error) Failure {
	var query *audit.QueryError
	if errors.As(err, &query) {
		return Failure{Message: query.Message, Position: &query.Pos, Length: &query.Len}
	}
	hint := ""
	var told *audit.Error
	if errors.As(err, &told) {
		hint = told.Hint
		message := told.Message
		if told.Err != nil {
			message += ": " + told.Err.Error()
		}
		return Failure{Message: message, Hint: hint}
	}
	switch {
	case errors.Is(err, context.Canceled):
		return Failure{Message: "Stopped"}
	case errors.Is(err, audit.ErrLocked):
		hint = "Close the other window or wait for the other import, then try again."
	case errors.Is(err, audit.ErrNewerCase):
		hint = "Open it with the version of Auditdesk that wrote it, or a later one."
	case errors.Is(err, audit.ErrDamaged):
		hint = "Run `auditdesk verify` on it to see what is damaged, and go back to a copy."
	}
	return Failure{Message: err.Error(), Hint: hint}
}

// Answer runs do and writes its outcome as {"value":…} or {"error":{…}}. A panic becomes an error: in a method that the page
// calls it would otherwise leave the page waiting for ever. So does a value that has no JSON, which would end the process.
func Answer[T any](do func() (T, error)) (answer string) {
	defer func() {
		if p := recover(); p != nil {
			answer = write(panicked("call of the page", p))
		}
	}()
	value, err := do()
	if err != nil {
		return write(FailureOf(err))
	}
	b, err := json.Marshal(struct {
		Value T `json:"value"`
	}{value})
	if err != nil {
		return write(FailureOf(fmt.Errorf("write the answer: %w", err)))
	}
	return string(b)
}

// AnswerDone is [Answer] for what has no value.
func AnswerDone(do func() error) string {
	return Answer(func() (*struct{}, error) { return nil, do() })
}

func write(f Failure) string {
	b, err := json.Marshal(struct {
		Error Failure `json:"error"`
	}{f})
	if err != nil { // strings and numbers only: can't be
		return `{"error":{"message":"the error could not be written"}}`
	}
	return string(b)
}

// panicked notes a panic where its stack is still known, and says it to a person.
func panicked(what string, p any) Failure {
	slog.Error("panic", "in", what, "value", fmt.Sprint(p), "stack", string(debug.Stack()))
	return Failure{
		Message: "Something went wrong inside Auditdesk",
		Hint:    "What was committed to the case before stays as it was. The program wrote details to its standard error.",
	}
}
