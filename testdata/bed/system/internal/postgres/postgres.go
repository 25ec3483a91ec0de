// Package postgres opens the database of the depot.
package postgres

import (
	"database/sql"
	"log"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// Open returns a pool of at most maxOpen connections to dsn, all of which it
// keeps. It does not connect: the first query does. It ends the process if dsn
// cannot be read.
func Open(dsn string, maxOpen int) *sql.DB {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		log.Fatal(err)
	}
	db.SetMaxOpenConns(maxOpen)
	db.SetMaxIdleConns(maxOpen)
	return db
}
