package store_test

import (
	"database/sql"
	"testing"

	_ "github.com/mattn/go-sqlite3" // the driver, for what another program does to a case
)

// alter does to a closed case what any SQLite tool can.
func alter(tb testing.TB, path, statements string) {
	tb.Helper()
	db := foreign(tb, path)
	if _, err := db.ExecContext(tb.Context(), statements); err != nil {
		tb.Fatal(err)
	}
	if err := db.Close(); err != nil {
		tb.Fatal(err)
	}
}

func foreign(tb testing.TB, path string) *sql.DB {
	tb.Helper()
	db, err := sql.Open("sqlite3", "file:"+path)
	if err != nil {
		tb.Fatal(err)
	}
	return db
}
